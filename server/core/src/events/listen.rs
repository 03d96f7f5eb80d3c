//! Carries what other replicas tell through PostgreSQL onto this process's bus.

use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgListener;
use tokio_util::sync::CancellationToken;

use super::hub::Events;
use crate::store::Db;

/// How long to wait before listening again after the connection broke.
const PAUSE: Duration = Duration::from_secs(1);

impl Events {
    /// Listens until `stop`. Returns at once on SQLite, where nobody else writes.
    pub async fn listen(&self, stop: CancellationToken) {
        let Db::Postgres(pool) = &self.db else { return };
        let mut last = None;
        while !stop.is_cancelled() {
            let listening = self.relay(pool, &mut last);
            tokio::select! {
                () = stop.cancelled() => return,
                result = listening => {
                    if let Err(error) = result {
                        tracing::warn!(%error, "lost the connection that listens to other replicas");
                    }
                }
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    /// Relays until the connection breaks. What was told while nobody listened is read from the table first.
    async fn relay(&self, pool: &PgPool, last: &mut Option<i64>) -> Result<(), sqlx::Error> {
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen("drover").await?;
        if let Some(id) = *last {
            self.catch_up(id, last).await?;
        }
        while let Some(told) = listener.try_recv().await? {
            let Ok(id) = told.payload().parse::<i64>() else {
                continue;
            };
            self.catch_up(id - 1, last).await?;
        }
        Ok(())
    }

    async fn catch_up(&self, after: i64, last: &mut Option<i64>) -> Result<(), sqlx::Error> {
        for signal in self.since(after, 1024).await? {
            let fresh = signal.id > *last || signal.id.is_some_and(|id| id > after);
            if fresh {
                let _ = self.bus.send(signal);
            }
            *last = (*last).max(signal.id);
        }
        Ok(())
    }
}
