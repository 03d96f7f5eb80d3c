//! Notifications on their way through channels. Whoever sends one holds it by a lease, and every write about it is
//! fenced by that, so that of several replicas one sends it.

use chrono::{DateTime, Utc};
use drover_types::channel::{Concerned, Delivery, DeliveryState};
use drover_types::ids::TaskId;
use drover_types::text::{Note, Problem};
use serde::de::DeserializeOwned;
use sqlx::FromRow;
use uuid::Uuid;

use super::tasks::{decode, encode};
use super::{Db, Tx, execute, on_db, on_tx};
use crate::error::{Error, Result};

/// A delivery to be added.
pub(crate) struct DeliveryInsert<'a> {
    pub id: Uuid,
    pub channel: Uuid,
    /// Names the event that it tells of.
    pub key: &'a str,
    pub note: &'a Note,
    pub task: Option<TaskId>,
    /// The servers that it is about, more than it names.
    pub servers: &'a [Concerned],
    /// Whether it is settled that a route lets it through.
    pub routed: bool,
    pub at: DateTime<Utc>,
}

/// A delivery that somebody sends.
#[derive(Debug)]
pub(crate) struct Held {
    pub id: Uuid,
    pub channel: Uuid,
    /// [`Note::Unreadable`] where it can't be read.
    pub note: Note,
    pub task: Option<TaskId>,
    pub servers: Vec<Concerned>,
    /// Who has it, of several who are written to.
    pub served: Vec<String>,
    pub routed: bool,
    /// How often it was tried before.
    pub attempts: u32,
    pub created_at: DateTime<Utc>,
}

/// How an attempt ended for a delivery.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fate {
    Sent,
    /// It is tried again then.
    Again(DateTime<Utc>),
    Dead,
}

#[derive(FromRow)]
struct Raw {
    id: Uuid,
    channel_id: Uuid,
    note: String,
    task_id: Option<Uuid>,
    servers: Option<String>,
    served: Option<String>,
    routed: bool,
    state: String,
    attempts: i64,
    next_at: Option<DateTime<Utc>>,
    problem: Option<String>,
    words: String,
    created_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
}

impl Raw {
    /// One that can't be read is read as such: it must not keep the others waiting.
    fn held(self) -> Held {
        let note = self.note();
        Held {
            id: self.id,
            channel: self.channel_id,
            servers: listed(self.id, self.servers.as_deref()).unwrap_or_else(|| note.concerned()),
            served: listed(self.id, self.served.as_deref()).unwrap_or_default(),
            note,
            task: self.task_id.map(TaskId),
            routed: self.routed,
            attempts: u32::try_from(self.attempts).unwrap_or(u32::MAX),
            created_at: self.created_at,
        }
    }

    fn note(&self) -> Note {
        decode("a delivery", &self.note).unwrap_or_else(|error| {
            tracing::warn!(%error, delivery = %self.id, "a stored notification can't be read");
            Note::Unreadable
        })
    }

    fn read(self) -> Result<Delivery> {
        let of = "a delivery";
        Ok(Delivery {
            id: self.id,
            note: self.note(),
            task: self.task_id.map(TaskId),
            state: DeliveryState::parse(&self.state)
                .ok_or_else(|| Error::corrupt(of, format_args!("the state {:?}", self.state)))?,
            attempts: u32::try_from(self.attempts).unwrap_or(u32::MAX),
            next_at: self.next_at,
            problem: self.problem.map(|text| decode(of, &text)).transpose()?,
            words: self.words,
            created_at: self.created_at,
            ended_at: self.ended_at,
        })
    }
}

/// A list that is stored beside a notification; `None` where there is none that can be read.
fn listed<T: DeserializeOwned>(id: Uuid, text: Option<&str>) -> Option<Vec<T>> {
    decode("a list of a delivery", text?)
        .inspect_err(|error| tracing::warn!(%error, delivery = %id, "what stands beside it can't be read"))
        .ok()
}

macro_rules! columns {
    () => {
        "id, channel_id, note, task_id, servers, served, routed, state, attempts, next_at, problem, words, created_at, \
         ended_at"
    };
}

