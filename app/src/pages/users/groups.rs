//! The permissions in groups, and how what a user holds stands to what the role grants.

use drover_types::permission::{Grants, Permission, UserRole};

use crate::texts::{say, use_i18n};

/// Which permissions belong together, in the order in which they are shown.
pub(super) const GROUPS: &[(Group, &[Permission])] = &[
    (Group::View, &[Permission::ViewAll, Permission::ViewLogs]),
    (
        Group::Servers,
        &[
            Permission::CreateServer,
            Permission::DeleteServer,
            Permission::StartServer,
            Permission::StopServer,
            Permission::RebootServer,
            Permission::ManageServer,
        ],
    ),
    (Group::Roles, &[Permission::AssignRoles, Permission::RemoveRole]),
    (
        Group::Firewall,
        &[
            Permission::ManageFirewallGroups,
            Permission::AssignFirewallGroups,
            Permission::RemoveFirewallGroups,
        ],
    ),
    (
        Group::Infrastructure,
        &[
            Permission::BackupManagement,
            Permission::ManageStorage,
            Permission::ManageNetwork,
        ],
    ),
    (Group::People, &[Permission::ManageUsers, Permission::ManageRoles]),
];

/// What a group of permissions is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    View,
    Servers,
    Roles,
    Firewall,
    Infrastructure,
    People,
}

impl Group {
    /// What it is called.
    pub(super) fn name(self) -> String {
        let i18n = use_i18n();
        match self {
            Self::View => say!(i18n, users.group_view),
            Self::Servers => say!(i18n, users.group_servers),
            Self::Roles => say!(i18n, users.group_roles),
            Self::Firewall => say!(i18n, users.group_firewall),
            Self::Infrastructure => say!(i18n, users.group_infrastructure),
            Self::People => say!(i18n, users.group_people),
        }
    }
}

/// Whether a permission is held, and by what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// The role grants it.
    ByRole,
    /// Granted beside the role.
    Added,
    /// Of the role, and withheld.
    Removed,
    /// Neither.
    No,
}

impl Held {
    /// How `permission` stands.
    pub(super) fn of(role: UserRole, holds: bool, permission: Permission) -> Self {
        let by_role = role.defaults().contains(&permission);
        match (by_role, holds || role == UserRole::Admin) {
            (true, true) => Self::ByRole,
            (false, true) => Self::Added,
            (true, false) => Self::Removed,
            (false, false) => Self::No,
        }
    }

    /// The same of a user's grants.
    pub(super) fn in_grants(grants: &Grants, permission: Permission) -> Self {
        Self::of(grants.role, grants.allow(permission), permission)
    }

    /// The value of the `data-held` attribute.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::ByRole => "role",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::No => "no",
        }
    }

    /// A sign for a narrow cell.
    pub(super) const fn sign(self) -> &'static str {
        match self {
            Self::ByRole => "●",
            Self::Added => "+",
            Self::Removed => "−",
            Self::No => "",
        }
    }

    /// What it means.
    pub(super) fn name(self) -> String {
        let i18n = use_i18n();
        match self {
            Self::ByRole => say!(i18n, users.held_by_role),
            Self::Added => say!(i18n, users.held_added),
            Self::Removed => say!(i18n, users.held_removed),
            Self::No => say!(i18n, users.held_no),
        }
    }
}

/// What a role is called.
pub(super) fn role_name(role: UserRole) -> String {
    let i18n = use_i18n();
    match role {
        UserRole::Admin => say!(i18n, profile.role_admin),
        UserRole::Developer => say!(i18n, profile.role_developer),
        UserRole::Operator => say!(i18n, profile.role_operator),
        UserRole::Viewer => say!(i18n, profile.role_viewer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_is_in_one_group() {
        let mut listed: Vec<Permission> = GROUPS.iter().flat_map(|(_, some)| some.iter().copied()).collect();
        listed.sort_unstable();
        assert_eq!(listed, Permission::ALL);
    }

    #[test]
    fn what_is_held_stands_to_the_role() {
        let held = |holds, permission| Held::of(UserRole::Operator, holds, permission);
        assert_eq!(held(true, Permission::ViewAll), Held::ByRole);
        assert_eq!(held(false, Permission::ViewAll), Held::Removed);
        assert_eq!(held(true, Permission::ViewLogs), Held::Added);
        assert_eq!(held(false, Permission::ViewLogs), Held::No);
        assert_eq!(
            Held::of(UserRole::Admin, false, Permission::ViewLogs),
            Held::ByRole
        );
    }
}
