//! Reservations that may no longer say what their servers have: a change was begun and not yet looked into.

use chrono::{DateTime, Utc};
use drover_types::ids::TaskId;
use uuid::Uuid;

use super::{Db, Tx, execute, on_db};

/// Notes that a change begins which may take effect until `until`.
pub(crate) async fn begin(tx: &mut Tx, task: TaskId, until: DateTime<Utc>) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "UPDATE reservations SET unsettled_at = $2 WHERE task_id = $1",
        task.0,
        until
    )
    .await
    .map(drop)
}

/// Notes how it goes on with the change that was begun as `until`: nothing more is to come, or something until
/// `next`. `false`, and nothing is noted, where another one has begun meanwhile.
pub(crate) async fn go_on(
    tx: &mut Tx,
    task: TaskId,
    until: DateTime<Utc>,
    next: Option<DateTime<Utc>>,
) -> Result<bool, sqlx::Error> {
    let done = execute!(
        tx,
        "UPDATE reservations SET unsettled_at = $3 WHERE task_id = $1 AND unsettled_at = $2",
        task.0,
        until,
        next
    )
    .await?;
    Ok(done == 1)
}

/// Those whose changes can't take effect any more at `now`, with the time until which they could.
pub(crate) async fn due(db: &Db, now: DateTime<Utc>) -> Result<Vec<(TaskId, DateTime<Utc>)>, sqlx::Error> {
    let rows: Vec<(Uuid, DateTime<Utc>)> = on_db!(db, |c| sqlx::query_as(
        "SELECT task_id, unsettled_at FROM reservations WHERE unsettled_at <= $1 ORDER BY unsettled_at, task_id"
    )
    .bind(now)
    .fetch_all(c))
    .await?;
    Ok(rows
        .into_iter()
        .map(|(task, until)| (TaskId(task), until))
        .collect())
}
