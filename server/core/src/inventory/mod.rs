//! The live inventory: one picture of all clusters, kept up to date by one collector per cluster however many
//! look at it. Proxmox is the truth; nothing of it is written to the database.

mod agents;
mod archives;
mod collect;
mod doing;
mod inside;
mod keys;
mod overlay;
mod published;
mod records;
mod service;
mod state;
mod steady;
#[cfg(test)]
mod tests;
mod translate;
mod vitals;
mod watch;

pub(crate) use archives::Archives;
pub(crate) use inside::Inside;
pub use keys::Keys;
pub use published::Published;
pub use service::Inventory;
pub(crate) use translate::{guest_row, guest_status};
pub use vitals::Vitals;
pub use watch::WatchGuard;
