//! Why somebody can't do something, and who can change that.

use serde::{Deserialize, Serialize};

use crate::action::GuestAction;
use crate::permission::Permission;
use crate::text::Problem;

/// An action that is asked about: one on a server, or whatever a permission allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// One on a server.
    Guest(GuestAction),
    /// What the permission allows.
    Permission(Permission),
}

impl Asked {
    /// Reads the name of an action on a server, or of a permission.
    ///
    /// # Errors
    /// [`Problem::UnknownChoice`] with the known ones.
    pub fn read(name: &str) -> Result<Self, Problem> {
        if name.is_empty() {
            return Err(Problem::Required);
        }
        let action = GuestAction::parse(name).map(Self::Guest);
        let permission = || name.parse().ok().map(Self::Permission);
        action.or_else(permission).ok_or_else(|| {
            let actions = GuestAction::ALL.iter().map(|action| action.as_str().to_owned());
            let permissions = Permission::ALL.iter().map(ToString::to_string);
            Problem::UnknownChoice {
                given: name.to_owned(),
                known: actions.chain(permissions).collect(),
            }
        })
    }

    /// The permissions of which one is enough.
    pub fn permissions(self) -> Vec<Permission> {
        match self {
            Self::Guest(action) => action.permissions().to_vec(),
            Self::Permission(permission) => vec![permission],
        }
    }
}

/// Whether something can be done, and if not, why, and who can grant what is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// Whether it can be done now.
    pub allowed: bool,
    /// The permissions of which one is enough.
    pub permissions: Vec<Permission>,
    /// Those of them that are held.
    pub held: Vec<Permission>,
    /// Why it can't be done.
    pub reason: Option<Problem>,
    /// Who can grant what is missing, a permission or the reach of a scope; empty where neither is.
    pub granted_by: Vec<String>,
}
