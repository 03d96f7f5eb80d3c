//! Which servers ran, so that one that is off without anybody's doing is noticed.

use std::collections::{HashMap, HashSet};

use drover_types::guest::{GuestRow, GuestStatus};
use drover_types::ids::GuestId;
use drover_types::inventory::Snapshot;

use super::planned::Stopped;

/// Whether a server's figures don't count now: something is done with it on purpose.
pub(super) fn is_muted(row: &GuestRow) -> bool {
    // A lock stands for a backup, a migration, a snapshot, a roll-back, a clone (`PVE::AbstractConfig`).
    row.lock.is_some()
        || matches!(
            row.status,
            GuestStatus::Creating
                | GuestStatus::Starting
                | GuestStatus::Stopping
                | GuestStatus::Rebooting
                | GuestStatus::Deleting
        )
}

/// What is remembered of who ran.
#[derive(Debug, Default)]
pub(super) struct Runs {
    /// Who runs, and when that was last seen, in seconds since 1970.
    running: HashMap<GuestId, i64>,
    down: HashSet<GuestId>,
}

impl Runs {
    /// Looks at the picture; gives the servers that have stopped and of which nobody knows why yet, until
    /// [`Runs::explain`] says.
    pub(super) fn look(
        &mut self,
        picture: &Snapshot,
        now: i64,
        is_silent: impl Fn(&str) -> bool,
    ) -> Vec<Stopped> {
        let mut stopped = Vec::new();
        let is_there = |id: &GuestId| picture.guests.binary_search_by(|row| row.id.cmp(id)).is_ok();
        self.running.retain(|id, _| is_there(id));
        self.down.retain(is_there);
        for row in &picture.guests {
            if row.template || is_muted(row) || is_silent(&row.id.cluster) {
                continue;
            }
            match row.status {
                GuestStatus::Running => {
                    match self.running.get_mut(&row.id) {
                        Some(seen) => *seen = now,
                        None => drop(self.running.insert(row.id.clone(), now)),
                    }
                    if !self.down.is_empty() {
                        self.down.remove(&row.id);
                    }
                }
                GuestStatus::Stopped => {
                    stopped.extend(self.running.get(&row.id).map(|seen| (row.clone(), *seen)));
                }
                _ => {}
            }
        }
        stopped
    }

    /// Says of a server that has stopped whether somebody wanted it so.
    pub(super) fn explain(&mut self, id: &GuestId, planned: bool) {
        self.running.remove(id);
        if !planned {
            self.down.insert(id.clone());
        }
    }

    /// Whether a server is off without anybody's doing.
    pub(super) fn is_down(&self, id: &GuestId) -> bool {
        !self.down.is_empty() && self.down.contains(id)
    }

    /// Remembers one that was found so before the process was started anew.
    pub(super) fn was_down(&mut self, id: &GuestId) {
        if !self.running.contains_key(id) {
            self.down.insert(id.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(status: GuestStatus, lock: Option<&str>) -> Snapshot {
        let row = GuestRow {
            status,
            lock: lock.map(str::to_owned),
            ..GuestRow::unknown(GuestId::new("lab", 100))
        };
        Snapshot {
            guests: vec![row],
            ..Snapshot::default()
        }
    }

    #[test]
    fn one_that_stops_is_asked_about_until_somebody_says_why() {
        let id = GuestId::new("lab", 100);
        let mut runs = Runs::default();
        let look = |runs: &mut Runs, status, lock| runs.look(&picture(status, lock), 0, |_| false).len();
        assert_eq!(
            look(&mut runs, GuestStatus::Stopped, None),
            0,
            "it was never seen to run"
        );
        assert_eq!(look(&mut runs, GuestStatus::Running, None), 0);
        assert_eq!(
            look(&mut runs, GuestStatus::Stopped, Some("backup")),
            0,
            "a backup stops it"
        );
        assert_eq!(look(&mut runs, GuestStatus::Stopping, None), 0);
        assert_eq!(look(&mut runs, GuestStatus::Stopped, None), 1);
        assert_eq!(
            look(&mut runs, GuestStatus::Stopped, None),
            1,
            "nobody has said why"
        );
        runs.explain(&id, true);
        assert_eq!(look(&mut runs, GuestStatus::Stopped, None), 0);
        assert!(!runs.is_down(&id));
        look(&mut runs, GuestStatus::Running, None);
        look(&mut runs, GuestStatus::Stopped, None);
        runs.explain(&id, false);
        assert!(runs.is_down(&id));
        look(&mut runs, GuestStatus::Running, None);
        assert!(!runs.is_down(&id), "it is back");
    }

    #[test]
    fn a_silent_cluster_stops_nothing() {
        let mut runs = Runs::default();
        runs.look(&picture(GuestStatus::Running, None), 0, |_| false);
        assert!(
            runs.look(&picture(GuestStatus::Stopped, None), 0, |_| true)
                .is_empty()
        );
    }
}
