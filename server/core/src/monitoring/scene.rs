//! Everything that rules look at, at one moment, and how the engine is shown it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use drover_types::cluster::{ClusterHealth, NodeRow, StorageRow};
use drover_types::guest::{GuestKind, GuestRow, GuestStatus, LastBackup, MemorySource};
use drover_types::ids::GuestId;
use drover_types::inventory::Snapshot;
use drover_types::monitoring::{Judge, Metric, Subject, SubjectKind};
use drover_types::units::percent;

use super::engine::{Engine, Figure, Turned};
use super::runs::{Runs, is_muted};
use crate::inventory::Vitals;

const DAY: i64 = 86_400;

/// For how long what a guest told of itself says something about now, in seconds: with many guests each has its turn
/// seldom.
const TOLD_SECONDS: i64 = 1800;

/// What is known at one moment.
pub(super) struct Scene {
    pub(super) picture: Arc<Snapshot>,
    pub(super) judge: Judge,
    /// What guests do beside what the picture shows, by cluster and id.
    pub(super) vitals: HashMap<String, HashMap<u32, Vitals>>,
    /// How many tasks about servers failed lately.
    pub(super) failed: HashMap<GuestId, i64>,
    /// When each node's certificate ends, in seconds since 1970, by cluster and node.
    pub(super) certificates: BTreeMap<(String, String), i64>,
    pub(super) now: DateTime<Utc>,
}

/// The metrics of servers.
pub(super) fn of_guests() -> impl Iterator<Item = Metric> {
    let all = Metric::ALL.iter().copied();
    all.filter(|metric| metric.subject() == SubjectKind::Guest)
}

/// What is known of a cluster's answers.
#[derive(Clone, Copy)]
struct Heard {
    /// Whether it was never asked successfully.
    never: bool,
    /// Whether what the picture shows of it may be out of date.
    silent: bool,
}

impl Scene {
    fn heard(&self) -> HashMap<&str, Heard> {
        let now = self.now.timestamp();
        let clusters = self.picture.clusters.iter();
        clusters
            .map(|cluster| {
                let heard = Heard {
                    never: cluster.fetched_at == 0,
                    silent: cluster.is_stale(now),
                };
                (cluster.name.as_str(), heard)
            })
            .collect()
    }

    /// Whether what is shown of a cluster may be out of date.
    pub(super) fn is_silent(&self, cluster: &str) -> bool {
        let now = self.now.timestamp();
        let known = self.picture.clusters.iter().find(|health| health.name == cluster);
        known.is_none_or(|health| health.is_stale(now))
    }

    /// Shows the engine everything, and gives what has turned.
    pub(super) fn show(&self, engine: &mut Engine, runs: &Runs) -> Vec<Turned> {
        let heard = self.heard();
        let known = |cluster: &str| {
            // One that is configured no more is not waited for.
            heard.get(cluster).copied().unwrap_or(Heard {
                never: false,
                silent: true,
            })
        };
        let of_guests: Vec<Metric> = of_guests().collect();
        for row in self.picture.guests.iter().filter(|row| !row.template) {
            let cluster = known(&row.id.cluster);
            if cluster.never {
                continue;
            }
            let unknown = cluster.silent || is_muted(row);
            for metric in &of_guests {
                let rule = self.judge.of_guest(*metric, row);
                let figure = match (rule, unknown) {
                    (Some(_), false) => self.guest(*metric, row, runs),
                    _ => Figure::Unknown,
                };
                engine.guest(*metric, row, rule, figure, self.now);
            }
        }
        for (metric, subject, figure) in self.others() {
            // Of a cluster that never answered, nothing is known but that.
            let counts = metric.subject() == SubjectKind::Cluster || !known(subject.cluster()).never;
            if counts {
                engine.other(metric, subject, self.judge.of_all(metric), figure, self.now);
            }
        }
        engine.end(|cluster| !known(cluster).never)
    }

    /// Every storage once: of a shared one, as a node sees it that can.
    fn storages(&self) -> Vec<&StorageRow> {
        let (shared, own): (Vec<_>, Vec<_>) = self.picture.storages.iter().partition(|row| row.shared);
        let mut seen: BTreeMap<(&str, &str), &StorageRow> = BTreeMap::new();
        for row in shared {
            let best = seen.entry((&row.cluster, &row.name)).or_insert(row);
            if row.active && !best.active {
                *best = row;
            }
        }
        own.into_iter().chain(seen.into_values()).collect()
    }

    /// A figure of a server, as far as it counts now.
    pub(super) fn counted(&self, metric: Metric, row: &GuestRow, runs: &Runs) -> Option<i64> {
        if self.is_silent(&row.id.cluster) || is_muted(row) {
            return None;
        }
        self.guest(metric, row, runs).value()
    }

