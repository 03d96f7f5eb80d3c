//! What a reader does with notifications. It never changes another reader's view.

use chrono::TimeDelta;
use drover_types::ids::TaskId;
use drover_types::text::{Note, Problem};

use super::told::told;
use crate::clock::Clock;
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::events::{Change, Events, Write};
use crate::settings::Settings;
use crate::store::{Db, notifications};

/// The notifications. Cheap to clone.
#[derive(Clone)]
pub struct Notifications {
    pub(super) db: Db,
    clock: Clock,
    events: Events,
    settings: Settings,
    pub(super) self_tests: bool,
}

/// What clearing does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClearMode {
    /// Takes everything out of the reader's sight, read.
    #[default]
    Dismiss,
    /// Marks everything as read.
    Read,
}

impl Notifications {
    /// The notifications of a database. `self_tests` says whether [`Notifications::trial`] is switched on.
    pub fn new(db: Db, clock: Clock, events: Events, settings: Settings, self_tests: bool) -> Self {
        Self {
            db,
            clock,
            events,
            settings,
            self_tests,
        }
    }

    /// Tells `user`, or everybody, in the transaction of what there is to tell. For other services.
    ///
    /// # Errors
    /// Where the database does not take it.
    pub async fn create(
        &self,
        write: &mut Write<'_>,
        user: Option<i64>,
        note: &Note,
        task: Option<TaskId>,
    ) -> Result<i64> {
        told(write, user, note, task, self.clock.now()).await
    }

    /// Marks one as read. One that is read already stays so.
    ///
    /// # Errors
    /// [`Error::NotFound`] as in [`Notifications::get`].
    pub async fn mark_read(&self, ctx: &OpContext, id: i64) -> Result<()> {
        if self.get(ctx, id).await?.read {
            return Ok(());
        }
        let user = ctx.signed_in()?.id;
        let mut write = self.events.begin().await?;
        notifications::mark_read(&mut write.tx, user, Some(id), self.clock.now()).await?;
        write.changed(Change::NotificationsRead { user });
        Ok(write.commit().await?)
    }

    /// Marks all as read and tells how many were not.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`].
    pub async fn mark_all_read(&self, ctx: &OpContext) -> Result<u64> {
        let user = ctx.signed_in()?.id;
        let mut write = self.events.begin().await?;
        let count = notifications::mark_read(&mut write.tx, user, None, self.clock.now()).await?;
        if count > 0 {
            write.changed(Change::NotificationsRead { user });
            write.commit().await?;
        }
        Ok(count)
    }

    /// Takes one out of the reader's sight.
    ///
    /// # Errors
    /// [`Error::NotFound`] as in [`Notifications::get`].
    pub async fn dismiss(&self, ctx: &OpContext, id: i64) -> Result<()> {
        let user = ctx.signed_in()?.id;
        let mut write = self.events.begin().await?;
        if notifications::dismiss(&mut write.tx, user, Some(id), self.clock.now()).await? == 0 {
            return Err(Error::NotFound(Problem::NotificationNotFound));
        }
        write.changed(Change::NotificationsRead { user });
        Ok(write.commit().await?)
    }

    /// Clears the reader's list and tells how many it touched.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`].
    pub async fn clear_all(&self, ctx: &OpContext, mode: ClearMode) -> Result<u64> {
        let user = ctx.signed_in()?.id;
        if mode == ClearMode::Read {
            return self.mark_all_read(ctx).await;
        }
        let mut write = self.events.begin().await?;
        let count = notifications::dismiss(&mut write.tx, user, None, self.clock.now()).await?;
        if count > 0 {
            write.changed(Change::NotificationsRead { user });
            write.commit().await?;
        }
        Ok(count)
    }

    /// Tells the administrator who asks a trial notification, and its id.
    ///
    /// # Errors
    /// [`Error::AdministratorsOnly`], or [`Error::NotFound`] where self-tests are switched off.
    pub async fn trial(&self, ctx: &OpContext) -> Result<i64> {
        let admin = ctx.require_admin()?;
        if !self.self_tests {
            return Err(Error::NotFound(Problem::SelfTestsOff));
        }
        let mut write = self.events.begin().await?;
        let id = self
            .create(&mut write, Some(admin.id), &Note::Trial, None)
            .await?;
        write.commit().await?;
        Ok(id)
    }

    /// Removes what is older than the setting says, and tells how many. For the house-keeping.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn prune(&self) -> Result<u64> {
        let days = self.settings.notification_days().await?;
        let before = self.clock.now() - TimeDelta::days(i64::from(days));
        let mut tx = self.db.begin().await?;
        let gone = notifications::prune(&mut tx, before).await?;
        tx.commit().await?;
        Ok(gone)
    }
}
