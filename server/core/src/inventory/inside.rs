//! Asks virtual machines for what only they know: the memory that is really in use, how full their file systems are, how
//! long their queue of processes is. In the background and within a budget: those that somebody looks at first, then the
//! large ones, then those that were asked longest ago.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use drover_types::guest::{GuestKind, GuestRow, GuestStatus};
use drover_types::ids::GuestId;
use drover_types::units::percent;
use pve_client::AgentFilesystem;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::overlay::Noted;
use super::service::Inventory;
use crate::clusters::Cluster;

/// Proxmox itself waits three seconds for an agent that is not there (`PVE::QemuServer::Agent`).
const LIMIT: Duration = Duration::from_secs(4);
/// How often some are asked while somebody looks, and how many.
const WATCHED: (Duration, usize) = (Duration::from_secs(5), 12);
/// The same with nobody there.
const UNWATCHED: (Duration, usize) = (Duration::from_secs(15), 6);
/// How long an answer of one that somebody looks at is good, of one whose figures are about to raise an alert, and of
/// any other.
const GOOD_ATTENDED: Duration = Duration::from_secs(20);
const GOOD_SUSPECTED: Duration = Duration::from_mins(1);
const GOOD: Duration = Duration::from_mins(2);
/// The pause after a failure; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_mins(2);
const LONGEST_PAUSE: Duration = Duration::from_hours(2);
/// What was told longer ago is not shown any more.
const TOO_OLD: Duration = Duration::from_hours(1);

/// What a guest tells of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Inside {
    /// Memory in use in percent, without what could be reclaimed.
    pub(crate) memory_percent: Option<u8>,
    /// Use of the fullest file system in percent.
    pub(crate) disk_percent: Option<u8>,
    /// Load average of the last minute in percent of one for each core.
    pub(crate) load_percent: Option<u32>,
    /// When it was told, in seconds since 1970.
    pub(crate) told_at: i64,
}

/// How the last question went.
struct Sample {
    started_at: i64,
    asked: Instant,
    told: Option<Instant>,
    failures: u32,
}

pub(super) struct InsideSampler<'a> {
    inventory: &'a Inventory,
    cluster: &'a Cluster,
}

impl<'a> InsideSampler<'a> {
    pub(super) const fn new(inventory: &'a Inventory, cluster: &'a Cluster) -> Self {
        Self { inventory, cluster }
    }

    pub(super) async fn run(&self, stop: &CancellationToken) {
        let _: Option<()> = stop.run_until_cancelled(self.sample()).await;
    }

    async fn sample(&self) {
        let mut samples: HashMap<u32, Sample> = HashMap::new();
        loop {
            let is_watched = *self.inventory.shared.watchers.follow().borrow() > 0;
            let (round, count) = if is_watched { WATCHED } else { UNWATCHED };
            tokio::time::sleep(round).await;
            if self.inventory.asks_agents() {
                self.round(&mut samples, count).await;
            }
        }
    }

