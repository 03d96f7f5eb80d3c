//! The channels, and what administrators do with them.

use std::sync::Arc;
use std::time::Duration;

use drover_types::audit::{Action, ObjectKind};
use drover_types::channel::{ChannelInput, ChannelRow, ChannelSettings, ChannelTrouble, MASK, Trial};
use drover_types::text::{Note, Problem};
use tokio::sync::Notify;
use uuid::Uuid;

use super::allow::Allow;
use super::changes::differences;
use super::failure::Failure;
use super::message::Message;
use super::web::Web;
use super::{mail, secret, send};
use crate::audit::{self, Entry};
use crate::clock::Clock;
use crate::context::OpContext;
use crate::error::{Edited, Error, Result};
use crate::events::{Change, Events, Write};
use crate::inventory::Inventory;
use crate::settings::Settings;
use crate::store::channels::{self, ChannelRecord, Outcome};
use crate::store::{Db, Unique, deliveries, violated};
use crate::vault::Vault;

/// How channels are run.
#[derive(Debug, Clone)]
pub struct ChannelOptions {
    /// Inner addresses that notifications may be sent to.
    pub allow: Allow,
    /// The address that browsers use, for links.
    pub public_url: Option<String>,
    /// How often what is due is looked for; what is new is sent at once.
    pub poll: Duration,
}

impl Default for ChannelOptions {
    fn default() -> Self {
        Self {
            allow: Allow::default(),
            public_url: None,
            poll: Duration::from_secs(5),
        }
    }
}

/// The channels. Cheap to clone.
#[derive(Clone)]
pub struct Channels(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub db: Db,
    pub clock: Clock,
    pub events: Events,
    pub inventory: Inventory,
    pub settings: Settings,
    pub vault: Vault,
    pub options: ChannelOptions,
    pub web: Web,
    /// Whose leases are this process's.
    pub owner: Uuid,
    /// Something may be due.
    pub wake: Notify,
}

/// A channel with its secret.
pub(super) struct Known {
    pub channel: ChannelInput,
    /// Whether the secret can't be opened any more: the mask stands in its place.
    pub is_lost: bool,
}

impl Channels {
    /// The channels of a database.
    pub fn new(
        db: Db,
        clock: Clock,
        events: Events,
        inventory: Inventory,
        settings: Settings,
        vault: Vault,
        options: ChannelOptions,
    ) -> Self {
        Self(Arc::new(Inner {
            db,
            clock,
            events,
            inventory,
            settings,
            vault,
            web: Web::new(options.allow.clone()),
            options,
            owner: Uuid::new_v4(),
            wake: Notify::new(),
        }))
    }

    /// All channels, by their names.
    ///
    /// # Errors
    /// [`Error::AdministratorsOnly`].
    pub async fn list(&self, ctx: &OpContext) -> Result<Vec<ChannelRow>> {
        ctx.require_admin()?;
        let counts = channels::counts(&self.0.db).await?;
        let records = channels::list(&self.0.db).await?;
        let row = |record: ChannelRecord| {
            let of = counts.get(&record.id).copied().unwrap_or_default();
            self.shown(record, of)
        };
        Ok(records.into_iter().map(row).collect())
    }

    /// One channel.
    ///
    /// # Errors
    /// [`Error::AdministratorsOnly`] or [`Error::NotFound`].
    pub async fn get(&self, ctx: &OpContext, id: Uuid) -> Result<ChannelRow> {
        ctx.require_admin()?;
        self.row(id).await
    }

    /// Makes a channel.
    ///
    /// # Errors
    /// [`Error::AdministratorsOnly`], or [`Error::Invalid`].
    pub async fn create(&self, ctx: &OpContext, input: ChannelInput) -> Result<ChannelRow> {
        let actor = ctx.require_admin()?;
        let input = self.checked(input, None).await?;
        let id = Uuid::now_v7();
        let sealed = secret::sealed(&self.0.vault, id, &input.settings)?;
        let mut entry = Entry::done(Action::CreateChannel, ObjectKind::Channel, &input.name);
        entry.changes = differences(None, Some(&input));
        let mut write = self.0.events.begin().await?;
        let now = write.now();
        let added = channels::insert(&mut write.tx, id, &input, sealed.as_deref(), now).await;
        added.map_err(|error| taken(error, &input.name))?;
        audit::record(&mut write.tx, actor.into(), &entry, now).await?;
        write.changed(Change::Channels);
        write.commit().await?;
        self.row(id).await
    }

