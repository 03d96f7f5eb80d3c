//! The kinds of task: for each, the steps it is made of. A kind knows Proxmox; the engine does not.

mod backup;
mod change_disks;
mod converge;
mod create_server;
mod firewall;
mod guest;
mod locked;
mod made;
mod power;
mod purge_disks;
mod remove_server;
mod reserve;
mod roles;
mod self_test;
mod standard;
mod volume_users;

pub(crate) use backup::{BackUpInput, DeleteInput, Doomed, NewGuestInput, OverInput, Safety};
pub(crate) use change_disks::{DiskWork, DisksInput};
pub(crate) use create_server::{CreateInput, SECRET, tags_to_be};
pub(crate) use firewall::{FirewallInput, FirewallWork, given};
pub(crate) use power::PowerInput;
pub(crate) use purge_disks::{PurgeInput, PurgedDisk};
pub(crate) use remove_server::{Goes, Identity, Machine, RemoveInput, is_disk, is_made_by};
pub(crate) use roles::{RoleWork, RolesInput, RolesWork, SSH_PORT, VARIABLES, configured, known_user};
pub(super) use self_test::SelfTest;
pub use standard::Resources;
pub(super) use standard::Standard;
