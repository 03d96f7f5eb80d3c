//! What Proxmox sends, read leniently: this crate's own structs, one file per area. Unknown fields
//! are ignored, missing optional ones are `None`, counters that Proxmox leaves out are 0.

mod access;
mod agent;
mod backup;
mod backup_jobs;
mod cluster;
mod firewall;
mod guest;
pub(crate) mod lenient;
mod node;
mod replication;
mod resource;
mod retention;
mod rrd;
mod storage;
mod task;
mod version;

pub use access::Permissions;
pub(crate) use access::Ticket;
pub use agent::{AgentAddress, AgentFile, AgentFilesystem, AgentInterface, AgentProgram};
pub(crate) use agent::{Filesystems, Interfaces, Started};
pub use backup::{BackupMode, Compression, PruneEntry, PruneMark, UnknownWord};
pub use backup_jobs::{BackupJob, JobGuest, JobVolume, UncoveredGuest};
pub(crate) use backup_jobs::{JobGuests, ScheduledRun};
pub(crate) use cluster::ClusterMember;
pub use cluster::{ClusterNode, ClusterStatus};
pub use firewall::{
    FirewallAlias, FirewallGroup, FirewallIpSet, FirewallIpSetEntry, FirewallMacro, FirewallOptions,
    FirewallRef, FirewallRule, FirewallRuleSpec,
};
pub use guest::{GuestKind, GuestState, GuestStatus, HaStatus, PendingValue};
pub(crate) use node::NodeTime;
pub use node::{Certificate, CpuInfo, NetworkInterface, NodeEntry, NodeState, NodeStatus, Space};
pub use replication::ReplicationJob;
pub use resource::{
    GuestResource, NodeResource, PoolResource, Resource, ResourceType, SdnResource, StorageResource,
};
pub use retention::Retention;
pub use rrd::{RrdPoint, Timeframe};
pub use storage::{StorageConfig, StorageStatus, Verification, Volume};
pub use task::{TaskEntry, TaskLog, TaskLogLine, TaskOutcome, TaskSource, TaskStatus};
pub use version::Version;
