//! API tokens, as their owner sees them.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::permission::Permission;
use crate::scope::ScopeRule;

/// A token; the secret itself is told once, by [`NewToken`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenRow {
    /// Names it to revoke it.
    pub id: Uuid,
    /// What its owner calls it.
    pub name: String,
    /// What it may do, as far as its owner may.
    pub permissions: BTreeSet<Permission>,
    /// The servers that it is limited to, as far as its owner reaches them; empty for all of those.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub scope: BTreeSet<ScopeRule>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends; null for never.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute; null for never.
    pub last_used_at: Option<DateTime<Utc>>,
    /// The address that it was last used from.
    pub last_address: String,
    /// Whether it has ended.
    pub is_expired: bool,
}

/// A token to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CreateToken {
    /// What its owner calls it.
    pub name: String,
    /// Names of permissions or of their aliases; `None` for all that the owner holds.
    pub permissions: Option<Vec<String>>,
    /// The servers that it is limited to, by rules of a scope; empty for all that the owner reaches.
    pub scope: Vec<String>,
    /// For how many days it lasts; `None` for ever.
    pub days: Option<u32>,
}

/// A token that was just made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewToken {
    /// The token.
    pub row: TokenRow,
    /// The secret, for the header `Authorization: Bearer`: told here and never again.
    pub token: String,
}
