//! Tasks: the queue, its leases and the lists. Every write of a run is fenced by the lease it was claimed with,
//! so that a run that has lost its lease can't write any more.

use chrono::{DateTime, Utc};
use drover_types::ids::{GuestId, TaskId};
use drover_types::task::{TaskKind, TaskRow, TaskState};
use drover_types::text::{Problem, Progress};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::FromRow;
use uuid::Uuid;

use super::{Db, Tx, execute, on_db, on_tx};
use crate::error::{Error, Result};

/// A task as the engine sees it. Without `Debug`: it carries the sealed secret.
pub(crate) struct TaskRecord {
    /// What everybody may see.
    pub row: TaskRow,
    /// Who started it; `None` once that user is gone.
    pub actor_id: Option<i64>,
    /// What the kind needs to know, as JSON.
    pub input: String,
    /// What must not be read by others, sealed.
    pub secret: Option<String>,
    /// Whether its steps are being undone.
    pub undoing: bool,
    /// Who asked for it to be cancelled.
    pub cancelled_by: Option<String>,
    /// Proxmox's or the system's own words on the failure.
    pub cause: Option<String>,
}

/// A task to be queued.
pub(crate) struct TaskInsert<'a> {
    pub id: TaskId,
    pub kind: TaskKind,
    pub actor_id: i64,
    pub actor: &'a str,
    pub guest: Option<&'a GuestId>,
    pub target: &'a str,
    pub input: &'a str,
    pub secret: Option<&'a str>,
    pub at: DateTime<Utc>,
}

/// Which run holds which task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lease {
    pub task: TaskId,
    pub owner: Uuid,
}

/// How a task ended.
pub(crate) struct Ending<'a> {
    pub state: TaskState,
    pub problem: Option<&'a Problem>,
    pub cause: Option<&'a str>,
    pub at: DateTime<Utc>,
}

/// Which tasks to list.
#[derive(Default)]
pub(crate) struct Wanted<'a> {
    pub state: Option<TaskState>,
    pub kind: Option<TaskKind>,
    pub actor_id: Option<i64>,
    pub guest: Option<&'a GuestId>,
    pub before: Option<TaskId>,
    pub limit: i64,
    /// How many to pass over first.
    pub offset: i64,
}

#[derive(FromRow)]
struct Raw {
    id: Uuid,
    kind: String,
    state: String,
    undoing: bool,
    actor_id: Option<i64>,
    actor: String,
    cluster: Option<String>,
    vmid: Option<i64>,
    target: String,
    input: String,
    secret: Option<String>,
    progress: i64,
    message: String,
    problem: Option<String>,
    cause: Option<String>,
    cancelled_by: Option<String>,
    created_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    updated_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
}

impl Raw {
    fn read(self) -> Result<TaskRecord> {
        let state =
            TaskState::parse(&self.state).ok_or_else(|| Error::corrupt("a task's state", &self.state))?;
        let vmid = self.vmid.and_then(|vmid| u32::try_from(vmid).ok());
        Ok(TaskRecord {
            row: TaskRow {
                id: TaskId(self.id),
                kind: TaskKind::parse(&self.kind)
                    .ok_or_else(|| Error::corrupt("a task's kind", &self.kind))?,
                state,
                target: self.target,
                guest: self
                    .cluster
                    .zip(vmid)
                    .map(|(cluster, vmid)| GuestId { cluster, vmid }),
                actor: self.actor,
                progress: u8::try_from(self.progress.clamp(0, 100)).unwrap_or(100),
                message: decode("a task's message", &self.message)?,
                problem: self
                    .problem
                    .as_deref()
                    .map(|text| decode("a task's problem", text))
                    .transpose()?,
                cancelling: self.cancelled_by.is_some() && !state.has_ended(),
                created_at: self.created_at,
                started_at: self.started_at,
                updated_at: self.updated_at,
                ended_at: self.ended_at,
            },
            actor_id: self.actor_id,
            input: self.input,
            secret: self.secret,
            undoing: self.undoing,
            cancelled_by: self.cancelled_by,
            cause: self.cause,
        })
    }
}

