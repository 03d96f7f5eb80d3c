//! The 18 permissions, the 4 roles and the names that old clients use for them.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::guest::GuestRow;
use crate::scope::Scope;

macro_rules! permissions {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $ko:literal, $en:literal;)*) => {
        /// What a user may do. The written names are the API's.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum Permission {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl Permission {
            /// Every permission, in the order in which they are listed to people.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name in the API and the database.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// What it allows, in a few words.
            pub const fn description(self, lang: crate::lang::Lang) -> &'static str {
                match (self, lang) {
                    $((Self::$variant, crate::lang::Lang::Ko) => $ko,
                      (Self::$variant, crate::lang::Lang::En) => $en,)*
                }
            }
        }
    };
}

permissions! {
    /// Read everything but logs.
    ViewAll = "view_all", "모든 정보 조회", "See everything";
    /// Make servers.
    CreateServer = "create_server", "서버 생성", "Create servers";
    /// Delete servers.
    DeleteServer = "delete_server", "서버 삭제", "Delete servers";
    /// Start servers.
    StartServer = "start_server", "서버 시작", "Start servers";
    /// Stop and shut down servers.
    StopServer = "stop_server", "서버 중지", "Stop servers";
    /// Reboot and reset servers.
    RebootServer = "reboot_server", "서버 재시작", "Reboot servers";
    /// Change servers, and every single action on them.
    ManageServer = "manage_server", "서버 관리", "Manage servers";
    /// Give servers a role.
    AssignRoles = "assign_roles", "역할 할당", "Assign roles to servers";
    /// Take a server's role away.
    RemoveRole = "remove_role", "역할 제거", "Remove roles from servers";
    /// Change firewall groups and their rules.
    ManageFirewallGroups = "manage_firewall_groups", "방화벽 그룹 관리", "Manage firewall groups";
    /// Put servers into firewall groups.
    AssignFirewallGroups = "assign_firewall_groups", "방화벽 그룹 할당", "Assign firewall groups";
    /// Take servers out of firewall groups.
    RemoveFirewallGroups = "remove_firewall_groups", "방화벽 그룹 제거", "Remove firewall groups";
    /// Back up, restore and delete backups.
    BackupManagement = "backup_management", "백업 관리", "Manage backups";
    /// Manage users.
    ManageUsers = "manage_users", "사용자 관리", "Manage users";
    /// Manage storage.
    ManageStorage = "manage_storage", "스토리지 관리", "Manage storage";
    /// Change network devices.
    ManageNetwork = "manage_network", "네트워크 관리", "Manage networks";
    /// Change roles and permissions of users.
    ManageRoles = "manage_roles", "사용자 역할과 권한 관리", "Manage roles and permissions";
    /// Read logs.
    ViewLogs = "view_logs", "로그 조회", "Read logs";
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is no permission.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown permission {0}")]
pub struct UnknownPermission(pub String);

impl FromStr for Permission {
    type Err = UnknownPermission;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|p| p.as_str() == name)
            .ok_or_else(|| UnknownPermission(name.to_owned()))
    }
}

/// Names of the API's second version that stand for several permissions.
pub const ALIASES: &[(&str, &[Permission])] = &[
    (
        "manage_servers",
        &[
            Permission::ManageServer,
            Permission::StartServer,
            Permission::StopServer,
            Permission::RebootServer,
            Permission::DeleteServer,
        ],
    ),
    (
        "manage_firewall",
        &[
            Permission::ManageFirewallGroups,
            Permission::AssignFirewallGroups,
            Permission::RemoveFirewallGroups,
        ],
    ),
    ("manage_backups", &[Permission::BackupManagement]),
    (
        "admin_access",
        &[Permission::ManageUsers, Permission::ManageRoles],
    ),
];

/// What a written name grants: one permission, or those of an alias.
///
/// # Errors
/// The name, where it is neither.
pub fn expand(name: &str) -> Result<Vec<Permission>, UnknownPermission> {
    match ALIASES.iter().find(|(alias, _)| *alias == name) {
        Some((_, permissions)) => Ok(permissions.to_vec()),
        None => name.parse().map(|p| vec![p]),
    }
}

/// A user's role: a set of permissions to begin with, and for an administrator all of them for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum UserRole {
    /// Everything, whatever is granted.
    Admin,
    /// Makes servers and gives them roles.
    Developer,
    /// Runs servers.
    Operator,
    /// Reads.
    Viewer,
}

