//! A server's configuration as Proxmox keeps it, and what of it waits for the next start.

use serde::{Deserialize, Serialize};

use crate::guest::GuestStatus;
use crate::ids::GuestId;
use crate::server::{ServerDisk, ServerNic};

/// A configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerConfiguration {
    /// Which guest.
    pub id: GuestId,
    /// Its name.
    pub name: String,
    /// The node it is on.
    pub node: String,
    /// What it is doing.
    pub status: GuestStatus,
    /// Cores of each socket.
    pub cores: u32,
    /// Sockets.
    pub sockets: u32,
    /// The CPU type; empty where nothing is said.
    pub cpu_type: String,
    /// Memory in MiB.
    pub memory_mb: u64,
    /// The least memory in MiB that ballooning leaves, 0 where it is off; `None` where nothing is said.
    pub balloon_mb: Option<u64>,
    /// Its disks and the cloud-init drive.
    pub disks: Vec<ServerDisk>,
    /// Its NICs.
    pub nics: Vec<ServerNic>,
    /// Its description, as it is written.
    pub description: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// Starts with its node.
    pub on_boot: bool,
    /// Can't be removed in Proxmox.
    pub protected: bool,
    /// What a change sends along so that it fails where another one came first.
    pub digest: String,
    /// What it gets at its next start.
    pub pending: Vec<PendingChange>,
}

/// A value that waits for the next start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PendingChange {
    /// Proxmox's key, such as `memory`.
    pub key: String,
    /// What the server has now; null where it has none.
    pub now: Option<String>,
    /// What it gets; null where it loses it.
    pub then: Option<String>,
}