/// JSON for a column.
pub(crate) fn encode<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|error| Error::Internal(format!("can't be written as JSON: {error}")))
}

/// JSON of a column.
pub(crate) fn decode<T: DeserializeOwned>(what: &str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Error::corrupt(what, error))
}

/// Queues a task.
pub(crate) async fn insert(tx: &mut Tx, task: &TaskInsert<'_>) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "INSERT INTO tasks (id, kind, state, undoing, actor_id, actor, cluster, vmid, target, input, secret, \
         progress, message, created_at, updated_at) \
         VALUES ($1, $2, 'queued', $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, $12, $12)",
        task.id.0,
        task.kind.as_str(),
        false,
        task.actor_id,
        task.actor,
        task.guest.map(|guest| guest.cluster.as_str()),
        task.guest.map(|guest| i64::from(guest.vmid)),
        task.target,
        task.input,
        task.secret,
        r#"{"code":"queued"}"#,
        task.at,
    )
    .await
    .map(drop)
}

/// The task that is queued for a guest or at work on it.
pub(crate) async fn at_work_on(tx: &mut Tx, guest: &GuestId) -> Result<Option<TaskId>, sqlx::Error> {
    let id: Option<Uuid> = on_tx!(tx, |c| sqlx::query_scalar(
        "SELECT id FROM tasks WHERE cluster = $1 AND vmid = $2 AND state IN ('queued', 'running')"
    )
    .bind(&guest.cluster)
    .bind(i64::from(guest.vmid))
    .fetch_optional(c))
    .await?;
    Ok(id.map(TaskId))
}

/// The same, as it is committed.
pub(crate) async fn unended_of(db: &Db, guest: &GuestId) -> Result<Option<TaskId>, sqlx::Error> {
    let id: Option<Uuid> = on_db!(db, |c| sqlx::query_scalar(
        "SELECT id FROM tasks WHERE cluster = $1 AND vmid = $2 AND state IN ('queued', 'running')"
    )
    .bind(&guest.cluster)
    .bind(i64::from(guest.vmid))
    .fetch_optional(c))
    .await?;
    Ok(id.map(TaskId))
}

/// Takes the oldest task that nobody runs, until `until`.
pub(crate) async fn claim(
    tx: &mut Tx,
    owner: Uuid,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<TaskRecord>> {
    const FREE: &str = "SELECT id FROM tasks WHERE state = 'queued' \
        OR (state = 'running' AND (lease_until IS NULL OR lease_until < $1)) ORDER BY created_at, id LIMIT 1";
    const UNLOCKED: &str = "SELECT id FROM tasks WHERE state = 'queued' \
        OR (state = 'running' AND (lease_until IS NULL OR lease_until < $1)) ORDER BY created_at, id LIMIT 1 \
        FOR UPDATE SKIP LOCKED";
    // SQLite's transactions that write come one after another; it neither has nor needs row locks.
    let free = match tx {
        Tx::Sqlite(_) => FREE,
        Tx::Postgres(_) => UNLOCKED,
    };
    let id: Option<Uuid> = on_tx!(&mut *tx, |c| sqlx::query_scalar(free).bind(now).fetch_optional(c)).await?;
    let Some(id) = id else { return Ok(None) };
    execute!(
        &mut *tx,
        "UPDATE tasks SET state = 'running', lease_owner = $2, lease_until = $3, updated_at = $4 WHERE id = $1",
        id,
        owner,
        until,
        now,
    )
    .await?;
    in_tx(tx, TaskId(id)).await
}

/// Prolongs a lease and tells who asked for the task to be cancelled; `None` where the lease is lost.
pub(crate) async fn renew(
    tx: &mut Tx,
    lease: Lease,
    until: DateTime<Utc>,
) -> Result<Option<Option<String>>, sqlx::Error> {
    let kept = execute!(
        &mut *tx,
        "UPDATE tasks SET lease_until = $3 WHERE id = $1 AND lease_owner = $2",
        lease.task.0,
        lease.owner,
        until,
    )
    .await?;
    if kept == 0 {
        return Ok(None);
    }
    on_tx!(tx, |c| sqlx::query_scalar(
        "SELECT cancelled_by FROM tasks WHERE id = $1"
    )
    .bind(lease.task.0)
    .fetch_optional(c))
    .await
}

/// Gives a lease back, so that the task can be claimed at once.
pub(crate) async fn give_back(tx: &mut Tx, lease: Lease) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "UPDATE tasks SET lease_owner = NULL, lease_until = NULL WHERE id = $1 AND lease_owner = $2",
        lease.task.0,
        lease.owner,
    )
    .await
    .map(drop)
}

