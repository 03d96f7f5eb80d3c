//! Drover's services, store, tasks and inventory.
//!
//! Knows nothing of HTTP or of pages: every action is a method of a service here, and the doors call it.
#![warn(missing_docs)]

pub mod ansible;
pub mod audit;
pub mod backups;
pub mod channels;
pub mod clock;
pub mod cluster_info;
pub mod clusters;
pub mod context;
pub mod crypt;
pub mod drover;
pub mod error;
pub mod events;
mod explain;
pub mod firewall;
mod hex;
pub mod inventory;
pub mod live;
pub mod monitoring;
pub mod notifications;
pub mod passwords;
pub mod roles;
pub mod servers;
pub mod sessions;
pub mod settings;
pub mod storage;
pub mod store;
pub mod tasks;
#[cfg(test)]
mod testing;
mod throttle;
pub mod tokens;
pub mod users;
pub mod vault;

pub use clock::Clock;
pub use clusters::{Cluster, Clusters};
pub use context::{Actor, OpContext};
pub use drover::Drover;
pub use error::{Edited, Error, Result};
pub use events::Events;
pub use throttle::ATTEMPTS;
