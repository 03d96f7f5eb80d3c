//! What storages last said of their archives. One that does not answer keeps what it said before, and is marked.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use drover_types::backup::{Archive, Verification};
use drover_types::guest::GuestKind;
use pve_client::{ArchiveName, Volume};
use tokio::sync::{Mutex, MutexGuard};

use super::places::Place;
use crate::inventory::Archives;

/// When guests of a kind and an id were backed up last.
type Newest = HashMap<(GuestKind, u32), i64>;

#[derive(Debug, Default)]
pub(super) struct Listing {
    /// The backups there.
    pub archives: Vec<Archive>,
    /// When it last told what it holds, in seconds since 1970; `None` where it never did.
    pub fetched_at: Option<i64>,
    /// Why it did not answer when it was last asked; `None` where it did.
    pub problem: Option<String>,
    /// How often tasks have told of it: what was asked for before that may be older than what they said.
    told: u64,
}

/// Lets one at a time ask the storages of a cluster. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Flight(Arc<(Mutex<()>, AtomicU64)>);

impl Flight {
    /// How often they have been asked.
    pub(super) fn count(&self) -> u64 {
        self.0.1.load(Ordering::Acquire)
    }

    /// Waits for whoever asks them.
    pub(super) async fn lock(&self) -> MutexGuard<'_, ()> {
        self.0.0.lock().await
    }

    /// Notes that all have been asked.
    pub(super) fn done(&self) {
        self.0.1.fetch_add(1, Ordering::Release);
    }
}

/// The storages of one cluster.
#[derive(Debug, Default)]
pub(super) struct Known {
    listings: BTreeMap<Place, Listing>,
    flight: Flight,
}

impl Known {
    /// Lets one at a time ask the storages.
    pub(super) fn flight(&self) -> Flight {
        self.flight.clone()
    }

    /// How often tasks have told of a storage, to be given back with what it says.
    pub(super) fn told(&self, place: &Place) -> u64 {
        self.listings.get(place).map_or(0, |listing| listing.told)
    }

    /// Takes over what a storage said at `now`; `false` where a task has told of it since it was asked.
    pub(super) fn heard(&mut self, place: Place, archives: Vec<Archive>, now: i64, told: u64) -> bool {
        let listing = self.listings.entry(place).or_default();
        if listing.told != told {
            return false;
        }
        *listing = Listing {
            archives,
            fetched_at: Some(now),
            problem: None,
            told,
        };
        true
    }

    /// Notes that a storage did not answer, and tells whether that is new.
    pub(super) fn failed(&mut self, place: Place, why: String) -> bool {
        let listing = self.listings.entry(place).or_default();
        listing.problem.replace(why).is_none()
    }

    /// Puts what a task has read of one guest in the place of what was known of it.
    pub(super) fn replace_guest(&mut self, place: &Place, of: (GuestKind, u32), archives: Vec<Archive>) {
        let listing = self.listings.entry(place.clone()).or_default();
        let is_of = |one: &Archive| one.kind == Some(of.0) && one.vmid == Some(of.1);
        listing.archives.retain(|one| !is_of(one));
        listing.archives.extend(archives);
        listing.told += 1;
    }

    /// Forgets one backup.
    pub(super) fn remove(&mut self, place: &Place, volume: &str) {
        if let Some(listing) = self.listings.get_mut(place) {
            listing.archives.retain(|one| one.volume != volume);
            listing.told += 1;
        }
    }

    /// Puts a backup in the place of what was known of it.
    pub(super) fn replace(&mut self, archive: &Archive) {
        let place = Place::of(archive);
        if let Some(listing) = self.listings.get_mut(&place) {
            let old = listing
                .archives
                .iter_mut()
                .find(|one| one.volume == archive.volume);
            if let Some(old) = old {
                old.clone_from(archive);
            }
            listing.told += 1;
        }
    }

    /// What the rows of guests and storages show of it.
    pub(super) fn archives(&self) -> Archives {
        let failing = self.listings.iter().filter_map(|(place, listing)| {
            let key = (place.storage.clone(), place.node.clone());
            Some((key, listing.problem.clone()?))
        });
        Archives {
            newest: self.newest(),
            is_whole: self.listings.values().all(|listing| listing.fetched_at.is_some()),
            failing: failing.collect(),
        }
    }

