//! API tokens. Only the SHA-256 of a token is stored. A revoked one stays, so that its use can be told.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use drover_types::permission::Permission;
use drover_types::scope::Scope;
use drover_types::token::TokenRow;
use sqlx::FromRow;
use uuid::Uuid;

use super::sessions::TokenHash;
use super::tasks::{decode, encode};
use super::{Db, Tx, execute, on_db, on_tx};
use crate::error::Result;

/// A token to be added.
pub(crate) struct TokenInsert<'a> {
    pub id: Uuid,
    pub token_hash: TokenHash,
    pub user_id: i64,
    pub name: &'a str,
    pub permissions: &'a BTreeSet<Permission>,
    pub scope: &'a Scope,
    pub at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// A token as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TokenRecord {
    pub id: Uuid,
    pub user_id: i64,
    pub name: String,
    pub permissions: BTreeSet<Permission>,
    pub scope: Scope,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub last_address: String,
    pub revoked_at: Option<DateTime<Utc>>,
}

impl TokenRecord {
    /// Whether it may be used.
    pub fn is_good(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }

    /// What is shown of it.
    pub fn row(self, now: DateTime<Utc>) -> TokenRow {
        TokenRow {
            is_expired: !self.is_good(now),
            id: self.id,
            name: self.name,
            permissions: self.permissions,
            scope: self.scope.rules(),
            created_at: self.created_at,
            expires_at: self.expires_at,
            last_used_at: self.last_used_at,
            last_address: self.last_address,
        }
    }
}

#[derive(FromRow)]
struct Raw {
    id: Uuid,
    user_id: i64,
    name: String,
    permissions: String,
    scope: String,
    created_at: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    last_used_at: Option<DateTime<Utc>>,
    last_address: String,
    revoked_at: Option<DateTime<Utc>>,
}

impl Raw {
    fn read(self) -> Result<TokenRecord> {
        let names: Vec<String> = decode("a token's permissions", &self.permissions)?;
        Ok(TokenRecord {
            id: self.id,
            user_id: self.user_id,
            name: self.name,
            // One that a newer Drover wrote grants nothing here.
            permissions: names.iter().filter_map(|name| name.parse().ok()).collect(),
            scope: Scope::read_stored(decode("a token's scope", &self.scope)?),
            created_at: self.created_at,
            expires_at: self.expires_at,
            last_used_at: self.last_used_at,
            last_address: self.last_address,
            revoked_at: self.revoked_at,
        })
    }
}

/// Adds a token.
pub(crate) async fn insert(tx: &mut Tx, token: &TokenInsert<'_>) -> Result<()> {
    let (permissions, scope) = (encode(token.permissions)?, encode(token.scope)?);
    execute!(
        tx,
        "INSERT INTO tokens (id, token_hash, user_id, name, permissions, scope, created_at, expires_at, last_address)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '')",
        token.id,
        token.token_hash.as_slice(),
        token.user_id,
        token.name,
        &permissions,
        &scope,
        token.at,
        token.expires_at
    )
    .await?;
    Ok(())
}

/// The token with this hash, good or not.
pub(crate) async fn find(db: &Db, token_hash: &TokenHash) -> Result<Option<TokenRecord>> {
    let raw: Option<Raw> = on_db!(db, |c| {
        sqlx::query_as(
        "SELECT id, user_id, name, permissions, scope, created_at, expires_at, last_used_at, last_address, revoked_at
         FROM tokens WHERE token_hash = $1"
    )
    .bind(token_hash.as_slice())
    .fetch_optional(c)
    })
    .await?;
    raw.map(Raw::read).transpose()
}

/// Whether the token `id` may still be used.
pub(crate) async fn is_good(db: &Db, id: Uuid, now: DateTime<Utc>) -> Result<bool, sqlx::Error> {
    let found: i64 = on_db!(db, |c| sqlx::query_scalar(
        "SELECT COUNT(*) FROM tokens
         WHERE id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)"
    )
    .bind(id)
    .bind(now)
    .fetch_one(c))
    .await?;
    Ok(found > 0)
}

/// A user's tokens that were not revoked, the newest first.
pub(crate) async fn list(db: &Db, user_id: i64) -> Result<Vec<TokenRecord>> {
    let rows: Vec<Raw> = on_db!(db, |c| {
        sqlx::query_as(
        "SELECT id, user_id, name, permissions, scope, created_at, expires_at, last_used_at, last_address, revoked_at
         FROM tokens WHERE user_id = $1 AND revoked_at IS NULL ORDER BY id DESC"
    )
    .bind(user_id)
    .fetch_all(c)
    })
    .await?;
    rows.into_iter().map(Raw::read).collect()
}

/// Notes that a token was used.
pub(crate) async fn touch(
    tx: &mut Tx,
    id: Uuid,
    address: &str,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "UPDATE tokens SET last_used_at = $3, last_address = $2 WHERE id = $1",
        id,
        address,
        at
    )
    .await
    .map(drop)
}

/// Revokes a token of a user, and tells its name; `None` where there is none to revoke.
pub(crate) async fn revoke(
    tx: &mut Tx,
    user_id: i64,
    id: Uuid,
    at: DateTime<Utc>,
) -> Result<Option<String>, sqlx::Error> {
    on_tx!(tx, |c| sqlx::query_scalar(
        "UPDATE tokens SET revoked_at = $3 WHERE user_id = $1 AND id = $2 AND revoked_at IS NULL RETURNING name"
    )
    .bind(user_id)
    .bind(id)
    .bind(at)
    .fetch_optional(c))
    .await
}
