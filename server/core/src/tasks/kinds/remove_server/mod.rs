//! Removes a server: looks at what is to go, switches it off, deletes the guest with its disks, and gives back what
//! Drover kept for it. A guest that was put in its place meanwhile is never touched.

mod check;
mod destroy;
mod found;
mod goes;
mod identity;
mod input;
mod release;
mod stop;

pub(crate) use goes::{Goes, is_disk};
pub(crate) use identity::{Identity, is_made_by};
pub(super) use input::steps;
pub(crate) use input::{Machine, RemoveInput};