/// Voids every lease: right only where no other process can be at work on this database.
pub(crate) async fn void_leases(tx: &mut Tx) -> Result<u64, sqlx::Error> {
    execute!(
        tx,
        "UPDATE tasks SET lease_owner = NULL, lease_until = NULL WHERE state = 'running'"
    )
    .await
}

/// Whether the lease is still held; locks the task's row for the rest of the transaction.
pub(crate) async fn fence(tx: &mut Tx, lease: Lease, now: DateTime<Utc>) -> Result<bool, sqlx::Error> {
    execute!(
        tx,
        "UPDATE tasks SET updated_at = $3 WHERE id = $1 AND lease_owner = $2",
        lease.task.0,
        lease.owner,
        now,
    )
    .await
    .map(|rows| rows == 1)
}

/// Notes that the task is run for the first time.
pub(crate) async fn set_started(tx: &mut Tx, id: TaskId, now: DateTime<Utc>) -> Result<(), sqlx::Error> {
    execute!(tx, "UPDATE tasks SET started_at = $2 WHERE id = $1", id.0, now)
        .await
        .map(drop)
}

/// Says what is happening now.
pub(crate) async fn set_message(tx: &mut Tx, id: TaskId, message: &Progress) -> Result<()> {
    let message = encode(message)?;
    execute!(tx, "UPDATE tasks SET message = $2 WHERE id = $1", id.0, &message).await?;
    Ok(())
}

/// Says how far the task is, in percent.
pub(crate) async fn set_progress(tx: &mut Tx, id: TaskId, percent: u8) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "UPDATE tasks SET progress = $2 WHERE id = $1",
        id.0,
        i64::from(percent)
    )
    .await
    .map(drop)
}

/// Says which guest the task is about.
pub(crate) async fn set_guest(tx: &mut Tx, id: TaskId, guest: Option<&GuestId>) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "UPDATE tasks SET cluster = $2, vmid = $3 WHERE id = $1",
        id.0,
        guest.map(|guest| guest.cluster.as_str()),
        guest.map(|guest| i64::from(guest.vmid)),
    )
    .await
    .map(drop)
}

/// Notes who wants the task cancelled; `false` where it has ended or somebody asked before.
pub(crate) async fn set_cancelled_by(
    tx: &mut Tx,
    id: TaskId,
    by: &str,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    execute!(
        tx,
        "UPDATE tasks SET cancelled_by = $2, updated_at = $3 \
         WHERE id = $1 AND cancelled_by IS NULL AND state IN ('queued', 'running')",
        id.0,
        by,
        now,
    )
    .await
    .map(|rows| rows == 1)
}

/// Notes that what was done is being undone, and why.
pub(crate) async fn set_undoing(
    tx: &mut Tx,
    id: TaskId,
    problem: &Problem,
    cause: Option<&str>,
) -> Result<()> {
    let problem = encode(problem)?;
    execute!(
        tx,
        "UPDATE tasks SET undoing = $2, problem = $3, cause = $4 WHERE id = $1",
        id.0,
        true,
        &problem,
        cause,
    )
    .await?;
    Ok(())
}

/// Ends a task that has not ended: wipes its secret, gives up its lease.
pub(crate) async fn end(tx: &mut Tx, id: TaskId, ending: &Ending<'_>) -> Result<bool> {
    let problem = ending.problem.map(encode).transpose()?;
    let rows = execute!(
        tx,
        "UPDATE tasks SET state = $2, problem = $3, cause = $4, ended_at = $5, updated_at = $5, secret = NULL, \
         lease_owner = NULL, lease_until = NULL, progress = CASE WHEN $2 = 'completed' THEN 100 ELSE progress END \
         WHERE id = $1 AND state IN ('queued', 'running')",
        id.0,
        ending.state.as_str(),
        problem.as_deref(),
        ending.cause,
        ending.at,
    )
    .await?;
    Ok(rows == 1)
}

