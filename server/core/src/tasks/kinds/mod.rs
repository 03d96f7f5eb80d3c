//! The kinds of task: for each, the steps it is made of. A kind knows Proxmox; the engine does not.

mod converge;
mod create_server;
mod guest;
mod power;
mod self_test;
mod standard;

pub(crate) use create_server::{CreateInput, SECRET};
pub(crate) use power::PowerInput;
pub(super) use self_test::SelfTest;
pub use standard::Resources;
pub(super) use standard::Standard;