impl UserRole {
    /// Every role, widest first.
    pub const ALL: &'static [Self] = &[Self::Admin, Self::Developer, Self::Operator, Self::Viewer];

    /// The name in the API and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Developer => "developer",
            Self::Operator => "operator",
            Self::Viewer => "viewer",
        }
    }

    /// What a new user of this role is granted.
    pub fn defaults(self) -> &'static [Permission] {
        use Permission::{
            AssignRoles, BackupManagement, CreateServer, RebootServer, StartServer, StopServer, ViewAll,
        };
        match self {
            Self::Admin => Permission::ALL,
            Self::Developer => &[
                ViewAll,
                CreateServer,
                StartServer,
                StopServer,
                RebootServer,
                AssignRoles,
                BackupManagement,
            ],
            Self::Operator => &[ViewAll, StartServer, StopServer, RebootServer, BackupManagement],
            Self::Viewer => &[ViewAll],
        }
    }
}

impl fmt::Display for UserRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name that is no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown role {0}")]
pub struct UnknownUserRole(pub String);

impl FromStr for UserRole {
    type Err = UnknownUserRole;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|r| r.as_str() == name)
            .ok_or_else(|| UnknownUserRole(name.to_owned()))
    }
}

/// What one user holds: the role, the permissions granted, and for which servers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Grants {
    /// The role; an administrator holds every permission.
    pub role: UserRole,
    /// The permissions granted one by one.
    pub permissions: BTreeSet<Permission>,
    /// The servers that they are limited to; an administrator has all.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Vec<String>>))]
    pub scope: Scope,
}

impl Grants {
    /// What a new user of this role holds.
    pub fn of(role: UserRole) -> Self {
        Self {
            role,
            permissions: role.defaults().iter().copied().collect(),
            scope: Scope::EVERYTHING,
        }
    }

    /// The servers that the holder reaches.
    pub fn reach(&self) -> &Scope {
        static ALL: Scope = Scope::EVERYTHING;
        match self.role {
            UserRole::Admin => &ALL,
            _ => &self.scope,
        }
    }

    /// Whether the guest is there for the holder.
    pub fn cover(&self, row: &GuestRow) -> bool {
        self.reach().covers(row)
    }

    /// Whether the holder may do what `permission` allows.
    pub fn allow(&self, permission: Permission) -> bool {
        self.role == UserRole::Admin || self.permissions.contains(&permission)
    }

    /// Whether one of `permissions` is held.
    pub fn allow_any(&self, permissions: &[Permission]) -> bool {
        permissions.iter().any(|p| self.allow(*p))
    }

    /// Whether one of `permissions` is held for every server.
    pub fn allow_for_all(&self, permissions: &[Permission]) -> bool {
        self.allow_any(permissions) && self.reach().is_everything()
    }

    /// What is held of this by somebody who holds `most` at most.
    #[must_use]
    pub fn at_most(&self, most: &Self) -> Self {
        if self.role == UserRole::Admin {
            return most.clone();
        }
        let role = if most.role == UserRole::Admin {
            self.role
        } else {
            most.role
        };
        Self {
            role,
            permissions: self
                .permissions
                .iter()
                .copied()
                .filter(|permission| most.allow(*permission))
                .collect(),
            scope: self.scope.and(most.reach()),
        }
    }

    /// Every permission that is held, in listing order.
    pub fn effective(&self) -> Vec<Permission> {
        Permission::ALL
            .iter()
            .copied()
            .filter(|p| self.allow(*p))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_eighteen_and_each_name_is_read_back() {
        assert_eq!(Permission::ALL.len(), 18);
        for permission in Permission::ALL {
            assert_eq!(permission.as_str().parse(), Ok(*permission));
            assert_eq!(serde_json::to_value(permission).unwrap(), permission.as_str());
        }
    }

    #[test]
    fn an_alias_expands_and_never_to_the_admin_role() {
        assert_eq!(expand("manage_servers").unwrap().len(), 5);
        assert_eq!(expand("start_server").unwrap(), [Permission::StartServer]);
        assert_eq!(expand("root"), Err(UnknownPermission("root".into())));
    }

    #[test]
    fn an_administrator_holds_all_without_a_grant() {
        let grants = Grants {
            role: UserRole::Admin,
            permissions: BTreeSet::new(),
            scope: Scope::EVERYTHING,
        };
        assert_eq!(grants.effective(), Permission::ALL);
    }
}