    /// Changes a channel, if it is still as it was at `revision`.
    ///
    /// # Errors
    /// As [`Channels::create`]; [`Error::NotFound`]; or [`Error::Edited`] where somebody else has changed it.
    pub async fn update(
        &self,
        ctx: &OpContext,
        id: Uuid,
        revision: i64,
        input: ChannelInput,
    ) -> Result<ChannelRow> {
        let actor = ctx.require_admin()?;
        let seen = self.known(self.record(id).await?)?;
        let input = self.checked(input, Some(&seen)).await?;
        let mut write = self.0.events.begin().await?;
        let record = channels::locked(&mut write.tx, id).await?;
        let record = record.ok_or_else(not_found)?;
        if record.revision != revision {
            return Err(self.edited(input, record));
        }
        let before = self.known(record)?.channel;
        let mut entry = Entry::done(Action::ChangeChannel, ObjectKind::Channel, &input.name);
        entry.changes = differences(Some(&before), Some(&input));
        if entry.changes.is_empty() {
            return self.row(id).await;
        }
        let sealed = secret::sealed(&self.0.vault, id, &input.settings)?;
        let now = write.now();
        let written = channels::update(&mut write.tx, id, &input, sealed.as_deref(), now).await;
        written.map_err(|error| taken(error, &input.name))?;
        if !input.enabled {
            // It would be old news when the channel is switched on again.
            let why = ChannelTrouble::SwitchedOff.into();
            deliveries::give_up(&mut write.tx, id, &why, now).await?;
        }
        audit::record(&mut write.tx, actor.into(), &entry, now).await?;
        write.changed(Change::Channels);
        write.commit().await?;
        self.row(id).await
    }

    /// Deletes a channel, with what was on its way.
    ///
    /// # Errors
    /// [`Error::AdministratorsOnly`] or [`Error::NotFound`].
    pub async fn delete(&self, ctx: &OpContext, id: Uuid) -> Result<()> {
        let actor = ctx.require_admin()?;
        let mut write = self.0.events.begin().await?;
        let record = channels::locked(&mut write.tx, id).await?;
        let before = record.ok_or_else(not_found)?.channel;
        channels::delete(&mut write.tx, id).await?;
        let mut entry = Entry::done(Action::DeleteChannel, ObjectKind::Channel, &before.name);
        entry.changes = differences(Some(&before), None);
        let now = write.now();
        audit::record(&mut write.tx, actor.into(), &entry, now).await?;
        write.changed(Change::Channels);
        Ok(write.commit().await?)
    }

    /// Sends a trial by a channel at once, and tells what came of it.
    ///
    /// # Errors
    /// [`Error::AdministratorsOnly`] or [`Error::NotFound`].
    pub async fn test(&self, ctx: &OpContext, id: Uuid) -> Result<Trial> {
        let actor = ctx.require_admin()?;
        let Known { channel, is_lost } = self.known(self.record(id).await?)?;
        let now = self.0.clock.now();
        let failure = if is_lost {
            Some(Failure::lasting(ChannelTrouble::SecretLost.into()))
        } else {
            let url = self.0.options.public_url.as_deref();
            let message = Message::new(Uuid::now_v7(), &Note::Trial, None, now, channel.language, url);
            let sent = send::send(&self.0.web, &channel.name, &channel.settings, &message, &[], now);
            sent.await?.failure
        };
        let (problem, words) =
            failure.map_or_else(Default::default, |failure| (Some(failure.problem), failure.words));
        let mut write = self.0.events.begin().await?;
        let at = write.now();
        let outcome = Outcome {
            problem: problem.as_ref(),
            words: &words,
            at,
        };
        channels::went(&mut write.tx, id, &outcome).await?;
        let entry = Entry::done(Action::TestChannel, ObjectKind::Channel, &channel.name);
        audit::record(&mut write.tx, actor.into(), &entry, at).await?;
        write.changed(Change::Channels);
        write.commit().await?;
        Ok(Trial { problem, words })
    }

    pub(super) async fn record(&self, id: Uuid) -> Result<ChannelRecord> {
        channels::find(&self.0.db, id).await?.ok_or_else(not_found)
    }