    /// Forgets the storages that the cluster has no more.
    pub(super) fn retain(&mut self, is_there: impl Fn(&Place) -> bool) {
        self.listings.retain(|place, _| is_there(place));
    }

    /// The storages, in order.
    pub(super) fn storages(&self) -> impl Iterator<Item = (&Place, &Listing)> {
        self.listings.iter()
    }

    /// What is known of a storage.
    pub(super) fn listing(&self, place: &Place) -> Option<&Listing> {
        self.listings.get(place)
    }

    /// Whether a storage is known to hold this backup.
    pub(super) fn has(&self, place: &Place, volume: &str) -> bool {
        self.listing(place)
            .is_some_and(|listing| listing.archives.iter().any(|one| one.volume == volume))
    }

    /// Every backup, storage by storage.
    pub(super) fn all(&self) -> impl Iterator<Item = &Archive> {
        self.listings.values().flat_map(|listing| &listing.archives)
    }

    /// When each guest was backed up last, wherever, as far as that is not known to be broken. An archive whose guest
    /// or kind Proxmox does not tell counts for none.
    fn newest(&self) -> Newest {
        let mut newest = HashMap::new();
        for archive in self.all().filter(|one| one.is_good()) {
            if let (Some(kind), Some(vmid)) = (archive.kind, archive.vmid) {
                let known = newest.entry((kind, vmid)).or_insert(archive.made_at);
                *known = archive.made_at.max(*known);
            }
        }
        newest
    }
}

/// A backup, as a storage lists it; `None` where it does not say when it was made.
pub(crate) fn archive(place: &Place, volume: &Volume) -> Option<Archive> {
    let verification = volume.verification.as_ref().map(|found| {
        if found.state == "ok" {
            Verification::Ok
        } else {
            Verification::Failed
        }
    });
    // Whose it is tells its name alone; of what has another name nobody knows.
    let name = volume.volid.parse::<ArchiveName>().ok();
    Some(Archive {
        volume: volume.volid.clone(),
        storage: place.storage.clone(),
        node: place.node.clone(),
        kind: name.as_ref().map(kind_of),
        vmid: name.as_ref().map(ArchiveName::vmid),
        made_at: volume.ctime?,
        bytes: volume.size.unwrap_or_default(),
        format: volume.format.clone().unwrap_or_default(),
        notes: volume.notes.clone().filter(|notes| !notes.trim().is_empty()),
        protected: volume.protected,
        verification,
        encrypted: volume.encrypted.is_some(),
    })
}

