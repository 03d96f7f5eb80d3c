//! Sends what is due: a few at once, none twice, and what fails again later.

use std::collections::HashMap;
use std::time::Duration;

use chrono::TimeDelta;
use drover_types::channel::{ChannelTrouble, Concerned, Passes};
use drover_types::guest::GuestRow;
use drover_types::ids::GuestId;
use drover_types::text::Note;
use futures::StreamExt;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::failure::Failure;
use super::message::Message;
use super::send::Attempt;
use super::service::Channels;
use super::{backoff, outbox, secret, send};
use crate::error::Result;
use crate::events::Change;
use crate::store::channels::{self, ChannelRecord, Outcome};
use crate::store::deliveries::{self, Fate, Held};

/// How many are sent at once.
const AT_ONCE: usize = 16;
/// How many of one channel: one that is slow leaves the others alone.
const EACH: usize = 2;
/// For how long one is held: longer than any attempt takes.
const LEASE: TimeDelta = TimeDelta::minutes(2);
/// How long those under way have to come to an end when Drover stops.
const GRACE: Duration = Duration::from_secs(8);
/// When the tags of a server that is not known are looked for again, and for how long they are.
const LOOK_AGAIN: TimeDelta = TimeDelta::seconds(10);
const LOOK_FOR: TimeDelta = TimeDelta::minutes(2);

/// Those under way: each tells which it was, and whether the database did its part.
#[derive(Default)]
struct Sending<'a> {
    each: FuturesUnordered<BoxFuture<'a, (Uuid, bool)>>,
    /// Their channels.
    channels: HashMap<Uuid, Uuid>,
}

impl Sending<'_> {
    /// Waits for one to end. `false` where there is none, or the database did not answer.
    async fn next(&mut self) -> bool {
        let Some((id, is_well)) = self.each.next().await else {
            return false;
        };
        self.channels.remove(&id);
        is_well
    }

    fn has_room(&self, channel: Uuid) -> bool {
        self.each.len() < AT_ONCE && self.channels.values().filter(|of| **of == channel).count() < EACH
    }
}

impl Channels {
    /// Sends what is due, until `stop`.
    pub async fn run(&self, stop: CancellationToken) {
        let mut changes = self.0.events.subscribe();
        let mut ticks = tokio::time::interval(self.0.options.poll);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut sending = Sending::default();
        loop {
            let is_time = tokio::select! {
                () = stop.cancelled() => break,
                _ = ticks.tick() => true,
                () = self.0.wake.notified() => true,
                change = changes.recv() => match change {
                    Ok(signal) => matches!(signal.change, Change::Notification { .. }),
                    Err(RecvError::Lagged(_)) => true,
                    // Nothing is told any more: Drover ends.
                    Err(RecvError::Closed) => {
                        stop.cancelled().await;
                        break;
                    }
                },
                is_well = sending.next(), if !sending.each.is_empty() => is_well,
            };
            if is_time && let Err(error) = self.begin(&mut sending).await {
                tracing::warn!(%error, "what is to be sent can't be read");
            }
        }
        // What was sent and not noted would be sent again.
        let all = async {
            while !sending.each.is_empty() {
                sending.next().await;
            }
        };
        if tokio::time::timeout(GRACE, all).await.is_err() {
            tracing::warn!("some notifications were still being sent; they may be sent again");
        }
    }