/// Makes whoever adds a delivery of the same event wait until this transaction ends, so that it sees what this one
/// added. On SQLite a transaction that may write is alone already.
pub(crate) async fn lock(tx: &mut Tx, key: i64) -> Result<(), sqlx::Error> {
    if matches!(tx, Tx::Postgres(_)) {
        execute!(tx, "SELECT pg_advisory_xact_lock($1)", key).await?;
    }
    Ok(())
}

/// Adds a delivery, unless the same event went to the same channel after `since`. Tells whether it did.
pub(crate) async fn insert(tx: &mut Tx, new: &DeliveryInsert<'_>, since: DateTime<Utc>) -> Result<bool> {
    let there: i64 = on_tx!(&mut *tx, |c| sqlx::query_scalar(
        "SELECT COUNT(*) FROM notification_deliveries WHERE channel_id = $1 AND dedupe_key = $2 AND created_at > $3"
    )
    .bind(new.channel)
    .bind(new.key)
    .bind(since)
    .fetch_one(c))
    .await?;
    if there > 0 {
        return Ok(false);
    }
    let note = encode(new.note)?;
    let servers = encode(&new.servers)?;
    execute!(
        tx,
        "INSERT INTO notification_deliveries (id, channel_id, dedupe_key, note, task_id, servers, routed, state, \
         attempts, next_at, words, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', 0, $8, '', $8)",
        new.id,
        new.channel,
        new.key,
        note,
        new.task.map(|task| task.0),
        servers,
        new.routed,
        new.at
    )
    .await?;
    Ok(true)
}

/// What waits and nobody sends; `$1` is now.
macro_rules! is_free {
    () => {
        "state = 'waiting' AND next_at <= $1 AND (lease_until IS NULL OR lease_until < $1)"
    };
}

/// What could be sent now, with its channel: the oldest of each channel, at most `each`.
pub(crate) async fn due(db: &Db, now: DateTime<Utc>, each: i64) -> Result<Vec<(Uuid, Uuid)>, sqlx::Error> {
    on_db!(db, |c| sqlx::query_as(concat!(
        "SELECT id, channel_id FROM (SELECT id, channel_id, ROW_NUMBER() OVER \
         (PARTITION BY channel_id ORDER BY next_at, id) AS place FROM notification_deliveries \
         WHERE channel_id IN (SELECT id FROM notification_channels WHERE enabled) AND ",
        is_free!(),
        ") waiting WHERE place <= $2 ORDER BY place, id"
    ))
    .bind(now)
    .bind(each)
    .fetch_all(c))
    .await
}

/// Takes one until `until`; `None` where somebody else is faster.
pub(crate) async fn claim(
    tx: &mut Tx,
    id: Uuid,
    owner: Uuid,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<Held>> {
    let row: Option<Raw> = on_tx!(tx, |c| sqlx::query_as(concat!(
        "UPDATE notification_deliveries SET lease_owner = $3, lease_until = $4 WHERE id = $2 AND ",
        is_free!(),
        " RETURNING ",
        columns!()
    ))
    .bind(now)
    .bind(id)
    .bind(owner)
    .bind(until)
    .fetch_optional(c))
    .await?;
    Ok(row.map(Raw::held))
}

/// Ends an attempt of the holder's; `served` is who has it by now. `false` where it is held by another meanwhile.
pub(crate) async fn tried(
    tx: &mut Tx,
    id: Uuid,
    owner: Uuid,
    fate: Fate,
    why: Option<(&Problem, &str)>,
    served: &[String],
    now: DateTime<Utc>,
) -> Result<bool> {
    let (state, next_at, ended_at) = match fate {
        Fate::Sent => (DeliveryState::Sent, None, Some(now)),
        Fate::Again(at) => (DeliveryState::Waiting, Some(at), None),
        Fate::Dead => (DeliveryState::Dead, None, Some(now)),
    };
    let problem = why.map(|(problem, _)| encode(problem)).transpose()?;
    let served = (!served.is_empty()).then(|| encode(&served)).transpose()?;
    let done = execute!(
        tx,
        "UPDATE notification_deliveries SET state = $3, next_at = $4, ended_at = $5, problem = $6, words = $7, \
         served = $8, routed = TRUE, attempts = attempts + 1, lease_owner = NULL, lease_until = NULL \
         WHERE id = $1 AND lease_owner = $2",
        id,
        owner,
        state.as_str(),
        next_at,
        ended_at,
        problem,
        why.map_or("", |(_, words)| words),
        served
    )
    .await?;
    Ok(done == 1)
}

/// Gives one back that was not tried, to be looked at again at `next_at`.
pub(crate) async fn give_back(
    tx: &mut Tx,
    id: Uuid,
    owner: Uuid,
    next_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "UPDATE notification_deliveries SET next_at = $3, lease_owner = NULL, lease_until = NULL \
         WHERE id = $1 AND lease_owner = $2",
        id,
        owner,
        next_at
    )
    .await
    .map(drop)
}

