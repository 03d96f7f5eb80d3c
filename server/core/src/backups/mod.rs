//! Backups: which archives the storages hold, as far as lists show it: when each guest was backed up last. Asks
//! seldom, beside the collector of the inventory, and changes nothing in Proxmox.

mod known;
mod places;
mod service;

pub use known::BackupStorage;
pub use service::{Backups, DEFAULT_REFRESH};
