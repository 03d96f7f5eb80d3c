//! What Proxmox sends, read leniently: this crate's own structs, one file per area. Unknown fields
//! are ignored, missing optional ones are `None`, counters that Proxmox leaves out are 0.

mod access;
mod agent;
mod cluster;
mod firewall;
mod guest;
pub(crate) mod lenient;
mod node;
mod references;
mod resource;
mod rrd;
mod storage;
mod task;
mod version;

pub use access::Permissions;
pub(crate) use access::Ticket;
pub use agent::{AgentAddress, AgentInterface, AgentProgram};
pub(crate) use agent::{Interfaces, Started};
pub(crate) use cluster::ClusterMember;
pub use cluster::{ClusterNode, ClusterStatus};
pub use firewall::{
    FirewallAlias, FirewallGroup, FirewallIpSet, FirewallIpSetEntry, FirewallMacro, FirewallOptions,
    FirewallRef, FirewallRule, FirewallRuleSpec,
};
pub use guest::{GuestKind, GuestState, GuestStatus, HaStatus, PendingValue};
pub use node::{CpuInfo, NetworkInterface, NodeEntry, NodeState, NodeStatus, Space};
pub use references::{BackupJob, ReplicationJob};
pub use resource::{
    GuestResource, NodeResource, PoolResource, Resource, ResourceType, SdnResource, StorageResource,
};
pub use rrd::{RrdPoint, Timeframe};
pub use storage::{StorageConfig, StorageStatus, Volume};
pub use task::{TaskEntry, TaskLog, TaskLogLine, TaskOutcome, TaskSource, TaskStatus};
pub use version::Version;
