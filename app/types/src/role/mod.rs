//! Roles: what servers are for, what Ansible installs for it, and how that stands on each server.

mod assign;
mod catalogue;
mod key;
mod state;
mod value;

pub use assign::{AssignedRole, Generated, QueuedTask, RoleAssignment, RoleRemoval, RolesAssigned};
pub use catalogue::{LocalText, RoleInfo, RoleSource, RoleVariable, RolesOverview, VariableKind};
pub use key::RoleKey;
pub use state::{
    Connection, ConnectionChange, PlayStatus, RoleRun, RoleStanding, RunKind, RunOutcome, ServerRoles,
    StandingState,
};
pub use value::{RoleValue, RoleValues};
