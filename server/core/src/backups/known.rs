//! What storages last said of their archives. One that does not answer keeps what it said before, and is marked.

use std::collections::{BTreeMap, HashMap};

use drover_types::guest::GuestKind;
use pve_client::Volume;

use super::places::Place;
use crate::inventory::Archives;

/// A storage that may hold backups, and how it last answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupStorage {
    /// The storage.
    pub storage: String,
    /// The node whose it is; `None` where the nodes share it.
    pub node: Option<String>,
    /// When it last told what it holds, in seconds since 1970; `None` where it never did.
    pub fetched_at: Option<i64>,
    /// Why it did not answer when it was last asked; `None` where it did.
    pub problem: Option<String>,
}

/// When guests of a kind and an id were backed up last.
pub(super) type Newest = HashMap<(GuestKind, u32), i64>;

#[derive(Debug, Default)]
struct Listing {
    /// When each guest was backed up there last.
    newest: Newest,
    fetched_at: Option<i64>,
    problem: Option<String>,
}

/// The storages of one cluster.
#[derive(Debug, Default)]
pub(super) struct Known(BTreeMap<Place, Listing>);

impl Known {
    /// Takes over what a storage said at `now`.
    pub(super) fn heard(&mut self, place: Place, newest: Newest, now: i64) {
        let listing = Listing {
            newest,
            fetched_at: Some(now),
            problem: None,
        };
        self.0.insert(place, listing);
    }

    /// Notes that a storage did not answer, and tells whether that is new.
    pub(super) fn failed(&mut self, place: Place, why: String) -> bool {
        let listing = self.0.entry(place).or_default();
        listing.problem.replace(why).is_none()
    }

    /// What the rows of guests and storages show of it.
    pub(super) fn archives(&self) -> Archives {
        let failing = self.0.iter().filter_map(|(place, listing)| {
            let key = (place.storage.clone(), place.node.clone());
            Some((key, listing.problem.clone()?))
        });
        Archives {
            newest: self.newest(),
            is_whole: self.0.values().all(|listing| listing.fetched_at.is_some()),
            failing: failing.collect(),
        }
    }

    /// Forgets the storages that the cluster has no more.
    pub(super) fn retain(&mut self, is_there: impl Fn(&Place) -> bool) {
        self.0.retain(|place, _| is_there(place));
    }

    /// When each guest was backed up last, wherever.
    fn newest(&self) -> Newest {
        let mut newest = HashMap::new();
        for listing in self.0.values() {
            for (of, at) in &listing.newest {
                later(&mut newest, *of, *at);
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
            problem: listing.problem.clone(),
        };
        self.0.iter().map(storage).collect()
    }
}

/// When each guest was backed up last, by what a storage holds. An archive whose guest, kind or time Proxmox does not
/// tell counts for none.
pub(super) fn newest(volumes: &[Volume]) -> Newest {
    let mut newest = HashMap::new();
    for volume in volumes {
        if let (Some(kind), Some(vmid), Some(at)) = (kind(&volume.volid), volume.vmid, volume.ctime) {
            later(&mut newest, (kind, vmid), at);
        }
    }
    newest
}

/// Of what kind of guest an archive is, by its name: `vzdump-qemu-…` in a folder (`PVE::VZDump`), `backup/vm/…` on a
/// Proxmox Backup Server (`PVE::Storage::PBSPlugin`).
fn kind(volid: &str) -> Option<GuestKind> {
    let (_, path) = volid.split_once(':')?;
    let file = path.rsplit('/').next().unwrap_or(path);
    if path.starts_with("backup/vm/") || file.starts_with("vzdump-qemu-") {
        Some(GuestKind::Qemu)
    } else if path.starts_with("backup/ct/") || file.starts_with("vzdump-lxc-") {
        Some(GuestKind::Lxc)
    } else {
        None
    }
}

fn later(newest: &mut Newest, of: (GuestKind, u32), at: i64) {
    let known = newest.entry(of).or_insert(at);
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

    fn vms(newest: &[(u32, i64)]) -> Newest {
        let of = |(vmid, at): &(u32, i64)| ((GuestKind::Qemu, *vmid), *at);
        newest.iter().map(of).collect()
    }

    #[test]
    fn the_newest_of_all_storages_counts_and_a_silent_one_keeps_its_word() {
        let mut known = Known::default();
        known.heard(place("nfs"), vms(&[(100, 50), (101, 60)]), 1000);
        known.heard(place("pbs"), vms(&[(100, 70)]), 1000);
        let all = vms(&[(100, 70), (101, 60)]);
        assert_eq!(known.newest(), all);

        assert!(known.failed(place("pbs"), "timeout".into()));
        assert!(!known.failed(place("pbs"), "timeout".into()), "it is told once");
        assert_eq!(known.newest(), all);
        let failing: Vec<_> = known
            .storages()
            .into_iter()
            .map(|one| one.problem.is_some())
            .collect();
        assert_eq!(failing, [false, true]);

        known.heard(place("pbs"), HashMap::new(), 2000);
        assert_eq!(known.newest(), vms(&[(100, 50), (101, 60)]));
        known.retain(|place| place.storage == "pbs");
        assert!(known.newest().is_empty());
    }

    #[test]
    fn nothing_is_whole_before_every_storage_has_told_once() {
        let mut known = Known::default();
        known.heard(place("nfs"), vms(&[(100, 50)]), 1000);
        known.failed(place("pbs"), "timeout".into());
        let archives = known.archives();
        assert!(!archives.is_whole);
        assert_eq!(
            archives.failing,
            HashMap::from([(("pbs".to_owned(), None), "timeout".to_owned())])
        );
        known.heard(place("pbs"), HashMap::new(), 1000);
        known.failed(place("nfs"), "timeout".into());
        assert!(known.archives().is_whole, "what it told before stays");
    }

    #[test]
    fn the_latest_archive_of_a_guest_is_its_newest() {
        let volume = |name: &str, vmid: Option<u32>, ctime: Option<i64>| -> Volume {
            let volid = format!("nfs:backup/{name}");
            serde_json::from_value(serde_json::json!({"volid": volid, "vmid": vmid, "ctime": ctime})).unwrap()
        };
        let vm = "vzdump-qemu-100-2026_01_01-00_00_00.vma.zst";
        let volumes = [
            volume(vm, Some(100), Some(9)),
            volume(vm, Some(100), Some(5)),
            volume("vzdump-lxc-100-2026_01_01-00_00_00.tar.zst", Some(100), Some(20)),
            volume("vm/101/2026-01-01T00:00:00Z", Some(101), Some(7)),
            volume("ct/102/2026-01-01T00:00:00Z", Some(102), Some(8)),
            volume(vm, None, Some(99)),
            volume(vm, Some(101), None),
            volume("somebodys-own.vma.zst", Some(103), Some(99)),
        ];
        let mut all = vms(&[(100, 9), (101, 7)]);
        all.extend([((GuestKind::Lxc, 100), 20), ((GuestKind::Lxc, 102), 8)]);
        assert_eq!(newest(&volumes), all);
    }
}
