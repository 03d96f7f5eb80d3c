//! The database: what Proxmox can't know. Look-ups return `Option`; a service decides whether that is an error.

mod address;
pub(crate) mod adopted;
pub(crate) mod alert_rules;
pub(crate) mod alerts;
pub(crate) mod audit;
pub(crate) mod channels;
mod db;
pub(crate) mod deliveries;
pub(crate) mod firewall_changes;
pub(crate) mod firewall_groups;
pub(crate) mod notifications;
pub(crate) mod old_tasks;
#[cfg(test)]
mod parity;
pub(crate) mod reservations;
pub(crate) mod reserved_addresses;
pub(crate) mod role_runs;
mod schema;
pub(crate) mod server_connections;
pub(crate) mod server_roles;
pub(crate) mod sessions;
pub(crate) mod settings;
pub(crate) mod task_slots;
pub(crate) mod task_steps;
pub(crate) mod tasks;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod tokens;
mod unique;
pub(crate) mod unsettled;
pub(crate) mod users;

pub use address::Address;
pub use db::{Db, OpenError, Tx};
pub(crate) use db::{execute, on_db, on_tx};
pub use schema::Schema;
pub use unique::{Unique, violated};