    /// Begins to send what is due, as far as there is room.
    async fn begin<'a>(&'a self, sending: &mut Sending<'a>) -> Result<()> {
        let each = i64::try_from(EACH * 2).unwrap_or(i64::MAX);
        for (id, channel) in deliveries::due(&self.0.db, self.0.clock.now(), each).await? {
            if sending.channels.contains_key(&id) || !sending.has_room(channel) {
                continue;
            }
            sending.channels.insert(id, channel);
            sending.each.push(Box::pin(async move {
                let tried = self.attempt(id).await;
                if let Err(error) = &tried {
                    tracing::warn!(%error, delivery = %id, "a notification could not be sent");
                }
                (id, tried.is_ok())
            }));
        }
        Ok(())
    }

    /// Sends everything that is due at this moment, and waits for it.
    #[cfg(test)]
    pub(super) async fn turn(&self) {
        let mut sending = Sending::default();
        loop {
            self.begin(&mut sending).await.expect("the database answers");
            if sending.each.is_empty() {
                return;
            }
            while !sending.each.is_empty() {
                sending.next().await;
            }
        }
    }

    async fn attempt(&self, id: Uuid) -> Result<()> {
        let now = self.0.clock.now();
        let mut tx = self.0.db.begin().await?;
        let claimed = deliveries::claim(&mut tx, id, self.0.owner, now, now + LEASE).await?;
        tx.commit().await?;
        let Some(held) = claimed else { return Ok(()) };
        // It goes with its channel.
        let Some(record) = channels::find(&self.0.db, held.channel).await? else {
            return Ok(());
        };
        if held.note == Note::Unreadable {
            return self.bury(&held).await;
        }
        if !held.routed && !self.is_meant(&record, &held).await? {
            return Ok(());
        }
        let settings = &record.channel.settings;
        let sent = match secret::opened(&self.0.vault, record.id, settings, record.secret.as_deref()) {
            Ok(settings) => {
                let message = Message::new(
                    held.id,
                    &held.note,
                    held.task,
                    held.created_at,
                    record.channel.language,
                    self.0.options.public_url.as_deref(),
                );
                let (web, name) = (&self.0.web, &record.channel.name);
                send::send(web, name, &settings, &message, &held.served, now).await?
            }
            Err(error) => {
                tracing::error!(%error, channel = %record.channel.name, "the secret of a channel can't be opened");
                // It comes again: somebody may enter the secret meanwhile.
                Failure::passing(ChannelTrouble::SecretLost.into()).into()
            }
        };
        self.settle(&record, held, sent).await
    }

    /// Gives up one that can't be read. That is no fault of its channel.
    async fn bury(&self, held: &Held) -> Result<()> {
        let why = ChannelTrouble::Unreadable.into();
        let mut write = self.write().await?;
        let now = write.now();
        let why = Some((&why, ""));
        let owner = self.0.owner;
        if deliveries::tried(&mut write.tx, held.id, owner, Fate::Dead, why, &held.served, now).await? {
            write.changed(Change::Channels);
            write.commit().await?;
        }
        Ok(())
    }

    /// Whether a route lets it through, now that tags can be asked for. Where none does it is no more; where the server
    /// is not known yet, it is looked at again later.
    async fn is_meant(&self, record: &ChannelRecord, held: &Held) -> Result<bool> {
        let picture = self.0.inventory.snapshot();
        let tags_of = |server: &Concerned| {
            let row = match &server.id {
                Some(id) => by_id(&picture.guests, id),
                None => picture
                    .guests
                    .iter()
                    .find(|row| row.name.eq_ignore_ascii_case(&server.name)),
            };
            row.map(|row| row.tags.clone())
        };
        let now = self.0.clock.now();
        let passes = outbox::passes(&record.channel.routes, &held.note, &held.servers, tags_of);
        if passes == Passes::Yes {
            return Ok(true);
        }
        let mut tx = self.0.db.begin().await?;
        if passes == Passes::Perhaps && now < held.created_at + LOOK_FOR {
            deliveries::give_back(&mut tx, held.id, self.0.owner, now + LOOK_AGAIN).await?;
        } else {
            deliveries::drop_held(&mut tx, held.id, self.0.owner).await?;
        }
        tx.commit().await?;
        Ok(false)
    }

    async fn settle(&self, record: &ChannelRecord, held: Held, sent: Attempt) -> Result<()> {
        let now = self.0.clock.now();
        let tried = held.attempts.saturating_add(1);
        let mut held_up = None;
        let why = sent.failure.as_ref();
        let fate = match why {
            None => Fate::Sent,
            Some(failure) if failure.lasts || tried >= backoff::TRIES => Fate::Dead,
            Some(failure) => {
                // What comes after it would most likely fail as well.
                held_up = (!failure.is_of_some).then(|| now + backoff::wait(1, 0.5, failure.retry_after));
                Fate::Again(now + backoff::wait(tried, rand::random(), failure.retry_after))
            }
        };
        let (problem, words) = (
            why.map(|failure| &failure.problem),
            why.map_or("", |failure| failure.words.as_str()),
        );
        let mut served = held.served;
        served.extend(sent.served);
        let mut write = self.write().await?;
        let is_ours = deliveries::tried(
            &mut write.tx,
            held.id,
            self.0.owner,
            fate,
            problem.map(|problem| (problem, words)),
            &served,
            now,
        )
        .await?;
        if !is_ours {
            // It took longer than the lease, and somebody else has it.
            return Ok(());
        }
        if let Some(until) = held_up {
            deliveries::hold_up(&mut write.tx, record.id, until).await?;
        }
        let outcome = Outcome {
            problem,
            words,
            at: now,
        };
        channels::went(&mut write.tx, record.id, &outcome).await?;
        write.changed(Change::Channels);
        write.commit().await?;
        let outcome = match fate {
            Fate::Sent => "sent",
            Fate::Again(_) => "failed",
            Fate::Dead => "dead",
        };
        let kind = record.channel.settings.kind().as_str();
        metrics::counter!("drover_deliveries_total", "kind" => kind, "outcome" => outcome).increment(1);
        if let Some(problem) = problem {
            let channel = &record.channel.name;
            tracing::warn!(%channel, problem = problem.name(), outcome, "a notification was not taken");
        }
        Ok(())
    }
}

/// The server of this id; servers stand in the order of their ids.
fn by_id<'a>(guests: &'a [GuestRow], id: &GuestId) -> Option<&'a GuestRow> {
    let at = guests.binary_search_by(|row| row.id.cmp(id)).ok()?;
    guests.get(at)
}