    async fn round(&self, samples: &mut HashMap<u32, Sample>, count: usize) {
        let picture = self.inventory.snapshot();
        let name = &*self.cluster.name;
        let rows: Vec<&GuestRow> = picture
            .guests
            .iter()
            .filter(|row| *row.id.cluster == *name && can_tell(row))
            .collect();
        let running: HashMap<u32, i64> = rows.iter().map(|row| (row.id.vmid, row.started_at)).collect();
        let mut notes = Vec::new();
        // What a guest told before it was started anew, or too long ago, holds no more.
        samples.retain(|vmid, sample| {
            let same = running.get(vmid) == Some(&sample.started_at);
            let old = sample.told.is_some_and(|told| told.elapsed() > TOO_OLD);
            if !same || old {
                notes.push((GuestId::new(name, *vmid), Noted::Inside(None)));
            }
            if old {
                sample.told = None;
            }
            same
        });
        let answers_calls = self.inventory.state().agents(name);
        let attended = self.inventory.attended();
        let suspected = self.inventory.suspicions().clone();
        let urgency = |id: &GuestId| {
            if attended.contains(id) {
                Urgency::Attended
            } else if suspected.contains(id) {
                Urgency::Suspected
            } else {
                Urgency::None
            }
        };
        let able = rows
            .into_iter()
            .filter(|row| answers_calls.contains(&row.id.vmid));
        let chosen = choose(able, samples, urgency, count, Instant::now());
        let mut nodes: BTreeMap<&str, Vec<&GuestRow>> = BTreeMap::new();
        for row in chosen {
            nodes.entry(&row.node).or_default().push(row);
        }
        // One after another on each node, and no longer than a round on any: those that are left have their turn next.
        let asked = nodes.into_values().map(async |rows| {
            let began = Instant::now();
            let mut answers = Vec::with_capacity(rows.len());
            for row in rows {
                if began.elapsed() > WATCHED.0 {
                    break;
                }
                answers.push((row, self.ask(row).await));
            }
            answers
        });
        for (row, answer) in futures::future::join_all(asked).await.into_iter().flatten() {
            let failures = samples.get(&row.id.vmid).map_or(0, |sample| sample.failures);
            let told_before = samples.get(&row.id.vmid).and_then(|sample| sample.told);
            let now = Instant::now();
            samples.insert(
                row.id.vmid,
                Sample {
                    started_at: row.started_at,
                    asked: now,
                    told: answer.map(|_| now).or(told_before),
                    failures: if answer.is_some() {
                        0
                    } else {
                        failures.saturating_add(1)
                    },
                },
            );
            if let Some(inside) = answer {
                notes.push((row.id.clone(), Noted::Inside(Some(inside))));
            }
        }
        if !notes.is_empty() {
            self.inventory.state_mut().note(notes);
        }
    }

    /// What a guest tells; `None` where it tells nothing, be it for want of an agent, of a command in it, or of the
    /// token's leave to read files.
    async fn ask(&self, row: &GuestRow) -> Option<Inside> {
        let client = &self.cluster.client;
        let (node, vmid) = (row.node.as_str(), row.id.vmid);
        // One that does not answer in time is not asked for the rest; one that refuses may answer something else.
        let file = async |path| {
            let read = tokio::time::timeout(LIMIT, client.agent_file_read(node, vmid, path)).await;
            read.map(|answer| answer.ok().and_then(|file| file.content)).ok()
        };
        let memory = file("/proc/meminfo").await?;
        let load = file("/proc/loadavg").await?;
        let disks = tokio::time::timeout(LIMIT, client.agent_filesystems(node, vmid))
            .await
            .ok()?;
        let inside = Inside {
            memory_percent: memory.as_deref().and_then(memory_percent),
            load_percent: load.as_deref().and_then(|text| load_percent(text, row.cores)),
            disk_percent: disks.ok().as_deref().and_then(fullest),
            told_at: 0,
        };
        (inside != Inside::default()).then(|| Inside {
            told_at: self.inventory.shared.clock.now().timestamp(),
            ..inside
        })
    }
}

fn can_tell(row: &GuestRow) -> bool {
    row.kind == GuestKind::Qemu && row.status == GuestStatus::Running && !row.template
}

/// Why a guest is asked before others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Urgency {
    /// Somebody looks at it.
    Attended,
    /// Its figures are about to raise an alert, or have raised one.
    Suspected,
    None,
}

impl Urgency {
    /// How long an answer is good.
    const fn good(self) -> Duration {
        match self {
            Self::Attended => GOOD_ATTENDED,
            Self::Suspected => GOOD_SUSPECTED,
            Self::None => GOOD,
        }
    }
}

