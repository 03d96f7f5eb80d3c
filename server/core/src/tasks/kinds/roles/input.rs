//! What is run where, as the task keeps it.

use drover_types::guest::GuestKind;
use drover_types::ids::GuestId;
use drover_types::role::{RoleKey, RoleValues};
use serde::{Deserialize, Serialize};

use crate::tasks::kinds::remove_server::Identity;

/// The purpose for which the secret variables of a role are sealed.
pub(crate) const VARIABLES: &str = "role variables";

/// A server whose roles are worked on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RolesInput {
    /// Which one.
    pub guest: GuestId,
    /// What it is called.
    pub name: String,
    /// What it is.
    pub kind: GuestKind,
    /// Where it was when this was asked for.
    pub node: String,
    /// What it is known again by.
    pub identity: Identity,
    /// What is done.
    pub work: RolesWork,
}

/// What is done with the roles of a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(crate) enum RolesWork {
    /// These are put on record and installed.
    Apply {
        /// Each with its values.
        roles: Vec<RoleWork>,
        /// Whether the others that the server is there for are taken off its record.
        replaces: bool,
    },
    /// What these would change is told.
    Check {
        /// Which.
        roles: Vec<RoleKey>,
    },
    /// What this one has set up is taken back, and it is taken off the record.
    Remove {
        /// Which.
        role: RoleKey,
    },
}

/// A role with every value settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RoleWork {
    /// Which.
    pub role: RoleKey,
    /// The values that anybody may see.
    pub variables: RoleValues,
    /// Those that nobody is shown, sealed.
    pub secret: Option<String>,
    /// A hash of both.
    pub digest: String,
}