const COLUMNS: &str = "SELECT id, kind, state, undoing, actor_id, actor, cluster, vmid, target, input, secret, \
    progress, message, problem, cause, cancelled_by, created_at, started_at, updated_at, ended_at FROM tasks ";

const BY_ID: &str = "SELECT id, kind, state, undoing, actor_id, actor, cluster, vmid, target, input, secret, \
    progress, message, problem, cause, cancelled_by, created_at, started_at, updated_at, ended_at FROM tasks \
    WHERE id = $1";

/// The task as this transaction sees it.
pub(crate) async fn in_tx(tx: &mut Tx, id: TaskId) -> Result<Option<TaskRecord>> {
    let raw: Option<Raw> = on_tx!(tx, |c| sqlx::query_as(BY_ID).bind(id.0).fetch_optional(c)).await?;
    raw.map(Raw::read).transpose()
}

/// The task.
pub(crate) async fn get(db: &Db, id: TaskId) -> Result<Option<TaskRecord>> {
    let raw: Option<Raw> = on_db!(db, |c| sqlx::query_as(BY_ID).bind(id.0).fetch_optional(c)).await?;
    raw.map(Raw::read).transpose()
}

/// Narrows a query down to what is wanted; the place in the list aside.
macro_rules! narrow {
    ($query:expr, $wanted:expr) => {
        $query.push("WHERE 1 = 1");
        if let Some(state) = $wanted.state {
            $query.push(" AND state = ").push_bind(state.as_str());
        }
        if let Some(kind) = $wanted.kind {
            $query.push(" AND kind = ").push_bind(kind.as_str());
        }
        if let Some(actor) = $wanted.actor_id {
            $query.push(" AND actor_id = ").push_bind(actor);
        }
        if let Some(guest) = $wanted.guest {
            $query.push(" AND cluster = ").push_bind(guest.cluster.clone());
            $query.push(" AND vmid = ").push_bind(i64::from(guest.vmid));
        }
    };
}