/// Those whose turn it is, at most `count`. A third of the places is for those without urgency, where there are any:
/// nobody knows yet what they have to tell.
fn choose<'r>(
    rows: impl Iterator<Item = &'r GuestRow>,
    samples: &HashMap<u32, Sample>,
    urgency: impl Fn(&GuestId) -> Urgency,
    count: usize,
    now: Instant,
) -> Vec<&'r GuestRow> {
    let mut due: Vec<(Urgency, u128, &GuestRow)> = rows
        .filter_map(|row| {
            let urgency = urgency(&row.id);
            let waited = match samples.get(&row.id.vmid) {
                None => LONGEST_PAUSE,
                Some(sample) => {
                    let good = match sample.failures {
                        0 => urgency.good(),
                        failures => FIRST_PAUSE
                            .saturating_mul(1 << failures.saturating_sub(1).min(6))
                            .min(LONGEST_PAUSE),
                    };
                    Some(now.duration_since(sample.asked)).filter(|waited| *waited >= good)?
                }
            };
            // A large one that waits weighs as much as a small one that waits longer.
            let weight = waited.as_millis() * u128::from((row.memory_bytes >> 20).max(1));
            Some((urgency, weight, row))
        })
        .collect();
    due.sort_unstable_by_key(|(urgency, weight, row)| (*urgency, std::cmp::Reverse(*weight), row.id.vmid));
    let urgent = due.partition_point(|(urgency, ..)| *urgency != Urgency::None);
    let others = due.len() - urgent;
    let places = urgent.min(count - (count / 3).min(others));
    let (urgent, others) = due.split_at(urgent);
    urgent
        .iter()
        .take(places)
        .chain(others)
        .take(count)
        .map(|(.., row)| *row)
        .collect()
}

/// What of `/proc/meminfo` is in use and could not be reclaimed (proc(5): `MemAvailable`).
fn memory_percent(meminfo: &str) -> Option<u8> {
    let field = |name: &str| -> Option<u64> {
        let line = meminfo.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim_start_matches(':')
            .split_whitespace()
            .next()?
            .parse()
            .ok()
    };
    let (total, available) = (field("MemTotal")?, field("MemAvailable")?);
    (total > 0).then(|| percent(total.saturating_sub(available), total))
}

/// The first number of `/proc/loadavg`, for each core.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to what the type holds"
)]
fn load_percent(loadavg: &str, cores: u32) -> Option<u32> {
    let load: f64 = loadavg.split_whitespace().next()?.parse().ok()?;
    let each = load * 100.0 / f64::from(cores.max(1));
    each.is_finite().then(|| each.round().clamp(0.0, 1e6) as u32)
}

