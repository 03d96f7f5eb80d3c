//! What stands in the form of a job.

use std::collections::BTreeSet;

use drover_types::backup::{BackUp, JobChoice, JobDraft};
use leptos::prelude::*;

use crate::shared::BackupFields;

/// All servers but some, in the form.
pub(super) const ALL: &str = "all";
/// These servers.
pub(super) const SOME: &str = "some";
/// Those of a pool.
pub(super) const POOL: &str = "pool";
/// When a new job runs where nothing else is said.
const USUAL_SCHEDULE: &str = "02:00";

/// The fields; cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct JobFields {
    pub cluster: RwSignal<String>,
    pub schedule: RwSignal<String>,
    pub node: RwSignal<String>,
    /// In which way servers are chosen.
    pub of: RwSignal<String>,
    pub except: RwSignal<BTreeSet<u32>>,
    pub vmids: RwSignal<BTreeSet<u32>>,
    pub pool: RwSignal<String>,
    pub comment: RwSignal<String>,
    pub enabled: RwSignal<bool>,
    pub repeat_missed: RwSignal<bool>,
    /// How each backup is made; behind one handle, so that all of this stays cheap to hand on.
    pub how: StoredValue<BackupFields>,
}

impl JobFields {
    /// Those of a new job.
    pub fn new() -> Self {
        let [cluster, schedule, node, of, pool, comment] = [(); 6].map(|()| RwSignal::new(String::new()));
        let [except, vmids] = [(); 2].map(|()| RwSignal::new(BTreeSet::new()));
        Self {
            cluster,
            schedule,
            node,
            of,
            except,
            vmids,
            pool,
            comment,
            enabled: RwSignal::new(true),
            repeat_missed: RwSignal::new(false),
            how: StoredValue::new(BackupFields::new()),
        }
    }

    /// A new job as it is usually made: of every server, each night.
    pub fn usual() -> JobDraft {
        let BackUp {
            storage,
            mode,
            compression,
            notes,
            protected,
            retention,
            as_storage_says: _,
        } = BackupFields::usual();
        JobDraft {
            enabled: true,
            schedule: USUAL_SCHEDULE.to_owned(),
            storage,
            node: None,
            choice: JobChoice::All { except: Vec::new() },
            mode,
            compression,
            retention,
            notes,
            protected,
            repeat_missed: false,
            comment: String::new(),
        }
    }

    /// Shows `job`.
    pub fn fill(self, job: &JobDraft) {
        let (of, except, vmids, pool) = match &job.choice {
            JobChoice::All { except } => (ALL, except.clone(), Vec::new(), String::new()),
            JobChoice::Some { vmids } => (SOME, Vec::new(), vmids.clone(), String::new()),
            JobChoice::Pool { pool } => (POOL, Vec::new(), Vec::new(), pool.clone()),
        };
        self.schedule.set(job.schedule.clone());
        self.node.set(job.node.clone().unwrap_or_default());
        self.of.set(of.to_owned());
        self.except.set(except.into_iter().collect());
        self.vmids.set(vmids.into_iter().collect());
        self.pool.set(pool);
        self.comment.set(job.comment.clone());
        self.enabled.set(job.enabled);
        self.repeat_missed.set(job.repeat_missed);
        self.how.get_value().fill(&BackUp {
            storage: job.storage.clone(),
            mode: job.mode,
            compression: job.compression,
            notes: job.notes.clone(),
            protected: job.protected,
            retention: job.retention,
            ..BackUp::default()
        });
    }

    /// What they say. Tracked.
    pub fn read(self) -> JobDraft {
        let list = |ids: RwSignal<BTreeSet<u32>>| ids.with(|ids| ids.iter().copied().collect());
        let choice = match self.of.get().as_str() {
            SOME => JobChoice::Some {
                vmids: list(self.vmids),
            },
            POOL => JobChoice::Pool {
                pool: self.pool.get(),
            },
            _ => JobChoice::All {
                except: list(self.except),
            },
        };
        let BackUp {
            storage,
            mode,
            compression,
            notes,
            protected,
            retention,
            as_storage_says: _,
        } = self.how.get_value().read();
        JobDraft {
            enabled: self.enabled.get(),
            schedule: self.schedule.with(|text| text.trim().to_owned()),
            storage,
            node: Some(self.node.get()).filter(|node| !node.is_empty()),
            choice,
            mode,
            compression,
            retention,
            notes,
            protected,
            repeat_missed: self.repeat_missed.get(),
            comment: self.comment.with(|text| text.trim().to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use drover_types::backup::Retention;

    use super::*;

    #[test]
    fn what_is_filled_in_is_read_again() {
        Owner::new().with(|| {
            let fields = JobFields::new();
            let usual = JobFields::usual();
            fields.fill(&usual);
            assert_eq!(fields.read(), usual);
            for choice in [
                JobChoice::All {
                    except: vec![100, 101],
                },
                JobChoice::Some { vmids: vec![102] },
                JobChoice::Pool { pool: "shop".into() },
            ] {
                let job = JobDraft {
                    choice,
                    node: Some("pve1".into()),
                    retention: Some(Retention {
                        keep_daily: Some(7),
                        ..Retention::default()
                    }),
                    repeat_missed: true,
                    ..usual.clone()
                };
                fields.fill(&job);
                assert_eq!(fields.read(), job);
            }
        });
    }
}