/// Removes one that no route lets through.
pub(crate) async fn drop_held(tx: &mut Tx, id: Uuid, owner: Uuid) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "DELETE FROM notification_deliveries WHERE id = $1 AND lease_owner = $2",
        id,
        owner
    )
    .await
    .map(drop)
}

/// Lets whatever waits for a channel wait until then, where it was to go earlier.
pub(crate) async fn hold_up(tx: &mut Tx, channel: Uuid, until: DateTime<Utc>) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "UPDATE notification_deliveries SET next_at = $2 WHERE channel_id = $1 AND state = 'waiting' AND next_at < $2",
        channel,
        until
    )
    .await
    .map(drop)
}

/// Gives up whatever waits for a channel.
pub(crate) async fn give_up(tx: &mut Tx, channel: Uuid, why: &Problem, now: DateTime<Utc>) -> Result<()> {
    let why = encode(why)?;
    execute!(
        tx,
        "UPDATE notification_deliveries SET state = 'dead', next_at = NULL, ended_at = $2, problem = $3, \
         lease_owner = NULL, lease_until = NULL WHERE channel_id = $1 AND state = 'waiting'",
        channel,
        now,
        why
    )
    .await?;
    Ok(())
}

/// Sends one again that was given up; tells how many it was.
pub(crate) async fn revive(
    tx: &mut Tx,
    channel: Uuid,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<u64, sqlx::Error> {
    execute!(
        tx,
        "UPDATE notification_deliveries SET state = 'waiting', attempts = 0, next_at = $3, ended_at = NULL, \
         routed = TRUE WHERE channel_id = $1 AND id = $2 AND state = 'dead'",
        channel,
        id,
        now
    )
    .await
}

/// One.
pub(crate) async fn find(db: &Db, channel: Uuid, id: Uuid) -> Result<Option<Delivery>> {
    let row: Option<Raw> = on_db!(db, |c| sqlx::query_as(concat!(
        "SELECT ",
        columns!(),
        " FROM notification_deliveries WHERE channel_id = $1 AND id = $2"
    ))
    .bind(channel)
    .bind(id)
    .fetch_optional(c))
    .await?;
    row.map(Raw::read).transpose()
}

/// Those of a channel, the newest first; `state` and `before` narrow them down.
pub(crate) async fn list(
    db: &Db,
    channel: Uuid,
    state: Option<DeliveryState>,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Delivery>> {
    let rows: Vec<Raw> = on_db!(db, |c| sqlx::query_as(concat!(
        "SELECT ",
        columns!(),
        " FROM notification_deliveries WHERE channel_id = $1 AND ($2 = '' OR state = $2) AND id < $3 \
         ORDER BY id DESC LIMIT $4"
    ))
    .bind(channel)
    .bind(state.map_or("", DeliveryState::as_str))
    .bind(before.unwrap_or(Uuid::max()))
    .bind(limit)
    .fetch_all(c))
    .await?;
    rows.into_iter().map(Raw::read).collect()
}

/// Removes what is older, and tells how many.
pub(crate) async fn prune(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    execute!(
        tx,
        "DELETE FROM notification_deliveries WHERE created_at < $1",
        before
    )
    .await
}
