//! What administrators do to users. Each of these runs in a transaction that has taken [`lock`].

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use drover_types::permission::{Permission, UserRole};
use drover_types::scope::Scope;
use drover_types::session::CurrentUser;

use super::{Raw, UserRecord};
use crate::error::Result;
use crate::store::tasks::encode;
use crate::store::{Db, Tx, execute, on_db, on_tx};

/// Any number that nobody else locks by.
const LOCK: i64 = 0x0075_7365_7273;

/// What everybody may see of an account changes to this.
pub(crate) struct Account<'a> {
    pub name: &'a str,
    pub email: &'a str,
    pub role: UserRole,
    pub is_active: bool,
}

/// Makes changes of users wait for each other, so that what one has counted another can't undo meanwhile. On
/// SQLite a transaction that may write is alone already.
pub(crate) async fn lock(tx: &mut Tx) -> Result<(), sqlx::Error> {
    if matches!(tx, Tx::Postgres(_)) {
        execute!(tx, "SELECT pg_advisory_xact_lock($1)", LOCK).await?;
    }
    Ok(())
}

/// Every user, by name.
pub(crate) async fn list(db: &Db) -> Result<Vec<CurrentUser>> {
    let rows: Vec<Raw> = on_db!(db, |c| sqlx::query_as("SELECT * FROM users").fetch_all(c)).await?;
    let granted: Vec<(i64, String)> = on_db!(db, |c| sqlx::query_as(
        "SELECT user_id, permission FROM user_permissions"
    )
    .fetch_all(c))
    .await?;
    let mut of: HashMap<i64, Vec<String>> = HashMap::new();
    for (user, permission) in granted {
        of.entry(user).or_default().push(permission);
    }
    let mut users = Vec::with_capacity(rows.len());
    for raw in rows {
        let permissions = of.remove(&raw.id).unwrap_or_default();
        users.push(raw.read(permissions)?.user);
    }
    // By name here: databases compare text by rules of their own.
    users.sort_by_cached_key(|user| user.username.to_lowercase());
    Ok(users)
}

/// The administrators who can sign in.
pub(crate) async fn admin_ids(tx: &mut Tx) -> Result<Vec<i64>, sqlx::Error> {
    on_tx!(&mut *tx, |c| sqlx::query_scalar(
        "SELECT id FROM users WHERE role = 'admin' AND is_active = TRUE ORDER BY id"
    )
    .fetch_all(c))
    .await
}

/// The user of this name, as the transaction sees it.
pub(crate) async fn by_name(tx: &mut Tx, username: &str) -> Result<Option<UserRecord>> {
    let raw: Option<Raw> = on_tx!(&mut *tx, |c| sqlx::query_as(
        "SELECT * FROM users WHERE username = $1"
    )
    .bind(username)
    .fetch_optional(c))
    .await?;
    with_permissions(tx, raw).await
}

/// The user of this id, as the transaction sees it.
pub(crate) async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<UserRecord>> {
    let raw: Option<Raw> = on_tx!(&mut *tx, |c| sqlx::query_as("SELECT * FROM users WHERE id = $1")
        .bind(id)
        .fetch_optional(c))
    .await?;
    with_permissions(tx, raw).await
}

async fn with_permissions(tx: &mut Tx, raw: Option<Raw>) -> Result<Option<UserRecord>> {
    let Some(raw) = raw else { return Ok(None) };
    let permissions: Vec<String> = on_tx!(tx, |c| sqlx::query_scalar(
        "SELECT permission FROM user_permissions WHERE user_id = $1"
    )
    .bind(raw.id)
    .fetch_all(c))
    .await?;
    raw.read(permissions).map(Some)
}

/// Whether somebody has this name but for upper and lower case.
pub(crate) async fn is_taken(tx: &mut Tx, username: &str) -> Result<bool, sqlx::Error> {
    let found: i64 = on_tx!(tx, |c| sqlx::query_scalar(
        "SELECT COUNT(*) FROM users WHERE LOWER(username) = LOWER($1)"
    )
    .bind(username)
    .fetch_one(c))
    .await?;
    Ok(found > 0)
}

/// How many administrators can sign in.
pub(crate) async fn active_admins(tx: &mut Tx) -> Result<i64, sqlx::Error> {
    on_tx!(tx, |c| sqlx::query_scalar(
        "SELECT COUNT(*) FROM users WHERE role = 'admin' AND is_active = TRUE"
    )
    .fetch_one(c))
    .await
}

