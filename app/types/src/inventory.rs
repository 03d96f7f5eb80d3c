//! The picture of all clusters that a browser holds, and how it travels: whole once, then as deltas.

use serde::{Deserialize, Serialize};

use crate::cluster::{ClusterHealth, NodeRow, StorageRow};
use crate::guest::GuestRow;

/// Which picture. Another epoch means another process: load the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Version {
    /// Chosen when the process starts.
    pub epoch: u64,
    /// Counts up with every delta.
    pub number: u64,
}

/// The whole picture.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Snapshot {
    /// Which picture this is.
    pub version: Version,
    /// Every guest, ordered by id.
    pub guests: Vec<GuestRow>,
    /// Every node.
    pub nodes: Vec<NodeRow>,
    /// Every storage.
    pub storages: Vec<StorageRow>,
    /// Every cluster.
    pub clusters: Vec<ClusterHealth>,
}

/// What changed from the picture before.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Delta {
    /// The picture that this one makes.
    pub version: Version,
}
