//! Sessions. Only the SHA-256 of a session's token is stored: whoever reads the table can't sign in with it.

use chrono::{DateTime, Utc};
use drover_types::session::SessionRow;
use sqlx::FromRow;
use uuid::Uuid;

use super::{Db, Tx, execute, on_db};

/// The SHA-256 of a token.
pub(crate) type TokenHash = [u8; 32];

/// A session to be opened.
pub(crate) struct SessionInsert<'a> {
    pub id: Uuid,
    pub token_hash: TokenHash,
    pub user_id: i64,
    pub address: &'a str,
    pub user_agent: &'a str,
    pub at: DateTime<Utc>,
}

/// A session as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct SessionRecord {
    pub id: Uuid,
    pub user_id: i64,
    pub created_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
    pub address: String,
    pub user_agent: String,
}

impl SessionRecord {
    /// What is shown of it to whoever asks by the session `current`.
    pub fn row(self, current: Option<Uuid>) -> SessionRow {
        SessionRow {
            id: self.id,
            current: Some(self.id) == current,
            created_at: self.created_at,
            last_used_at: self.last_used_at,
            address: self.address,
            user_agent: self.user_agent,
        }
    }
}

/// Opens a session.
pub(crate) async fn insert(tx: &mut Tx, session: &SessionInsert<'_>) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "INSERT INTO sessions (id, token_hash, user_id, created_at, last_used_at, address, user_agent)
         VALUES ($1, $2, $3, $4, $4, $5, $6)",
        session.id,
        session.token_hash.as_slice(),
        session.user_id,
        session.at,
        session.address,
        session.user_agent
    )
    .await?;
    Ok(())
}

/// The session whose token has this hash.
pub(crate) async fn find(db: &Db, token_hash: &TokenHash) -> Result<Option<SessionRecord>, sqlx::Error> {
    on_db!(db, |c| sqlx::query_as(
        "SELECT id, user_id, created_at, last_used_at, address, user_agent FROM sessions WHERE token_hash = $1"
    )
    .bind(token_hash.as_slice())
    .fetch_optional(c))
    .await
}

/// Notes that a session was used; never moves the time back, as another replica may have noted a later one.
pub(crate) async fn touch(
    tx: &mut Tx,
    id: Uuid,
    address: &str,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "UPDATE sessions SET last_used_at = $3, address = $2 WHERE id = $1 AND last_used_at < $3",
        id,
        address,
        at
    )
    .await?;
    Ok(())
}

/// A user's sessions that were opened and used after the given times, the last used first.
pub(crate) async fn list(
    db: &Db,
    user_id: i64,
    opened_after: DateTime<Utc>,
    used_after: DateTime<Utc>,
) -> Result<Vec<SessionRecord>, sqlx::Error> {
    on_db!(db, |c| sqlx::query_as(
        "SELECT id, user_id, created_at, last_used_at, address, user_agent FROM sessions
         WHERE user_id = $1 AND created_at > $2 AND last_used_at > $3 ORDER BY last_used_at DESC, id DESC"
    )
    .bind(user_id)
    .bind(opened_after)
    .bind(used_after)
    .fetch_all(c))
    .await
}

/// Ends one session of a user; tells whether it was there.
pub(crate) async fn delete(tx: &mut Tx, user_id: i64, id: Uuid) -> Result<bool, sqlx::Error> {
    execute!(
        tx,
        "DELETE FROM sessions WHERE user_id = $1 AND id = $2",
        user_id,
        id
    )
    .await
    .map(|rows| rows > 0)
}

/// Ends all sessions of a user but `keep`, and tells how many.
pub(crate) async fn delete_all(tx: &mut Tx, user_id: i64, keep: Option<Uuid>) -> Result<u64, sqlx::Error> {
    match keep {
        Some(keep) => {
            execute!(
                tx,
                "DELETE FROM sessions WHERE user_id = $1 AND id <> $2",
                user_id,
                keep
            )
            .await
        }
        None => execute!(tx, "DELETE FROM sessions WHERE user_id = $1", user_id).await,
    }
}

