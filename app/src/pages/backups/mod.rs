//! The backups of all servers, the storages that hold them, and the jobs that make them.

mod back_up;
mod guest;
mod known;
mod narrowed;
mod nodes;
mod overdue;
mod page;
mod part;
mod schedules;
mod server_columns;
mod servers;
mod storages;

pub use guest::GuestBackups;
pub use page::Backups;