/// Of what kind of guest a backup is.
pub(super) const fn kind_of(name: &ArchiveName) -> GuestKind {
    match name.kind() {
        pve_client::GuestKind::Qemu => GuestKind::Qemu,
        pve_client::GuestKind::Lxc => GuestKind::Lxc,
    }
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

    fn volume(name: &str, vmid: Option<u32>, ctime: Option<i64>) -> Volume {
        let volid = format!("nfs:backup/{name}");
        serde_json::from_value(serde_json::json!({"volid": volid, "vmid": vmid, "ctime": ctime})).unwrap()
    }

    fn held(of: &[(u32, i64)]) -> Vec<Archive> {
        let one = |(vmid, at): &(u32, i64)| {
            let name = format!(
                "vzdump-qemu-{vmid}-2026_01_01-00_{:02}_{:02}.vma.zst",
                at / 60,
                at % 60
            );
            archive(&place("nfs"), &volume(&name, Some(*vmid), Some(*at))).unwrap()
        };
        of.iter().map(one).collect()
    }

    fn vms(newest: &[(u32, i64)]) -> Newest {
        let of = |(vmid, at): &(u32, i64)| ((GuestKind::Qemu, *vmid), *at);
        newest.iter().map(of).collect()
    }

    #[test]
    fn the_newest_of_all_storages_counts_and_a_silent_one_keeps_its_word() {
        let mut known = Known::default();
        known.heard(place("nfs"), held(&[(100, 50), (101, 60)]), 1000, 0);
        known.heard(place("pbs"), held(&[(100, 70)]), 1000, 0);
        let all = vms(&[(100, 70), (101, 60)]);
        assert_eq!(known.newest(), all);

        assert!(known.failed(place("pbs"), "timeout".into()));
        assert!(!known.failed(place("pbs"), "timeout".into()), "it is told once");
        assert_eq!(known.newest(), all);
        let failing: Vec<_> = known
            .storages()
            .map(|(_, listing)| listing.problem.is_some())
            .collect();
        assert_eq!(failing, [false, true]);

        known.heard(place("pbs"), Vec::new(), 2000, 0);
        assert_eq!(known.newest(), vms(&[(100, 50), (101, 60)]));
        known.retain(|place| place.storage == "pbs");
        assert!(known.newest().is_empty());
    }

    #[test]
    fn nothing_is_whole_before_every_storage_has_told_once() {
        let mut known = Known::default();
        known.heard(place("nfs"), held(&[(100, 50)]), 1000, 0);
        known.failed(place("pbs"), "timeout".into());
        let archives = known.archives();
        assert!(!archives.is_whole);
        assert_eq!(
            archives.failing,
            HashMap::from([(("pbs".to_owned(), None), "timeout".to_owned())])
        );
        known.heard(place("pbs"), Vec::new(), 1000, 0);
        known.failed(place("nfs"), "timeout".into());
        assert!(known.archives().is_whole, "what it told before stays");
    }

    #[test]
    fn what_a_task_says_is_not_overwritten_by_what_was_asked_for_before() {
        let (mut known, nfs) = (Known::default(), place("nfs"));
        known.heard(nfs.clone(), held(&[(100, 50), (101, 60)]), 1000, 0);
        let asked = known.told(&nfs);
        known.replace_guest(&nfs, (GuestKind::Qemu, 100), held(&[(100, 50), (100, 90)]));
        assert!(!known.heard(nfs.clone(), held(&[(100, 50), (101, 60)]), 1001, asked));
        assert_eq!(known.newest(), vms(&[(100, 90), (101, 60)]));
        let newest = known.all().find(|one| one.made_at == 90).unwrap().clone();
        known.replace(&Archive {
            protected: true,
            ..newest.clone()
        });
        assert!(known.all().any(|one| one.protected));
        known.remove(&nfs, &newest.volume);
        assert_eq!(known.newest(), vms(&[(100, 50), (101, 60)]));
        let asked = known.told(&nfs);
        assert!(known.heard(nfs, held(&[(100, 95)]), 1002, asked));
    }

    #[test]
    fn the_latest_archive_of_a_guest_is_its_newest() {
        let vm = "vzdump-qemu-100-2026_01_01-00_00_00.vma.zst";
        let volumes = [
            volume(vm, Some(100), Some(9)),
            volume(vm, Some(100), Some(5)),
            volume("vzdump-lxc-100-2026_01_01-00_00_00.tar.zst", Some(100), Some(20)),
            volume("vm/101/2026-01-01T00:00:00Z", Some(101), Some(7)),
            volume("ct/102/2026-01-01T00:00:00Z", Some(102), Some(8)),
            volume("vzdump-qemu-101-2026_01_01-00_00_01.vma.zst", Some(101), None),
            volume("somebodys-own.vma.zst", Some(103), Some(99)),
        ];
        let nfs = place("nfs");
        let archives = volumes
            .iter()
            .filter_map(|volume| archive(&nfs, volume))
            .collect();
        let mut known = Known::default();
        known.heard(nfs, archives, 1000, 0);
        let mut all = vms(&[(100, 9), (101, 7)]);
        all.extend([((GuestKind::Lxc, 100), 20), ((GuestKind::Lxc, 102), 8)]);
        assert_eq!(known.newest(), all);
    }

    #[test]
    fn a_broken_backup_is_no_backup() {
        let mut broken = held(&[(100, 90)]);
        broken[0].verification = Some(Verification::Failed);
        broken.extend(held(&[(100, 50)]));
        let mut known = Known::default();
        known.heard(place("nfs"), broken, 1000, 0);
        assert_eq!(known.newest(), vms(&[(100, 50)]));
    }
}
