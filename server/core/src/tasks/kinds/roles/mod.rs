//! Runs roles on a server: installs them, tells what they would change, takes them back. What one role has done stays
//! where the next one fails.

mod contact;
mod follow;
mod input;
mod masks;
mod runner;
mod step;

pub(crate) use contact::{SSH_PORT, configured, known_user};
pub(crate) use input::{RoleWork, RolesInput, RolesWork, VARIABLES};
pub(super) use runner::{Runner, Subject};
pub(super) use step::RunRoles;
