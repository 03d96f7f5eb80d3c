//! Proxmox's own backup jobs, as they are shown and written.

use serde::{Deserialize, Serialize};

use super::request::{BackupMode, Compression};
use super::retention::Retention;
use crate::error::FieldProblems;
use crate::text::Problem;

/// Which guests a job backs up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "of", rename_all = "lowercase")]
pub enum JobChoice {
    /// All but some.
    All {
        /// Those that are left out.
        except: Vec<u32>,
    },
    /// These.
    Some {
        /// Their ids.
        vmids: Vec<u32>,
    },
    /// Those of a pool.
    Pool {
        /// Its name.
        pool: String,
    },
}

/// What a job is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JobDraft {
    /// Whether it is run.
    pub enabled: bool,
    /// When, as a calendar event such as `mon..fri 02:00` (`PVE::CalendarEvent`).
    pub schedule: String,
    /// The storage that backups are put on.
    pub storage: String,
    /// The node whose guests it is about; of all nodes where nothing is said.
    pub node: Option<String>,
    /// Which guests.
    pub choice: JobChoice,
    /// What happens to running guests meanwhile.
    pub mode: BackupMode,
    /// How backups are compressed.
    pub compression: Compression,
    /// Which older ones are kept; the storage decides where nothing is said.
    pub retention: Option<Retention>,
    /// Notes on each backup.
    pub notes: String,
    /// Whether nobody may delete them.
    pub protected: bool,
    /// Whether one that was missed, as the node was off, is made up for.
    pub repeat_missed: bool,
    /// What it is for.
    pub comment: String,
}

impl JobDraft {
    /// What is wrong with it, by field, as far as it tells by itself.
    pub fn problems(&self) -> FieldProblems {
        let mut problems = self.retention.map(|of| of.problems()).unwrap_or_default();
        let missing = match &self.choice {
            JobChoice::Some { vmids } => vmids.is_empty().then_some("vmids"),
            JobChoice::Pool { pool } => pool.is_empty().then_some("pool"),
            JobChoice::All { .. } => None,
        };
        let empty = [("schedule", &self.schedule), ("storage", &self.storage)];
        let empty = empty.into_iter().filter(|(_, text)| text.trim().is_empty());
        for field in empty.map(|(field, _)| field).chain(missing) {
            problems.insert(field.to_owned(), Problem::Required);
        }
        for (field, text) in [("comment", &self.comment), ("schedule", &self.schedule)] {
            if text.contains(['\n', '\r']) {
                problems.insert(field.to_owned(), Problem::NoLineBreaks);
            }
        }
        problems
    }
}

/// When a schedule falls due.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NextRuns {
    /// The next times, in seconds since 1970.
    pub runs: Vec<i64>,
    /// The time zones of the nodes, such as `Europe/Vienna`: a node starts a job by its own clock. None where no node
    /// tells; more than one where they differ.
    pub zones: Vec<String>,
}

/// A job as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BackupJob {
    /// The cluster it is of.
    pub cluster: String,
    /// Its id.
    pub id: String,
    /// What it is made of.
    pub job: JobDraft,
    /// When it is run next, in seconds since 1970; the later ones follow.
    pub next_runs: Vec<i64>,
    /// How many guests it backs up now.
    pub servers: u32,
}