    /// What a channel is made of, with its secret as far as that can be opened.
    fn known(&self, record: ChannelRecord) -> Result<Known> {
        let (settings, sealed) = (&record.channel.settings, record.secret.as_deref());
        let (settings, is_lost) = match secret::opened(&self.0.vault, record.id, settings, sealed) {
            Ok(settings) => (settings, false),
            // Sealed with another key: there was one, but nobody knows which.
            Err(Error::Conflict(Problem::SecretLost)) => (record.channel.settings.with_secret(MASK), true),
            Err(error) => return Err(error),
        };
        let channel = ChannelInput {
            settings,
            ..record.channel
        };
        Ok(Known { channel, is_lost })
    }

    async fn row(&self, id: Uuid) -> Result<ChannelRow> {
        let record = self.record(id).await?;
        let counts = channels::counts(&self.0.db).await?;
        Ok(self.shown(record, counts.get(&id).copied().unwrap_or_default()))
    }

    /// What was sent, as it is stored.
    async fn checked(&self, input: ChannelInput, before: Option<&Known>) -> Result<ChannelInput> {
        let input = input.trimmed();
        let problems = input.problems();
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        let input = secret::kept(input, before)?;
        let problems = input.problems();
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        let (field, checked) = match &input.settings {
            ChannelSettings::Email { authorities, .. } => {
                ("settings.authorities", mail::check_authorities(authorities))
            }
            ChannelSettings::Webhook { url, .. }
            | ChannelSettings::Slack { url }
            | ChannelSettings::Gotify { url, .. }
            | ChannelSettings::Ntfy { url, .. } => ("settings.url", self.0.web.check(url).await),
        };
        checked.map_err(|failure| Error::field(field, failure.problem))?;
        Ok(self.by_id(input))
    }

    /// Routes name servers by their ids, so that they follow them through other names. A name that no server has yet
    /// stays: whatever gets it is meant.
    fn by_id(&self, mut input: ChannelInput) -> ChannelInput {
        let picture = self.0.inventory.snapshot();
        for route in &mut input.routes {
            let mut servers = Vec::with_capacity(route.servers.len());
            for named in std::mem::take(&mut route.servers) {
                let called = picture
                    .guests
                    .iter()
                    .filter(|row| row.name.eq_ignore_ascii_case(&named));
                let ids: Vec<String> = called.map(|row| row.id.to_string()).collect();
                let meant = if ids.is_empty() { vec![named] } else { ids };
                servers.extend(meant);
            }
            servers.dedup();
            route.servers = servers;
        }
        input
    }

    /// A record as it is shown.
    fn shown(&self, record: ChannelRecord, (waiting, dead): (u32, u32)) -> ChannelRow {
        let sealed = record.secret.as_deref();
        let mask = if sealed.is_some() { MASK } else { "" };
        let opened = secret::opened(&self.0.vault, record.id, &record.channel.settings, sealed);
        let mut state = record.state;
        (state.waiting, state.dead) = (waiting, dead);
        state.secret_lost = opened.is_err();
        ChannelRow {
            id: record.id,
            revision: record.revision,
            channel: ChannelInput {
                settings: record.channel.settings.with_secret(mask),
                ..record.channel
            },
            state,
            created_at: record.created_at,
            updated_at: record.updated_at,
        }
    }

    fn edited(&self, yours: ChannelInput, record: ChannelRecord) -> Error {
        let name = record.channel.name.clone();
        let yours = ChannelInput {
            settings: yours.settings.masked(),
            ..yours
        };
        Error::Edited(Box::new(Edited {
            problem: ChannelTrouble::Edited { name }.into(),
            yours: serde_json::to_value(&yours).unwrap_or_default(),
            current: serde_json::to_value(self.shown(record, (0, 0))).unwrap_or_default(),
        }))
    }

    /// Begins a transaction for other parts of this service.
    pub(super) async fn write(&self) -> Result<Write<'_>> {
        Ok(self.0.events.begin().await?)
    }
}

fn not_found() -> Error {
    Error::NotFound(ChannelTrouble::NotFound.into())
}

/// Another channel has the name.
fn taken(error: Error, name: &str) -> Error {
    match error {
        Error::Store(error) if violated(&error) == Some(Unique::ChannelName) => {
            let name = name.to_owned();
            Error::field("name", Problem::NameTaken { name })
        }
        other => other,
    }
}
