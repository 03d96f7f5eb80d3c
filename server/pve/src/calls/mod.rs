//! The calls, one file per area of the API. Each is one request; what an answer means is the caller's affair.

mod access;
mod agent;
mod backup;
mod backup_jobs;
mod cluster;
mod firewall;
mod firewall_names;
mod lxc;
mod nodes;
mod power;
mod qemu;
mod replication;
mod storage;
mod tasks;

pub use backup::{PruneFilter, Restore, Vzdump};
pub use backup_jobs::{JobChange, JobSelection};
pub use firewall::{FirewallOf, RulesOf};
pub use power::Shutdown;
pub use qemu::{CloneQemu, ConfigView, DeleteGuest, MoveDisk};
pub use tasks::TaskFilter;
