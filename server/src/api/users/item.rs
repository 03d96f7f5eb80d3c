//! A user as lists and answers show them, with the fields of both versions.

use chrono::{DateTime, Utc};
use drover_types::permission::{Permission, UserRole};
use drover_types::session::CurrentUser;
use serde::Serialize;
use utoipa::ToSchema;

/// A user.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UserItem {
    /// Their id.
    id: i64,
    /// The name to sign in with.
    username: String,
    /// The name for people; empty where none is set.
    name: String,
    /// The e-mail address; empty where none is set.
    email: String,
    /// Their role.
    role: UserRole,
    /// Whether they are an administrator.
    is_admin: bool,
    /// Whether the account may be used.
    is_active: bool,
    /// Whether they have a generated password, and must choose another first.
    must_change_password: bool,
    /// When the account was made.
    created_at: DateTime<Utc>,
    /// When it was last signed in to.
    last_login: Option<DateTime<Utc>>,
    /// Every permission that they hold.
    permissions: Vec<Permission>,
    /// The servers that they are limited to; empty for all.
    scope: Vec<String>,
}

impl From<CurrentUser> for UserItem {
    fn from(user: CurrentUser) -> Self {
        Self {
            id: user.id,
            permissions: user.grants.effective(),
            scope: user.grants.reach().written(),
            is_admin: user.grants.role == UserRole::Admin,
            role: user.grants.role,
            username: user.username,
            name: user.name,
            email: user.email,
            is_active: user.is_active,
            must_change_password: user.must_change_password,
            created_at: user.created_at,
            last_login: user.last_login,
        }
    }
}
