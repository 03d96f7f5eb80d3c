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

use super::{Db, Tx, audit, execute, on_db, on_tx};
use crate::error::{Error, Result};

pub(crate) mod children;
mod claim;
mod failed;
mod list;
pub(crate) mod many;
mod servers;

pub(crate) use claim::{Free, claim, free};
pub(crate) use failed::failed_since;
pub(crate) use list::{Seen, Wanted, count, counts, list};
pub(crate) use servers::servers_of;

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
    /// Whether it has parts and runs nothing itself.
    pub is_parent: bool,
}

/// A task to be queued.
pub(crate) struct TaskInsert<'a> {
    pub id: TaskId,
    pub kind: TaskKind,
    /// `None` for Drover itself.
    pub actor_id: Option<i64>,
    pub actor: &'a str,
    pub guest: Option<&'a GuestId>,
    pub target: &'a str,
    pub input: &'a str,
    pub secret: Option<&'a str>,
    pub at: DateTime<Utc>,
    /// The task that it is a part of.
    pub parent: Option<TaskId>,
    /// Whether it has parts and runs nothing itself.
    pub is_parent: bool,
    /// The task in whose place it is asked for.
    pub retry_of: Option<TaskId>,
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
    parent: Option<Uuid>,
    is_parent: bool,
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
                parent: self.parent.map(TaskId),
                children: None,
            },
            actor_id: self.actor_id,
            input: self.input,
            secret: self.secret,
            undoing: self.undoing,
            cancelled_by: self.cancelled_by,
            cause: self.cause,
            is_parent: self.is_parent,
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
         progress, message, created_at, updated_at, parent, is_parent, retry_of) \
         VALUES ($1, $2, 'queued', $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, $12, $12, $13, $14, $15)",
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
        r#""queued""#,
        task.at,
        task.parent.map(|parent| parent.0),
        task.is_parent,
        task.retry_of.map(|other| other.0),
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

/// Whether somebody has asked for the task to be cancelled.
pub(crate) async fn is_cancelled(tx: &mut Tx, id: TaskId) -> Result<bool, sqlx::Error> {
    on_tx!(tx, |c| sqlx::query_scalar(
        "SELECT cancelled_by IS NOT NULL FROM tasks WHERE id = $1"
    )
    .bind(id.0)
    .fetch_one(c))
    .await
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

/// Ends a task that has not ended: wipes its secret, gives up its lease, and tells the audit, which outlives it.
pub(crate) async fn end(tx: &mut Tx, id: TaskId, ending: &Ending<'_>) -> Result<bool> {
    let problem = ending.problem.map(encode).transpose()?;
    let rows = execute!(
        &mut *tx,
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
    if rows == 1 {
        audit::add_result(tx, id, ending.state, ending.at).await?;
    }
    Ok(rows == 1)
}

macro_rules! columns {
    () => {
        "SELECT id, kind, state, undoing, actor_id, actor, cluster, vmid, target, input, secret, progress, message, \
         problem, cause, cancelled_by, created_at, started_at, updated_at, ended_at, parent, is_parent FROM tasks "
    };
}
use columns;

const BY_ID: &str = concat!(columns!(), "WHERE id = $1");

/// The task as this transaction sees it; of a parent not how its children are.
pub(crate) async fn in_tx(tx: &mut Tx, id: TaskId) -> Result<Option<TaskRecord>> {
    let raw: Option<Raw> = on_tx!(tx, |c| sqlx::query_as(BY_ID).bind(id.0).fetch_optional(c)).await?;
    raw.map(Raw::read).transpose()
}

/// The task.
pub(crate) async fn get(db: &Db, id: TaskId) -> Result<Option<TaskRecord>> {
    let raw: Option<Raw> = on_db!(db, |c| sqlx::query_as(BY_ID).bind(id.0).fetch_optional(c)).await?;
    let mut task = raw.map(Raw::read).transpose()?;
    children::fill(db, task.as_mut_slice()).await?;
    Ok(task)
}

#[cfg(test)]
mod tests;
