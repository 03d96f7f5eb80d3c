//! What is known of the clusters' backups: shared by the collector, which asks the storages, by the tasks, which tell
//! what they have made and deleted, and by whoever lists backups.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use drover_types::backup::Archive;
use drover_types::guest::GuestKind;
use pve_client::Volume;
use tokio::sync::watch;

use super::known::{Known, archive};
use super::places::Place;

/// The catalog. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Catalog(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    known: Mutex<HashMap<String, Known>>,
    told: watch::Sender<()>,
}

impl Catalog {
    /// Reads or changes what is known of a cluster.
    pub(super) fn with<T>(&self, cluster: &str, work: impl FnOnce(&mut Known) -> T) -> T {
        let mut all = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        if !all.contains_key(cluster) {
            all.insert(cluster.to_owned(), Known::default());
        }
        work(all.entry(cluster.to_owned()).or_default())
    }

    /// Takes over what a storage holds of one guest, read just now.
    pub(crate) fn heard_of_guest(
        &self,
        cluster: &str,
        place: &Place,
        (kind, vmid): (GuestKind, u32),
        volumes: &[Volume],
    ) {
        let archives = volumes.iter().filter_map(|volume| archive(place, volume));
        let own = archives.filter(|one| one.kind == Some(kind) && one.vmid == Some(vmid));
        self.with(cluster, |known| {
            known.replace_guest(place, (kind, vmid), own.collect());
        });
        self.tell();
    }

    /// Forgets a backup that was deleted.
    pub(crate) fn deleted(&self, cluster: &str, place: &Place, volume: &str) {
        self.with(cluster, |known| known.remove(place, volume));
        self.tell();
    }

    /// Takes over new notes of a backup, and whether it is protected.
    pub(super) fn edited(&self, cluster: &str, edited: &Archive) {
        self.with(cluster, |known| known.replace(edited));
    }

    /// Says that there is something new.
    pub(super) fn tell(&self) {
        self.0.told.send_replace(());
    }

    /// Changes whenever there is something new.
    pub(super) fn told(&self) -> watch::Receiver<()> {
        self.0.told.subscribe()
    }
}
