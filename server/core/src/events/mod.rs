//! What changed, told to whoever listens: open browsers, caches, other replicas. A change is recorded in the
//! transaction that makes it, so nothing is told that did not happen and nothing that happened is left untold.

mod change;
mod hub;
mod listen;
mod write;

pub use change::{Change, Signal};
pub use hub::Events;
pub use write::Write;
