//! The addresses that tasks have given to the servers they made.

use std::collections::HashMap;

use drover_types::ids::TaskId;
use uuid::Uuid;

use super::{Db, on_db};

/// The addresses of one task's server, in their order.
pub(crate) async fn of(db: &Db, task: TaskId) -> Result<Vec<String>, sqlx::Error> {
    on_db!(db, |c| sqlx::query_scalar(
        "SELECT address FROM reservation_addresses WHERE task_id = $1 ORDER BY address"
    )
    .bind(task.0)
    .fetch_all(c))
    .await
}

/// The addresses of every task's server.
pub(crate) async fn by_task(db: &Db) -> Result<HashMap<TaskId, Vec<String>>, sqlx::Error> {
    let rows: Vec<(Uuid, String)> = on_db!(db, |c| sqlx::query_as(
        "SELECT task_id, address FROM reservation_addresses ORDER BY task_id, address"
    )
    .fetch_all(c))
    .await?;
    let mut all: HashMap<TaskId, Vec<String>> = HashMap::new();
    for (task, address) in rows {
        all.entry(TaskId(task)).or_default().push(address);
    }
    Ok(all)
}
