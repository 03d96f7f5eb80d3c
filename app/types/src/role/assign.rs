//! Giving roles to servers, and taking them back.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::key::RoleKey;
use super::value::RoleValues;
use crate::many::ManyActed;
use crate::task::TaskRow;

/// A role that a server is to have.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoleAssignment {
    /// Which one.
    pub role: RoleKey,
    /// Its variables; those that are not named keep what the server has, or are the role's defaults.
    #[serde(default)]
    pub variables: RoleValues,
    /// Whether the other roles that it is there for are taken off its record.
    #[serde(default)]
    pub replaces: bool,
}

impl RoleAssignment {
    /// The role as it comes.
    pub const fn plain(role: RoleKey) -> Self {
        Self {
            role,
            variables: RoleValues::new(),
            replaces: false,
        }
    }
}

// Values may be secrets.
impl fmt::Debug for RoleAssignment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RoleAssignment")
            .field("role", &self.role)
            .field("replaces", &self.replaces)
            .finish_non_exhaustive()
    }
}

/// A role that is taken off a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleRemoval {
    /// Which one; `None` for every role that it is there for.
    pub role: Option<RoleKey>,
    /// Whether the role's own way of taking back what it has set up is run. Packages and data stay in any case.
    pub uninstall: bool,
}

/// A role with the values that it is given, secrets left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AssignedRole {
    /// Which one.
    pub role: RoleKey,
    /// What is not secret of its variables.
    pub variables: RoleValues,
}

/// A secret that Drover made. It is told once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Generated {
    /// For which server.
    pub server: String,
    /// For which role.
    pub role: RoleKey,
    /// For which of its variables.
    pub variable: String,
    /// The secret.
    pub value: String,
}

impl fmt::Debug for Generated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Generated")
            .field("server", &self.server)
            .field("role", &self.role)
            .field("variable", &self.variable)
            .finish_non_exhaustive()
    }
}

/// A task that was queued, and what was made up for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuedTask {
    /// The task.
    pub task: TaskRow,
    /// What was made up on the way.
    pub generated: Vec<Generated>,
}

impl From<TaskRow> for QueuedTask {
    fn from(task: TaskRow) -> Self {
        Self {
            task,
            generated: Vec::new(),
        }
    }
}

/// What became of giving a role to servers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RolesAssigned {
    /// The task, and the servers that it is done on.
    pub acted: ManyActed,
    /// What was made up on the way.
    pub generated: Vec<Generated>,
}
