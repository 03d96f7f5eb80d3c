//! The audit. Rows are added and, once they are old, removed; there is no way to change one, and the database refuses it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use drover_types::audit::{AuditFilter, AuditResult, AuditRow};
use drover_types::ids::TaskId;
use drover_types::task::TaskState;
use sqlx::FromRow;
use uuid::Uuid;

use super::tasks::decode;
use super::{Db, Tx, execute, on_db};
use crate::error::{Error, Result};

/// How many rows one statement takes.
const ROWS: usize = 500;

/// A row to be added.
pub(crate) struct AuditInsert<'a> {
    pub at: DateTime<Utc>,
    pub user_id: Option<i64>,
    pub username: &'a str,
    pub session: Option<Uuid>,
    pub token: Option<Uuid>,
    pub address: &'a str,
    pub action: &'a str,
    pub object_kind: &'a str,
    pub object: &'a str,
    /// JSON.
    pub changes: &'a str,
    pub result: AuditResult,
    pub task: Option<TaskId>,
}

#[derive(FromRow)]
struct Raw {
    id: i64,
    at: DateTime<Utc>,
    user_id: Option<i64>,
    username: String,
    session_id: Option<Uuid>,
    token_id: Option<Uuid>,
    address: String,
    action: String,
    object_kind: String,
    object: String,
    changes: String,
    result: String,
    task_id: Option<Uuid>,
    token_name: Option<String>,
    /// How the task is, where it is still there.
    now: Option<String>,
    /// How it ended last.
    ended: Option<String>,
}

impl Raw {
    fn read(self) -> Result<AuditRow> {
        let task_kept = self.now.is_some();
        // What the task says of itself first: one that was taken up again has an end behind it, and runs.
        let state = self.now.or(self.ended);
        Ok(AuditRow {
            id: self.id,
            at: self.at,
            user_id: self.user_id,
            username: self.username,
            session: self.session_id,
            token: self.token_id,
            token_name: self.token_name,
            address: self.address,
            action: self.action,
            object_kind: self.object_kind,
            object: self.object,
            changes: decode("an audit's changes", &self.changes)?,
            result: AuditResult::parse(&self.result)
                .ok_or_else(|| Error::corrupt("an audit's result", &self.result))?,
            task: self.task_id.map(TaskId),
            task_state: state
                .map(|state| {
                    TaskState::parse(&state)
                        .ok_or_else(|| Error::corrupt("the state of an audit's task", &state))
                })
                .transpose()?,
            task_kept,
            upids: Vec::new(),
        })
    }
}

