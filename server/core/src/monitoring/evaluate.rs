//! Looks at all rules once: what has turned is written in one transaction, with those who are told of it.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use drover_types::monitoring::{AlertRow, Metric, Subject};
use futures::future::join_all;
use tokio::time::timeout;

use super::engine::Turned;
use super::planned::{Stop, Stopped, planned};
use super::scene::Scene;
use super::service::{Memory, Monitoring};
use super::track::Turn;
use crate::backups::failed_lately;
use crate::error::Result;
use crate::events::{Change, Write};
use crate::store::alerts::{self, AlertInsert, Figures};
use crate::store::tasks;

/// How long a cluster is waited for: what it does not tell now it may tell the next time.
const PATIENCE: Duration = Duration::from_secs(5);

/// For how long a failed task counts.
const FAILED_MINUTES: i64 = 60;

impl Monitoring {
    /// Looks at all rules once.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn evaluate(&self) -> Result<()> {
        let _turn = self.0.turn.lock().await;
        let settings = self.settings().await?;
        self.0.inventory.ask_agents(settings.ask_agents);
        self.take_exported().await;
        let mut scene = self.scene().await?;
        let stopped = {
            let mut memory = self.memory();
            let Memory { frames, runs, .. } = &mut *memory;
            let now = scene.now.timestamp();
            let stopped = runs.look(&scene.picture, now, |cluster| scene.is_silent(cluster));
            frames.take(&scene, runs);
            stopped
        };
        self.explain(stopped).await;
        if !self.is_on_watch().await? {
            self.0.inventory.suspect(HashSet::new());
            return Ok(());
        }
        if !settings.enabled {
            return self.end_all(scene.now).await;
        }
        if self.end_rules_of_replaced(&scene).await? {
            scene.judge = self.judge().await?;
        }
        let standing = alerts::standing(&self.0.db).await?;
        let rows: Vec<&AlertRow> = standing.iter().map(|kept| &kept.row).collect();
        let began = std::time::Instant::now();
        let turned = {
            let mut memory = self.memory();
            let Memory { engine, runs, .. } = &mut *memory;
            for row in &rows {
                if let (Metric::GuestDown, Subject::Guest { id, .. }) = (row.metric, &row.subject) {
                    runs.was_down(id);
                }
            }
            engine.begin(&rows, scene.now);
            let turned = scene.show(engine, runs);
            self.0.inventory.suspect(engine.suspects());
            turned
        };
        metrics::histogram!("drover_alert_evaluation_seconds").record(began.elapsed().as_secs_f64());
        if !turned.is_empty() {
            self.write(&turned, scene.now).await?;
        }
        self.tell(&scene.picture, scene.now).await
    }

    async fn scene(&self) -> Result<Scene> {
        let now = self.0.clock.now();
        let picture = self.0.inventory.snapshot();
        let since = now - TimeDelta::minutes(FAILED_MINUTES);
        let mut failed = tasks::failed_since(&self.0.db, since).await?;
        let (settings, clusters) = (&self.0.settings, &self.0.clusters);
        let backups = failed_lately(settings, clusters, &picture, since.timestamp()).await?;
        for (id, count) in backups {
            *failed.entry(id).or_default() += count;
        }
        Ok(Scene {
            judge: self.judge().await?,
            vitals: self.0.inventory.vitals(),
            failed,
            certificates: self.0.certificates.ends(),
            picture,
            now,
        })
    }

    /// Finds out whether servers that have stopped were stopped on purpose. A cluster that does not say is asked again
    /// the next time.
    async fn explain(&self, stopped: Vec<Stopped>) {
        let mut clusters: BTreeMap<String, Vec<Stopped>> = BTreeMap::new();
        for (row, seen) in stopped {
            let of = clusters.entry(row.id.cluster.clone()).or_default();
            of.push((row, seen));
        }
        let asked = clusters.into_iter().map(async |(name, stopped)| {
            let Some(cluster) = self.0.clusters.get(&name) else {
                return;
            };
            match timeout(PATIENCE, planned(cluster, &stopped)).await {
                Ok(Ok(answers)) => {
                    let mut memory = self.memory();
                    for ((row, _), stop) in stopped.iter().zip(answers) {
                        if stop != Stop::Unsure {
                            memory.runs.explain(&row.id, stop == Stop::Planned);
                        }
                    }
                }
                Ok(Err(error)) => {
                    tracing::debug!(cluster = name, %error, "the cluster does not tell its tasks");
                }
                Err(_) => tracing::debug!(cluster = name, "the cluster does not tell its tasks in time"),
            }
        });
        join_all(asked).await;
    }

    /// Ends what stands, where alerts are switched off: nobody looks whether it is still so. Nobody is told.
    async fn end_all(&self, now: DateTime<Utc>) -> Result<()> {
        let standing = alerts::standing(&self.0.db).await?;
        if standing.is_empty() {
            return Ok(());
        }
        let mut write = self.0.events.begin().await?;
        for kept in standing {
            alerts::resolve(&mut write.tx, kept.row.id, now).await?;
            alerts::tell(&mut write.tx, kept.row.id).await?;
        }
        write.changed(Change::Alerts);
        Ok(write.commit().await?)
    }

    async fn write(&self, turned: &[Turned], now: DateTime<Utc>) -> Result<()> {
        let full = join_all(turned.iter().map(|one| self.full_at(one, now))).await;
        let mut write = self.0.events.begin().await?;
        let mut is_changed = false;
        for (one, full_at) in turned.iter().zip(full) {
            let figures = Figures {
                full_at,
                ..one.figures
            };
            is_changed |= record(&mut write, one, figures, now).await?;
        }
        if is_changed {
            write.changed(Change::Alerts);
            write.commit().await?;
        }
        Ok(())
    }
}

/// Writes what has turned; tells whether it was not so already.
async fn record(write: &mut Write<'_>, one: &Turned, figures: Figures, now: DateTime<Utc>) -> Result<bool> {
    match (one.turn, one.id) {
        (Turn::Raised { level, limit }, _) => {
            let new = AlertInsert {
                metric: one.metric,
                subject: &one.subject,
                level,
                value: figures.value,
                limit,
                full_at: figures.full_at,
                at: now,
            };
            Ok(alerts::insert(&mut write.tx, &new).await?.is_some())
        }
        (Turn::Changed { level, limit }, Some(id)) => {
            alerts::change_level(&mut write.tx, id, (level, limit), figures, now).await
        }
        (Turn::Renewed, Some(id)) => alerts::renew(&mut write.tx, id, figures).await,
        (Turn::Over, Some(id)) => alerts::resolve(&mut write.tx, id, now).await,
        (Turn::Changed { .. } | Turn::Renewed | Turn::Over, None) => Ok(false),
    }
}
