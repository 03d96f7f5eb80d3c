//! Carries what any replica tells through PostgreSQL onto this process's bus.

use std::sync::atomic::Ordering;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio_util::sync::CancellationToken;

use super::hub::Events;
use crate::store::Db;

/// How long to wait before listening again after the connection broke.
const PAUSE: Duration = Duration::from_secs(1);
/// How many changes are read at once after the connection broke.
const CATCH_UP: i64 = 1024;

impl Events {
    /// Listens to other replicas until `stop`. Returns at once on SQLite, where nobody else writes.
    pub async fn listen(&self, stop: CancellationToken) {
        let Db::Postgres(pool) = &self.db else { return };
        let _: Option<()> = stop.run_until_cancelled(self.keep_listening(pool)).await;
    }

    async fn keep_listening(&self, pool: &PgPool) {
        let mut last = None;
        loop {
            let ended = self.relay(pool, &mut last).await;
            self.hears.store(false, Ordering::Release);
            if let Err(error) = ended {
                tracing::warn!(%error, "lost the connection that listens to other replicas");
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Relays until the connection breaks. What was told while nobody listened is read from the table first;
    /// that some comes twice does no harm, as whoever listens reads the row that is named.
    async fn relay(&self, pool: &PgPool, last: &mut Option<i64>) -> Result<(), sqlx::Error> {
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen("drover").await?;
        match *last {
            None => *last = Some(self.latest().await?.unwrap_or(0)),
            Some(id) => {
                for signal in self.since(id, CATCH_UP).await? {
                    *last = (*last).max(signal.id);
                    let _ = self.bus.send(signal);
                }
            }
        }
        self.hears.store(true, Ordering::Release);
        while let Some(told) = listener.try_recv().await? {
            let Ok(id) = told.payload().parse::<i64>() else {
                continue;
            };
            if let Some(signal) = self.one(id).await? {
                let _ = self.bus.send(signal);
            }
            *last = (*last).max(Some(id));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::clock::Clock;
    use crate::events::{Change, Events};
    use crate::store::testing::databases;
    use tokio_util::sync::CancellationToken;

    /// Two processes on one database where it can be shared, one process where it can't.
    #[tokio::test]
    async fn a_change_reaches_whoever_listens_once_it_is_committed() {
        for test in &databases().await {
            let here = Events::new(test.db.clone(), Clock::system());
            let there = if test.db.is_shared() {
                Events::new(test.db.clone(), Clock::system())
            } else {
                here.clone()
            };
            let stop = CancellationToken::new();
            let running = async { tokio::join!(here.listen(stop.clone()), there.listen(stop.clone())) };
            let story = async {
                let mut told = [here.subscribe(), there.subscribe()];
                let change = Change::Notification { id: 3, user: Some(7) };
                let mut id = None;
                // Until both listen, what is told may pass them by.
                for receiver in &mut told {
                    let told = loop {
                        let mut write = here.begin().await.unwrap();
                        write.changed(change);
                        write.commit().await.unwrap();
                        let wait = Duration::from_millis(200);
                        if let Ok(signal) = tokio::time::timeout(wait, receiver.recv()).await {
                            break signal.unwrap();
                        }
                    };
                    assert_eq!(told.change, change, "{}", test.name);
                    id = id.max(told.id);
                }
                assert!(id.is_some(), "{}", test.name);
                let mut write = here.begin().await.unwrap();
                write.changed(Change::NotificationsRead { user: 7 });
                drop(write);
                let latest = here.latest().await.unwrap();
                assert!(latest >= id, "{}", test.name);
                assert_eq!(here.oldest().await.unwrap(), Some(1), "{}", test.name);
                let since = here.since(0, 100).await.unwrap();
                assert!(
                    since.iter().all(|signal| signal.change == change),
                    "{}",
                    test.name
                );
                stop.cancel();
            };
            tokio::join!(running, story);
        }
    }
}
