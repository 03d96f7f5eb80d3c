//! What a user is to hold, until it is saved.

use drover_types::{
    permission::{Grants, UserRole},
    scope::Scope,
    session::CurrentUser,
    user::ChangeUser,
};
use leptos::prelude::*;

use crate::shared::{scope_line, scope_rules};

/// Role and permissions, and the scope as it is typed.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    /// Role and permissions; of the scope [`Draft::scope`] has the word.
    pub(super) grants: RwSignal<Grants>,
    /// The line of the scope's rules.
    pub(super) scope: RwSignal<String>,
}

impl Draft {
    /// What is held now.
    pub(super) fn of(grants: Grants) -> Self {
        Self {
            scope: RwSignal::new(scope_line(&grants.scope)),
            grants: RwSignal::new(grants),
        }
    }

    /// Begins anew with what is held. Does nothing where the page has gone.
    pub(super) fn take(self, grants: Grants) {
        self.scope.try_set(scope_line(&grants.scope));
        self.grants.try_set(grants);
    }

    /// Whether an administrator is to be made of the user, or one stays; tracked.
    pub(super) fn is_admin(self) -> bool {
        self.grants.with(|grants| grants.role == UserRole::Admin)
    }

    /// Whether it differs from what is held; tracked. What is no scope differs: saving it says what is wrong.
    pub(super) fn differs_from(self, user: &CurrentUser) -> bool {
        let rules = self.scope.with(|line| Scope::read(&scope_rules(line)));
        let same_scope = self.is_admin() || rules.as_ref() == Ok(&user.grants.scope);
        let same = |grants: &Grants| {
            grants.role == user.grants.role && grants.permissions == user.grants.permissions
        };
        !same_scope || !self.grants.with(same)
    }

    /// What is sent to save it.
    pub(super) fn change(self) -> ChangeUser {
        let (grants, line) = (self.grants.get_untracked(), self.scope.get_untracked());
        ChangeUser {
            role: Some(grants.role.to_string()),
            permissions: Some(grants.permissions.iter().map(ToString::to_string).collect()),
            scope: (grants.role != UserRole::Admin).then(|| scope_rules(&line)),
            ..ChangeUser::default()
        }
    }
}
