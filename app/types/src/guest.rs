//! A guest: a virtual machine or a container, as a row of the list.

use serde::{Deserialize, Serialize};

use crate::ids::GuestId;
use crate::role::RoleKey;

/// What kind of guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum GuestKind {
    /// A virtual machine.
    Qemu,
    /// A container.
    Lxc,
}

impl GuestKind {
    /// The name in Proxmox's API paths.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Qemu => "qemu",
            Self::Lxc => "lxc",
        }
    }
}

/// What a guest is doing. The first six are Proxmox's word, the others are what a task of Drover's makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum GuestStatus {
    /// Runs.
    Running,
    /// Is off.
    Stopped,
    /// Halted in memory by its hypervisor.
    Paused,
    /// Its memory is saved on disk.
    Suspended,
    /// Its node does not tell.
    Unknown,
    /// A task makes it.
    Creating,
    /// A task starts it.
    Starting,
    /// A task stops it.
    Stopping,
    /// A task reboots it.
    Rebooting,
    /// A task deletes it.
    Deleting,
}

impl GuestStatus {
    /// Every status.
    pub const ALL: &'static [Self] = &[
        Self::Running,
        Self::Stopped,
        Self::Paused,
        Self::Suspended,
        Self::Unknown,
        Self::Creating,
        Self::Starting,
        Self::Stopping,
        Self::Rebooting,
        Self::Deleting,
    ];

    /// The name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Stopped => "stopped",
            Self::Paused => "paused",
            Self::Suspended => "suspended",
            Self::Unknown => "unknown",
            Self::Creating => "creating",
            Self::Starting => "starting",
            Self::Stopping => "stopping",
            Self::Rebooting => "rebooting",
            Self::Deleting => "deleting",
        }
    }
}

/// Who tells how much memory a guest has in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum MemorySource {
    /// Its host: what it could take back counts as in use.
    #[default]
    Host,
    /// The guest itself, without what could be reclaimed.
    Guest,
}

/// When a guest was backed up last. In order: what is not known, what never was, then by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum LastBackup {
    /// Not every storage where one may lie has told what it holds.
    #[default]
    Unknown,
    /// No storage holds one.
    Never,
    /// Then, in seconds since 1970.
    At(i64),
}

impl LastBackup {
    /// The word for what was never backed up, in filters, files and the API.
    pub const NEVER: &'static str = "never";
    /// The word for what is not known.
    pub const UNKNOWN: &'static str = "unknown";

    /// The time, where one is known.
    pub const fn at(self) -> Option<i64> {
        match self {
            Self::At(at) => Some(at),
            Self::Unknown | Self::Never => None,
        }
    }
}

/// A guest of a cluster, or one that a task is about to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, as Proxmox or the record tells it"
)]
pub struct GuestRow {
    /// Which guest.
    pub id: GuestId,
    /// Its name; several guests may share one.
    pub name: String,
    /// Virtual machine or container.
    pub kind: GuestKind,
    /// What it is doing.
    pub status: GuestStatus,
    /// The node it is on; empty while a task has not chosen one.
    pub node: String,
    /// Virtual cores.
    pub cores: u32,
    /// Memory in bytes.
    pub memory_bytes: u64,
    /// Size of the boot disk in bytes.
    pub disk_bytes: u64,
    /// Load of its cores in percent, 0 to 100.
    pub cpu_percent: u8,
    /// Memory in use in percent, 0 to 100; [`GuestRow::memory_source`] says who tells it.
    pub memory_percent: u8,
    /// Who tells how much memory is in use.
    pub memory_source: MemorySource,
    /// Use of its fullest file system in percent, 0 to 100, where it tells.
    pub disk_percent: Option<u8>,
    /// When it was started, in seconds since 1970; 0 while it is off.
    pub started_at: i64,
    /// Its tags, sorted.
    pub tags: Vec<String>,
    /// Its resource pool.
    pub pool: Option<String>,
    /// Whether it is a template.
    pub template: bool,
    /// What holds Proxmox's configuration lock, such as `backup`.
    pub lock: Option<String>,
    /// Whether Proxmox refuses to remove it, as its configuration said when Drover read it last: lists don't tell.
    pub protected: bool,
    /// Its addresses, as far as they are known, without the prefix length.
    pub addresses: Vec<String>,
    /// Whether Drover made it.
    pub made_here: bool,
    /// Whether it was made elsewhere and somebody took it into their care.
    pub adopted: bool,
    /// Who asked for it or adopted it; `None` where nobody did, or that user is gone.
    pub owner: Option<String>,
    /// What it is there for, by Drover's record.
    pub role: Option<RoleKey>,
    /// The firewall groups that Drover has given it, in their order.
    pub firewall_groups: Vec<String>,
    /// When its newest backup was made.
    pub last_backup: LastBackup,
}

impl GuestRow {
    /// A virtual machine of which nothing but the id is known.
    pub const fn unknown(id: GuestId) -> Self {
        Self {
            id,
            name: String::new(),
            kind: GuestKind::Qemu,
            status: GuestStatus::Unknown,
            node: String::new(),
            cores: 0,
            memory_bytes: 0,
            disk_bytes: 0,
            cpu_percent: 0,
            memory_percent: 0,
            memory_source: MemorySource::Host,
            disk_percent: None,
            started_at: 0,
            tags: Vec::new(),
            pool: None,
            template: false,
            lock: None,
            protected: false,
            addresses: Vec::new(),
            made_here: false,
            adopted: false,
            owner: None,
            role: None,
            firewall_groups: Vec::new(),
            last_backup: LastBackup::Unknown,
        }
    }

    /// Whether it is in somebody's care here: made by Drover, or adopted.
    pub const fn is_managed(&self) -> bool {
        self.made_here || self.adopted
    }

    /// Whether it was made elsewhere and nobody adopted it. Templates are in nobody's care.
    pub const fn is_foreign(&self) -> bool {
        !self.is_managed() && !self.template
    }
}
