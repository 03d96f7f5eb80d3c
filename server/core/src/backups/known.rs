//! What storages last said of their archives. One that does not answer keeps what it said before, and is marked.

use std::collections::{BTreeMap, HashMap};

use pve_client::Volume;

use super::places::Place;

/// A storage that may hold backups, and how it last answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupStorage {
    /// The storage.
    pub storage: String,
    /// The node whose it is; `None` where the nodes share it.
    pub node: Option<String>,
    /// When it last told what it holds, in seconds since 1970; `None` where it never did.
    pub fetched_at: Option<i64>,
    /// Whether it did not answer when it was last asked.
    pub is_failing: bool,
}

#[derive(Debug, Default)]
struct Listing {
    /// When each guest was backed up there last.
    newest: HashMap<u32, i64>,
    fetched_at: Option<i64>,
    is_failing: bool,
}

/// The storages of one cluster.
#[derive(Debug, Default)]
pub(super) struct Known(BTreeMap<Place, Listing>);

impl Known {
    /// Takes over what a storage said at `now`.
    pub(super) fn heard(&mut self, place: Place, newest: HashMap<u32, i64>, now: i64) {
        let listing = Listing {
            newest,
            fetched_at: Some(now),
            is_failing: false,
        };
        self.0.insert(place, listing);
    }

    /// Notes that a storage did not answer, and tells whether that is new.
    pub(super) fn failed(&mut self, place: Place) -> bool {
        let listing = self.0.entry(place).or_default();
        !std::mem::replace(&mut listing.is_failing, true)
    }

    /// Forgets the storages that the cluster has no more.
    pub(super) fn retain(&mut self, is_there: impl Fn(&Place) -> bool) {
        self.0.retain(|place, _| is_there(place));
    }

    /// When each guest was backed up last, wherever.
    pub(super) fn newest(&self) -> HashMap<u32, i64> {
        let mut newest = HashMap::new();
        for listing in self.0.values() {
            for (vmid, at) in &listing.newest {
                later(&mut newest, *vmid, *at);
            }
        }
        newest
    }

    /// The storages, in order.
    pub(super) fn storages(&self) -> Vec<BackupStorage> {
        let storage = |(place, listing): (&Place, &Listing)| BackupStorage {
            storage: place.storage.clone(),
            node: place.node.clone(),
            fetched_at: listing.fetched_at,
            is_failing: listing.is_failing,
        };
        self.0.iter().map(storage).collect()
    }
}

/// When each guest was backed up last, by what a storage holds. An archive whose guest or time Proxmox does not tell
/// counts for none.
pub(super) fn newest(volumes: &[Volume]) -> HashMap<u32, i64> {
    let mut newest = HashMap::new();
    for volume in volumes {
        if let (Some(vmid), Some(at)) = (volume.vmid, volume.ctime) {
            later(&mut newest, vmid, at);
        }
    }
    newest
}

fn later(newest: &mut HashMap<u32, i64>, vmid: u32, at: i64) {
    let known = newest.entry(vmid).or_insert(at);
    *known = at.max(*known);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(storage: &str) -> Place {
        Place {
            storage: storage.into(),
            node: None,
        }
    }

    #[test]
    fn the_newest_of_all_storages_counts_and_a_silent_one_keeps_its_word() {
        let mut known = Known::default();
        known.heard(place("nfs"), HashMap::from([(100, 50), (101, 60)]), 1000);
        known.heard(place("pbs"), HashMap::from([(100, 70)]), 1000);
        let all = HashMap::from([(100, 70), (101, 60)]);
        assert_eq!(known.newest(), all);

        assert!(known.failed(place("pbs")));
        assert!(!known.failed(place("pbs")), "it is told once");
        assert_eq!(known.newest(), all);
        let failing: Vec<_> = known.storages().into_iter().map(|one| one.is_failing).collect();
        assert_eq!(failing, [false, true]);

        known.heard(place("pbs"), HashMap::new(), 2000);
        assert_eq!(known.newest(), HashMap::from([(100, 50), (101, 60)]));
        known.retain(|place| place.storage == "pbs");
        assert!(known.newest().is_empty());
    }

    #[test]
    fn the_latest_archive_of_a_guest_is_its_newest() {
        let volume = |vmid: Option<u32>, ctime: Option<i64>| -> Volume {
            serde_json::from_value(serde_json::json!({"volid": "nfs:backup/x", "vmid": vmid, "ctime": ctime}))
                .unwrap()
        };
        let volumes = [
            volume(Some(100), Some(9)),
            volume(Some(100), Some(5)),
            volume(None, Some(99)),
            volume(Some(101), None),
        ];
        assert_eq!(newest(&volumes), HashMap::from([(100, 9)]));
    }
}
