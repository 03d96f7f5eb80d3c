//! Asks each cluster's storages for their archives, seldom, and tells the inventory when each guest was backed up
//! last.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};
use tokio_util::sync::CancellationToken;

use super::known::{BackupStorage, Known, Newest, newest};
use super::places::{Place, places};
use crate::clock::Clock;
use crate::clusters::{Cluster, Clusters};
use crate::inventory::Inventory;

/// How often storages are asked where nothing is said: a listing reads the whole folder of a storage.
pub const DEFAULT_REFRESH: Duration = Duration::from_mins(5);

/// How many storages of a cluster are asked at once, so that one that hangs does not hold up all others.
const AT_ONCE: usize = 3;

/// How long to wait before more guests are told of, so that browsers keep up.
const BETWEEN_PARTS: Duration = Duration::from_millis(200);

/// How soon to look again whether the cluster has told its storages.
const NOT_YET: Duration = Duration::from_secs(2);

/// When each guest was backed up last by what a storage holds, or why it does not tell.
type Answer = Result<Newest, String>;

/// The backups. Cheap to clone.
#[derive(Clone)]
pub struct Backups(Arc<Shared>);

struct Shared {
    clusters: Clusters,
    inventory: Inventory,
    clock: Clock,
    every: Duration,
    known: Mutex<HashMap<String, Known>>,
}

impl Backups {
    /// Backups of these clusters, asked for every `every` or so.
    pub fn new(clusters: Clusters, inventory: Inventory, clock: Clock, every: Duration) -> Self {
        Self(Arc::new(Shared {
            clusters,
            inventory,
            clock,
            every,
            known: Mutex::default(),
        }))
    }

    /// Keeps what is known up to date until `stop`.
    pub async fn run(&self, stop: CancellationToken) {
        let follow: Vec<BoxFuture<'_, ()>> = self
            .0
            .clusters
            .iter()
            .map(|cluster| self.follow(cluster).boxed())
            .collect();
        // A call that is under way is dropped at the stop: it only reads.
        let _: Option<Vec<()>> = stop.run_until_cancelled(futures::future::join_all(follow)).await;
    }

    async fn follow(&self, cluster: &Cluster) {
        loop {
            let pause = if self.collect(cluster).await {
                jittered(self.0.every)
            } else {
                NOT_YET
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// Asks the storages of `cluster` now, as the inventory knows them. `false` where the cluster does not answer.
    pub async fn collect(&self, cluster: &Cluster) -> bool {
        let (name, picture) = (&*cluster.name, self.0.inventory.snapshot());
        if !picture.clusters.iter().any(|it| it.name == name && it.reachable) {
            return false;
        }
        let places = places(picture.storages.iter().filter(|row| row.cluster == name));
        // Boxed: the compiler can't tell that a stream of borrowing futures may change threads.
        let asked: Vec<BoxFuture<'_, _>> = places
            .iter()
            .map(|(place, node)| self.ask(cluster, place, *node).boxed())
            .collect();
        let answers: Vec<_> = futures::stream::iter(asked)
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let now = self.0.clock.now().timestamp();
        let mut archives = {
            let mut all = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
            let known = all.entry(name.to_owned()).or_default();
            known.retain(|place| places.contains_key(place));
            for (place, answer) in answers {
                match answer {
                    Ok(newest) => known.heard(place, newest, now),
                    Err(why) => {
                        let (storage, node) = (place.storage.clone(), place.node.clone());
                        if known.failed(place, why.clone()) {
                            tracing::warn!(
                                cluster = name,
                                storage,
                                node,
                                why,
                                "a storage does not tell its backups; what it told before stays"
                            );
                        }
                    }
                }
            }
            let failing = known
                .storages()
                .iter()
                .filter(|one| one.problem.is_some())
                .count();
            metrics::gauge!("drover_backup_storages_failing", "cluster" => name.to_owned())
                .set(f64::from(u32::try_from(failing).unwrap_or(u32::MAX)));
            known.archives()
        };
        // A cluster has storages: where none is shown, those that hold backups are not shown either.
        archives.is_whole &= picture.storages.iter().any(|row| row.cluster == name);
        self.0.inventory.set_backups(name, archives);
        while self.0.inventory.show_backups(name) {
            tokio::time::sleep(BETWEEN_PARTS).await;
        }
        true
    }

    async fn ask(&self, cluster: &Cluster, place: &Place, node: Option<&str>) -> (Place, Answer) {
        let answer = match node {
            None => Err("no node has it active".to_owned()),
            Some(node) => {
                let client = &cluster.client;
                let content = client.storage_content(node, &place.storage, Some("backup"), None);
                let volumes = content.await.map_err(|error| error.to_string());
                volumes.map(|volumes| newest(&volumes))
            }
        };
        (place.clone(), answer)
    }

    /// The storages of `cluster` that may hold backups, in order, and how each last answered.
    pub fn storages(&self, cluster: &str) -> Vec<BackupStorage> {
        let known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(cluster).map(Known::storages).unwrap_or_default()
    }
}

/// A tenth more or less, so that replicas and clusters do not all ask at one moment.
fn jittered(every: Duration) -> Duration {
    every.mul_f64(rand::random_range(0.9..1.1))
}
