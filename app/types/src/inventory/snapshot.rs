//! The whole picture. In JSON its guests stand in columns, which is a fraction of rows with repeated keys.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::columns::GuestColumns;
use crate::cluster::{ClusterHealth, NodeRow, StorageRow};
use crate::guest::GuestRow;

/// Which picture. Another epoch means another process: load the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
pub struct Version {
    /// Chosen when the process starts; below 2^53, so that any JSON reader keeps it.
    pub epoch: u64,
    /// Counts up with every delta.
    pub number: u64,
}

impl Version {
    /// The version that the next delta makes.
    #[must_use]
    pub const fn next(self) -> Self {
        Self {
            epoch: self.epoch,
            number: self.number + 1,
        }
    }
}

/// The whole picture.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// Which picture this is.
    pub version: Version,
    /// Every guest, ordered by id.
    pub guests: Vec<GuestRow>,
    /// Every node, ordered by cluster and name.
    pub nodes: Vec<NodeRow>,
    /// Every storage, ordered by cluster, node and name.
    pub storages: Vec<StorageRow>,
    /// Every cluster, ordered by name.
    pub clusters: Vec<ClusterHealth>,
}

impl AsRef<Self> for Snapshot {
    fn as_ref(&self) -> &Self {
        self
    }
}

#[derive(Serialize)]
struct Written<'a> {
    version: Version,
    guests: GuestColumns<'a>,
    nodes: &'a [NodeRow],
    storages: &'a [StorageRow],
    clusters: &'a [ClusterHealth],
}

#[derive(Deserialize)]
struct Read {
    version: Version,
    guests: GuestColumns<'static>,
    nodes: Vec<NodeRow>,
    storages: Vec<StorageRow>,
    clusters: Vec<ClusterHealth>,
}

impl Serialize for Snapshot {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written {
            version: self.version,
            guests: GuestColumns::of(&self.guests),
            nodes: &self.nodes,
            storages: &self.storages,
            clusters: &self.clusters,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Snapshot {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = Read::deserialize(deserializer)?;
        Ok(Self {
            version: read.version,
            guests: read.guests.into_rows().map_err(serde::de::Error::custom)?,
            nodes: read.nodes,
            storages: read.storages,
            clusters: read.clusters,
        })
    }
}
