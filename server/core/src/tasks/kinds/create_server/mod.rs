//! Makes a server from a template: reserve, clone, hardware, disks, network, start, wait, roles. Each step reads back
//! what it has done; up to `start` a failure undoes everything.

mod clone;
mod disks;
mod firewall;
mod hardware;
mod holder;
mod input;
mod network;
mod plan;
mod roles;
mod start;
mod wait;

pub(super) use clone::is_taken;
pub(super) use input::marker;
pub(crate) use input::{CreateInput, SECRET, tags_to_be};
pub(super) use plan::steps;
