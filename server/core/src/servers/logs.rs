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

/// How many lines where nothing is said.
const LINES: u32 = 100;

/// Of how many tasks at most the log is read: each is a question to Proxmox.
const MOST_LOGS: usize = 30;

/// How long the program inside may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often it is asked whether it has ended.
const PAUSE: Duration = Duration::from_millis(200);

impl Servers {
    /// The last `lines` lines of a log, from 1 to [`MOST_LINES`]. Without a number, [`LINES`] of them, and of
    /// [`LogType::Tasks`] one for each task without what it logged.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::Invalid`] for too many lines and for a log that can't be had
    /// now (reading is in nobody's way, so it is no conflict), or the cluster's.
    pub async fn logs(
        &self,
        ctx: &OpContext,
        id: &GuestId,
        kind: LogType,
        lines: Option<u32>,
    ) -> Result<ServerLog> {
        let actor = ctx.require(Permission::ViewLogs)?;
        let wanted = lines;
        let lines = wanted.unwrap_or(LINES);
        if !(1..=MOST_LINES).contains(&lines) {
            let (min, max) = (1, MOST_LINES.into());
            return Err(Error::field("lines", Problem::OutOfRange { min, max }));
        }
        let row = self.listed(actor, id).await?;
        let cluster = self.cluster(Some(&id.cluster))?;
        let found = match kind {
            LogType::Tasks => tasks(cluster, &row, lines, wanted.is_some()).await?,
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

/// What its node remembers of it: one line for each task, and behind it what the task logged where `with_logs`.
async fn tasks(cluster: &Cluster, row: &GuestRow, lines: u32, with_logs: bool) -> Result<Vec<String>> {
    let filter = TaskFilter {
        vmid: Some(row.id.vmid),
        source: Some(TaskSource::All),
        limit: Some(lines),
        ..TaskFilter::default()
    };
    let found = cluster.client.node_tasks(&row.node, &filter).await;
    let mut found = found.map_err(upstream(cluster))?;
    found.sort_by_key(|task| std::cmp::Reverse(task.starttime));
    let mut parts = Vec::new();
    let mut left = lines;
    for (at, task) in found.iter().enumerate() {
        if left == 0 {
            break;
        }
        left -= 1;
        let mut part = vec![line(task)];
        if with_logs && left > 0 && at < MOST_LOGS {
            part.extend(logged(cluster, task, left).await?);
            left = left.saturating_sub(u32::try_from(part.len() - 1).unwrap_or(u32::MAX));
        }
        parts.push(part);
    }
    Ok(parts.into_iter().rev().flatten().collect())
}

/// The last lines that a task logged, `most` at most.
async fn logged(cluster: &Cluster, task: &TaskEntry, most: u32) -> Result<Vec<String>> {
    let read = async |start: u64| match cluster.client.task_log(&task.upid, start, most).await {
        Ok(log) => Ok(Some(log)),
        // The node keeps the list longer than the logs.
        Err(error) if error.is_not_found() => Ok(None),
        Err(error) => Err(upstream(cluster)(error)),
    };
    let Some(mut log) = read(0).await? else {
        return Ok(Vec::new());
    };
    let unread = log.total.unwrap_or_default().saturating_sub(most.into());
    if unread > 0 {
        let Some(end) = read(unread).await? else {
            return Ok(Vec::new());
        };
        log = end;
    }
    let texts = log.lines.into_iter().map(|line| format!("  {}", line.text));
    Ok(texts.collect())
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
        // Proxmox has no call that reads a container's journal: `pct exec` is none, and `/nodes/{node}/journal` is the
        // node's own.
        return Err(not_now(Problem::ContainersUnsupported));
    }
    if row.status == GuestStatus::Stopped {
        let states = vec![GuestStatus::Running.as_str().to_owned()];
        return Err(not_now(Problem::GuestMustBe { states }));
    }
    let count = lines.to_string();
    let mut command = vec!["journalctl", "--no-pager", "--output=short-iso", "-n", &count];
    if kind == LogType::Kernel {
        command.push("--dmesg");
    }
    let Ok(status) = tokio::time::timeout(PATIENCE, run(cluster, row, &command)).await else {
        return Err(not_now(Problem::AgentSilent));
    };
    let status = status?;
    if status.exit_code != Some(0) {
        tracing::info!(guest = %row.id, code = status.exit_code, said = status.errors, "the journal can't be read");
        return Err(not_now(Problem::NoJournal));
    }
    let output = status.output.unwrap_or_default();
    let all: Vec<&str> = output.lines().collect();
    let most = usize::try_from(lines).unwrap_or(usize::MAX);
    let last = all.len().saturating_sub(most);
    Ok(all.into_iter().skip(last).map(str::to_owned).collect())
}

/// This type of log can't be had of the server, or not now.
fn not_now(problem: Problem) -> Error {
    Error::field("type", problem)
}

/// Runs a program inside, to its end.
async fn run(cluster: &Cluster, row: &GuestRow, command: &[&str]) -> Result<AgentProgram> {
    let (client, node, vmid) = (&cluster.client, row.node.as_str(), row.id.vmid);
    let failed = |error: pve_client::Error| {
        if error.is_agent_unavailable() {
            not_now(Problem::AgentSilent)
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
