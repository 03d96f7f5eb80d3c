//! The kinds of task: for each, the steps it is made of. A kind knows Proxmox; the engine does not.

mod self_test;
mod standard;

pub(super) use self_test::SelfTest;
pub use standard::Resources;
pub(super) use standard::Standard;
