//! What an open browser is told: changes of the inventory, of tasks and of notifications, merged into one stream
//! and cut down to what its user may see. The door writes it as server-sent events.

mod item;
mod looks;
mod reach;
mod reader;
mod servers;
mod service;
#[cfg(test)]
mod tests;

pub use item::LiveItem;
pub use servers::ServersChanged;
pub use service::{LiveEvents, Wanted};
