//! The process's bus: one sender, a receiver for everybody who listens.

use std::sync::Arc;

use chrono::TimeDelta;
use tokio::sync::{broadcast, watch};

use super::change::{Change, Signal};
use super::write::Write;
use crate::clock::Clock;
use crate::store::{Db, execute, on_db};

/// How many changes a slow listener may be behind before it is told to load everything anew.
const BACKLOG: usize = 1024;

/// Records changes and tells them. Cheap to clone.
#[derive(Clone)]
pub struct Events {
    pub(super) db: Db,
    pub(super) clock: Clock,
    pub(super) bus: broadcast::Sender<Signal>,
    /// Goes up when what other replicas do begins to be told here (odd then), and when that breaks off.
    pub(super) hearing: Arc<watch::Sender<u64>>,
}

impl Events {
    /// A bus over `db`.
    pub fn new(db: Db, clock: Clock) -> Self {
        let (bus, _) = broadcast::channel(BACKLOG);
        let hearing = Arc::new(watch::Sender::new(u64::from(!db.is_shared())));
        Self {
            db,
            clock,
            bus,
            hearing,
        }
    }

    /// A receiver of every change from now on, of this process's and of other replicas'.
    pub fn subscribe(&self) -> broadcast::Receiver<Signal> {
        self.bus.subscribe()
    }

    /// Whether the bus brings everything: not while the connection that tells what other replicas do is broken.
    pub fn hears_all(&self) -> bool {
        self.unbroken().is_some()
    }

    /// Which unbroken stretch of hearing everything this is; `None` while the bus may miss something. What was
    /// learnt in another stretch may have changed unheard.
    pub fn unbroken(&self) -> Option<u64> {
        let turns = *self.hearing.borrow();
        (turns % 2 == 1).then_some(turns)
    }

    pub(super) fn set_hearing(&self, hears: bool) {
        self.hearing.send_if_modified(|turns| {
            let turned = (*turns % 2 == 1) != hears;
            *turns += u64::from(turned);
            turned
        });
    }

    /// Begins a transaction whose changes are told once it is committed.
    ///
    /// # Errors
    /// Where no connection is to be had in time.
    pub async fn begin(&self) -> Result<Write<'_>, sqlx::Error> {
        Ok(Write::new(self, self.db.begin().await?))
    }

    /// Tells this process's listeners something that is not worth keeping, such as a task's progress.
    pub fn tell(&self, change: Change) {
        // Nobody listening is no failure.
        let _ = self.bus.send(Signal { id: None, change });
    }

    /// The changes after `id`, oldest first, at most `limit`.
    ///
    /// On PostgreSQL a lower id can become visible after a higher one, so some that were told already come
    /// again; a listener reads the row that is named, so that twice does no harm.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn since(&self, id: i64, limit: i64) -> Result<Vec<Signal>, sqlx::Error> {
        let from = if self.db.is_shared() {
            id.saturating_sub(64)
        } else {
            id
        };
        let rows: Vec<(i64, String, String, Option<i64>)> = on_db!(&self.db, |c| sqlx::query_as(
            "SELECT id, kind, subject, user_id FROM events WHERE id > $1 ORDER BY id LIMIT $2"
        )
        .bind(from)
        .bind(limit)
        .fetch_all(c))
        .await?;
        Ok(rows
            .into_iter()
            .filter_map(|(id, kind, subject, user)| {
                Change::parse(&kind, &subject, user).map(|change| Signal { id: Some(id), change })
            })
            .collect())
    }

    /// The change `id`, where it is kept and understood.
    pub(super) async fn one(&self, id: i64) -> Result<Option<Signal>, sqlx::Error> {
        let row: Option<(String, String, Option<i64>)> = on_db!(&self.db, |c| sqlx::query_as(
            "SELECT kind, subject, user_id FROM events WHERE id = $1"
        )
        .bind(id)
        .fetch_optional(c))
        .await?;
        Ok(row.and_then(|(kind, subject, user)| {
            Change::parse(&kind, &subject, user).map(|change| Signal { id: Some(id), change })
        }))
    }

    /// The id of the latest change; `None` where none is kept.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn latest(&self) -> Result<Option<i64>, sqlx::Error> {
        on_db!(&self.db, |c| sqlx::query_scalar("SELECT MAX(id) FROM events")
            .fetch_one(c))
        .await
    }

    /// The id of the oldest change that is still kept; `None` where none is.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn oldest(&self) -> Result<Option<i64>, sqlx::Error> {
        on_db!(&self.db, |c| sqlx::query_scalar("SELECT MIN(id) FROM events")
            .fetch_one(c))
        .await
    }

    /// Forgets the changes that are older than `age`.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn prune(&self, age: TimeDelta) -> Result<u64, sqlx::Error> {
        let before = self.clock.now() - age;
        let mut tx = self.db.begin().await?;
        let gone = execute!(&mut tx, "DELETE FROM events WHERE created_at < $1", before).await?;
        tx.commit().await?;
        Ok(gone)
    }
}