    fn guest(&self, metric: Metric, row: &GuestRow, runs: &Runs) -> Figure {
        // What is off has no load: an alert of it ends.
        let of_running = |value: Option<i64>| match row.status {
            GuestStatus::Running => value.map_or(Figure::Unknown, Figure::Known),
            GuestStatus::Stopped => Figure::Known(0),
            _ => Figure::Unknown,
        };
        let vitals = || self.vitals.get(&row.id.cluster)?.get(&row.id.vmid);
        // What the guest itself told, as long as that says something about now.
        let told = |value: Option<i64>| {
            let at = vitals().and_then(|vitals| vitals.told_at);
            match (row.status, value, at) {
                (GuestStatus::Stopped, ..) => Figure::Known(0),
                (GuestStatus::Running, Some(value), Some(at))
                    if self.now.timestamp() - at <= TOLD_SECONDS =>
                {
                    Figure::Told(value, at)
                }
                _ => Figure::Unknown,
            }
        };
        let is_container = row.kind == GuestKind::Lxc;
        match metric {
            Metric::Cpu => of_running(Some(i64::from(row.cpu_percent))),
            Metric::Memory if is_container => of_running(Some(i64::from(row.memory_percent))),
            // What only the host sees counts what the guest could give back: nobody is to be woken for that.
            Metric::Memory => {
                let own = row.memory_source == MemorySource::Guest;
                told(own.then(|| i64::from(row.memory_percent)))
            }
            Metric::Disk if is_container => of_running(row.disk_percent.map(i64::from)),
            Metric::Disk => told(row.disk_percent.map(i64::from)),
            Metric::Load => told(vitals().and_then(|vitals| vitals.load_percent).map(i64::from)),
            Metric::Network => of_running(
                vitals()
                    .and_then(|vitals| vitals.traffic)
                    .map(|bytes| i64::try_from(bytes).unwrap_or(i64::MAX)),
            ),
            Metric::GuestDown => match row.status {
                GuestStatus::Unknown => Figure::Unknown,
                _ => Figure::Known(i64::from(runs.is_down(&row.id))),
            },
            Metric::BackupOverdue => {
                let last = match row.last_backup {
                    LastBackup::At(at) => Some(at),
                    LastBackup::Never => vitals().and_then(|vitals| vitals.made_at),
                    LastBackup::Unknown => None,
                };
                last.map_or(Figure::Unknown, |at| {
                    Figure::Known((self.now.timestamp() - at) / DAY)
                })
            }
            Metric::TaskFailed => Figure::Known(self.failed.get(&row.id).copied().unwrap_or(0)),
            Metric::NodeDown
            | Metric::ClusterDown
            | Metric::Quorum
            | Metric::Storage
            | Metric::Certificate => Figure::Unknown,
        }
    }

    /// What is known of all that is no server.
    pub(super) fn others(&self) -> Vec<(Metric, Subject, Figure)> {
        let nodes = self.picture.nodes.iter().flat_map(|node| self.node(node));
        let storages = self.storages().into_iter().map(|storage| self.storage(storage));
        let clusters = self
            .picture
            .clusters
            .iter()
            .flat_map(|health| self.cluster(health));
        nodes.chain(storages).chain(clusters).collect()
    }

    fn node(&self, node: &NodeRow) -> [(Metric, Subject, Figure); 2] {
        let subject = || Subject::Node {
            cluster: node.cluster.clone(),
            node: node.name.clone(),
        };
        let down = if self.is_silent(&node.cluster) {
            Figure::Unknown
        } else {
            Figure::Known(i64::from(!node.online))
        };
        let key = (node.cluster.clone(), node.name.clone());
        let ends = self.certificates.get(&key);
        let days = ends.map_or(Figure::Unknown, |ends| {
            Figure::Known((ends - self.now.timestamp()).div_euclid(DAY))
        });
        [
            (Metric::NodeDown, subject(), down),
            (Metric::Certificate, subject(), days),
        ]
    }

    fn storage(&self, storage: &StorageRow) -> (Metric, Subject, Figure) {
        let subject = Subject::Storage {
            cluster: storage.cluster.clone(),
            node: if storage.shared {
                String::new()
            } else {
                storage.node.clone()
            },
            storage: storage.name.clone(),
        };
        let figure = if self.is_silent(&storage.cluster) || !storage.active || storage.total_bytes == 0 {
            Figure::Unknown
        } else {
            Figure::Known(i64::from(percent(storage.used_bytes, storage.total_bytes)))
        };
        (Metric::Storage, subject, figure)
    }

    fn cluster(&self, health: &ClusterHealth) -> [(Metric, Subject, Figure); 2] {
        let subject = || Subject::Cluster {
            cluster: health.name.clone(),
        };
        let silent = health.is_stale(self.now.timestamp());
        let lost = match health.quorate {
            Some(quorate) if !silent => Figure::Known(i64::from(!quorate)),
            _ => Figure::Unknown,
        };
        [
            (Metric::ClusterDown, subject(), Figure::Known(i64::from(silent))),
            (Metric::Quorum, subject(), lost),
        ]
    }
}
