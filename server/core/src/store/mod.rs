//! The database: what Proxmox can't know. Look-ups return `Option`; a service decides whether that is an error.

mod db;
#[cfg(test)]
mod parity;
#[cfg(test)]
pub(crate) mod testing;
mod unique;

pub use db::{Db, OpenError, Tx};
pub(crate) use db::{execute, on_db, on_tx};
pub use unique::{Unique, violated};
