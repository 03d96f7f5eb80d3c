//! What is sent to make or change a user. Names of roles and permissions are text here, so that one place reads
//! them for every door and says which are known.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::permission::{Grants, Permission, UserRole, expand};
use crate::session::CurrentUser;
use crate::text::Problem;

/// A user to be made. The password travels beside it, as this may be logged.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CreateUser {
    /// The name to sign in with.
    pub username: String,
    /// The name for people; may be empty.
    pub name: String,
    /// The e-mail address; may be empty.
    pub email: String,
    /// The role's name; empty for a developer.
    pub role: String,
    /// Names of permissions or of their aliases; `None` for what the role grants.
    pub permissions: Option<Vec<String>>,
    /// The servers that they are limited to, by rules of a scope; empty for all.
    pub scope: Vec<String>,
}

/// What changes of a user; `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ChangeUser {
    /// The name for people.
    pub name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The role's name. What was granted or withheld beside the old role stays so.
    pub role: Option<String>,
    /// Names of permissions or of their aliases: all that the user is to hold.
    pub permissions: Option<Vec<String>>,
    /// The servers that they are limited to, by rules of a scope; empty for all.
    pub scope: Option<Vec<String>>,
    /// Whether the account may be used.
    pub is_active: Option<bool>,
}

/// A user that was made, or whose password was reset.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserWithPassword {
    /// The user.
    pub user: CurrentUser,
    /// The password that was generated: told here and never again. `None` where one was given.
    pub password: Option<String>,
}

/// Reads the name of a role.
///
/// # Errors
/// [`Problem::UnknownChoice`] with the known ones.
pub fn read_role(name: &str) -> Result<UserRole, Problem> {
    if name.is_empty() {
        return Err(Problem::Required);
    }
    name.parse().map_err(|_| Problem::UnknownChoice {
        given: name.to_owned(),
        known: UserRole::ALL.iter().map(ToString::to_string).collect(),
    })
}

/// Reads names of permissions and of their aliases.
///
/// # Errors
/// [`Problem::UnknownChoice`] with all that are unknown, and with the known ones.
pub fn read_permissions(names: &[String]) -> Result<BTreeSet<Permission>, Problem> {
    let mut permissions = BTreeSet::new();
    let mut unknown = Vec::new();
    for name in names {
        match expand(name) {
            Ok(some) => permissions.extend(some),
            Err(error) => unknown.push(error.0),
        }
    }
    if unknown.is_empty() {
        return Ok(permissions);
    }
    Err(Problem::UnknownChoice {
        given: unknown.join(", "),
        known: Permission::ALL.iter().map(ToString::to_string).collect(),
    })
}

/// How what a user holds differs from what the role grants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Differences {
    /// Granted beside the role.
    pub added: BTreeSet<Permission>,
    /// Of the role, and withheld.
    pub removed: BTreeSet<Permission>,
}

impl Grants {
    /// How what is held differs from what the role grants. An administrator holds everything.
    pub fn differences(&self) -> Differences {
        if self.role == UserRole::Admin {
            return Differences::default();
        }
        let defaults: BTreeSet<Permission> = self.role.defaults().iter().copied().collect();
        Differences {
            added: self.permissions.difference(&defaults).copied().collect(),
            removed: defaults.difference(&self.permissions).copied().collect(),
        }
    }

    /// The same holder in another role: what was added and withheld beside the old role stays so.
    #[must_use]
    pub fn in_role(&self, role: UserRole) -> Self {
        let Differences { added, removed } = self.differences();
        let defaults = role.defaults().iter().copied();
        Self {
            role,
            scope: self.scope.clone(),
            permissions: defaults
                .filter(|permission| role == UserRole::Admin || !removed.contains(permission))
                .chain(added)
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn names_are_read_with_their_aliases_and_all_unknown_ones_are_told() {
        let read = read_permissions(&names(&["view_all", "manage_firewall", "view_all"])).unwrap();
        assert_eq!(read.len(), 4);
        let Err(Problem::UnknownChoice { given, known }) =
            read_permissions(&names(&["root", "view_all", "sudo"]))
        else {
            panic!("both are unknown")
        };
        assert_eq!((given.as_str(), known.len()), ("root, sudo", 18));
        assert!(read_role("operator").is_ok());
        assert!(matches!(read_role("Admin"), Err(Problem::UnknownChoice { .. })));
    }

    #[test]
    fn another_role_keeps_what_was_added_and_withheld() {
        let mut grants = Grants::of(UserRole::Operator);
        assert_eq!(grants.differences(), Differences::default());
        grants.permissions.insert(Permission::ViewLogs);
        grants.permissions.remove(&Permission::StopServer);
        let developer = grants.in_role(UserRole::Developer);
        assert!(developer.allow(Permission::ViewLogs) && developer.allow(Permission::CreateServer));
        assert!(!developer.allow(Permission::StopServer));
        let viewer = grants.in_role(UserRole::Viewer);
        assert_eq!(viewer.effective(), [Permission::ViewAll, Permission::ViewLogs]);
        let admin = grants.in_role(UserRole::Admin);
        assert_eq!(admin.effective(), Permission::ALL);
        assert_eq!(
            admin.in_role(UserRole::Viewer).effective(),
            [Permission::ViewAll],
            "whoever was an administrator keeps nothing of it"
        );
        grants.scope = crate::scope::Scope::read(&names(&["tag:web"])).unwrap();
        let admin = grants.in_role(UserRole::Admin);
        assert!(admin.reach().is_everything());
        assert_eq!(
            admin.in_role(UserRole::Viewer).scope,
            grants.scope,
            "and is limited again"
        );
    }
}
