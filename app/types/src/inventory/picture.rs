//! The browser's copy: a snapshot that deltas are applied to.

use super::delta::Delta;
use super::snapshot::{Snapshot, Version};
use crate::cluster::{ClusterHealth, NodeRow, StorageRow};
use crate::guest::GuestRow;
use crate::ids::GuestId;

/// The picture as it is now. Its guests are ordered by id, so that one is found by halving.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Picture(Snapshot);

/// What a delta did to a picture.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says of another list whether it changed"
)]
pub struct Applied {
    /// Positions, after the delta, of the rows that are new or changed; rising.
    pub changed: Vec<usize>,
    /// Of those, the ones of which only the load changed.
    pub load_only: usize,
    /// Whether guests came or went, so that positions moved.
    pub moved: bool,
    /// Whether nodes changed.
    pub nodes: bool,
    /// Whether storages changed.
    pub storages: bool,
    /// Whether a cluster's health changed.
    pub clusters: bool,
}

/// The delta does not follow on this picture: load the whole anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the delta makes version {new:?}, but the picture is {have:?}")]
pub struct Gap {
    /// The picture's version.
    pub have: Version,
    /// The version that the delta makes.
    pub new: Version,
}

impl From<Snapshot> for Picture {
    fn from(snapshot: Snapshot) -> Self {
        Self(snapshot)
    }
}

impl From<Picture> for Snapshot {
    fn from(picture: Picture) -> Self {
        picture.0
    }
}

impl AsRef<Snapshot> for Picture {
    fn as_ref(&self) -> &Snapshot {
        &self.0
    }
}

impl Picture {
    /// Which picture this is.
    pub const fn version(&self) -> Version {
        self.0.version
    }

    /// Every guest, ordered by id.
    pub fn guests(&self) -> &[GuestRow] {
        &self.0.guests
    }

    /// Every node, ordered by cluster and name.
    pub fn nodes(&self) -> &[NodeRow] {
        &self.0.nodes
    }

    /// Every storage, ordered by cluster, node and name.
    pub fn storages(&self) -> &[StorageRow] {
        &self.0.storages
    }

    /// Every cluster.
    pub fn clusters(&self) -> &[ClusterHealth] {
        &self.0.clusters
    }

    /// Where `id` stands among the guests.
    pub fn position(&self, id: &GuestId) -> Option<usize> {
        self.find(&id.cluster, id.vmid)
    }

    /// The guest `id`.
    pub fn guest(&self, id: &GuestId) -> Option<&GuestRow> {
        self.position(id).map(|at| &self.0.guests[at])
    }

    fn find(&self, cluster: &str, vmid: u32) -> Option<usize> {
        self.0
            .guests
            .binary_search_by(|row| (row.id.cluster.as_str(), row.id.vmid).cmp(&(cluster, vmid)))
            .ok()
    }

    /// Applies `delta`. One that this picture already contains changes nothing.
    ///
    /// # Errors
    /// [`Gap`] where a delta in between is missing or another process made it; the picture stays as it was.
    pub fn apply(&mut self, delta: &Delta) -> Result<Applied, Gap> {
        let (have, new) = (self.0.version, delta.version);
        if new.epoch != have.epoch || new.number > have.number + 1 {
            return Err(Gap { have, new });
        }
        if new.number <= have.number {
            return Ok(Applied::default());
        }
        self.0.version = new;
        let mut applied = Applied {
            nodes: !delta.nodes.is_empty() || !delta.removed_nodes.is_empty(),
            storages: !delta.storages.is_empty() || !delta.removed_storages.is_empty(),
            clusters: !delta.clusters.is_empty(),
            ..Applied::default()
        };
        self.apply_guests(delta, &mut applied);
        replace(&mut self.0.nodes, &delta.nodes, &delta.removed_nodes, |row| {
            (row.cluster.clone(), row.name.clone())
        });
        replace(
            &mut self.0.storages,
            &delta.storages,
            &delta.removed_storages,
            |row| (row.cluster.clone(), row.node.clone(), row.name.clone()),
        );
        replace(&mut self.0.clusters, &delta.clusters, &[], |row| row.name.clone());
        Ok(applied)
    }

    fn apply_guests(&mut self, delta: &Delta, applied: &mut Applied) {
        if !delta.removed.is_empty() {
            let count = self.0.guests.len();
            self.0
                .guests
                .retain(|row| delta.removed.binary_search(&row.id).is_err());
            applied.moved = self.0.guests.len() != count;
        }
        let mut fresh = Vec::new();
        for row in &delta.upsert {
            match self.position(&row.id) {
                Some(at) => self.0.guests[at].clone_from(row),
                None => fresh.push(row.clone()),
            }
        }
        if !fresh.is_empty() {
            applied.moved = true;
            self.0.guests.append(&mut fresh);
            // Two runs that are ordered already: the stable sort merges them.
            self.0.guests.sort_by(|a, b| a.id.cmp(&b.id));
        }
        for row in &delta.upsert {
            applied.changed.extend(self.position(&row.id));
        }
        for gauges in &delta.gauges {
            for gauge in &gauges.guests {
                let Some(at) = self.find(&gauges.cluster, gauge.vmid) else {
                    continue;
                };
                self.0.guests[at].cpu_percent = gauge.cpu_percent;
                self.0.guests[at].memory_percent = gauge.memory_percent;
                applied.changed.push(at);
                applied.load_only += 1;
            }
        }
        applied.changed.sort_unstable();
    }
}

/// Takes `gone` out of an ordered list, and puts `rows` in.
fn replace<T: Clone, K: Ord>(list: &mut Vec<T>, rows: &[T], gone: &[K], key: impl Fn(&T) -> K) {
    if !gone.is_empty() {
        list.retain(|row| !gone.contains(&key(row)));
    }
    for row in rows {
        match list.binary_search_by(|other| key(other).cmp(&key(row))) {
            Ok(at) => list[at].clone_from(row),
            Err(at) => list.insert(at, row.clone()),
        }
    }
}