/// Writes an account.
pub(crate) async fn set_account(
    tx: &mut Tx,
    id: i64,
    account: &Account<'_>,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "UPDATE users SET name = $2, email = $3, role = $4, is_active = $5, updated_at = $6 WHERE id = $1",
        id,
        account.name,
        account.email,
        account.role.as_str(),
        account.is_active,
        at
    )
    .await
    .map(drop)
}

/// Grants these permissions and no others, for these servers.
pub(crate) async fn set_grants(
    tx: &mut Tx,
    id: i64,
    permissions: &BTreeSet<Permission>,
    scope: &Scope,
) -> Result<()> {
    let scope = encode(scope)?;
    execute!(&mut *tx, "UPDATE users SET scope = $2 WHERE id = $1", id, &scope).await?;
    execute!(&mut *tx, "DELETE FROM user_permissions WHERE user_id = $1", id).await?;
    for permission in permissions {
        execute!(
            &mut *tx,
            "INSERT INTO user_permissions (user_id, permission) VALUES ($1, $2)",
            id,
            permission.as_str()
        )
        .await?;
    }
    Ok(())
}

/// Sets a password that somebody else chose.
pub(crate) async fn reset_password(
    tx: &mut Tx,
    id: i64,
    hash: &str,
    must_change: bool,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "UPDATE users SET password_hash = $2, must_change_password = $3, updated_at = $4 WHERE id = $1",
        id,
        hash,
        must_change,
        at
    )
    .await
    .map(drop)
}

/// Removes a user. Sessions and permissions go along, tasks keep the name.
pub(crate) async fn delete(tx: &mut Tx, id: i64) -> Result<(), sqlx::Error> {
    execute!(tx, "DELETE FROM users WHERE id = $1", id)
        .await
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::databases;
    use crate::store::users::{UserInsert, find, insert};

    #[tokio::test]
    async fn accounts_are_written_granted_and_removed() {
        for test in &databases().await {
            let (db, on) = (&test.db, test.name);
            let at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
            let mut tx = db.begin().await.unwrap();
            lock(&mut tx).await.unwrap();
            let mut ids = Vec::new();
            for (username, role) in [
                ("grace", UserRole::Admin),
                ("Ada", UserRole::Viewer),
                ("bob", UserRole::Admin),
            ] {
                let new = UserInsert {
                    username,
                    password_hash: "",
                    role,
                    permissions: role.defaults(),
                    at,
                };
                ids.push(insert(&mut tx, &new).await.unwrap());
            }
            assert_eq!(active_admins(&mut tx).await.unwrap(), 2, "{on}");
            assert!(is_taken(&mut tx, "aDa").await.unwrap(), "{on}");
            assert!(!is_taken(&mut tx, "eve").await.unwrap(), "{on}");
            let account = Account {
                name: "Grace Hopper",
                email: "grace@example.org",
                role: UserRole::Operator,
                is_active: false,
            };
            set_account(&mut tx, ids[0], &account, at).await.unwrap();
            let logs = BTreeSet::from([Permission::ViewLogs]);
            let scope: Scope = Scope::read(&["tag:web".to_owned()]).unwrap();
            set_grants(&mut tx, ids[0], &logs, &scope).await.unwrap();
            reset_password(&mut tx, ids[0], "new", true, at).await.unwrap();
            assert_eq!(active_admins(&mut tx).await.unwrap(), 1, "{on}");
            let seen = by_id(&mut tx, ids[0]).await.unwrap().unwrap();
            assert_eq!(
                (
                    seen.user.name.as_str(),
                    seen.user.is_active,
                    seen.password_hash.as_str()
                ),
                ("Grace Hopper", false, "new"),
                "{on}"
            );
            assert_eq!(seen.user.grants.permissions, logs, "{on}");
            assert_eq!(seen.user.grants.scope, scope, "{on}");
            assert!(seen.user.must_change_password, "{on}");
            assert!(by_name(&mut tx, "ada").await.unwrap().is_none(), "{on}");
            tx.commit().await.unwrap();

            let names = async || -> Vec<String> {
                let users = list(db).await.unwrap();
                users.into_iter().map(|user| user.username).collect()
            };
            assert_eq!(names().await, ["Ada", "bob", "grace"], "{on}");
            let mut tx = db.begin().await.unwrap();
            delete(&mut tx, ids[2]).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(names().await, ["Ada", "grace"], "{on}");
            assert!(find(db, ids[2]).await.unwrap().is_none(), "{on}");
        }
    }
}
