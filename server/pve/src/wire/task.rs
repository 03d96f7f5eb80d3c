//! Proxmox's tasks: their state, their list and their log.

use std::fmt;

use serde::Deserialize;

use super::lenient;
use crate::refusal::is_lock;
use crate::upid::Upid;

/// How a task ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskOutcome {
    /// It did what it was asked (`OK`).
    Ok,
    /// It did what it was asked, and warns in its log (`WARNINGS: n`).
    Warnings(u32),
    /// It failed, with Proxmox's reason.
    Failed(String),
}

impl TaskOutcome {
    /// Reads the words of `PVE::Tools::upid_normalize_status_type`.
    pub fn parse(exit: &str) -> Self {
        let warnings = exit
            .strip_prefix("WARNINGS: ")
            .and_then(|count| count.trim().parse().ok());
        match (exit, warnings) {
            ("OK", _) => Self::Ok,
            (_, Some(count)) => Self::Warnings(count),
            _ => Self::Failed(exit.to_owned()),
        }
    }

    /// Whether it failed because another operation holds the guest, so that trying later may help.
    pub fn is_locked(&self) -> bool {
        matches!(self, Self::Failed(reason) if is_lock(reason))
    }

    /// Whether the work was done, with warnings or without.
    pub fn is_success(&self) -> bool {
        !matches!(self, Self::Failed(_))
    }
}

/// `GET /nodes/{node}/tasks/{upid}/status`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TaskStatus {
    /// `running` or `stopped`.
    #[serde(deserialize_with = "lenient::required_text")]
    pub status: String,
    /// `OK`, `WARNINGS: n` or the reason of the failure, once stopped.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub exitstatus: Option<String>,
    /// The task.
    pub upid: Upid,
    /// When it began, in seconds since 1970.
    #[serde(default, deserialize_with = "lenient::opt_int")]
    pub starttime: Option<i64>,
}

impl TaskStatus {
    /// How it ended; `None` while it runs.
    pub fn outcome(&self) -> Option<TaskOutcome> {
        match (self.status.as_str(), self.exitstatus.as_deref()) {
            ("running", _) => None,
            (_, Some(exit)) => Some(TaskOutcome::parse(exit)),
            // PVE::Tools::upid_read_status gives up where the worker died without a last line.
            (_, None) => Some(TaskOutcome::Failed(
                "the task stopped without saying how".to_owned(),
            )),
        }
    }
}

/// An element of `GET /nodes/{node}/tasks` and `GET /cluster/tasks`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TaskEntry {
    /// The task.
    pub upid: Upid,
    /// When it began, in seconds since 1970.
    #[serde(default, deserialize_with = "lenient::opt_int")]
    pub starttime: Option<i64>,
    /// When it ended; none while it runs.
    #[serde(default, deserialize_with = "lenient::opt_int")]
    pub endtime: Option<i64>,
    /// The exit status, once ended; `RUNNING` in some listings while it runs.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub status: Option<String>,
}

impl TaskEntry {
    /// How it ended; `None` while it runs.
    pub fn outcome(&self) -> Option<TaskOutcome> {
        match self.status.as_deref() {
            Some("RUNNING") => None,
            Some(exit) => Some(TaskOutcome::parse(exit)),
            None => self
                .endtime
                .map(|_| TaskOutcome::Failed("the task stopped without saying how".to_owned())),
        }
    }
}

/// Which of a node's tasks to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskSource {
    /// Those that ended.
    Archive,
    /// Those that run, and the latest that ended.
    Active,
    /// All.
    All,
}

impl fmt::Display for TaskSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Archive => "archive",
            Self::Active => "active",
            Self::All => "all",
        })
    }
}

/// A part of `GET /nodes/{node}/tasks/{upid}/log`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskLog {
    /// The lines asked for.
    pub lines: Vec<TaskLogLine>,
    /// How many lines there are in all, where Proxmox says so.
    pub total: Option<u64>,
}

/// A line of a task's log.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TaskLogLine {
    /// Its number, from 1.
    #[serde(rename = "n", deserialize_with = "lenient::required_int")]
    pub number: u64,
    /// Its text.
    #[serde(rename = "t", default, deserialize_with = "lenient::required_text")]
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(state: &str, exit: Option<&str>) -> TaskStatus {
        let upid = "UPID:pve1:00000001:00000001:65A1B2C3:qmstart:100:root@pam:";
        let body = serde_json::json!({"upid": upid, "status": state, "exitstatus": exit, "starttime": "7"});
        serde_json::from_value(body).unwrap()
    }

    #[test]
    fn outcomes() {
        assert_eq!(status("running", None).outcome(), None);
        assert_eq!(status("stopped", Some("OK")).outcome(), Some(TaskOutcome::Ok));
        let warned = status("stopped", Some("WARNINGS: 2")).outcome().unwrap();
        assert_eq!(warned, TaskOutcome::Warnings(2));
        assert!(warned.is_success());
        let failed = status("stopped", Some("unexpected status")).outcome().unwrap();
        assert_eq!(failed, TaskOutcome::Failed("unexpected status".into()));
        assert!(!failed.is_success() && !failed.is_locked());
        assert!(TaskOutcome::parse("VM is locked (clone)").is_locked());
        assert!(matches!(
            status("stopped", None).outcome(),
            Some(TaskOutcome::Failed(_))
        ));
    }

    #[test]
    fn an_entry_without_end_runs() {
        let upid = "UPID:pve1:00000001:00000001:65A1B2C3:qmclone:9000:root@pam:";
        let entry = |extra: &str| -> TaskEntry {
            serde_json::from_str(&format!(r#"{{"upid":"{upid}"{extra}}}"#)).unwrap()
        };
        assert_eq!(entry("").outcome(), None);
        assert_eq!(entry(r#","status":"RUNNING""#).outcome(), None);
        assert_eq!(
            entry(r#","endtime":9,"status":"OK""#).outcome(),
            Some(TaskOutcome::Ok)
        );
    }
}
