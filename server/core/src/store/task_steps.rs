//! The steps of tasks, each with the journal of its calls, and the log that both write.

use chrono::{DateTime, Utc};
use drover_types::ids::TaskId;
use drover_types::task::{LogLine, StepName, StepRow, StepState};
use drover_types::text::Progress;
use sqlx::FromRow;
use uuid::Uuid;

use super::tasks::{decode, encode};
use super::{Db, Tx, execute, on_db, on_tx};
use crate::error::{Error, Result};

/// A step as the engine sees it.
pub(crate) struct StepRecord {
    /// What everybody may see.
    pub row: StepRow,
    /// Its place, from 0.
    pub position: i64,
    /// The calls it has made or meant to make, as JSON.
    pub journal: Option<String>,
}

#[derive(FromRow)]
struct Raw {
    position: i64,
    name: String,
    state: String,
    journal: Option<String>,
    upid: Option<String>,
    progress: Option<i64>,
    started_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
}

impl Raw {
    fn read(self) -> Result<StepRecord> {
        Ok(StepRecord {
            row: StepRow {
                name: StepName::parse(&self.name)
                    .ok_or_else(|| Error::corrupt("a step's name", &self.name))?,
                state: StepState::parse(&self.state)
                    .ok_or_else(|| Error::corrupt("a step's state", &self.state))?,
                progress: self.progress.and_then(|percent| u8::try_from(percent).ok()),
                upid: self.upid,
                started_at: self.started_at,
                ended_at: self.ended_at,
            },
            position: self.position,
            journal: self.journal,
        })
    }
}

/// Adds the steps of a new task, in order.
pub(crate) async fn insert(tx: &mut Tx, task: TaskId, steps: &[StepName]) -> Result<(), sqlx::Error> {
    for (position, step) in (0_i64..).zip(steps) {
        execute!(
            &mut *tx,
            "INSERT INTO task_steps (task_id, position, name, state) VALUES ($1, $2, $3, 'pending')",
            task.0,
            position,
            step.as_str(),
        )
        .await?;
    }
    Ok(())
}

const OF: &str = "SELECT position, name, state, journal, upid, progress, started_at, ended_at FROM task_steps \
    WHERE task_id = $1 ORDER BY position";

/// The steps of a task, in order.
pub(crate) async fn of(db: &Db, task: TaskId) -> Result<Vec<StepRecord>> {
    let rows: Vec<Raw> = on_db!(db, |c| sqlx::query_as(OF).bind(task.0).fetch_all(c)).await?;
    rows.into_iter().map(Raw::read).collect()
}

/// The same, as a transaction sees them.
pub(crate) async fn in_tx(tx: &mut Tx, task: TaskId) -> Result<Vec<StepRecord>> {
    let rows: Vec<Raw> = on_tx!(tx, |c| sqlx::query_as(OF).bind(task.0).fetch_all(c)).await?;
    rows.into_iter().map(Raw::read).collect()
}

/// Sets how far a step is, with the times that follow from it.
pub(crate) async fn set_state(
    tx: &mut Tx,
    task: TaskId,
    position: i64,
    state: StepState,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let ended = matches!(state, StepState::Done | StepState::Failed | StepState::Undone);
    execute!(
        tx,
        "UPDATE task_steps SET state = $3, started_at = COALESCE(started_at, $4), \
         ended_at = CASE WHEN $5 THEN $4 ELSE NULL END, \
         progress = CASE WHEN $3 = 'done' THEN 100 ELSE progress END \
         WHERE task_id = $1 AND position = $2",
        task.0,
        position,
        state.as_str(),
        now,
        ended,
    )
    .await
    .map(drop)
}

/// Saves what a step has done and is about to do. `upid` is that of the latest call, and stays where it is `None`.
pub(crate) async fn set_journal(
    tx: &mut Tx,
    task: TaskId,
    position: i64,
    journal: &str,
    upid: Option<&str>,
) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "UPDATE task_steps SET journal = $3, upid = COALESCE($4, upid) WHERE task_id = $1 AND position = $2",
        task.0,
        position,
        journal,
        upid,
    )
    .await
    .map(drop)
}

/// Says how far a step is, in percent.
pub(crate) async fn set_progress(
    tx: &mut Tx,
    task: TaskId,
    position: i64,
    percent: u8,
) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "UPDATE task_steps SET progress = $3 WHERE task_id = $1 AND position = $2",
        task.0,
        position,
        i64::from(percent),
    )
    .await
    .map(drop)
}

/// Which of `upids` belong to a step of another task.
pub(crate) async fn known_to_others(db: &Db, task: TaskId, upids: &[String]) -> Result<Vec<String>> {
    let mut known = Vec::new();
    for upid in upids {
        let other: Option<Uuid> = on_db!(db, |c| sqlx::query_scalar(
            "SELECT task_id FROM task_steps WHERE upid = $1 AND task_id <> $2 LIMIT 1"
        )
        .bind(upid)
        .bind(task.0)
        .fetch_optional(c))
        .await?;
        if other.is_some() {
            known.push(upid.clone());
        }
    }
    Ok(known)
}

/// Adds a line to a task's log. The transaction has to hold the task's row.
pub(crate) async fn log(
    tx: &mut Tx,
    task: TaskId,
    step: Option<StepName>,
    message: &Progress,
    now: DateTime<Utc>,
) -> Result<()> {
    let message = encode(message)?;
    execute!(
        tx,
        "INSERT INTO task_logs (task_id, number, at, step, message) \
         SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4 FROM task_logs WHERE task_id = $1",
        task.0,
        now,
        step.map(StepName::as_str),
        &message,
    )
    .await?;
    Ok(())
}

type RawLine = (i64, DateTime<Utc>, Option<String>, String);

/// The newest lines of a task's log after `after`, oldest first, at most `limit`.
pub(crate) async fn log_of(db: &Db, task: TaskId, after: i64, limit: i64) -> Result<Vec<LogLine>> {
    let rows: Vec<RawLine> = on_db!(db, |c| sqlx::query_as(
        "SELECT number, at, step, message FROM task_logs WHERE task_id = $1 AND number > $2 \
         ORDER BY number DESC LIMIT $3"
    )
    .bind(task.0)
    .bind(after)
    .bind(limit)
    .fetch_all(c))
    .await?;
    rows.into_iter().rev().map(line).collect()
}

/// The first lines of a task's log after `after`, oldest first, at most `limit`.
pub(crate) async fn log_from(db: &Db, task: TaskId, after: i64, limit: i64) -> Result<Vec<LogLine>> {
    let rows: Vec<RawLine> = on_db!(db, |c| sqlx::query_as(
        "SELECT number, at, step, message FROM task_logs WHERE task_id = $1 AND number > $2 \
         ORDER BY number LIMIT $3"
    )
    .bind(task.0)
    .bind(after)
    .bind(limit)
    .fetch_all(c))
    .await?;
    rows.into_iter().map(line).collect()
}

fn line((number, at, step, message): RawLine) -> Result<LogLine> {
    Ok(LogLine {
        number,
        at,
        step: step.as_deref().and_then(StepName::parse),
        message: decode("a line of a task's log", &message)?,
    })
}