/// How full the fullest file system is. Images that are mounted for reading are always full.
fn fullest(filesystems: &[AgentFilesystem]) -> Option<u8> {
    const READ_ONLY: &[&str] = &["squashfs", "iso9660", "cdfs", "udf", "erofs"];
    let mounted = filesystems.iter().filter(|one| {
        let kind = one.kind.as_deref().unwrap_or_default().to_ascii_lowercase();
        !READ_ONLY.contains(&kind.as_str())
    });
    mounted
        .filter_map(|one| Some(percent(one.used?, one.total.filter(|total| *total > 0)?)))
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_reclaimed_is_not_in_use() {
        let meminfo =
            "MemTotal:        8000000 kB\nMemFree:          500000 kB\nMemAvailable:    6000000 kB\n";
        assert_eq!(memory_percent(meminfo), Some(25));
        assert_eq!(
            memory_percent("MemTotal: 8000000 kB\n"),
            None,
            "an old kernel does not tell"
        );
        assert_eq!(memory_percent("MemTotal: 0 kB\nMemAvailable: 0 kB"), None);
        assert_eq!(
            memory_percent("MemTotal: 10 kB\nMemAvailable: 20 kB"),
            Some(0),
            "never below nothing"
        );
    }

    #[test]
    fn a_load_is_told_for_each_core_and_the_fullest_disk_counts() {
        assert_eq!(load_percent("3.00 1.00 0.50 2/345 6789\n", 2), Some(150));
        assert_eq!(load_percent("nonsense", 2), None);
        let disk = |kind: &str, used, total| AgentFilesystem {
            mountpoint: None,
            kind: Some(kind.to_owned()),
            used,
            total,
        };
        let disks = [
            disk("ext4", Some(20), Some(100)),
            disk("xfs", Some(91), Some(100)),
            disk("squashfs", Some(100), Some(100)),
            disk("ntfs", None, Some(100)),
            disk("tmpfs", Some(0), Some(0)),
        ];
        assert_eq!(fullest(&disks), Some(91));
        assert_eq!(fullest(&disks[3..]), None);
    }

    #[test]
    fn those_that_somebody_looks_at_go_first_then_the_large_and_nobody_is_forgotten() {
        let row = |vmid, gib: u64| GuestRow {
            memory_bytes: gib << 30,
            status: GuestStatus::Running,
            ..GuestRow::unknown(GuestId::new("lab", vmid))
        };
        let rows = [row(100, 1), row(101, 64), row(102, 4), row(103, 2)];
        let attended = |id: &GuestId| {
            if id.vmid == 103 {
                Urgency::Attended
            } else {
                Urgency::None
            }
        };
        let mut samples = HashMap::new();
        let mut now = Instant::now();
        let vmids = |chosen: Vec<&GuestRow>| chosen.iter().map(|row| row.id.vmid).collect::<Vec<_>>();
        let first = choose(rows.iter(), &samples, attended, 2, now);
        assert_eq!(vmids(first), [103, 101]);
        let mut asked = std::collections::BTreeSet::new();
        for _ in 0..100 {
            for row in choose(rows.iter(), &samples, attended, 1, now) {
                asked.insert(row.id.vmid);
                let sample = Sample {
                    started_at: 0,
                    asked: now,
                    told: Some(now),
                    failures: 0,
                };
                samples.insert(row.id.vmid, sample);
            }
            now += Duration::from_secs(15);
        }
        assert_eq!(asked.len(), 4, "each has had its turn");
    }

    #[test]
    fn ten_thousand_cost_what_a_hundred_do() {
        let rows: Vec<GuestRow> = (0..10_000)
            .map(|n| GuestRow {
                memory_bytes: 1 << 30,
                ..GuestRow::unknown(GuestId::new("lab", 100 + n))
            })
            .collect();
        let chosen = choose(
            rows.iter(),
            &HashMap::new(),
            |_| Urgency::None,
            UNWATCHED.1,
            Instant::now(),
        );
        assert_eq!(chosen.len(), UNWATCHED.1);
    }

    #[test]
    fn one_that_is_about_to_raise_an_alert_is_asked_every_minute_among_thousands_and_the_others_go_on() {
        let row = |n: u32| GuestRow {
            memory_bytes: 1 << 30,
            ..GuestRow::unknown(GuestId::new("lab", 100 + n))
        };
        let rows: Vec<GuestRow> = (0..2000).map(row).collect();
        let mut samples = HashMap::new();
        let began = Instant::now();
        let mut hot = Vec::new();
        for round in 0..80_u32 {
            let now = began + UNWATCHED.0 * round;
            let urgency = |id: &GuestId| {
                // More than there are places for in a round.
                if id.vmid < 130 {
                    Urgency::Suspected
                } else {
                    Urgency::None
                }
            };
            let chosen = choose(rows.iter(), &samples, urgency, UNWATCHED.1, now);
            assert_eq!(chosen.len(), UNWATCHED.1);
            assert!(
                chosen.iter().filter(|row| row.id.vmid >= 130).count() >= UNWATCHED.1 / 3,
                "{round}"
            );
            for row in chosen {
                if row.id.vmid == 117 {
                    hot.push(now);
                }
                let sample = Sample {
                    started_at: 0,
                    asked: now,
                    told: Some(now),
                    failures: 0,
                };
                samples.insert(row.id.vmid, sample);
            }
        }
        assert!(hot.len() >= 9, "asked {} times in 20 minutes", hot.len());
        assert!(
            hot.windows(2)
                .all(|two| two[1] - two[0] <= Duration::from_mins(2))
        );
    }
}
