//! What a run says: the lines of Drover's callback plugin, one JSON object each.

use std::collections::BTreeMap;

use drover_types::role::PlayStatus;
use serde::Deserialize;

/// A line of the callback's.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(crate) enum Report {
    /// A play begins.
    Play {
        /// Its name.
        name: String,
    },
    /// A task begins.
    Task {
        /// Its name, with that of its role.
        name: String,
    },
    /// A task, or one item of its loop, ended.
    Result {
        /// The task's name.
        task: String,
        /// How.
        status: PlayStatus,
        /// The item.
        item: Option<String>,
        /// What the module says.
        message: Option<String>,
        /// What changed, or would.
        diff: Option<String>,
    },
    /// Something to mind.
    Warning {
        /// What.
        message: String,
    },
    /// The sums at the end.
    Stats {
        /// By host.
        hosts: BTreeMap<String, Counts>,
    },
}

/// How many tasks ended how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Counts {
    /// As it should be; those that changed something are among them.
    pub ok: u32,
    /// Something was changed, or would be.
    pub changed: u32,
    /// Failed.
    pub failed: u32,
    /// The server could not be reached.
    pub unreachable: u32,
}

impl Report {
    /// Reads a line; `None` where it is something else.
    pub(super) fn read(line: &str) -> Option<Self> {
        serde_json::from_str(line).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_callback_are_read_and_others_are_not() {
        let line = r#"{"event":"result","id":"x","task":"web : Install","host":"h","status":"changed","seconds":1.2}"#;
        let result = Report::Result {
            task: "web : Install".into(),
            status: PlayStatus::Changed,
            item: None,
            message: None,
            diff: None,
        };
        assert_eq!(Report::read(line), Some(result));
        let stats =
            r#"{"event":"stats","hosts":{"h":{"ok":3,"changed":1,"failed":0,"unreachable":0,"skipped":2}}}"#;
        let Some(Report::Stats { hosts }) = Report::read(stats) else {
            panic!("no sums");
        };
        assert_eq!((hosts["h"].ok, hosts["h"].changed), (3, 1));
        for other in ["", "PLAY [all]", "{}", r#"{"event":"song"}"#, "[1]"] {
            assert_eq!(Report::read(other), None, "{other}");
        }
    }
}
