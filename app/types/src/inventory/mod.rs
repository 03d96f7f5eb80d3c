//! The picture of all clusters that a browser holds, and how it travels: whole once, then as deltas.
//!
//! Nothing here asks anybody anything: the server collects, the browser keeps, and both use these types.

mod columns;
mod delta;
mod packed;
mod page;
mod picture;
mod snapshot;
#[cfg(test)]
mod tests;

pub use delta::{ClusterGauges, Delta, Gauge};
pub use page::GuestPage;
pub use picture::{Applied, Gap, Picture};
pub use snapshot::{Snapshot, Version};
