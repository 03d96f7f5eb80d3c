//! Asks each cluster's storages for their archives, seldom, and tells the catalog, and the inventory when each guest
//! was backed up last.

use std::time::Duration;

use drover_types::backup::Archive;
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};
use tokio_util::sync::CancellationToken;

use super::catalog::Catalog;
use super::known::archive;
use super::places::{Place, places};
use crate::clock::Clock;
use crate::clusters::{Cluster, Clusters};
use crate::inventory::Inventory;

/// How often storages are asked where nothing is said: a listing reads the whole folder of a storage.
pub const DEFAULT_REFRESH: Duration = Duration::from_mins(5);

/// How many storages of a cluster are asked at once, so that those that hang do not hold up all others.
const AT_ONCE: usize = 16;

/// How long to wait before more guests are told of, so that browsers keep up.
const BETWEEN_PARTS: Duration = Duration::from_millis(200);

/// How soon to look again whether the cluster has told its storages.
const NOT_YET: Duration = Duration::from_secs(2);

/// The backups that a storage holds, or why it does not tell; and how often tasks had told of it when it was asked.
type Answer = (Result<Vec<Archive>, String>, u64);

/// Keeps the catalog up to date. Cheap to clone.
#[derive(Clone)]
pub struct BackupCollector {
    clusters: Clusters,
    inventory: Inventory,
    catalog: Catalog,
    clock: Clock,
    every: Duration,
}

impl BackupCollector {
    /// Asks these clusters every `every` or so.
    pub const fn new(
        clusters: Clusters,
        inventory: Inventory,
        catalog: Catalog,
        clock: Clock,
        every: Duration,
    ) -> Self {
        Self {
            clusters,
            inventory,
            catalog,
            clock,
            every,
        }
    }

    /// Keeps what is known up to date until `stop`.
    pub async fn run(&self, stop: CancellationToken) {
        let follow: Vec<BoxFuture<'_, ()>> = self
            .clusters
            .iter()
            .map(|cluster| self.follow(cluster).boxed())
            .collect();
        // A call that is under way is dropped at the stop: it only reads.
        let _: Option<Vec<()>> = stop.run_until_cancelled(futures::future::join_all(follow)).await;
    }

    async fn follow(&self, cluster: &Cluster) {
        let mut told = self.catalog.told();
        loop {
            let pause = if self.collect(cluster).await {
                jittered(self.every)
            } else {
                NOT_YET
            };
            let next = tokio::time::sleep(pause);
            tokio::pin!(next);
            loop {
                tokio::select! {
                    () = &mut next => break,
                    // A task has made or deleted one: lists show when a guest was backed up last.
                    Ok(()) = told.changed() => self.show(cluster).await,
                }
            }
        }
    }

    /// Asks the storages of `cluster` now, and tells the inventory. `false` where the cluster does not answer.
    pub async fn collect(&self, cluster: &Cluster) -> bool {
        let is_heard = self.gather(cluster).await;
        if is_heard {
            self.show(cluster).await;
        }
        is_heard
    }

    /// Asks the storages of `cluster` now, as the inventory knows them; each answer is known as soon as it is there.
    /// Whoever asks while they are being asked waits for that. `false` where the cluster does not answer.
    pub(super) async fn gather(&self, cluster: &Cluster) -> bool {
        let (name, picture) = (&*cluster.name, self.inventory.snapshot());
        if !picture.clusters.iter().any(|it| it.name == name && it.reachable) {
            return false;
        }
        let flight = self.catalog.with(name, |known| known.flight());
        let asked_at = flight.count();
        let _alone = flight.lock().await;
        if flight.count() != asked_at {
            return true;
        }
        let places = places(picture.storages.iter().filter(|row| row.cluster == name));
        self.catalog
            .with(name, |known| known.retain(|place| places.contains_key(place)));
        // Boxed: the compiler can't tell that a stream of borrowing futures may change threads.
        let asked: Vec<BoxFuture<'_, _>> = places
            .iter()
            .map(|(place, node)| self.ask(cluster, place, *node).boxed())
            .collect();
        let mut answers = futures::stream::iter(asked).buffer_unordered(AT_ONCE);
        while let Some((place, (answer, told))) = answers.next().await {
            self.take(name, place, answer, told);
        }
        drop(answers);
        flight.done();
        let failing = self.catalog.with(name, |known| {
            let failing = known.storages().filter(|(_, one)| one.problem.is_some());
            failing.count()
        });
        metrics::gauge!("drover_backup_storages_failing", "cluster" => name.to_owned())
            .set(f64::from(u32::try_from(failing).unwrap_or(u32::MAX)));
        self.catalog.tell();
        true
    }

    /// Takes over what a storage said, or that it did not.
    fn take(&self, cluster: &str, place: Place, answer: Result<Vec<Archive>, String>, told: u64) {
        let now = self.clock.now().timestamp();
        match answer {
            Ok(archives) => {
                self.catalog
                    .with(cluster, |known| known.heard(place, archives, now, told));
            }
            Err(why) => {
                let (storage, node) = (place.storage.clone(), place.node.clone());
                let is_new = self
                    .catalog
                    .with(cluster, |known| known.failed(place, why.clone()));
                if is_new {
                    tracing::warn!(
                        cluster,
                        storage,
                        node,
                        why,
                        "a storage does not tell its backups; what it told before stays"
                    );
                }
            }
        }
    }

    /// Tells the inventory when each guest was backed up last.
    async fn show(&self, cluster: &Cluster) {
        let name = &*cluster.name;
        let mut archives = self.catalog.with(name, |known| known.archives());
        // A cluster has storages: where none is shown, those that hold backups are not shown either.
        let picture = self.inventory.snapshot();
        archives.is_whole &= picture.storages.iter().any(|row| row.cluster == name);
        self.inventory.set_backups(name, archives);
        while self.inventory.show_backups(name) {
            tokio::time::sleep(BETWEEN_PARTS).await;
        }
    }

    async fn ask(&self, cluster: &Cluster, place: &Place, node: Option<&str>) -> (Place, Answer) {
        let told = self.catalog.with(&cluster.name, |known| known.told(place));
        let answer = match node {
            None => Err("no node has it active".to_owned()),
            Some(node) => {
                let client = &cluster.client;
                let content = client.storage_content(node, &place.storage, Some("backup"), None);
                let volumes = content.await.map_err(|error| error.to_string());
                volumes.map(|volumes| volumes.iter().filter_map(|one| archive(place, one)).collect())
            }
        };
        (place.clone(), (answer, told))
    }
}

/// A tenth more or less, so that replicas and clusters do not all ask at one moment.
fn jittered(every: Duration) -> Duration {
    every.mul_f64(rand::random_range(0.9..1.1))
}
