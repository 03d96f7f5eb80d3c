//! Settings: a JSON value for each key. What keys there are is [`crate::settings`]'s.

use chrono::{DateTime, Utc};

use super::{Db, Tx, execute, on_db, on_tx};

/// The value of `key`, as JSON.
pub(crate) async fn find(db: &Db, key: &str) -> Result<Option<String>, sqlx::Error> {
    on_db!(db, |c| sqlx::query_scalar(
        "SELECT value FROM settings WHERE key = $1"
    )
    .bind(key)
    .fetch_optional(c))
    .await
}

/// The value of `key`, as JSON; until the transaction ends no other reads it so. On SQLite a transaction that may write
/// is alone already.
pub(crate) async fn locked(tx: &mut Tx, key: &str) -> Result<Option<String>, sqlx::Error> {
    if matches!(tx, Tx::Postgres(_)) {
        execute!(&mut *tx, "SELECT pg_advisory_xact_lock(hashtext($1))", key).await?;
    }
    on_tx!(tx, |c| sqlx::query_scalar(
        "SELECT value FROM settings WHERE key = $1"
    )
    .bind(key)
    .fetch_optional(c))
    .await
}

/// Sets `key` to `value`, JSON.
pub(crate) async fn set(tx: &mut Tx, key: &str, value: &str, at: DateTime<Utc>) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "INSERT INTO settings (key, value, updated_at) VALUES ($1, $2, $3)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
        key,
        value,
        at
    )
    .await?;
    Ok(())
}

/// Takes `key` back to its default.
pub(crate) async fn delete(tx: &mut Tx, key: &str) -> Result<(), sqlx::Error> {
    execute!(tx, "DELETE FROM settings WHERE key = $1", key).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::databases;

    #[tokio::test]
    async fn a_setting_is_set_changed_and_taken_back() {
        for test in &databases().await {
            let (db, on) = (&test.db, test.name);
            let at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
            assert_eq!(find(db, "a").await.unwrap(), None, "{on}");
            for value in ["1", "\"둘\""] {
                let mut tx = db.begin().await.unwrap();
                set(&mut tx, "a", value, at).await.unwrap();
                set(&mut tx, "b", "true", at).await.unwrap();
                tx.commit().await.unwrap();
                assert_eq!(find(db, "a").await.unwrap().as_deref(), Some(value), "{on}");
                let mut tx = db.begin().await.unwrap();
                assert_eq!(
                    locked(&mut tx, "a").await.unwrap().as_deref(),
                    Some(value),
                    "{on}"
                );
                drop(tx);
            }
            let mut tx = db.begin().await.unwrap();
            delete(&mut tx, "a").await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(find(db, "a").await.unwrap(), None, "{on}");
            assert_eq!(find(db, "b").await.unwrap().as_deref(), Some("true"), "{on}");
        }
    }
}