/// Tasks that have not ended first, then the latest; the cursor skips the former.
pub(crate) async fn list(db: &Db, wanted: &Wanted<'_>) -> Result<Vec<TaskRecord>> {
    macro_rules! ask {
        ($pool:expr, $database:ty) => {{
            let mut query = sqlx::QueryBuilder::<$database>::new(COLUMNS);
            narrow!(query, wanted);
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
        Db::Sqlite { read, .. } => ask!(read, sqlx::Sqlite),
        Db::Postgres(pool) => ask!(pool, sqlx::Postgres),
    }?;
    rows.into_iter().map(Raw::read).collect()
}

/// How many tasks are wanted in all, wherever they stand in the list.
pub(crate) async fn count(db: &Db, wanted: &Wanted<'_>) -> Result<i64, sqlx::Error> {
    macro_rules! ask {
        ($pool:expr, $database:ty) => {{
            let mut query = sqlx::QueryBuilder::<$database>::new("SELECT COUNT(*) FROM tasks ");
            narrow!(query, wanted);
            query.build_query_scalar::<i64>().fetch_one($pool).await
        }};
    }
    match db {
        Db::Sqlite { read, .. } => ask!(read, sqlx::Sqlite),
        Db::Postgres(pool) => ask!(pool, sqlx::Postgres),
    }
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

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::store::testing::databases;
    use crate::store::{Unique, reservations, task_steps, violated};
    use drover_types::task::{StepName, StepState};

    /// A user for tasks to belong to.
    pub(crate) async fn user(db: &Db, name: &str, now: DateTime<Utc>) -> i64 {
        let mut tx = db.begin().await.unwrap();
        let id: i64 = on_tx!(&mut tx, |c| sqlx::query_scalar(
            "INSERT INTO users (username, password_hash, role, is_active, created_at, updated_at) \
             VALUES ($1, '', 'admin', $2, $3, $3) RETURNING id"
        )
        .bind(name)
        .bind(true)
        .bind(now)
        .fetch_one(c))
        .await
        .unwrap();
        tx.commit().await.unwrap();
        id
    }

    fn task(id: u128, actor_id: i64, guest: Option<&GuestId>, at: DateTime<Utc>) -> TaskInsert<'_> {
        TaskInsert {
            id: TaskId(Uuid::from_u128(id)),
            kind: TaskKind::CreateServer,
            actor_id,
            actor: "ann",
            guest,
            target: "web-01",
            input: "{}",
            secret: Some("sealed"),
            at,
        }
    }

    #[tokio::test]
    async fn a_task_from_the_queue_to_its_end() {
        for test in databases().await {
            let (db, name) = (&test.db, test.name);
            let now = DateTime::from_timestamp(1_700_000_000, 123_456_000).unwrap();
            let later = now + TimeDelta::seconds(15);
            let ann = user(db, "ann", now).await;
            let guest = GuestId::new("lab", 100);

            let mut tx = db.begin().await.unwrap();
            insert(&mut tx, &task(1, ann, Some(&guest), now)).await.unwrap();
            insert(&mut tx, &task(2, ann, None, now)).await.unwrap();
            task_steps::insert(
                &mut tx,
                TaskId(Uuid::from_u128(1)),
                &[StepName::Reserve, StepName::Clone],
            )
            .await
            .unwrap();
            let busy = at_work_on(&mut tx, &guest).await.unwrap();
            assert_eq!(busy, Some(TaskId(Uuid::from_u128(1))), "{name}");
            tx.commit().await.unwrap();
            let mut tx = db.begin().await.unwrap();
            let twice = insert(&mut tx, &task(3, ann, Some(&guest), now))
                .await
                .unwrap_err();
            assert_eq!(violated(&twice), Some(Unique::TaskOfGuest), "{name}");
            drop(tx);

            let (one, two) = (Uuid::from_u128(11), Uuid::from_u128(12));
            let mut tx = db.begin().await.unwrap();
            let first = claim(&mut tx, one, now, later).await.unwrap().unwrap();
            let second = claim(&mut tx, two, now, later).await.unwrap().unwrap();
            assert!(claim(&mut tx, two, now, later).await.unwrap().is_none(), "{name}");
            tx.commit().await.unwrap();
            assert_eq!(
                (first.row.id.0.as_u128(), second.row.id.0.as_u128()),
                (1, 2),
                "{name}"
            );
            assert_eq!(
                (first.row.state, first.row.guest),
                (TaskState::Running, Some(guest.clone()))
            );
            assert_eq!(first.secret.as_deref(), Some("sealed"));

            let mine = Lease {
                task: first.row.id,
                owner: one,
            };
            let stolen = Lease {
                task: first.row.id,
                owner: two,
            };
            let mut tx = db.begin().await.unwrap();
            assert!(!fence(&mut tx, stolen, now).await.unwrap(), "{name}");
            assert_eq!(renew(&mut tx, stolen, later).await.unwrap(), None, "{name}");
            assert_eq!(renew(&mut tx, mine, later).await.unwrap(), Some(None), "{name}");
            assert!(set_cancelled_by(&mut tx, mine.task, "bob", now).await.unwrap());
            assert!(!set_cancelled_by(&mut tx, mine.task, "eve", now).await.unwrap());
            assert_eq!(
                renew(&mut tx, mine, later).await.unwrap(),
                Some(Some("bob".into())),
                "{name}"
            );
            assert!(fence(&mut tx, mine, now).await.unwrap(), "{name}");
            task_steps::set_state(&mut tx, mine.task, 1, StepState::Running, now)
                .await
                .unwrap();
            task_steps::set_journal(&mut tx, mine.task, 1, "{}", Some("UPID:a"))
                .await
                .unwrap();
            task_steps::set_journal(&mut tx, mine.task, 1, "{ }", None)
                .await
                .unwrap();
            task_steps::set_progress(&mut tx, mine.task, 1, 40).await.unwrap();
            for line in ["one", "two", "three"] {
                let line = Progress::ProxmoxLog { line: line.into() };
                task_steps::log(&mut tx, mine.task, Some(StepName::Clone), &line, now)
                    .await
                    .unwrap();
            }
            set_progress(&mut tx, mine.task, 33).await.unwrap();
            set_message(&mut tx, mine.task, &Progress::Undoing).await.unwrap();
            let problem = Problem::CancelledBy { user: "bob".into() };
            set_undoing(&mut tx, mine.task, &problem, Some("words"))
                .await
                .unwrap();
            tx.commit().await.unwrap();

            let steps = task_steps::of(db, mine.task).await.unwrap();
            let clone = &steps[1];
            assert_eq!(
                (steps[0].row.state, clone.row.state),
                (StepState::Pending, StepState::Running)
            );
            assert_eq!(
                (clone.row.upid.as_deref(), clone.journal.as_deref()),
                (Some("UPID:a"), Some("{ }"))
            );
            assert_eq!(
                (clone.row.progress, clone.row.started_at),
                (Some(40), Some(now)),
                "{name}"
            );
            let log = task_steps::log_of(db, mine.task, 1, 10).await.unwrap();
            assert_eq!(
                log.iter().map(|line| line.number).collect::<Vec<_>>(),
                [2, 3],
                "{name}"
            );
            let end_of_log = task_steps::log_of(db, mine.task, 0, 1).await.unwrap();
            assert_eq!(
                end_of_log[0].message,
                Progress::ProxmoxLog { line: "three".into() }
            );
            let known = ["UPID:a".to_owned(), "UPID:b".to_owned()];
            let others = task_steps::known_to_others(db, second.row.id, &known)
                .await
                .unwrap();
            assert_eq!(others, ["UPID:a"], "{name}");
            assert!(
                task_steps::known_to_others(db, mine.task, &known)
                    .await
                    .unwrap()
                    .is_empty()
            );

            // A lease that ran out is for anybody to take.
            let mut tx = db.begin().await.unwrap();
            give_back(&mut tx, stolen).await.unwrap();
            assert!(claim(&mut tx, two, now, later).await.unwrap().is_none(), "{name}");
            give_back(&mut tx, mine).await.unwrap();
            let again = claim(&mut tx, two, now, later).await.unwrap().unwrap();
            assert!(again.undoing && again.row.id == mine.task, "{name}");
            let past = later + TimeDelta::microseconds(1);
            assert!(claim(&mut tx, one, past, past).await.unwrap().is_some(), "{name}");
            tx.commit().await.unwrap();

            let wanted = Wanted {
                limit: 10,
                ..Wanted::default()
            };
            let ending = Ending {
                state: TaskState::Cancelled,
                problem: Some(&problem),
                cause: None,
                at: later,
            };
            let mut tx = db.begin().await.unwrap();
            assert!(end(&mut tx, mine.task, &ending).await.unwrap());
            assert!(!end(&mut tx, mine.task, &ending).await.unwrap());
            tx.commit().await.unwrap();
            let ended = get(db, mine.task).await.unwrap().unwrap();
            assert_eq!(
                (ended.row.state, ended.row.problem, ended.secret),
                (TaskState::Cancelled, Some(problem), None)
            );
            let order: Vec<u128> = list(db, &wanted)
                .await
                .unwrap()
                .iter()
                .map(|task| task.row.id.0.as_u128())
                .collect();
            assert_eq!(order, [2, 1], "{name}");
            let before = Wanted {
                before: Some(TaskId(Uuid::from_u128(2))),
                ..wanted
            };
            assert_eq!(list(db, &before).await.unwrap().len(), 1, "{name}");
            let about = Wanted {
                guest: Some(&guest),
                limit: 5,
                ..Wanted::default()
            };
            assert_eq!(list(db, &about).await.unwrap().len(), 1, "{name}");
            let none = Wanted {
                state: Some(TaskState::Failed),
                actor_id: Some(ann),
                limit: 5,
                ..Wanted::default()
            };
            assert!(list(db, &none).await.unwrap().is_empty());
            let second_page = Wanted {
                limit: 1,
                offset: 1,
                ..Wanted::default()
            };
            let rows = list(db, &second_page).await.unwrap();
            assert_eq!(rows.iter().map(|task| task.row.id).collect::<Vec<_>>(), [mine.task], "{name}");
            let counted = (
                count(db, &second_page).await.unwrap(),
                count(db, &about).await.unwrap(),
                count(db, &none).await.unwrap(),
            );
            assert_eq!(counted, (2, 1, 0), "{name}");
            assert_eq!(
                counts(db).await.unwrap(),
                [(TaskKind::CreateServer, TaskState::Running, 1)],
                "{name}"
            );
        }
    }

    #[tokio::test]
    async fn what_one_task_has_taken_no_other_takes() {
        for test in databases().await {
            let (db, name) = (&test.db, test.name);
            let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
            let ann = user(db, "ann", now).await;
            let taken = |id: u128, vmid, name: &str| reservations::Reservation {
                task: TaskId(Uuid::from_u128(id)),
                guest: GuestId::new("lab", vmid),
                name: name.into(),
                node: "pve1".into(),
                os_type: "debian".into(),
                made: false,
            };
            let mut tx = db.begin().await.unwrap();
            for id in 1..=4 {
                insert(&mut tx, &task(id, ann, None, now)).await.unwrap();
            }
            let address = ["10.0.0.5".to_owned()];
            reservations::insert(&mut tx, &taken(1, 100, "web-01"), &address, now)
                .await
                .unwrap();
            tx.commit().await.unwrap();
            for (other, address, rule) in [
                (taken(2, 100, "web-02"), "10.0.0.6", Unique::ReservedVmid),
                (taken(2, 101, "web-01"), "10.0.0.6", Unique::ReservedName),
                (taken(2, 101, "web-02"), "10.0.0.5", Unique::ReservedAddress),
            ] {
                let mut tx = db.begin().await.unwrap();
                let error = reservations::insert(&mut tx, &other, &[address.to_owned()], now)
                    .await
                    .unwrap_err();
                assert_eq!(violated(&error), Some(rule), "{name}");
            }
            let mut tx = db.begin().await.unwrap();
            reservations::insert(&mut tx, &taken(2, 101, "web-02"), &[], now)
                .await
                .unwrap();
            reservations::set_made(&mut tx, TaskId(Uuid::from_u128(2)))
                .await
                .unwrap();
            reservations::set_vmid(&mut tx, TaskId(Uuid::from_u128(2)), 102)
                .await
                .unwrap();
            tx.commit().await.unwrap();
            let second = reservations::of(db, TaskId(Uuid::from_u128(2)))
                .await
                .unwrap()
                .unwrap();
            assert!(second.made && second.guest.vmid == 102, "{name}");
            assert_eq!(
                reservations::addresses(db, "lab").await.unwrap(),
                [("10.0.0.5".into(), "web-01".into())]
            );

            // The second task has ended and its guest is gone; the first one's is only about to be made.
            let mut tx = db.begin().await.unwrap();
            let ending = Ending {
                state: TaskState::Completed,
                problem: None,
                cause: None,
                at: now,
            };
            end(&mut tx, TaskId(Uuid::from_u128(2)), &ending).await.unwrap();
            assert_eq!(
                reservations::release_gone(&mut tx, "lab", &[102]).await.unwrap(),
                0,
                "{name}"
            );
            assert_eq!(
                reservations::release_gone(&mut tx, "lab", &[7]).await.unwrap(),
                1,
                "{name}"
            );
            tx.commit().await.unwrap();
            let left = reservations::all(db).await.unwrap();
            assert_eq!(
                left.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
                ["web-01"],
                "{name}"
            );
            let mut tx = db.begin().await.unwrap();
            reservations::release(&mut tx, TaskId(Uuid::from_u128(1)))
                .await
                .unwrap();
            tx.commit().await.unwrap();
            assert!(
                reservations::addresses(db, "lab").await.unwrap().is_empty(),
                "{name}"
            );
        }
    }
}
