//! Proxmox's tasks. The node that runs one is in its UPID.

use crate::client::Client;
use crate::decode;
use crate::error::Result;
use crate::request::Call;
use crate::upid::Upid;
use crate::wire::{TaskEntry, TaskLog, TaskSource, TaskStatus};

/// Which of a node's tasks to list; all conditions have to hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TaskFilter {
    /// Begun at or after this time, in seconds since 1970.
    pub since: Option<i64>,
    /// Begun at or before this time.
    pub until: Option<i64>,
    /// Of this guest.
    pub vmid: Option<u32>,
    /// Begun by a user whose name holds this.
    pub userfilter: Option<String>,
    /// Of this type, such as `qmclone`.
    pub typefilter: Option<String>,
    /// Running, ended or both; Proxmox's default is [`TaskSource::Archive`].
    pub source: Option<TaskSource>,
    /// How many at most; Proxmox's default is 50.
    pub limit: Option<u32>,
    /// How many to skip.
    pub start: Option<u32>,
    /// Only failed ones.
    pub errors: bool,
}

impl Client {
    /// A node's tasks, the latest first.
    ///
    /// # Errors
    /// See [`Error`](crate::Error), as for all calls.
    pub async fn node_tasks(&self, node: &str, filter: &TaskFilter) -> Result<Vec<TaskEntry>> {
        let call = Call::get("/nodes/{node}/tasks", &[&node])
            .opt("since", filter.since)
            .opt("until", filter.until)
            .opt("vmid", filter.vmid)
            .opt("userfilter", filter.userfilter.as_deref())
            .opt("typefilter", filter.typefilter.as_deref())
            .opt("source", filter.source)
            .opt("limit", filter.limit)
            .opt("start", filter.start)
            .flag("errors", filter.errors);
        self.list(call).await
    }

    /// A task's state.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); `is_not_found` where the node has forgotten it.
    pub async fn task_status(&self, upid: &Upid) -> Result<TaskStatus> {
        self.one(Call::get(
            "/nodes/{node}/tasks/{upid}/status",
            &[&upid.node(), upid],
        ))
        .await
    }

    /// Lines of a task's log: at most `limit` after the first `start`.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn task_log(&self, upid: &Upid, start: u64, limit: u32) -> Result<TaskLog> {
        let call = Call::get("/nodes/{node}/tasks/{upid}/log", &[&upid.node(), upid])
            .param("start", start)
            .param("limit", limit);
        let (lines, total) = decode::counted_list(&call.name(), &self.send(&call).await?)?;
        Ok(TaskLog { lines, total })
    }

    /// Asks a task to stop; it may still run for a while, and one that ended is left as it is.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn stop_task(&self, upid: &Upid) -> Result<()> {
        self.done(Call::delete("/nodes/{node}/tasks/{upid}", &[&upid.node(), upid]).repeatable())
            .await
    }
}
