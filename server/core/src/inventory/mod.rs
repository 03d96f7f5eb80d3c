//! The live inventory: one picture of all clusters, kept up to date by one collector per cluster however many
//! look at it. Proxmox is the truth; nothing of it is written to the database.

mod agents;
mod archives;
mod collect;
mod keys;
mod overlay;
mod records;
mod service;
mod state;
mod steady;
#[cfg(test)]
mod tests;
mod translate;
mod watch;

pub(crate) use archives::Archives;
pub use keys::Keys;
pub use service::Inventory;
pub use state::Published;
pub(crate) use translate::{guest_row, guest_status};
pub use watch::WatchGuard;
