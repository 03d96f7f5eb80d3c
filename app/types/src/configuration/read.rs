//! A configuration as Proxmox keeps it, and what of it waits for the next start.

use serde::{Deserialize, Serialize};

use crate::guest::{GuestKind, GuestStatus};
use crate::ids::GuestId;
use crate::server::ServerDisk;

/// A configuration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ServerConfiguration {
    /// Which guest.
    pub id: GuestId,
    /// Whether it is a virtual machine or a container.
    pub kind: GuestKind,
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
    /// Its disks; not CD-ROM drives.
    pub disks: Vec<ServerDisk>,
    /// Disks that are detached and not deleted, `unusedN`.
    pub unused: Vec<ServerDisk>,
    /// The device that it is started from, such as `scsi0`: removing it needs force.
    pub boot_disk: Option<String>,
    /// The drive with cloud-init's data: removing it needs force.
    pub cloud_init_drive: Option<ServerDisk>,
    /// The devices that it is started from, in their order; empty where nothing is said.
    pub boot_order: Vec<String>,
    /// Every device that may stand in the boot order.
    pub bootable: Vec<String>,
    /// Its NICs.
    pub nics: Vec<NicConfiguration>,
    /// What cloud-init, or a container's start, is told besides addresses.
    pub cloud_init: CloudInit,
    /// Its description, without comments that Proxmox does not show.
    pub description: String,
    /// Its tags.
    pub tags: Vec<String>,
    /// Starts with its node.
    pub on_boot: bool,
    /// Can't be removed in Proxmox.
    pub protected: bool,
    /// The operation of Proxmox's that holds it; nothing can be changed then.
    pub lock: Option<String>,
    /// What a change sends along so that it fails where another one came first.
    pub digest: String,
    /// What it gets at its next start.
    pub pending: Vec<PendingChange>,
}

/// A NIC as it is configured.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct NicConfiguration {
    /// Where it is plugged in, such as `net0`.
    pub interface: String,
    /// The model, such as `virtio`; empty for a container.
    pub model: String,
    /// The MAC address.
    pub mac: String,
    /// The bridge; empty where it is on none.
    pub bridge: String,
    /// The VLAN.
    pub vlan: Option<u16>,
    /// Whether Proxmox's firewall filters it.
    pub firewall: bool,
    /// Its limit in MB/s; `None` for no limit.
    pub rate: Option<f64>,
    /// Whether its cable is unplugged.
    pub link_down: bool,
    /// CIDR, `dhcp` (a container's `manual` too), or empty.
    pub ip: String,
    /// IPv4 gateway, or empty.
    pub gateway: String,
    /// CIDR, `dhcp`, `auto`, or empty.
    pub ip6: String,
    /// IPv6 gateway, or empty.
    pub gateway6: String,
}

/// What cloud-init is told besides addresses. A container has name server and search domain only.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CloudInit {
    /// The user that it makes; empty for the image's own.
    pub user: String,
    /// Whether that user has a password. It is never told.
    pub has_password: bool,
    /// The public keys that it lets in.
    pub ssh_keys: Vec<String>,
    /// The name servers, with spaces between; empty for the node's.
    pub nameserver: String,
    /// The search domains; empty for the node's.
    pub search_domain: String,
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
