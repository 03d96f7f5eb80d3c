//! Opens streams.

use chrono::TimeDelta;
use drover_types::ids::GuestId;
use drover_types::permission::Permission;
use futures::Stream;
use futures::stream::unfold;

use super::item::LiveItem;
use super::looks::Looks;
use super::reader::Reader;
use super::servers::{ServersChanged, ServersReader};
use crate::clock::Clock;
use crate::context::OpContext;
use crate::error::Result;
use crate::events::Events;
use crate::inventory::Inventory;
use crate::store::Db;

/// Tells open browsers what happens. Cheap to clone.
#[derive(Clone)]
pub struct LiveEvents {
    pub(super) db: Db,
    pub(super) clock: Clock,
    pub(super) events: Events,
    pub(super) inventory: Inventory,
    pub(super) idle: TimeDelta,
    pub(super) absolute: TimeDelta,
}

/// Which events are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Those of the inventory. While such a stream is open, Proxmox is asked more often.
    pub inventory: bool,
    /// Those of tasks.
    pub tasks: bool,
    /// Those of notifications.
    pub notifications: bool,
}

impl Wanted {
    /// Everything: what Drover's own pages read.
    pub const ALL: Self = Self {
        inventory: true,
        tasks: true,
        notifications: true,
    };
    /// Notifications alone.
    pub const NOTIFICATIONS: Self = Self {
        inventory: false,
        tasks: false,
        notifications: true,
    };
    pub(super) const TASKS: Self = Self {
        inventory: false,
        tasks: true,
        notifications: false,
    };
    pub(super) const INVENTORY: Self = Self {
        inventory: true,
        tasks: false,
        notifications: false,
    };
}

impl LiveEvents {
    /// Streams over these. A session ends `idle` after its last request, and `absolute` after it was opened.
    pub const fn new(
        db: Db,
        clock: Clock,
        events: Events,
        inventory: Inventory,
        idle: TimeDelta,
        absolute: TimeDelta,
    ) -> Self {
        Self {
            db,
            clock,
            events,
            inventory,
            idle,
            absolute,
        }
    }

    /// The place in the order of changes now. A page that is rendered now hands it to its stream as
    /// `last_event_id`, so that nothing in between is missed.
    ///
    /// # Errors
    /// Where nobody is signed in, or the database does not answer.
    pub async fn position(&self, ctx: &OpContext) -> Result<i64> {
        ctx.signed_in()?;
        Ok(self.events.latest().await?.unwrap_or(0))
    }

    /// What happens from now on, or from `last_event_id` on. A reader that is too slow, or was away for too long,
    /// is told to load everything anew; a user who may not see everything gets their own tasks and notifications.
    /// The stream ends behind [`SignedOut`](drover_types::event::LiveEvent::SignedOut).
    ///
    /// # Errors
    /// Where nobody is signed in, or the database does not answer.
    pub async fn subscribe(
        &self,
        ctx: &OpContext,
        wanted: Wanted,
        last_event_id: Option<i64>,
    ) -> Result<impl Stream<Item = LiveItem> + Send + 'static + use<>> {
        let actor = ctx.signed_in()?;
        let mut reader = Reader::new(self, ctx, actor, wanted);
        if let Some(id) = last_event_id {
            reader.replay(id).await?;
        }
        Ok(unfold(reader, async |mut reader| {
            reader.next().await.map(|item| (item, reader))
        }))
    }

    /// When to look at what tasks do to one server: now, and after each change, as long as the actor holds `permission`
    /// and reaches it.
    ///
    /// # Errors
    /// Where the actor lacks the permission.
    pub fn looks(
        &self,
        ctx: &OpContext,
        guest: &GuestId,
        permission: Permission,
    ) -> Result<impl Stream<Item = ()> + Send + 'static + use<>> {
        let actor = ctx.require(permission)?;
        let reader = Reader::new(self, ctx, actor, Wanted::TASKS);
        let looks = Looks::new(reader, guest.clone(), permission);
        Ok(unfold(looks, async |mut looks| {
            looks.next().await.map(|item| (item, looks))
        }))
    }

    /// The servers as they are now, then what changes of them.
    ///
    /// # Errors
    /// Where the actor may not see them.
    pub fn servers(
        &self,
        ctx: &OpContext,
    ) -> Result<impl Stream<Item = ServersChanged> + Send + 'static + use<>> {
        let actor = ctx.require(Permission::ViewAll)?;
        let reader = ServersReader::new(Reader::new(self, ctx, actor, Wanted::INVENTORY));
        Ok(unfold(reader, async |mut reader| {
            reader.next().await.map(|item| (item, reader))
        }))
    }
}
