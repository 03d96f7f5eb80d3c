//! Users and what they are granted.

use chrono::{DateTime, Utc};
use drover_types::permission::{Grants, Permission, UserRole};
use drover_types::scope::Scope;
use drover_types::session::CurrentUser;
use sqlx::FromRow;

use super::tasks::decode;
use super::{Db, Tx, execute, on_db, on_tx};
use crate::error::{Error, Result};

pub(crate) mod change;

/// A user, with the hash that only sign-in may see. Without `Debug` for its sake.
pub(crate) struct UserRecord {
    /// What the user themselves may see.
    pub user: CurrentUser,
    /// The password's hash, a PHC string.
    pub password_hash: String,
}

/// A user to be added.
pub(crate) struct UserInsert<'a> {
    pub username: &'a str,
    pub password_hash: &'a str,
    pub role: UserRole,
    pub permissions: &'a [Permission],
    pub at: DateTime<Utc>,
}

#[derive(FromRow)]
struct Raw {
    id: i64,
    username: String,
    name: String,
    email: String,
    password_hash: String,
    role: String,
    is_active: bool,
    created_at: DateTime<Utc>,
    last_login: Option<DateTime<Utc>>,
    must_change_password: bool,
    scope: String,
}

impl Raw {
    fn read(self, permissions: Vec<String>) -> Result<UserRecord> {
        let role = self
            .role
            .parse()
            .map_err(|error| Error::corrupt("a user's role", error))?;
        let permissions = permissions
            .iter()
            // One that a newer Drover wrote grants nothing here.
            .filter_map(|name| name.parse().ok())
            .collect();
        Ok(UserRecord {
            user: CurrentUser {
                id: self.id,
                username: self.username,
                name: self.name,
                email: self.email,
                grants: Grants {
                    role,
                    permissions,
                    scope: Scope::read_stored(decode("a user's scope", &self.scope)?),
                },
                is_active: self.is_active,
                created_at: self.created_at,
                last_login: self.last_login,
                must_change_password: self.must_change_password,
            },
            password_hash: self.password_hash,
        })
    }
}

/// Whether there is any user at all.
pub(crate) async fn any(tx: &mut Tx) -> Result<bool, sqlx::Error> {
    on_tx!(tx, |c| sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM users")
        .fetch_one(c))
    .await
    .map(|count| count > 0)
}

/// Adds a user and tells its id.
pub(crate) async fn insert(tx: &mut Tx, user: &UserInsert<'_>) -> Result<i64, sqlx::Error> {
    let id: i64 = on_tx!(&mut *tx, |c| sqlx::query_scalar(
        "INSERT INTO users (username, password_hash, role, is_active, created_at, updated_at)
         VALUES ($1, $2, $3, TRUE, $4, $4) RETURNING id"
    )
    .bind(user.username)
    .bind(user.password_hash)
    .bind(user.role.as_str())
    .bind(user.at)
    .fetch_one(c))
    .await?;
    for permission in user.permissions {
        execute!(
            &mut *tx,
            "INSERT INTO user_permissions (user_id, permission) VALUES ($1, $2)",
            id,
            permission.as_str()
        )
        .await?;
    }
    Ok(id)
}

/// The user of this id.
pub(crate) async fn find(db: &Db, id: i64) -> Result<Option<UserRecord>> {
    let raw: Option<Raw> = on_db!(db, |c| sqlx::query_as("SELECT * FROM users WHERE id = $1")
        .bind(id)
        .fetch_optional(c))
    .await?;
    with_permissions(db, raw).await
}

/// The user of this name, written as it is.
pub(crate) async fn find_by_name(db: &Db, username: &str) -> Result<Option<UserRecord>> {
    let raw: Option<Raw> = on_db!(db, |c| sqlx::query_as("SELECT * FROM users WHERE username = $1")
        .bind(username)
        .fetch_optional(c))
    .await?;
    with_permissions(db, raw).await
}

async fn with_permissions(db: &Db, raw: Option<Raw>) -> Result<Option<UserRecord>> {
    let Some(raw) = raw else { return Ok(None) };
    let permissions: Vec<String> = on_db!(db, |c| sqlx::query_scalar(
        "SELECT permission FROM user_permissions WHERE user_id = $1"
    )
    .bind(raw.id)
    .fetch_all(c))
    .await?;
    raw.read(permissions).map(Some)
}

