//! Clusters, nodes and storages as the overview shows them.

use serde::{Deserialize, Serialize};

/// How a cluster is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClusterHealth {
    /// Its name in Drover's configuration.
    pub name: String,
    /// Proxmox VE's version, such as `9.0.3`; empty until it answered once.
    pub version: String,
    /// Whether its nodes have quorum; `None` until it answered once.
    pub quorate: Option<bool>,
    /// Whether the last question was answered.
    pub reachable: bool,
    /// When it last answered, in seconds since 1970; 0 if never.
    pub fetched_at: i64,
}

/// How old the picture of a cluster may get before it counts as out of date: an answer comes every ten seconds
/// at least, and is told every fifteen.
const STALE_SECONDS: i64 = 45;

impl ClusterHealth {
    /// Whether what is shown of it at `now`, in seconds since 1970, may not be so any more.
    pub const fn is_stale(&self, now: i64) -> bool {
        !self.reachable || now - self.fetched_at > STALE_SECONDS
    }
}

/// A node of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NodeRow {
    /// The cluster it is in.
    pub cluster: String,
    /// Its name.
    pub name: String,
    /// Whether it answers.
    pub online: bool,
    /// Physical cores.
    pub cores: u32,
    /// Load of its cores in percent.
    pub cpu_percent: u8,
    /// Memory in bytes.
    pub memory_bytes: u64,
    /// Memory in use in bytes.
    pub memory_used_bytes: u64,
    /// When it booted, in seconds since 1970; 0 while it is off.
    pub started_at: i64,
}

/// A storage as one node sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StorageRow {
    /// The cluster it is in.
    pub cluster: String,
    /// The node; a shared storage has a row for each.
    pub node: String,
    /// Its name.
    pub name: String,
    /// Proxmox's plugin type, such as `lvmthin`.
    pub kind: String,
    /// What it may hold, such as `images` and `backup`.
    pub content: Vec<String>,
    /// Whether all nodes see the same data.
    pub shared: bool,
    /// Whether it answers.
    pub active: bool,
    /// Its size in bytes.
    pub total_bytes: u64,
    /// Bytes in use.
    pub used_bytes: u64,
    /// Why it does not tell which backups it holds, in Proxmox's words; `None` where it does, or holds none.
    pub backup_problem: Option<String>,
}

/// A template that servers are made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TemplateRow {
    /// The cluster it is in.
    pub cluster: String,
    /// Its id.
    pub vmid: u32,
    /// Its name.
    pub name: String,
    /// The node it is on.
    pub node: String,
    /// The system, read from its name: `ubuntu`, `rocky`, `centos`, `debian`, or empty.
    pub os_type: String,
    /// Its cores, taken where a request names none.
    pub cores: u32,
    /// Its memory in MiB.
    pub memory_mb: u64,
    /// Its disks, the boot disk first.
    pub disks: Vec<TemplateDisk>,
    /// Whether its disks are on storage that every node sees, so that a clone may be made on any.
    pub any_node: bool,
}

/// A disk of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TemplateDisk {
    /// Where it is plugged in, such as `scsi0`.
    pub interface: String,
    /// The storage it is on.
    pub storage: String,
    /// Its size in GiB, rounded up.
    pub size_gb: u64,
}

/// A bridge that NICs can be plugged into.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BridgeRow {
    /// The cluster it is in.
    pub cluster: String,
    /// The node it is on.
    pub node: String,
    /// Its name, such as `vmbr0`.
    pub name: String,
    /// Its network in CIDR form, where the node has an address on it.
    pub cidr: Option<String>,
    /// Its comment.
    pub comment: Option<String>,
}
