//! A server's logs: the journal by its guest agent, and what Proxmox did to it. Read when somebody asks; nothing is kept.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat};
use drover_types::guest::{GuestKind, GuestRow, GuestStatus};
use drover_types::ids::GuestId;
use drover_types::logs::{LogType, ServerLog};
use drover_types::permission::Permission;
use drover_types::text::Problem;
use pve_client::{AgentProgram, TaskEntry, TaskFilter, TaskSource};

use super::service::{Servers, upstream};
use crate::clusters::Cluster;
use crate::context::OpContext;
use crate::error::{Error, Result};

/// How many lines at most: an agent's answer is at most 16 MiB, and a page should not be.
pub const MOST_LINES: u32 = 1000;

/// How long the program inside may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often it is asked whether it has ended.
const PAUSE: Duration = Duration::from_millis(200);

impl Servers {
    /// The last `lines` lines of a log, from 1 to [`MOST_LINES`].
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::Invalid`] for too many lines, [`Error::Conflict`] where nobody
    /// inside can be asked, or the cluster's.
    pub async fn logs(&self, ctx: &OpContext, id: &GuestId, kind: LogType, lines: u32) -> Result<ServerLog> {
        ctx.require(Permission::ViewLogs)?;
        if !(1..=MOST_LINES).contains(&lines) {
            let (min, max) = (1, MOST_LINES.into());
            return Err(Error::field("lines", Problem::OutOfRange { min, max }));
        }
        let gone = || {
            Error::NotFound(Problem::ServerNotFound {
                server: id.to_string(),
            })
        };
        let Some(row) = self.0.inventory.guest(id) else {
            self.unless_silent().await?;
            return Err(gone());
        };
        let cluster = self.cluster(Some(&id.cluster)).map_err(|_| gone())?;
        let found = match kind {
            LogType::Tasks => tasks(cluster, &row, lines).await?,
            LogType::System | LogType::Kernel => journal(cluster, &row, kind, lines).await?,
        };
        Ok(ServerLog {
            server: row.name,
            kind,
            lines: found,
            read_at: self.0.clock.now(),
        })
    }
}

/// What its node remembers of it, one line for each task.
async fn tasks(cluster: &Cluster, row: &GuestRow, lines: u32) -> Result<Vec<String>> {
    let filter = TaskFilter {
        vmid: Some(row.id.vmid),
        source: Some(TaskSource::All),
        limit: Some(lines),
        ..TaskFilter::default()
    };
    let found = cluster.client.node_tasks(&row.node, &filter).await;
    let mut found = found.map_err(upstream(cluster))?;
    found.sort_by_key(|task| task.starttime);
    Ok(found.iter().map(line).collect())
}

fn line(task: &TaskEntry) -> String {
    let began = task
        .starttime
        .and_then(|at| DateTime::from_timestamp(at, 0))
        .map_or_else(String::new, |at| at.to_rfc3339_opts(SecondsFormat::Secs, true));
    let end = task.status.as_deref().unwrap_or("RUNNING");
    format!("{began} {} {} {end}", task.upid.kind(), task.upid.user())
}

/// What `journalctl` says inside.
async fn journal(cluster: &Cluster, row: &GuestRow, kind: LogType, lines: u32) -> Result<Vec<String>> {
    if row.kind == GuestKind::Lxc {
        return Err(Error::Conflict(Problem::ContainersUnsupported));
    }
    if row.status == GuestStatus::Stopped {
        let states = vec![GuestStatus::Running.as_str().to_owned()];
        return Err(Error::Conflict(Problem::GuestMustBe { states }));
    }
    let count = lines.to_string();
    let mut command = vec!["journalctl", "--no-pager", "--output=short-iso", "-n", &count];
    if kind == LogType::Kernel {
        command.push("--dmesg");
    }
    let Ok(status) = tokio::time::timeout(PATIENCE, run(cluster, row, &command)).await else {
        return Err(Error::Conflict(Problem::AgentSilent));
    };
    let status = status?;
    if status.exit_code != Some(0) {
        tracing::info!(guest = %row.id, code = status.exit_code, said = status.errors, "the journal can't be read");
        return Err(Error::Conflict(Problem::NoJournal));
    }
    let output = status.output.unwrap_or_default();
    let all: Vec<&str> = output.lines().collect();
    let most = usize::try_from(lines).unwrap_or(usize::MAX);
    let last = all.len().saturating_sub(most);
    Ok(all.into_iter().skip(last).map(str::to_owned).collect())
}

/// Runs a program inside, to its end.
async fn run(cluster: &Cluster, row: &GuestRow, command: &[&str]) -> Result<AgentProgram> {
    let (client, node, vmid) = (&cluster.client, row.node.as_str(), row.id.vmid);
    let failed = |error: pve_client::Error| {
        if error.is_agent_unavailable() {
            Error::Conflict(Problem::AgentSilent)
        } else {
            upstream(cluster)(error)
        }
    };
    let pid = client.agent_exec(node, vmid, command).await.map_err(failed)?;
    let mut pauses = tokio::time::interval(PAUSE);
    loop {
        pauses.tick().await;
        let status = client.agent_exec_status(node, vmid, pid).await.map_err(failed)?;
        if status.exited {
            return Ok(status);
        }
    }
}
