//! The service and what it is made of.

use std::sync::Arc;

use super::cache::{Cache, Known};
use super::limits::SessionLimits;
use crate::clock::Clock;
use crate::error::Result;
use crate::events::Events;
use crate::notifications::Notifications;
use crate::passwords::Passwords;
use crate::store::{Db, sessions};
use crate::throttle::Throttle;

/// The sessions. Cheap to clone; the clones share their cache.
#[derive(Clone)]
pub struct Sessions {
    pub(super) db: Db,
    pub(super) clock: Clock,
    pub(super) events: Events,
    pub(super) notifications: Notifications,
    pub(super) passwords: Passwords,
    pub(super) throttle: Throttle,
    pub(super) limits: SessionLimits,
    pub(super) cache: Arc<Cache<Known>>,
}

impl Sessions {
    /// The sessions of a database.
    pub fn new(
        db: Db,
        clock: Clock,
        events: Events,
        notifications: Notifications,
        passwords: Passwords,
        limits: SessionLimits,
    ) -> Self {
        let cache = Arc::new(Cache::new(&events));
        let throttle = Throttle::new(clock.clone());
        Self {
            db,
            clock,
            events,
            notifications,
            passwords,
            throttle,
            limits,
            cache,
        }
    }

    /// Removes the sessions that have ended by themselves, and tells how many. For the house-keeping.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn prune(&self) -> Result<u64> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        let gone = sessions::prune(&mut tx, now - self.limits.absolute, now - self.limits.idle).await?;
        tx.commit().await?;
        Ok(gone)
    }
}
