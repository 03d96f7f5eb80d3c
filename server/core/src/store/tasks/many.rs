//! Many tasks in a few statements.

use std::collections::HashMap;

use drover_types::ids::{GuestId, TaskId};
use drover_types::task::StepName;
use uuid::Uuid;

use super::TaskInsert;
use crate::store::{Db, Tx, on_db};

/// How many rows one statement takes: SQLite binds 32,766 values at most.
const ROWS: usize = 500;

/// Which task is queued for which guest, or at work on it.
pub(crate) async fn at_work(db: &Db) -> Result<HashMap<GuestId, TaskId>, sqlx::Error> {
    let rows: Vec<(String, i64, Uuid)> = on_db!(db, |c| sqlx::query_as(
        "SELECT cluster, vmid, id FROM tasks \
         WHERE cluster IS NOT NULL AND vmid IS NOT NULL AND state IN ('queued', 'running')"
    )
    .fetch_all(c))
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(cluster, vmid, id)| {
            Some((GuestId::new(cluster, u32::try_from(vmid).ok()?), TaskId(id)))
        })
        .collect())
}

/// Queues tasks that have no secret.
///
/// # Errors
/// A violation of uniqueness where a task is at work on one of their guests.
pub(crate) async fn insert(tx: &mut Tx, tasks: &[TaskInsert<'_>]) -> Result<(), sqlx::Error> {
    macro_rules! write {
        ($connection:expr, $database:ty) => {
            for rows in tasks.chunks(ROWS) {
                let mut query = sqlx::QueryBuilder::<$database>::new(
                    "INSERT INTO tasks (id, kind, state, undoing, actor_id, actor, cluster, vmid, target, input, \
                     progress, message, created_at, updated_at, parent, is_parent) ",
                );
                query.push_values(rows, |mut row, task| {
                    row.push_bind(task.id.0)
                        .push_bind(task.kind.as_str())
                        .push_bind("queued")
                        .push_bind(false)
                        .push_bind(task.actor_id)
                        .push_bind(task.actor)
                        .push_bind(task.guest.map(|guest| guest.cluster.as_str()))
                        .push_bind(task.guest.map(|guest| i64::from(guest.vmid)))
                        .push_bind(task.target)
                        .push_bind(task.input)
                        .push_bind(0_i64)
                        .push_bind(r#""queued""#)
                        .push_bind(task.at)
                        .push_bind(task.at)
                        .push_bind(task.parent.map(|parent| parent.0))
                        .push_bind(task.is_parent);
                });
                query.build().execute(&mut **$connection).await?;
            }
        };
    }
    match tx {
        Tx::Sqlite(connection) => write!(connection, sqlx::Sqlite),
        Tx::Postgres(connection) => write!(connection, sqlx::Postgres),
    }
    Ok(())
}

/// Adds the steps of new tasks.
pub(crate) async fn insert_steps(tx: &mut Tx, steps: &[(TaskId, i64, StepName)]) -> Result<(), sqlx::Error> {
    macro_rules! write {
        ($connection:expr, $database:ty) => {
            for rows in steps.chunks(ROWS) {
                let mut query = sqlx::QueryBuilder::<$database>::new(
                    "INSERT INTO task_steps (task_id, position, name, state) ",
                );
                query.push_values(rows, |mut row, (task, position, name)| {
                    row.push_bind(task.0)
                        .push_bind(*position)
                        .push_bind(name.as_str())
                        .push_bind("pending");
                });
                query.build().execute(&mut **$connection).await?;
            }
        };
    }
    match tx {
        Tx::Sqlite(connection) => write!(connection, sqlx::Sqlite),
        Tx::Postgres(connection) => write!(connection, sqlx::Postgres),
    }
    Ok(())
}
