//! A user as the session's endpoints show them: briefly, or with everything.

use chrono::{DateTime, Utc};
use drover_types::permission::{Permission, UserRole};
use drover_types::session::CurrentUser;
use serde::Serialize;
use utoipa::ToSchema;

/// A user in brief.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionUser {
    /// Their id.
    id: i64,
    /// The name to sign in with.
    username: String,
    /// Their role.
    role: UserRole,
    /// Every permission that they hold.
    permissions: Vec<Permission>,
}

impl From<CurrentUser> for SessionUser {
    fn from(user: CurrentUser) -> Self {
        Self {
            id: user.id,
            permissions: user.grants.effective(),
            role: user.grants.role,
            username: user.username,
        }
    }
}

/// A user with everything that they may see of themselves, at the top level of the answer.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UserReply {
    /// Always true.
    success: bool,
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
    /// Whether they are an administrator; not in the profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    is_admin: Option<bool>,
    /// Whether the account may be used.
    is_active: bool,
    /// When the account was made.
    created_at: DateTime<Utc>,
    /// When it was last signed in to.
    last_login: Option<DateTime<Utc>>,
    /// Every permission that they hold.
    permissions: Vec<Permission>,
    /// The servers that they are limited to; empty for all.
    scope: Vec<String>,
}

impl UserReply {
    /// The profile.
    pub(super) fn profile(user: CurrentUser) -> Self {
        Self {
            success: true,
            id: user.id,
            permissions: user.grants.effective(),
            scope: user.grants.reach().written(),
            role: user.grants.role,
            username: user.username,
            name: user.name,
            email: user.email,
            is_admin: None,
            is_active: user.is_active,
            created_at: user.created_at,
            last_login: user.last_login,
        }
    }

    /// The profile, and whether they are an administrator.
    pub(super) fn current(user: CurrentUser) -> Self {
        let is_admin = user.grants.role == UserRole::Admin;
        Self {
            is_admin: Some(is_admin),
            ..Self::profile(user)
        }
    }
}