/// Sets the password, if it is still the one behind `old_hash`; tells whether it was.
pub(crate) async fn set_password(
    tx: &mut Tx,
    id: i64,
    old_hash: &str,
    new_hash: &str,
    at: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    execute!(
        tx,
        "UPDATE users SET password_hash = $3, must_change_password = FALSE, updated_at = $4 \
         WHERE id = $1 AND password_hash = $2",
        id,
        old_hash,
        new_hash,
        at
    )
    .await
    .map(|rows| rows == 1)
}

/// Notes a sign-in, if the account is still active and its password still the one behind `hash`; tells whether
/// it was.
pub(crate) async fn signed_in(
    tx: &mut Tx,
    id: i64,
    hash: &str,
    at: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    execute!(
        tx,
        "UPDATE users SET last_login = $3 WHERE id = $1 AND password_hash = $2 AND is_active = TRUE",
        id,
        hash,
        at
    )
    .await
    .map(|rows| rows == 1)
}

/// Notes that a session was asked to go on: for who reads it, that is a sign-in too.
pub(crate) async fn stayed(tx: &mut Tx, id: i64, at: DateTime<Utc>) -> Result<(), sqlx::Error> {
    execute!(tx, "UPDATE users SET last_login = $2 WHERE id = $1", id, at)
        .await
        .map(drop)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::store::testing::databases;
    use crate::store::{Unique, violated};

    #[tokio::test]
    async fn users_are_added_found_and_changed() {
        for test in &databases().await {
            let (db, on) = (&test.db, test.name);
            let at = DateTime::from_timestamp(1_800_000_000, 123_456_000).unwrap();
            let new = |username| UserInsert {
                username,
                password_hash: "hash",
                role: UserRole::Operator,
                permissions: UserRole::Operator.defaults(),
                at,
            };
            let mut tx = db.begin().await.unwrap();
            assert!(!any(&mut tx).await.unwrap(), "{on}");
            let ada = insert(&mut tx, &new("ada")).await.unwrap();
            insert(&mut tx, &new("grace")).await.unwrap();
            assert!(any(&mut tx).await.unwrap(), "{on}");
            tx.commit().await.unwrap();

            let mut tx = db.begin().await.unwrap();
            let twice = insert(&mut tx, &new("ada")).await.unwrap_err();
            assert_eq!(violated(&twice), Some(Unique::Username), "{on}: {twice}");
            drop(tx);

            assert!(find(db, -1).await.unwrap().is_none(), "{on}");
            assert!(find_by_name(db, "Ada").await.unwrap().is_none(), "{on}");
            let found = find_by_name(db, "ada").await.unwrap().unwrap();
            assert_eq!(found.user.id, ada, "{on}");
            assert_eq!(
                found.user.grants.effective(),
                UserRole::Operator.defaults(),
                "{on}"
            );
            assert_eq!(found.user.created_at, at, "{on}: to the microsecond");
            assert!(found.user.is_active && found.user.last_login.is_none(), "{on}");

            let later = at + TimeDelta::seconds(1);
            let mut tx = db.begin().await.unwrap();
            assert!(
                set_password(&mut tx, ada, "hash", "new", later).await.unwrap(),
                "{on}"
            );
            assert!(
                !set_password(&mut tx, ada, "hash", "newer", later).await.unwrap(),
                "{on}"
            );
            assert!(!signed_in(&mut tx, ada, "hash", later).await.unwrap(), "{on}");
            assert!(signed_in(&mut tx, ada, "new", later).await.unwrap(), "{on}");
            tx.commit().await.unwrap();
            let found = find(db, ada).await.unwrap().unwrap();
            assert_eq!(found.password_hash, "new", "{on}");
            assert_eq!(found.user.last_login, Some(later), "{on}");

            let mut tx = db.begin().await.unwrap();
            execute!(&mut tx, "UPDATE users SET is_active = FALSE WHERE id = $1", ada)
                .await
                .unwrap();
            assert!(!signed_in(&mut tx, ada, "new", later).await.unwrap(), "{on}");
        }
    }
}