/// Removes the sessions that were opened or last used too long ago, and tells how many.
pub(crate) async fn prune(
    tx: &mut Tx,
    opened_until: DateTime<Utc>,
    used_until: DateTime<Utc>,
) -> Result<u64, sqlx::Error> {
    execute!(
        tx,
        "DELETE FROM sessions WHERE created_at <= $1 OR last_used_at <= $2",
        opened_until,
        used_until
    )
    .await
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use drover_types::permission::UserRole;

    use super::*;
    use crate::store::testing::databases;
    use crate::store::users::{self, UserInsert};

    #[tokio::test]
    async fn sessions_are_opened_used_and_ended() {
        for test in &databases().await {
            let (db, on) = (&test.db, test.name);
            let at = DateTime::from_timestamp(1_800_000_000, 1_000).unwrap();
            let minute = |n| at + TimeDelta::minutes(n);
            let mut tx = db.begin().await.unwrap();
            let mut people = Vec::new();
            for username in ["ada", "grace"] {
                let new = UserInsert {
                    username,
                    password_hash: "",
                    role: UserRole::Viewer,
                    permissions: &[],
                    at,
                };
                people.push(users::insert(&mut tx, &new).await.unwrap());
            }
            let (ada, grace) = (people[0], people[1]);
            let ids: Vec<Uuid> = (1..=4).map(Uuid::from_u128).collect();
            for (n, user_id) in [(0, ada), (1, ada), (2, ada), (3, grace)] {
                let new = SessionInsert {
                    id: ids[n],
                    token_hash: [u8::try_from(n).unwrap(); 32],
                    user_id,
                    address: "192.0.2.1",
                    user_agent: "Firefox",
                    at: minute(i64::try_from(n).unwrap()),
                };
                insert(&mut tx, &new).await.unwrap();
            }
            tx.commit().await.unwrap();

            assert_eq!(find(db, &[9; 32]).await.unwrap(), None, "{on}");
            let found = find(db, &[0; 32]).await.unwrap().unwrap();
            assert_eq!((found.id, found.user_id), (ids[0], ada), "{on}");
            assert_eq!((found.created_at, found.last_used_at), (at, at), "{on}");

            let mut tx = db.begin().await.unwrap();
            touch(&mut tx, ids[0], "192.0.2.9", minute(10)).await.unwrap();
            touch(&mut tx, ids[0], "192.0.2.8", minute(5)).await.unwrap();
            tx.commit().await.unwrap();
            let found = find(db, &[0; 32]).await.unwrap().unwrap();
            assert_eq!(
                (found.last_used_at, found.address.as_str()),
                (minute(10), "192.0.2.9"),
                "{on}"
            );

            let listed = async |opened, used| -> Vec<Uuid> {
                let rows = list(db, ada, opened, used).await.unwrap();
                rows.into_iter().map(|row| row.id).collect()
            };
            assert_eq!(
                listed(minute(-1), minute(-1)).await,
                [ids[0], ids[2], ids[1]],
                "{on}"
            );
            assert_eq!(listed(at, minute(-1)).await, [ids[2], ids[1]], "{on}");
            assert_eq!(listed(minute(-1), minute(2)).await, [ids[0]], "{on}");

            let mut tx = db.begin().await.unwrap();
            assert!(
                !delete(&mut tx, ada, ids[3]).await.unwrap(),
                "{on}: not another user's"
            );
            assert!(delete(&mut tx, ada, ids[1]).await.unwrap(), "{on}");
            assert_eq!(delete_all(&mut tx, ada, Some(ids[0])).await.unwrap(), 1, "{on}");
            tx.commit().await.unwrap();
            assert_eq!(listed(minute(-1), minute(-1)).await, [ids[0]], "{on}");

            let mut tx = db.begin().await.unwrap();
            assert_eq!(prune(&mut tx, minute(-1), minute(3)).await.unwrap(), 1, "{on}");
            assert_eq!(prune(&mut tx, at, minute(3)).await.unwrap(), 1, "{on}");
            assert_eq!(delete_all(&mut tx, grace, None).await.unwrap(), 0, "{on}");
        }
    }
}
