//! Backups that failed and that no task of Drover's may have begun: Proxmox's lists of tasks tell, and their logs name
//! the guests. One task of a job backs up all of a node's guests, and its end says no more than `job errors`
//! (`exec_backup` of `PVE::VZDump`).

use futures::future::join_all;
use pve_client::{LogPhase, TaskEntry, TaskFilter, TaskOutcome, TaskSource, VzdumpLog};

use crate::clusters::Cluster;

/// How many of a node's failed tasks are looked at, the latest first.
const TASKS: u32 = 50;
/// How many lines of a log are asked for at once.
const PAGE: u32 = 2000;
/// How many lines of a log are read at most: a job of a thousand guests writes fewer.
const LINES: u64 = 200_000;
/// How much of what Proxmox says is kept, in letters.
const REASON: usize = 300;

/// A task of a node's that backed up guests and did not get all of it done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    /// The guests that have no backup of it, each with Proxmox's reason; none where it ended before any guest's turn.
    pub guests: Vec<(u32, String)>,
    /// How the task as a whole ended.
    pub reason: String,
}

/// The backup tasks of these nodes that began at `since` or later and have failed. A node that does not answer is
/// asked again the next time.
pub(super) async fn failed_tasks(cluster: &Cluster, nodes: &[&str], since: i64) -> Vec<TaskEntry> {
    let filter = TaskFilter {
        since: Some(since),
        typefilter: Some("vzdump".to_owned()),
        source: Some(TaskSource::Archive),
        limit: Some(TASKS),
        errors: true,
        ..TaskFilter::default()
    };
    let asked = nodes.iter().map(|node| cluster.client.node_tasks(node, &filter));
    let mut all = Vec::new();
    for (node, answer) in nodes.iter().zip(join_all(asked).await) {
        match answer {
            Ok(tasks) => all.extend(tasks),
            Err(error) => {
                tracing::debug!(cluster = &*cluster.name, node, %error, "a node does not tell its tasks");
            }
        }
    }
    all.retain(|task| task.upid.kind() == "vzdump" && reason_of(task).is_some() && task.endtime.is_some());
    all
}

/// Reads which guests a task has failed for; `None` where its log can't be read now.
pub(super) async fn read(cluster: &Cluster, task: &TaskEntry) -> Option<Failure> {
    let (mut log, mut seen) = (VzdumpLog::default(), 0);
    while seen < LINES {
        let part = match cluster.client.task_log(&task.upid, seen, PAGE).await {
            Ok(part) => part,
            // It says no more than the list does.
            Err(error) if error.is_not_found() => break,
            Err(error) => {
                tracing::debug!(upid = %task.upid, %error, "the log of a failed backup can't be read");
                return None;
            }
        };
        for line in &part.lines {
            log.read(&line.text);
        }
        seen += u64::from(PAGE);
        if part.lines.len() < PAGE as usize {
            break;
        }
    }
    Some(failure(task, &log))
}

/// What the list alone tells of a task.
pub(super) fn unread(task: &TaskEntry) -> Failure {
    failure(task, &VzdumpLog::default())
}

fn failure(task: &TaskEntry, log: &VzdumpLog) -> Failure {
    let reason = short(&reason_of(task).unwrap_or_default());
    let mut guests: Vec<(u32, String)> = log
        .guests()
        .filter_map(|guest| match &guest.phase {
            LogPhase::Failed(why) => Some((guest.vmid?, short(why))),
            _ => None,
        })
        .collect();
    if guests.is_empty() {
        // A task about one guest is named by it.
        guests.extend(task.upid.vmid().map(|vmid| (vmid, reason.clone())));
    }
    Failure { guests, reason }
}

fn reason_of(task: &TaskEntry) -> Option<String> {
    match task.outcome() {
        Some(TaskOutcome::Failed(reason)) => Some(reason),
        _ => None,
    }
}

fn short(reason: &str) -> String {
    reason.trim().chars().take(REASON).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(id: &str, status: &str) -> TaskEntry {
        let upid = format!("UPID:pve1:00000001:00000001:65A1B2C3:vzdump:{id}:root@pam:");
        serde_json::from_value(serde_json::json!({"upid": upid, "endtime": 9, "status": status})).unwrap()
    }

    fn log(lines: &[&str]) -> VzdumpLog {
        let mut log = VzdumpLog::default();
        for line in lines {
            log.read(line);
        }
        log
    }

    #[test]
    fn the_log_of_a_job_names_those_that_failed() {
        let lines = log(&[
            "INFO: starting new backup job: vzdump --all 1 --storage nfs",
            "INFO: Starting Backup of VM 100 (qemu)",
            "ERROR: Backup of VM 100 failed - no space left",
            "INFO: Starting Backup of VM 101 (lxc)",
            "INFO: Finished Backup of VM 101 (00:00:03)",
            "INFO: Starting Backup of VM 102 (qemu)",
            "TASK ERROR: interrupted by signal",
        ]);
        let failed = failure(&task("", "job errors"), &lines);
        let guests: Vec<_> = failed
            .guests
            .iter()
            .map(|(id, why)| (*id, why.as_str()))
            .collect();
        assert_eq!(guests, [(100, "no space left"), (102, "interrupted by signal")]);
    }

    #[test]
    fn a_task_that_ended_before_any_guest_has_a_reason() {
        let failed = unread(&task("", "could not activate storage 'nfs'"));
        assert!(failed.guests.is_empty());
        assert_eq!(failed.reason, "could not activate storage 'nfs'");
        let failed = unread(&task("107", "job errors"));
        assert_eq!(failed.guests, [(107, "job errors".to_owned())]);
    }
}
