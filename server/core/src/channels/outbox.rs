//! Puts notifications on their way, in the transaction of what they tell of.

use chrono::{DateTime, TimeDelta, Utc};
use drover_types::channel::{Concerned, Passes, Route};
use drover_types::ids::TaskId;
use drover_types::text::Note;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::error::Result;
use crate::events::Write;
use crate::hex::hex;
use crate::store::channels;
use crate::store::deliveries::{self, DeliveryInsert};
use crate::store::tasks::{self, encode};

/// For how long the same event is not told again.
const ONCE_IN: TimeDelta = TimeDelta::minutes(1);

/// Puts on its way what the house is told apart from anybody: where people are each told of their own servers. It is
/// about `servers`, of which it may name but some.
///
/// # Errors
/// Where the database does not take it.
pub(crate) async fn put_for_house(
    write: &mut Write<'_>,
    note: &Note,
    servers: &[Concerned],
    at: DateTime<Utc>,
) -> Result<()> {
    put(write, note, None, servers, at).await
}

/// Puts on its way what somebody was told, if it concerns the house.
///
/// # Errors
/// Where the database does not take it.
pub(crate) async fn put_told(
    write: &mut Write<'_>,
    note: &Note,
    task: Option<TaskId>,
    at: DateTime<Utc>,
) -> Result<()> {
    if !note.goes_out() {
        return Ok(());
    }
    let mut servers = match task {
        Some(task) => tasks::servers_of(&mut write.tx, task).await?,
        None => Vec::new(),
    };
    if servers.is_empty() {
        servers = note.concerned();
    }
    put(write, note, task, &servers, at).await
}

async fn put(
    write: &mut Write<'_>,
    note: &Note,
    task: Option<TaskId>,
    servers: &[Concerned],
    at: DateTime<Utc>,
) -> Result<()> {
    let wanted: Vec<(Uuid, bool)> = channels::open(&mut write.tx)
        .await?
        .into_iter()
        .filter_map(
            |(channel, routes)| match passes(&routes, note, servers, |_| None) {
                Passes::Yes => Some((channel, true)),
                Passes::Perhaps => Some((channel, false)),
                Passes::No => None,
            },
        )
        .collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let (key, number) = key(note, task)?;
    deliveries::lock(&mut write.tx, number).await?;
    for (channel, routed) in wanted {
        let new = DeliveryInsert {
            id: Uuid::now_v7(),
            channel,
            key: &key,
            note,
            task,
            servers,
            routed,
            at,
        };
        deliveries::insert(&mut write.tx, &new, at - ONCE_IN).await?;
    }
    Ok(())
}

/// What the best of a channel's routes says.
pub(super) fn passes(
    routes: &[Route],
    note: &Note,
    servers: &[Concerned],
    tags_of: impl Fn(&Concerned) -> Option<Vec<String>>,
) -> Passes {
    let each = routes.iter().map(|route| route.passes(note, servers, &tags_of));
    each.max().unwrap_or(Passes::No)
}

/// The name of an event, and a number for it: a task ends once, and the same words at the same time are the same event.
fn key(note: &Note, task: Option<TaskId>) -> Result<(String, i64)> {
    let digest = Sha256::digest(encode(note)?);
    let key = match task {
        Some(task) => format!("task:{task}:{}", note.type_name()),
        None => format!("note:{}", hex(&digest)),
    };
    let digest = <[u8; 32]>::from(Sha256::digest(&key));
    let number = digest.first_chunk().copied().unwrap_or_default();
    Ok((key, i64::from_be_bytes(number)))
}
