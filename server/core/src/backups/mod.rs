//! Backups: what storages hold of them, making them, restoring them over a server or as a new one, deleting them, and
//! Proxmox's own jobs that make them. Proxmox keeps all of it; Drover keeps in memory what the storages last said.

mod back_up;
mod catalog;
mod collect;
mod coverage;
mod delete;
mod edit;
mod failed;
mod foreign;
mod jobs;
mod known;
mod list;
mod named;
mod next_runs;
mod overdue;
mod places;
mod restore;
mod service;
mod status;
mod targets;
mod wire;

pub use catalog::Catalog;
pub use collect::{BackupCollector, DEFAULT_REFRESH};
pub(crate) use failed::{Noticed, failed_lately};
pub(crate) use known::archive;
pub(crate) use places::Place;
pub use service::Backups;
pub use status::BackupStatus;
pub(crate) use wire::vzdump;
