//! Which tasks nobody runs, and taking one of them.

use chrono::{DateTime, Utc};
use drover_types::ids::TaskId;
use sqlx::FromRow;
use uuid::Uuid;

use super::{TaskRecord, in_tx};
use crate::error::Result;
use crate::store::{Db, Tx, execute, on_db, on_tx};

/// A task that nobody runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Free {
    pub id: TaskId,
    pub created_at: DateTime<Utc>,
    /// The cluster of its guest.
    pub cluster: Option<String>,
}

#[derive(FromRow)]
struct Raw {
    id: Uuid,
    created_at: DateTime<Utc>,
    cluster: Option<String>,
}

/// A parent runs nothing itself.
macro_rules! is_free {
    () => {
        "NOT is_parent AND (state = 'queued' \
         OR (state = 'running' AND (lease_until IS NULL OR lease_until < $1)))"
    };
}

/// The tasks that nobody runs, the oldest first.
pub(crate) async fn free(db: &Db, now: DateTime<Utc>) -> Result<Vec<Free>, sqlx::Error> {
    let rows: Vec<Raw> = on_db!(db, |c| sqlx::query_as(concat!(
        "SELECT id, created_at, cluster FROM tasks WHERE ",
        is_free!(),
        " ORDER BY created_at, id"
    ))
    .bind(now)
    .fetch_all(c))
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Free {
            id: TaskId(row.id),
            created_at: row.created_at,
            cluster: row.cluster,
        })
        .collect())
}

/// Takes a task until `until`; `None` where somebody else is faster.
pub(crate) async fn claim(
    tx: &mut Tx,
    id: TaskId,
    owner: Uuid,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<TaskRecord>> {
    const FREE: &str = concat!("SELECT id FROM tasks WHERE id = $2 AND ", is_free!());
    const UNLOCKED: &str = concat!(
        "SELECT id FROM tasks WHERE id = $2 AND ",
        is_free!(),
        " FOR UPDATE SKIP LOCKED"
    );
    // SQLite's transactions that write come one after another; it neither has nor needs row locks.
    let statement = match tx {
        Tx::Sqlite(_) => FREE,
        Tx::Postgres(_) => UNLOCKED,
    };
    let found: Option<Uuid> = on_tx!(&mut *tx, |c| sqlx::query_scalar(statement)
        .bind(now)
        .bind(id.0)
        .fetch_optional(c))
    .await?;
    if found.is_none() {
        return Ok(None);
    }
    execute!(
        &mut *tx,
        "UPDATE tasks SET state = 'running', lease_owner = $2, lease_until = $3, updated_at = $4 WHERE id = $1",
        id.0,
        owner,
        until,
        now,
    )
    .await?;
    in_tx(tx, id).await
}
