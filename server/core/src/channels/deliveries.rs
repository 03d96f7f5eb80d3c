//! What is on its way through a channel, what became of it, and sending again what was given up.

use chrono::TimeDelta;
use drover_types::audit::{Action, ObjectKind};
use drover_types::channel::{ChannelTrouble, Delivery, DeliveryPage, DeliveryState};
use uuid::Uuid;

use super::service::Channels;
use crate::audit::{self, Entry, changed};
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::store::deliveries;

/// How many are on a page where nothing is said, and at most.
const USUAL: u32 = 20;
const MOST: u32 = 100;

/// Which deliveries are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DeliveryFilter {
    /// Only of this state.
    pub state: Option<DeliveryState>,
    /// Only what is older than this one.
    pub before: Option<Uuid>,
    /// At most so many.
    pub limit: Option<u32>,
}

impl Channels {
    /// What went through a channel, the newest first.
    ///
    /// # Errors
    /// [`Error::AdministratorsOnly`] or [`Error::NotFound`].
    pub async fn deliveries(
        &self,
        ctx: &OpContext,
        channel: Uuid,
        filter: DeliveryFilter,
    ) -> Result<DeliveryPage> {
        ctx.require_admin()?;
        self.record(channel).await?;
        let limit = filter.limit.unwrap_or(USUAL).clamp(1, MOST);
        // One more than asked for tells whether there are more.
        let wanted = i64::from(limit) + 1;
        let mut rows = deliveries::list(&self.0.db, channel, filter.state, filter.before, wanted).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = rows.last().filter(|_| more).map(|row| row.id);
        Ok(DeliveryPage { rows, next })
    }

    /// Sends again what was given up.
    ///
    /// # Errors
    /// [`Error::AdministratorsOnly`], [`Error::NotFound`], or [`Error::Conflict`] where it was not given up or the
    /// channel is switched off.
    pub async fn send_again(&self, ctx: &OpContext, channel: Uuid, id: Uuid) -> Result<Delivery> {
        let actor = ctx.require_admin()?;
        let record = self.record(channel).await?;
        let before = self.delivery(channel, id).await?;
        if !record.channel.enabled {
            return Err(Error::Conflict(ChannelTrouble::SwitchedOff.into()));
        }
        let mut write = self.write().await?;
        let now = write.now();
        if deliveries::revive(&mut write.tx, channel, id, now).await? == 0 {
            return Err(Error::Conflict(ChannelTrouble::NotDead.into()));
        }
        let mut entry = Entry::done(Action::SendAgain, ObjectKind::Channel, &record.channel.name);
        changed(&mut entry.changes, "delivery", None, Some(&id));
        changed(&mut entry.changes, "type", None, Some(&before.note.type_name()));
        audit::record(&mut write.tx, actor.into(), &entry, now).await?;
        write.commit().await?;
        self.0.wake.notify_one();
        self.delivery(channel, id).await
    }

    async fn delivery(&self, channel: Uuid, id: Uuid) -> Result<Delivery> {
        deliveries::find(&self.0.db, channel, id)
            .await?
            .ok_or_else(|| Error::NotFound(ChannelTrouble::DeliveryNotFound.into()))
    }

    /// Removes what is older than notifications are kept, and tells how many. For the house-keeping.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn prune(&self) -> Result<u64> {
        let days = self.0.settings.notification_days().await?;
        let before = self.0.clock.now() - TimeDelta::days(i64::from(days));
        let mut tx = self.0.db.begin().await?;
        let gone = deliveries::prune(&mut tx, before).await?;
        tx.commit().await?;
        Ok(gone)
    }
}
