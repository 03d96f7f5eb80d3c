//! What the service is made of, and what it does by itself.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use drover_types::monitoring::{Judge, MonitoringState, default_rules};
use drover_types::permission::Permission;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::engine::Engine;
use super::figures::{Certificates, Exported, Frames, Prometheus};
use super::replaced::Looked;
use super::runs::Runs;
use crate::clock::Clock;
use crate::clusters::Clusters;
use crate::context::OpContext;
use crate::error::Result;
use crate::events::Events;
use crate::inventory::Inventory;
use crate::settings::{self, Settings};
use crate::store::{Db, alert_rules};

/// How often rules are looked at.
const EVERY: Duration = Duration::from_secs(10);

/// Monitoring. Cheap to clone.
#[derive(Clone)]
pub struct Monitoring(pub(super) Arc<Parts>);

/// What the service works with.
pub(super) struct Parts {
    pub db: Db,
    pub clock: Clock,
    pub events: Events,
    pub clusters: Clusters,
    pub inventory: Inventory,
    pub settings: Settings,
    pub prometheus: Prometheus,
    /// What this process is known by among replicas.
    pub replica: Uuid,
    pub certificates: Certificates,
    memory: Mutex<Memory>,
    /// One evaluation after another.
    pub turn: tokio::sync::Mutex<()>,
}

/// What is remembered from one evaluation to the next.
#[derive(Default)]
pub(super) struct Memory {
    pub engine: Engine,
    pub runs: Runs,
    pub frames: Frames,
    pub exported: Exported,
    pub looked: Looked,
}

impl Monitoring {
    /// Monitors these clusters.
    pub fn new(
        db: Db,
        clock: Clock,
        events: Events,
        clusters: Clusters,
        inventory: Inventory,
        settings: Settings,
        prometheus: Prometheus,
    ) -> Self {
        Self(Arc::new(Parts {
            db,
            clock,
            events,
            certificates: Certificates::default(),
            clusters,
            inventory,
            settings,
            prometheus,
            replica: Uuid::new_v4(),
            memory: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }))
    }

    /// Monitoring of the clusters of an inventory, for tests.
    #[cfg(test)]
    pub(super) fn alone(db: Db, clock: Clock, events: Events, inventory: Inventory) -> Self {
        let settings = Settings::new(db.clone(), clock.clone());
        Self::new(
            db,
            clock,
            events,
            inventory.clusters(),
            inventory,
            settings,
            Prometheus::none(),
        )
    }

    /// Makes the rules that Drover begins with, once.
    ///
    /// # Errors
    /// Where the database does not take them.
    pub async fn ensure_rules(&self) -> Result<()> {
        let key = settings::first_rules();
        if self.0.settings.get(&key).await?.unwrap_or(false) {
            return Ok(());
        }
        let mut write = self.0.events.begin().await?;
        for rule in default_rules() {
            alert_rules::insert(&mut write.tx, &rule).await?;
        }
        self.0.settings.store(&mut write, &key, Some(&true)).await?;
        Ok(write.commit().await?)
    }

    /// Looks at the rules over and over until `stop`, and at what changes seldom.
    pub async fn run(&self, stop: CancellationToken) {
        let looks = async {
            let mut ticks = tokio::time::interval(EVERY);
            ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                ticks.tick().await;
                if let Err(error) = Box::pin(self.evaluate()).await {
                    tracing::warn!(%error, "alert rules could not be looked at");
                }
            }
        };
        let reads = self.0.certificates.keep(&self.0.clusters, &self.0.inventory);
        stop.run_until_cancelled(async { tokio::join!(looks, reads) })
            .await;
    }

    /// All that a browser needs to judge what it sees.
    ///
    /// # Errors
    /// [`Error::Denied`](crate::Error::Denied), or where the database does not answer.
    pub async fn state(&self, ctx: &OpContext) -> Result<MonitoringState> {
        ctx.require(Permission::ViewAll)?;
        Ok(MonitoringState {
            rules: alert_rules::all(&self.0.db).await?,
            alerts: self.open(ctx).await?,
            settings: self.settings().await?,
        })
    }

    pub(super) async fn judge(&self) -> Result<Judge> {
        Ok(Judge::new(&alert_rules::all(&self.0.db).await?))
    }

    pub(super) fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