/// Adds rows.
pub(crate) async fn insert(tx: &mut Tx, rows: &[AuditInsert<'_>]) -> Result<(), sqlx::Error> {
    macro_rules! write {
        ($connection:expr, $database:ty) => {
            for rows in rows.chunks(ROWS) {
                let mut query = sqlx::QueryBuilder::<$database>::new(
                    "INSERT INTO audit (at, user_id, username, session_id, token_id, address, action, \
                     object_kind, object, changes, result, task_id) ",
                );
                query.push_values(rows, |mut row, new| {
                    row.push_bind(new.at)
                        .push_bind(new.user_id)
                        .push_bind(new.username)
                        .push_bind(new.session)
                        .push_bind(new.token)
                        .push_bind(new.address)
                        .push_bind(new.action)
                        .push_bind(new.object_kind)
                        .push_bind(new.object)
                        .push_bind(new.changes)
                        .push_bind(new.result.as_str())
                        .push_bind(new.task.map(|task| task.0));
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

/// Notes which call to Proxmox a task has made.
pub(crate) async fn add_upid(
    tx: &mut Tx,
    task: TaskId,
    upid: &str,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "INSERT INTO audit_upids (upid, task_id, at) VALUES ($1, $2, $3) ON CONFLICT (upid) DO NOTHING",
        upid,
        task.0,
        at
    )
    .await
    .map(drop)
}

/// Whether a call to Proxmox was a task's.
pub(crate) async fn is_ours(db: &Db, upid: &str) -> Result<bool, sqlx::Error> {
    let task: Option<Uuid> = on_db!(db, |c| sqlx::query_scalar(
        "SELECT task_id FROM audit_upids WHERE upid = $1"
    )
    .bind(upid)
    .fetch_optional(c))
    .await?;
    Ok(task.is_some())
}

/// Notes how a task ended, which outlives it.
pub(crate) async fn add_result(
    tx: &mut Tx,
    task: TaskId,
    state: TaskState,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "INSERT INTO audit_results (task_id, state, at) VALUES ($1, $2, $3)",
        task.0,
        state.as_str(),
        at
    )
    .await
    .map(drop)
}

/// A pattern for `LIKE` with `!` as its escape.
fn escaped(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.extend(c.to_lowercase());
    }
    pattern
}

/// Narrows a query down to what is wanted.
macro_rules! narrow {
    ($query:expr, $filter:expr) => {
        $query.push(" WHERE 1 = 1");
        if !$filter.user.is_empty() {
            $query.push(" AND username = ").push_bind($filter.user.clone());
        }
        if !$filter.action.is_empty() {
            $query.push(" AND (action = ").push_bind($filter.action.clone());
            $query
                .push(" OR action LIKE ")
                .push_bind(format!("{}.%", escaped(&$filter.action)));
            $query.push(" ESCAPE '!')");
        }
        if !$filter.object.is_empty() {
            $query
                .push(" AND LOWER(object) LIKE ")
                .push_bind(format!("%{}%", escaped(&$filter.object)));
            $query.push(" ESCAPE '!'");
        }
        if let Some(result) = $filter.result {
            $query.push(" AND result = ").push_bind(result.as_str());
        }
        if let Some(from) = $filter.from {
            $query.push(" AND at >= ").push_bind(from);
        }
        if let Some(until) = $filter.until {
            $query.push(" AND at < ").push_bind(until);
        }
        if !$filter.search.is_empty() {
            let pattern = format!("%{}%", escaped(&$filter.search));
            $query.push(" AND (");
            for column in ["username", "object", "address", "action", "changes"] {
                $query.push("LOWER(").push(column).push(") LIKE ");
                $query.push_bind(pattern.clone()).push(" ESCAPE '!' OR ");
            }
            $query.push("task_id IN (SELECT task_id FROM audit_upids WHERE LOWER(upid) LIKE ");
            $query.push_bind(pattern).push(" ESCAPE '!'))");
        }
    };
}

/// Rows with what else is known of them: what their token is called, and how their task is or ended.
const ROWS_WITH: &str = "SELECT audit.*, (SELECT name FROM tokens WHERE tokens.id = audit.token_id) AS token_name, \
     (SELECT state FROM tasks WHERE tasks.id = audit.task_id) AS now, \
     (SELECT state FROM audit_results WHERE audit_results.task_id = audit.task_id ORDER BY id DESC LIMIT 1) AS ended \
     FROM audit";

/// Which part of the list.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part {
    /// Only rows below this id.
    pub before: Option<i64>,
    pub limit: i64,
    pub offset: i64,
}

/// Rows, newest first.
pub(crate) async fn list(db: &Db, filter: &AuditFilter, part: Part) -> Result<Vec<AuditRow>> {
    macro_rules! ask {
        ($pool:expr, $database:ty) => {{
            let mut query = sqlx::QueryBuilder::<$database>::new(ROWS_WITH);
            narrow!(query, filter);
            if let Some(before) = part.before {
                query.push(" AND id < ").push_bind(before);
            }
            query.push(" ORDER BY id DESC LIMIT ").push_bind(part.limit);
            query.push(" OFFSET ").push_bind(part.offset);
            query.build_query_as::<Raw>().fetch_all($pool).await
        }};
    }
    let rows = match db {
        Db::Sqlite { read, .. } => ask!(read, sqlx::Sqlite),
        Db::Postgres(pool) => ask!(pool, sqlx::Postgres),
    }?;
    let mut rows = rows.into_iter().map(Raw::read).collect::<Result<Vec<_>>>()?;
    fill(db, &mut rows).await?;
    Ok(rows)
}

/// How many rows there are.
pub(crate) async fn count(db: &Db, filter: &AuditFilter) -> Result<i64, sqlx::Error> {
    macro_rules! ask {
        ($pool:expr, $database:ty) => {{
            let mut query = sqlx::QueryBuilder::<$database>::new("SELECT COUNT(*) FROM audit");
            narrow!(query, filter);
            query.build_query_scalar::<i64>().fetch_one($pool).await
        }};
    }
    match db {
        Db::Sqlite { read, .. } => ask!(read, sqlx::Sqlite),
        Db::Postgres(pool) => ask!(pool, sqlx::Postgres),
    }
}

/// Adds what Proxmox calls the tasks of these rows.
async fn fill(db: &Db, rows: &mut [AuditRow]) -> Result<(), sqlx::Error> {
    let tasks: Vec<Uuid> = rows
        .iter()
        .filter_map(|row| row.task)
        .map(|task| task.0)
        .collect();
    if tasks.is_empty() {
        return Ok(());
    }
    macro_rules! ask {
        ($pool:expr, $database:ty) => {{
            let mut found = Vec::new();
            for some in tasks.chunks(ROWS) {
                let mut query = sqlx::QueryBuilder::<$database>::new(
                    "SELECT task_id, upid FROM audit_upids WHERE task_id IN (",
                );
                let mut ids = query.separated(", ");
                for id in some {
                    ids.push_bind(*id);
                }
                query.push(") ORDER BY at, upid");
                let rows: Vec<(Uuid, String)> = query.build_query_as().fetch_all($pool).await?;
                found.extend(rows);
            }
            found
        }};
    }
    let found = match db {
        Db::Sqlite { read, .. } => ask!(read, sqlx::Sqlite),
        Db::Postgres(pool) => ask!(pool, sqlx::Postgres),
    };
    let mut of: HashMap<Uuid, Vec<String>> = HashMap::new();
    for (task, upid) in found {
        of.entry(task).or_default().push(upid);
    }
    for row in rows {
        let upids = row.task.and_then(|task| of.get(&task.0));
        row.upids = upids.cloned().unwrap_or_default();
    }
    Ok(())
}

/// Removes some of what is older, and tells how many rows.
pub(crate) async fn prune(tx: &mut Tx, before: DateTime<Utc>, limit: i64) -> Result<u64, sqlx::Error> {
    execute!(
        &mut *tx,
        "DELETE FROM audit_upids WHERE upid IN (SELECT upid FROM audit_upids WHERE at < $1 LIMIT $2)",
        before,
        limit
    )
    .await?;
    execute!(
        &mut *tx,
        "DELETE FROM audit_results WHERE id IN (SELECT id FROM audit_results WHERE at < $1 ORDER BY id LIMIT $2)",
        before,
        limit
    )
    .await?;
    execute!(
        tx,
        "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < $1 ORDER BY id LIMIT $2)",
        before,
        limit
    )
    .await
}
