//! Channels to the outside. Their secrets are stored sealed, and how they have done stands beside them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use drover_types::channel::{ChannelInput, ChannelState, DeliveryState, Route};
use drover_types::ids::GuestId;
use drover_types::lang::Lang;
use drover_types::text::Problem;
use sqlx::FromRow;
use uuid::Uuid;

use super::tasks::{decode, encode};
use super::{Db, Tx, execute, on_db, on_tx};
use crate::error::{Error, Result};

/// A channel as it is stored: its input without the secret, which is sealed.
#[derive(Debug)]
pub(crate) struct ChannelRecord {
    pub id: Uuid,
    pub revision: i64,
    pub channel: ChannelInput,
    pub secret: Option<String>,
    pub state: ChannelState,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What came of an attempt to send.
pub(crate) struct Outcome<'a> {
    /// Why it failed; `None` where it did not.
    pub problem: Option<&'a Problem>,
    pub words: &'a str,
    pub at: DateTime<Utc>,
}

#[derive(FromRow)]
struct Raw {
    id: Uuid,
    revision: i64,
    name: String,
    enabled: bool,
    language: String,
    settings: String,
    secret: Option<String>,
    routes: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
    failed_at: Option<DateTime<Utc>>,
    problem: Option<String>,
    words: String,
}

