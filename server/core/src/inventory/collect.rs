//! Asks one cluster for everything it has, over and over: every two seconds while somebody looks, every ten
//! otherwise, more and more seldom while it does not answer.

use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::service::Inventory;
use super::translate::Collected;
use crate::clusters::Cluster;

const WATCHED: Duration = Duration::from_secs(2);
const UNWATCHED: Duration = Duration::from_secs(10);
/// The longest pause after failures while somebody looks.
const LONGEST: Duration = Duration::from_secs(30);
/// How often a cluster is asked for its quorum.
const QUORUM: Duration = Duration::from_secs(15);
/// How often it is asked for its version, which an upgrade changes.
const VERSION: Duration = Duration::from_mins(10);

pub(super) struct Collector<'a> {
    inventory: &'a Inventory,
    cluster: &'a Cluster,
}

/// When things were last asked for.
#[derive(Default)]
struct Asked {
    quorum: Option<Instant>,
    version: Option<Instant>,
    /// How often in a row the cluster did not answer.
    failures: u32,
}

impl<'a> Collector<'a> {
    pub(super) const fn new(inventory: &'a Inventory, cluster: &'a Cluster) -> Self {
        Self { inventory, cluster }
    }

    pub(super) async fn run(&self, stop: &CancellationToken) {
        // A call that is under way is dropped at the stop: it only reads.
        let _: Option<()> = stop.run_until_cancelled(self.collect()).await;
    }

    async fn collect(&self) {
        let mut watchers = self.inventory.shared.watchers.follow();
        let mut asked = Asked::default();
        loop {
            let began = Instant::now();
            self.tick(&mut asked).await;
            loop {
                let due = began + pause(*watchers.borrow_and_update() > 0, asked.failures);
                tokio::select! {
                    () = tokio::time::sleep_until(due) => break,
                    // Somebody came or went: the pause may be another.
                    changed = watchers.changed() => if changed.is_err() { return },
                }
            }
        }
    }

    async fn tick(&self, asked: &mut Asked) {
        let name = &*self.cluster.name;
        let began = Instant::now();
        let collected = self.inventory.collect(self.cluster).await;
        let result = if collected.is_ok() { "ok" } else { "failed" };
        metrics::counter!("drover_collector_ticks_total", "cluster" => name.to_owned(), "result" => result)
            .increment(1);
        metrics::histogram!("drover_collector_tick_seconds", "cluster" => name.to_owned())
            .record(began.elapsed().as_secs_f64());
        match collected {
            Ok(()) => {
                if asked.failures > 0 {
                    tracing::info!(cluster = name, "the cluster answers again");
                }
                asked.failures = 0;
            }
            Err(error) => {
                if asked.failures == 0 {
                    tracing::warn!(cluster = name, %error, "the cluster does not tell what it has; the last picture stays");
                }
                asked.failures = asked.failures.saturating_add(1);
                return;
            }
        }
        self.describe(asked).await;
    }

    /// Asks for what changes seldom, at its own pace. Without an answer the last one stays.
    async fn describe(&self, asked: &mut Asked) {
        let name = &*self.cluster.name;
        let mut quorate = None;
        let mut version = None;
        if due(asked.quorum, QUORUM) {
            match self.cluster.client.cluster_status().await {
                Ok(status) => {
                    quorate = Some(status.quorate);
                    asked.quorum = Some(Instant::now());
                }
                Err(error) => tracing::debug!(cluster = name, %error, "the cluster does not tell its quorum"),
            }
        }
        if due(asked.version, VERSION) {
            match self.cluster.client.version().await {
                Ok(answer) => {
                    version = Some(answer.version);
                    asked.version = Some(Instant::now());
                }
                Err(error) => {
                    tracing::debug!(cluster = name, %error, "the cluster does not tell its version");
                }
            }
        }
        if quorate.is_some() || version.is_some() {
            self.inventory.state_mut().described(name, version, quorate);
        }
    }
}

impl Inventory {
    /// Asks a cluster for everything it has, now. Where it does not answer, what is known of it stays.
    pub(crate) async fn collect(&self, cluster: &Cluster) -> pve_client::Result<()> {
        let name = &*cluster.name;
        let resources = match cluster.client.cluster_resources(None).await {
            Ok(resources) => resources,
            Err(error) => {
                self.state_mut().unreachable(name);
                return Err(error);
            }
        };
        let began = std::time::Instant::now();
        let now = self.shared.clock.now();
        let collected = Collected::of(name, resources, now.timestamp());
        self.state_mut().collected(name, collected, now);
        metrics::histogram!("drover_collect_seconds", "cluster" => name.to_owned())
            .record(began.elapsed().as_secs_f64());
        Ok(())
    }
}

fn due(last: Option<Instant>, every: Duration) -> bool {
    last.is_none_or(|at| at.elapsed() >= every)
}

fn pause(watched: bool, failures: u32) -> Duration {
    let usual = if watched { WATCHED } else { UNWATCHED };
    if failures == 0 {
        return usual;
    }
    usual.saturating_mul(1 << failures.min(4)).min(LONGEST).max(usual)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_cluster_is_asked_less_and_less_often() {
        let seconds = |watched, failures| pause(watched, failures).as_secs();
        assert_eq!(
            [0, 1, 2, 3, 4, 99].map(|n| seconds(true, n)),
            [2, 4, 8, 16, 30, 30]
        );
        assert_eq!([0, 1, 2, 99].map(|n| seconds(false, n)), [10, 20, 30, 30]);
    }
}
