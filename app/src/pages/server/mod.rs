//! One server: what it is doing, its charts, its hardware, network and firewall, its roles, backups, tasks and logs.

mod actions;
mod at_work;
mod backups;
mod charts;
mod disks;
mod edit;
mod figures;
mod firewall;
mod hardware;
mod header;
mod health;
mod log;
mod network;
mod overview;
mod page;
mod reading;
mod roles;
mod summary;
mod tabs;

pub use backups::{Backups as ServerBackups, Reader as BackupsReader};
pub use page::Server;
