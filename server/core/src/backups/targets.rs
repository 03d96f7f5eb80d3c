//! The storages that a backup can be put on, and whether one is good for it.

use drover_types::backup::{Archive, BackupStorage, Totals, likely_bytes, shortage};
use drover_types::cluster::StorageRow;
use drover_types::guest::GuestRow;
use drover_types::text::Problem;

use super::known::Listing;
use super::places::{Place, holds_backups};
use super::service::Backups;
use crate::error::{Error, Result};

/// With less than this left a storage is full: file systems keep the last of it to themselves, and a log and notes go
/// along with every backup.
const LEAST: u64 = 1 << 20;

impl Backups {
    /// Every storage of a cluster that may hold backups, with what `counts` of them; in order.
    pub(super) fn storages(&self, cluster: &str, counts: impl Fn(&Archive) -> bool) -> Vec<BackupStorage> {
        let picture = self.0.inventory.snapshot();
        let mut all: Vec<BackupStorage> = Vec::new();
        self.0.catalog.with(cluster, |known| {
            for row in picture
                .storages
                .iter()
                .filter(|row| row.cluster == cluster && holds_backups(row))
            {
                let place = Place {
                    storage: row.name.clone(),
                    node: (!row.shared).then(|| row.node.clone()),
                };
                let is_same = |one: &BackupStorage| one.storage == place.storage && one.node == place.node;
                if let Some(same) = all.iter_mut().find(|one| is_same(one)) {
                    // Nodes where it does not answer have no figures.
                    same.total_bytes = same.total_bytes.max(row.total_bytes);
                    same.used_bytes = same.used_bytes.max(row.used_bytes);
                    continue;
                }
                let listing = known.listing(&place);
                let mut holds = Totals::default();
                let archives = listing.map(|listing| &listing.archives);
                for archive in archives.into_iter().flatten().filter(|one| counts(one)) {
                    holds.add(archive);
                }
                all.push(BackupStorage {
                    cluster: cluster.to_owned(),
                    storage: place.storage,
                    node: place.node,
                    kind: row.kind.clone(),
                    total_bytes: row.total_bytes,
                    used_bytes: row.used_bytes,
                    holds,
                    fetched_at: listing.and_then(|listing: &Listing| listing.fetched_at),
                    problem: listing.and_then(|listing| listing.problem.clone()),
                });
            }
        });
        all.sort_by(|one, other| (&one.storage, &one.node).cmp(&(&other.storage, &other.node)));
        all
    }

    /// The storages on which a guest of `node` can be backed up.
    pub(super) fn targets(&self, cluster: &str, node: &str) -> Vec<BackupStorage> {
        let picture = self.0.inventory.snapshot();
        let is_here = |storage: &str| {
            let mut rows = picture.storages.iter();
            rows.any(|row| row.cluster == cluster && row.node == node && row.name == storage && row.active)
        };
        let mut all = self.storages(cluster, |_| true);
        all.retain(|one| one.node.as_deref().is_none_or(|own| own == node) && is_here(&one.storage));
        all
    }

    /// Whether all nodes see what is on a storage on which the guest can be backed up.
    ///
    /// # Errors
    /// [`Error::Invalid`] naming `field` where the storage is not there, is not for backups, or is full.
    pub(super) async fn check_target(&self, row: &GuestRow, storage: &str, field: &str) -> Result<bool> {
        let (cluster, node) = (&row.id.cluster, &row.node);
        let picture = self.0.inventory.snapshot();
        let found = picture
            .storages
            .iter()
            .find(|one| one.cluster == *cluster && one.name == storage && one.node == *node && one.active);
        let storage = storage.to_owned();
        let Some(found) = found else {
            let node = node.clone();
            return Err(Error::field(field, Problem::StorageNotOnNode { storage, node }));
        };
        if !holds_backups(found) {
            return Err(Error::field(field, Problem::StorageWithoutBackups { storage }));
        }
        if self.free(found).await.is_some_and(|free| free < LEAST) {
            return Err(Error::field(field, Problem::StorageFull { storage }));
        }
        Ok(found.shared)
    }

    /// Where a storage has less free than the guest's next backup is likely to take.
    pub(super) async fn shortage(&self, row: &GuestRow, storage: &str) -> Option<Problem> {
        let picture = self.0.inventory.snapshot();
        let mut storages = picture.storages.iter();
        let found = storages.find(|one| {
            one.cluster == row.id.cluster && one.name == storage && one.node == row.node && one.active
        })?;
        let needed = self.0.catalog.with(&row.id.cluster, |known| {
            let own = |one: &&Archive| one.kind == Some(row.kind) && one.vmid == Some(row.id.vmid);
            likely_bytes(known.all().filter(own), storage, &found.kind)
        })?;
        shortage(storage, needed, self.free(found).await?)
    }

    /// How much a storage has free, where that is known. The picture passes over what changes little of the whole: where
    /// it shows a storage as next to full, its node is asked.
    async fn free(&self, row: &StorageRow) -> Option<u64> {
        if row.total_bytes == 0 {
            return None;
        }
        let shown = row.total_bytes.saturating_sub(row.used_bytes);
        if shown > row.total_bytes / 100 {
            return Some(shown);
        }
        let cluster = self.0.clusters.get(&row.cluster)?;
        let asked = cluster.client.node_storage(&row.node, &row.name).await;
        let now = asked.inspect_err(|error| {
            tracing::debug!(%error, "a node does not tell how full a storage is");
        });
        now.ok()??.avail
    }
}