impl Raw {
    fn read(self) -> Result<ChannelRecord> {
        let of = "a channel";
        let language = Lang::from_code(&self.language)
            .ok_or_else(|| Error::corrupt(of, format_args!("the language {:?}", self.language)))?;
        Ok(ChannelRecord {
            id: self.id,
            revision: self.revision,
            channel: ChannelInput {
                name: self.name,
                enabled: self.enabled,
                language,
                settings: decode(of, &self.settings)?,
                routes: decode(of, &self.routes)?,
            },
            secret: self.secret,
            state: ChannelState {
                sent_at: self.sent_at,
                failed_at: self.failed_at,
                problem: self.problem.map(|text| decode(of, &text)).transpose()?,
                words: self.words,
                secret_lost: false,
                waiting: 0,
                dead: 0,
            },
            created_at: self.created_at,
            updated_at: self.updated_at,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, revision, name, enabled, language, settings, secret, routes, created_at, updated_at, sent_at, \
             failed_at, problem, words FROM notification_channels ",
            $rest
        )
    };
}

/// All, by their names.
pub(crate) async fn list(db: &Db) -> Result<Vec<ChannelRecord>> {
    let rows: Vec<Raw> = on_db!(db, |c| sqlx::query_as(select!("ORDER BY name_key")).fetch_all(c)).await?;
    rows.into_iter().map(Raw::read).collect()
}

/// One.
pub(crate) async fn find(db: &Db, id: Uuid) -> Result<Option<ChannelRecord>> {
    let row: Option<Raw> = on_db!(db, |c| sqlx::query_as(select!("WHERE id = $1"))
        .bind(id)
        .fetch_optional(c))
    .await?;
    row.map(Raw::read).transpose()
}

/// One, which nobody else changes until the transaction ends.
pub(crate) async fn locked(tx: &mut Tx, id: Uuid) -> Result<Option<ChannelRecord>> {
    // SQLite's transactions that write come one after another.
    let statement = match tx {
        Tx::Sqlite(_) => select!("WHERE id = $1"),
        Tx::Postgres(_) => select!("WHERE id = $1 FOR UPDATE"),
    };
    let row: Option<Raw> = on_tx!(tx, |c| sqlx::query_as(statement).bind(id).fetch_optional(c)).await?;
    row.map(Raw::read).transpose()
}

/// Of those that are switched on, what each lets through.
pub(crate) async fn open(tx: &mut Tx) -> Result<Vec<(Uuid, Vec<Route>)>> {
    let rows: Vec<(Uuid, String)> = on_tx!(tx, |c| sqlx::query_as(
        "SELECT id, routes FROM notification_channels WHERE enabled ORDER BY id"
    )
    .fetch_all(c))
    .await?;
    rows.into_iter()
        .map(|(id, routes)| Ok((id, decode("a channel's routes", &routes)?)))
        .collect()
}

/// Adds one.
pub(crate) async fn insert(
    tx: &mut Tx,
    id: Uuid,
    channel: &ChannelInput,
    secret: Option<&str>,
    at: DateTime<Utc>,
) -> Result<()> {
    let (settings, routes) = written(channel)?;
    execute!(
        tx,
        "INSERT INTO notification_channels (id, revision, name, name_key, enabled, language, settings, secret, routes, \
         created_at, updated_at, words) VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $9, '')",
        id,
        &channel.name,
        channel.name.to_lowercase(),
        channel.enabled,
        channel.language.code(),
        &settings,
        secret,
        &routes,
        at
    )
    .await?;
    Ok(())
}

/// Writes one anew.
pub(crate) async fn update(
    tx: &mut Tx,
    id: Uuid,
    channel: &ChannelInput,
    secret: Option<&str>,
    at: DateTime<Utc>,
) -> Result<()> {
    let (settings, routes) = written(channel)?;
    execute!(
        tx,
        "UPDATE notification_channels SET revision = revision + 1, name = $2, name_key = $3, enabled = $4, \
         language = $5, settings = $6, secret = $7, routes = $8, updated_at = $9 WHERE id = $1",
        id,
        &channel.name,
        channel.name.to_lowercase(),
        channel.enabled,
        channel.language.code(),
        &settings,
        secret,
        &routes,
        at
    )
    .await?;
    Ok(())
}

/// What stands in the columns. The secret is in none of them.
fn written(channel: &ChannelInput) -> Result<(String, String)> {
    let open = channel.settings.clone().with_secret("");
    Ok((encode(&open)?, encode(&channel.routes)?))
}

/// Lets routes for a server that is gone go by its name again: another one that has its id later is not meant. Tells
/// whether there were any.
pub(crate) async fn forget_server(tx: &mut Tx, guest: &GuestId, name: &str) -> Result<bool> {
    let id = guest.to_string();
    // SQLite's transactions that write come one after another.
    let statement = match tx {
        Tx::Sqlite(_) => "SELECT id, routes FROM notification_channels ORDER BY id",
        Tx::Postgres(_) => "SELECT id, routes FROM notification_channels ORDER BY id FOR UPDATE",
    };
    let rows: Vec<(Uuid, String)> = on_tx!(&mut *tx, |c| sqlx::query_as(statement).fetch_all(c)).await?;
    let mut is_any = false;
    for (channel, text) in rows {
        let mut routes: Vec<Route> = match decode("a channel's routes", &text) {
            Ok(routes) => routes,
            Err(error) => {
                // No reason to keep the server: nothing goes by routes that nobody can read.
                tracing::error!(%error, %channel, "a channel's routes can't be read");
                continue;
            }
        };
        let named = routes.iter_mut().flat_map(|route| &mut route.servers);
        let its: Vec<&mut String> = named.filter(|named| **named == id).collect();
        if its.is_empty() {
            continue;
        }
        for named in its {
            name.clone_into(named);
        }
        let routes = encode(&routes)?;
        execute!(
            &mut *tx,
            "UPDATE notification_channels SET revision = revision + 1, routes = $2 WHERE id = $1",
            channel,
            &routes
        )
        .await?;
        is_any = true;
    }
    Ok(is_any)
}

/// Removes one, with what was on its way.
pub(crate) async fn delete(tx: &mut Tx, id: Uuid) -> Result<(), sqlx::Error> {
    execute!(tx, "DELETE FROM notification_channels WHERE id = $1", id)
        .await
        .map(drop)
}

/// Notes how an attempt went.
pub(crate) async fn went(tx: &mut Tx, id: Uuid, outcome: &Outcome<'_>) -> Result<()> {
    match outcome.problem {
        None => {
            execute!(
                tx,
                "UPDATE notification_channels SET sent_at = $2 WHERE id = $1",
                id,
                outcome.at
            )
            .await?;
        }
        Some(problem) => {
            let problem = encode(problem)?;
            execute!(
                tx,
                "UPDATE notification_channels SET failed_at = $2, problem = $3, words = $4 WHERE id = $1",
                id,
                outcome.at,
                problem,
                outcome.words
            )
            .await?;
        }
    }
    Ok(())
}

/// How many deliveries of each channel wait, and how many were given up.
pub(crate) async fn counts(db: &Db) -> Result<HashMap<Uuid, (u32, u32)>, sqlx::Error> {
    let rows: Vec<(Uuid, String, i64)> = on_db!(db, |c| sqlx::query_as(
        "SELECT channel_id, state, COUNT(*) FROM notification_deliveries WHERE state <> 'sent' \
         GROUP BY channel_id, state"
    )
    .fetch_all(c))
    .await?;
    let mut counts: HashMap<Uuid, (u32, u32)> = HashMap::new();
    for (channel, state, count) in rows {
        let of = counts.entry(channel).or_default();
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        match DeliveryState::parse(&state) {
            Some(DeliveryState::Waiting) => of.0 = count,
            Some(DeliveryState::Dead) => of.1 = count,
            Some(DeliveryState::Sent) | None => {}
        }
    }
    Ok(counts)
}
