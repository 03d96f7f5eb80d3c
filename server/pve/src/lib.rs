//! A typed client of the Proxmox VE 8 and 9 API. It knows Proxmox's paths, parameters, words and faults, and
//! nothing of who uses it: no waiting for tasks, no policy, no translation.
#![warn(missing_docs)]

mod archive;
mod auth;
mod calls;
mod client;
mod config;
mod decode;
mod endpoints;
mod error;
mod guest;
mod limits;
mod metrics;
mod refusal;
mod request;
mod tls;
mod transport;
mod upid;
mod vzdump_log;
mod wire;

pub use archive::{ArchiveCompression, ArchiveFormat, ArchiveName, InvalidArchive};
pub use calls::{
    CloneQemu, ConfigView, DeleteGuest, FirewallOf, JobChange, JobSelection, MoveDisk, PruneFilter, Restore,
    RulesOf, Shutdown, TaskFilter, Vzdump,
};
pub use client::Client;
pub use config::{ClientConfig, Credentials, Fingerprint, Timeouts, Trust};
pub use endpoints::EndpointHealth;
pub use error::{Error, Result};
pub use guest::{
    ConfigChange, Disk, GuestConfig, InvalidProperty, IpConfig, Nic, Properties, VolumeId, format_size,
    parse_size,
};
pub use upid::{InvalidUpid, Upid};
pub use vzdump_log::{GuestProgress, LogPhase, VzdumpLog};
pub use wire::{
    AgentAddress, AgentFile, AgentFilesystem, AgentInterface, AgentProgram, BackupJob, BackupMode,
    Certificate, ClusterNode, ClusterStatus, Compression, CpuInfo, FirewallAlias, FirewallGroup,
    FirewallIpSet, FirewallIpSetEntry, FirewallMacro, FirewallOptions, FirewallRef, FirewallRule,
    FirewallRuleSpec, GuestKind, GuestResource, GuestState, GuestStatus, HaStatus, JobGuest, JobVolume,
    NetworkInterface, NodeEntry, NodeResource, NodeState, NodeStatus, PendingValue, Permissions,
    PoolResource, PruneEntry, PruneMark, ReplicationJob, Resource, ResourceType, Retention, RrdPoint,
    SdnResource, Space, StorageConfig, StorageResource, StorageStatus, TaskEntry, TaskLog, TaskLogLine,
    TaskOutcome, TaskSource, TaskStatus, Timeframe, UncoveredGuest, UnknownWord, Verification, Version,
    Volume,
};
