//! The lists of tasks, and how many there are.

use drover_types::ids::{GuestId, TaskId};
use drover_types::task::{TaskKind, TaskState};

use super::{Raw, TaskRecord, children, columns, encode};
use crate::error::Result;
use crate::store::{Db, on_db};

/// The tasks that somebody sees who does not see all.
pub(crate) struct Seen {
    /// Whose own tasks they are.
    pub actor_id: i64,
    /// The guests of whose tasks all are seen.
    pub guests: Vec<GuestId>,
}

/// Which tasks to list.
#[derive(Default)]
pub(crate) struct Wanted<'a> {
    /// Only this one.
    pub id: Option<TaskId>,
    pub state: Option<TaskState>,
    pub kind: Option<TaskKind>,
    pub actor_id: Option<i64>,
    /// Only those that somebody sees.
    pub seen: Option<&'a Seen>,
    pub guest: Option<&'a GuestId>,
    pub parent: Option<TaskId>,
    /// Only those that are no part of another.
    pub whole: bool,
    /// Of those of one kind for one guest only the latest.
    pub latest: bool,
    pub before: Option<TaskId>,
    pub limit: i64,
    /// How many to pass over first.
    pub offset: i64,
}

/// What stands around a JSON list of texts, to read each as a `value`.
const EACH_OF_SQLITE: (&str, &str) = ("json_each(", ")");
const EACH_OF_POSTGRES: (&str, &str) = ("jsonb_array_elements_text(", "::jsonb) AS each (value)");

/// Narrows a query down to what is wanted; the place in the list aside.
macro_rules! narrow {
    ($query:expr, $wanted:expr, $each:expr) => {
        $query.push("WHERE 1 = 1");
        if let Some(state) = $wanted.state {
            $query.push(" AND state = ").push_bind(state.as_str());
        }
        if let Some(kind) = $wanted.kind {
            $query.push(" AND kind = ").push_bind(kind.as_str());
        }
        if $wanted.latest {
            $query.push(
                " AND NOT EXISTS (SELECT 1 FROM tasks AS later WHERE later.cluster = tasks.cluster \
                 AND later.vmid = tasks.vmid AND later.kind = tasks.kind AND later.id > tasks.id)",
            );
        }
        if let Some(actor) = $wanted.actor_id {
            $query.push(" AND actor_id = ").push_bind(actor);
        }
        if let Some(seen) = $wanted.seen {
            // One value, however many they are: a query takes only so many.
            let (before, behind) = $each;
            $query.push(" AND (actor_id = ").push_bind(seen.actor_id);
            $query
                .push(" OR cluster || ':' || vmid IN (SELECT value FROM ")
                .push(before);
            $query.push_bind(encode(&seen.guests)?).push(behind).push(")");
            // What was done to a guest that had the id before is not of this one.
            $query.push(
                " AND NOT EXISTS (SELECT 1 FROM tasks AS gone WHERE gone.cluster = tasks.cluster \
                 AND gone.vmid = tasks.vmid AND gone.kind IN ('delete_server', 'clean_up_server') \
                 AND gone.state = 'completed' AND gone.id >= tasks.id))",
            );
        }
        if let Some(id) = $wanted.id {
            $query.push(" AND id = ").push_bind(id.0);
        }
        if let Some(guest) = $wanted.guest {
            $query.push(" AND cluster = ").push_bind(guest.cluster.clone());
            $query.push(" AND vmid = ").push_bind(i64::from(guest.vmid));
        }
        if let Some(parent) = $wanted.parent {
            $query.push(" AND parent = ").push_bind(parent.0);
        }
        if $wanted.whole {
            $query.push(" AND parent IS NULL");
        }
    };
}

/// Tasks that have not ended first, then the latest; the cursor skips the former.
pub(crate) async fn list(db: &Db, wanted: &Wanted<'_>) -> Result<Vec<TaskRecord>> {
    macro_rules! ask {
        ($pool:expr, $database:ty, $each:expr) => {{
            let mut query = sqlx::QueryBuilder::<$database>::new(columns!());
            narrow!(query, wanted, $each);
            if let Some(before) = wanted.before {
                // Behind one that has not ended come the others of its sort, then all that have ended.
                let sort = " IN ('queued', 'running')";
                query.push(" AND ((id < ").push_bind(before.0);
                query
                    .push(" AND (state NOT")
                    .push(sort)
                    .push(" OR (SELECT state FROM tasks WHERE id = ");
                query
                    .push_bind(before.0)
                    .push(")")
                    .push(sort)
                    .push(")) OR (state NOT")
                    .push(sort);
                query
                    .push(" AND (SELECT state FROM tasks WHERE id = ")
                    .push_bind(before.0);
                query.push(")").push(sort).push("))");
            }
            query
                .push(" ORDER BY CASE WHEN state IN ('queued', 'running') THEN 0 ELSE 1 END, id DESC LIMIT ");
            query.push_bind(wanted.limit);
            query.push(" OFFSET ").push_bind(wanted.offset);
            query.build_query_as::<Raw>().fetch_all($pool).await
        }};
    }
    let rows = match db {
        Db::Sqlite { read, .. } => ask!(read, sqlx::Sqlite, EACH_OF_SQLITE),
        Db::Postgres(pool) => ask!(pool, sqlx::Postgres, EACH_OF_POSTGRES),
    }?;
    let mut tasks = rows.into_iter().map(Raw::read).collect::<Result<Vec<_>>>()?;
    children::fill(db, &mut tasks).await?;
    Ok(tasks)
}

/// How many tasks are wanted in all, wherever they stand in the list.
pub(crate) async fn count(db: &Db, wanted: &Wanted<'_>) -> Result<i64> {
    macro_rules! ask {
        ($pool:expr, $database:ty, $each:expr) => {{
            let mut query = sqlx::QueryBuilder::<$database>::new("SELECT COUNT(*) FROM tasks ");
            narrow!(query, wanted, $each);
            query.build_query_scalar::<i64>().fetch_one($pool).await
        }};
    }
    let count = match db {
        Db::Sqlite { read, .. } => ask!(read, sqlx::Sqlite, EACH_OF_SQLITE),
        Db::Postgres(pool) => ask!(pool, sqlx::Postgres, EACH_OF_POSTGRES),
    }?;
    Ok(count)
}

/// How many tasks of each kind have not ended, by state.
pub(crate) async fn counts(db: &Db) -> Result<Vec<(TaskKind, TaskState, i64)>> {
    let rows: Vec<(String, String, i64)> = on_db!(db, |c| {
        sqlx::query_as(
        "SELECT kind, state, COUNT(*) FROM tasks WHERE state IN ('queued', 'running') GROUP BY kind, state"
    )
    .fetch_all(c)
    })
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(kind, state, count)| Some((TaskKind::parse(&kind)?, TaskState::parse(&state)?, count)))
        .collect())
}
