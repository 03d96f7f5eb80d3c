//! A transaction together with what it changes.

use chrono::{DateTime, Utc};

use super::change::{Change, Signal};
use super::hub::Events;
use crate::store::{Tx, execute, on_tx};

/// A transaction that records its changes and tells them once it is committed. Dropped, it is rolled back and
/// nothing is told.
pub struct Write<'a> {
    events: &'a Events,
    changes: Vec<Change>,
    /// The transaction; pass it to store functions.
    pub tx: Tx,
}

impl<'a> Write<'a> {
    pub(super) const fn new(events: &'a Events, tx: Tx) -> Self {
        Self {
            events,
            changes: Vec::new(),
            tx,
        }
    }

    /// The time, for what is written.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.events.clock.now()
    }

    /// Adds a change to what is recorded and told.
    pub fn changed(&mut self, change: Change) {
        if !self.changes.contains(&change) {
            self.changes.push(change);
        }
    }

    /// Records the changes, commits, and tells them.
    ///
    /// # Errors
    /// Where the transaction could not be committed; nothing is told then.
    pub async fn commit(mut self) -> Result<(), sqlx::Error> {
        let now = self.events.clock.now();
        let mut signals = Vec::with_capacity(self.changes.len());
        for change in self.changes {
            let (kind, subject, user) = change.columns();
            let id: i64 = on_tx!(&mut self.tx, |c| {
                sqlx::query_scalar(
                "INSERT INTO events (kind, subject, user_id, created_at) VALUES ($1, $2, $3, $4) RETURNING id"
            )
            .bind(kind)
            .bind(&subject)
            .bind(user)
            .bind(now)
            .fetch_one(c)
            })
            .await?;
            signals.push(Signal { id: Some(id), change });
        }
        if matches!(self.tx, Tx::Postgres(_)) {
            // Told at commit, to this process too: `listen` puts it on the bus, here as in every other replica.
            for signal in &signals {
                let id = signal.id.unwrap_or_default().to_string();
                execute!(&mut self.tx, "SELECT pg_notify('drover', $1)", &id).await?;
            }
            return self.tx.commit().await;
        }
        self.tx.commit().await?;
        for signal in signals {
            // Nobody listening is no failure.
            let _ = self.events.bus.send(signal);
        }
        Ok(())
    }
}
