//! Tasks that are parts of another: how they are, and what follows for their parent.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use drover_types::ids::TaskId;
use drover_types::task::{ChildCounts, TaskState};
use drover_types::text::Progress;
use sqlx::FromRow;
use uuid::Uuid;

use super::{Raw, TaskRecord, columns};
use crate::error::{Error, Result};
use crate::store::{Db, Tx, execute, on_db, on_tx};

#[derive(FromRow)]
struct Counted {
    parent: Uuid,
    state: String,
    number: i64,
    progress: i64,
}

/// How the children of one parent are.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    counts: ChildCounts,
    /// Percent, added up over those that have not ended.
    progress: i64,
}

impl Sum {
    fn add(&mut self, row: &Counted) -> Result<()> {
        let state =
            TaskState::parse(&row.state).ok_or_else(|| Error::corrupt("a task's state", &row.state))?;
        *self.counts.of(state) += u32::try_from(row.number).unwrap_or(u32::MAX);
        if !state.has_ended() {
            self.progress += row.progress;
        }
        Ok(())
    }

    /// The mean; what has ended has come to its end, however it did.
    fn percent(&self) -> u8 {
        let done = self.progress + i64::from(self.counts.ended()) * 100;
        u8::try_from(done / i64::from(self.counts.total().max(1))).unwrap_or(100)
    }
}

macro_rules! counted {
    () => {
        "SELECT c.parent, c.state, COUNT(*) AS number, CAST(SUM(c.progress) AS BIGINT) AS progress FROM tasks c \
         WHERE NOT EXISTS (SELECT 1 FROM tasks r WHERE r.retry_of = c.id) AND c.parent "
    };
}

/// Says of each parent how its children are.
pub(super) async fn fill(db: &Db, tasks: &mut [TaskRecord]) -> Result<()> {
    let parents: Vec<Uuid> = tasks
        .iter()
        .filter(|task| task.is_parent)
        .map(|task| task.row.id.0)
        .collect();
    if parents.is_empty() {
        return Ok(());
    }
    macro_rules! ask {
        ($pool:expr, $database:ty) => {{
            let mut query = sqlx::QueryBuilder::<$database>::new(concat!(counted!(), "IN ("));
            let mut ids = query.separated(", ");
            for id in &parents {
                ids.push_bind(*id);
            }
            query.push(") GROUP BY c.parent, c.state");
            query.build_query_as::<Counted>().fetch_all($pool).await
        }};
    }
    let rows = match db {
        Db::Sqlite { read, .. } => ask!(read, sqlx::Sqlite),
        Db::Postgres(pool) => ask!(pool, sqlx::Postgres),
    }?;
    let mut sums: HashMap<Uuid, Sum> = HashMap::new();
    for row in &rows {
        sums.entry(row.parent).or_default().add(row)?;
    }
    for task in tasks.iter_mut().filter(|task| task.is_parent) {
        let sum = sums.get(&task.row.id.0).copied().unwrap_or_default();
        if task.row.state != TaskState::Queued {
            let (ended, total) = (sum.counts.ended(), sum.counts.total());
            task.row.message = Progress::Children { ended, total };
        }
        task.row.progress = sum.percent();
        task.row.children = Some(sum.counts);
    }
    Ok(())
}

/// How the children of a parent are. Locks the parent's row first, so that of two children that end at once the
/// later one sees the earlier one's end.
pub(crate) async fn counts(tx: &mut Tx, parent: TaskId, now: DateTime<Utc>) -> Result<ChildCounts> {
    execute!(
        &mut *tx,
        "UPDATE tasks SET updated_at = $2 WHERE id = $1",
        parent.0,
        now
    )
    .await?;
    let rows: Vec<Counted> = on_tx!(tx, |c| sqlx::query_as(concat!(
        counted!(),
        "= $1 GROUP BY c.parent, c.state"
    ))
    .bind(parent.0)
    .fetch_all(c))
    .await?;
    let mut sum = Sum::default();
    for row in &rows {
        sum.add(row)?;
    }
    Ok(sum.counts)
}

/// Notes that the first child of a parent is run; `false` where that is known.
pub(crate) async fn begin(tx: &mut Tx, parent: TaskId, now: DateTime<Utc>) -> Result<bool, sqlx::Error> {
    execute!(
        tx,
        "UPDATE tasks SET state = 'running', started_at = $2, updated_at = $2 WHERE id = $1 AND state = 'queued'",
        parent.0,
        now,
    )
    .await
    .map(|rows| rows == 1)
}

/// Takes up a parent again that had ended: one of its children is asked for again.
pub(crate) async fn reopen(tx: &mut Tx, parent: TaskId, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "UPDATE tasks SET state = 'running', ended_at = NULL, problem = NULL, cause = NULL, cancelled_by = NULL, \
         updated_at = $2 WHERE id = $1 AND state NOT IN ('queued', 'running')",
        parent.0,
        now,
    )
    .await
    .map(drop)
}

/// Notes who wants the children of a parent cancelled, and returns those that have not ended.
pub(crate) async fn cancel(
    tx: &mut Tx,
    parent: TaskId,
    by: &str,
    now: DateTime<Utc>,
) -> Result<Vec<TaskRecord>> {
    execute!(
        &mut *tx,
        "UPDATE tasks SET cancelled_by = $2, updated_at = $3 \
         WHERE parent = $1 AND cancelled_by IS NULL AND state IN ('queued', 'running')",
        parent.0,
        by,
        now,
    )
    .await?;
    let rows: Vec<Raw> = on_tx!(tx, |c| sqlx::query_as(concat!(
        columns!(),
        "WHERE parent = $1 AND state IN ('queued', 'running') ORDER BY id"
    ))
    .bind(parent.0)
    .fetch_all(c))
    .await?;
    rows.into_iter().map(Raw::read).collect()
}

/// The task that was asked for in the place of this one.
pub(crate) async fn retry_of(db: &Db, task: TaskId) -> Result<Option<TaskId>, sqlx::Error> {
    let id: Option<Uuid> = on_db!(db, |c| sqlx::query_scalar(
        "SELECT id FROM tasks WHERE retry_of = $1"
    )
    .bind(task.0)
    .fetch_optional(c))
    .await?;
    Ok(id.map(TaskId))
}
