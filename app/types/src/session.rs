//! Who is signed in, and from where.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::permission::{Grants, UserRole};

/// The person behind a session, as pages and the API show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CurrentUser {
    /// The user's id.
    pub id: i64,
    /// The name to sign in with.
    pub username: String,
    /// The name for people; empty where none is set.
    pub name: String,
    /// The e-mail address; empty where none is set.
    pub email: String,
    /// Role and permissions.
    pub grants: Grants,
    /// Whether the account may be used.
    pub is_active: bool,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
    /// When it was last signed in to.
    pub last_login: Option<DateTime<Utc>>,
    /// Whether the password is a generated one, with which nothing can be done but choosing another.
    #[serde(default)]
    pub must_change_password: bool,
}

impl CurrentUser {
    /// What may be done now: nothing before a generated password is changed.
    pub fn usable_grants(&self) -> Grants {
        if self.must_change_password {
            Grants {
                role: UserRole::Viewer,
                permissions: BTreeSet::new(),
                scope: self.grants.scope.clone(),
            }
        } else {
            self.grants.clone()
        }
    }
}

/// One of the user's sessions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionRow {
    /// Names the session to revoke it; not the secret in the cookie.
    pub id: Uuid,
    /// Whether it is the one that asks.
    pub current: bool,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// The last request by it.
    pub last_used_at: DateTime<Utc>,
    /// The address it was last used from.
    pub address: String,
    /// The browser, as it names itself.
    pub user_agent: String,
}
