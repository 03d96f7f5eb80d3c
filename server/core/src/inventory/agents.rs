//! Asks guest agents for addresses in the background: those that have told none since their start one after another,
//! and the others again from time to time, each with a short time limit. Lists show what is known and never wait for
//! an agent.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::time::Duration;

use drover_types::guest::{GuestKind, GuestRow, GuestStatus};
use drover_types::ids::GuestId;
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use pve_client::AgentInterface;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::overlay::Noted;
use super::service::Inventory;
use crate::clusters::Cluster;

/// Proxmox itself waits three seconds for an agent that is not there (`PVE::QemuServer::Agent`).
const LIMIT: Duration = Duration::from_secs(4);
/// How long an answer is good.
const GOOD: Duration = Duration::from_mins(5);
/// The pause after the first failure: an agent comes up some time after its guest. It doubles with each.
const FIRST_PAUSE: Duration = Duration::from_secs(15);
const LONGEST_PAUSE: Duration = Duration::from_hours(1);
/// How many that have told before are asked again in one round.
const AGAIN: usize = 4;
/// What agents have told is shown together: each time all who look are told.
const GATHER: Duration = Duration::from_secs(2);

/// How much Proxmox is asked.
struct Pace {
    /// How many agents at once.
    at_once: usize,
    /// How many of one node.
    per_node: usize,
    /// How many that have told nothing are chosen together.
    new: usize,
    /// How often is chosen.
    round: Duration,
}

/// Somebody looks: ten thousand have told within ten minutes, and what that costs is small beside the collector.
const WATCHED: Pace = Pace {
    at_once: 8,
    per_node: 2,
    new: 36,
    round: Duration::from_secs(2),
};
const UNWATCHED: Pace = Pace {
    at_once: 2,
    per_node: 1,
    new: 16,
    round: Duration::from_secs(10),
};

/// How the last question to a guest went.
struct Sample {
    /// When the guest was started; another start voids the sample.
    started_at: i64,
    /// How often in a row it did not tell.
    failures: u32,
    due: Instant,
}

/// A guest that is to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Question {
    vmid: u32,
    node: String,
    started_at: i64,
}

pub(super) struct Agents<'a> {
    inventory: &'a Inventory,
    cluster: &'a Cluster,
}

/// What is known of the cluster's agents.
#[derive(Default)]
struct Known {
    samples: HashMap<u32, Sample>,
    /// Those to be asked next.
    queue: VecDeque<Question>,
    /// Those being asked.
    asked: Vec<Question>,
    notes: Vec<(GuestId, Noted)>,
    /// When those that have told before were last asked again.
    again: Option<Instant>,
}

impl<'a> Agents<'a> {
    pub(super) const fn new(inventory: &'a Inventory, cluster: &'a Cluster) -> Self {
        Self { inventory, cluster }
    }

    pub(super) async fn run(&self, stop: &CancellationToken) {
        let _: Option<()> = stop.run_until_cancelled(self.sample()).await;
    }

    async fn sample(&self) {
        let mut watchers = self.inventory.shared.watchers.follow();
        let mut known = Known::default();
        let mut answers = FuturesUnordered::new();
        let mut round = Instant::now() + WATCHED.round;
        let mut shown = Instant::now();
        loop {
            let pace = if *watchers.borrow_and_update() > 0 {
                WATCHED
            } else {
                UNWATCHED
            };
            if round <= Instant::now() {
                self.choose(&mut known, &pace);
                round = Instant::now() + pace.round;
            }
            while let Some(question) = known.next(&pace) {
                answers.push(async move { (self.ask(&question).await, question) });
            }
            if !known.notes.is_empty() && shown.elapsed() >= GATHER {
                shown = Instant::now();
                self.inventory.state_mut().note(std::mem::take(&mut known.notes));
            }
            let wake = if known.notes.is_empty() {
                round
            } else {
                round.min(shown + GATHER)
            };
            tokio::select! {
                Some((answer, question)) = answers.next() => self.answered(&mut known, &question, answer),
                () = tokio::time::sleep_until(wake) => {}
                changed = watchers.changed() => match changed {
                    Ok(()) => round = round.min(Instant::now() + WATCHED.round),
                    Err(_) => return,
                },
            }
        }
    }

    /// Chooses who is asked next, and forgets who is gone.
    fn choose(&self, known: &mut Known, pace: &Pace) {
        known.queue.clear();
        let picture = self.inventory.snapshot();
        let reachable = |name: &str| picture.clusters.iter().any(|c| c.name == name && c.reachable);
        if !reachable(&self.cluster.name) {
            return;
        }
        let name = &*self.cluster.name;
        let is_there = |vmid| {
            let id = GuestId::new(name, vmid);
            picture.guests.binary_search_by(|row| row.id.cmp(&id)).is_ok()
        };
        for (vmid, _) in known.samples.extract_if(|vmid, _| !is_there(*vmid)) {
            known.notes.push((GuestId::new(name, vmid), Noted::Sampled(None)));
        }
        let mine = picture.guests.iter().filter(|row| *row.id.cluster == *name);
        known.choose(mine, pace, Instant::now());
    }

    fn answered(&self, known: &mut Known, question: &Question, answer: Option<Vec<String>>) {
        known.answered(question, answer.is_some(), Instant::now());
        if let Some(addresses) = answer {
            let id = GuestId::new(&*self.cluster.name, question.vmid);
            known.notes.push((id, Noted::Sampled(Some(addresses))));
        }
    }

    /// The guest's addresses; `None` where its agent does not tell, which is nothing unusual.
    async fn ask(&self, question: &Question) -> Option<Vec<String>> {
        let call = self
            .cluster
            .client
            .agent_interfaces(&question.node, question.vmid);
        match tokio::time::timeout(LIMIT, call).await {
            // An agent that has no address to tell yet is asked again soon.
            Ok(Ok(interfaces)) => Some(addresses(&interfaces)).filter(|found| !found.is_empty()),
            Ok(Err(error)) => {
                tracing::trace!(guest = question.vmid, %error, "the guest agent does not answer");
                None
            }
            Err(_) => None,
        }
    }
}

impl Known {
    /// Chooses among `rows` those whose turn it is: first those that have told nothing since their start, those
    /// that were started last before the others, then some that have told before, the longest overdue first.
    fn choose<'r>(&mut self, rows: impl Iterator<Item = &'r GuestRow>, pace: &Pace, now: Instant) {
        let (mut new, mut again) = (Vec::new(), Vec::new());
        for row in rows {
            if row.kind != GuestKind::Qemu || row.status != GuestStatus::Running || row.template {
                continue;
            }
            let vmid = row.id.vmid;
            // Being asked already.
            if self.asked.iter().any(|other| other.vmid == vmid) {
                continue;
            }
            match self.samples.get(&vmid) {
                Some(sample) if sample.started_at != row.started_at => {
                    new.push((0, -row.started_at, vmid, row));
                }
                None => new.push((0, -row.started_at, vmid, row)),
                Some(sample) if sample.due > now => {}
                Some(sample) if sample.failures > 0 => {
                    new.push((sample.failures, -row.started_at, vmid, row));
                }
                Some(sample) => again.push((sample.due, vmid, row)),
            }
        }
        new.sort_unstable_by_key(|(failures, started, vmid, _)| (*failures, *started, *vmid));
        let mut chosen: Vec<&GuestRow> = new.into_iter().take(pace.new).map(|(.., row)| row).collect();
        if self.again.is_none_or(|at| now.duration_since(at) >= pace.round) {
            self.again = Some(now);
            again.sort_unstable_by_key(|(due, vmid, _)| (*due, *vmid));
            chosen.extend(again.into_iter().take(AGAIN).map(|(.., row)| row));
        }
        self.queue.extend(chosen.into_iter().map(|row| Question {
            vmid: row.id.vmid,
            node: row.node.clone(),
            started_at: row.started_at,
        }));
    }

    /// The next to be asked, where there is room for it.
    fn next(&mut self, pace: &Pace) -> Option<Question> {
        if self.asked.len() >= pace.at_once {
            return None;
        }
        let of_node = |node: &str| self.asked.iter().filter(|one| one.node == node).count();
        let at = self
            .queue
            .iter()
            .position(|one| of_node(&one.node) < pace.per_node)?;
        let question = self.queue.remove(at)?;
        self.asked.push(question.clone());
        Some(question)
    }

    fn answered(&mut self, question: &Question, has_told: bool, now: Instant) {
        self.asked.retain(|one| one != question);
        let failures = self
            .samples
            .get(&question.vmid)
            .map_or(0, |sample| sample.failures);
        let (failures, pause) = if has_told {
            (0, GOOD)
        } else {
            (failures.saturating_add(1), pause_after(failures))
        };
        let sample = Sample {
            started_at: question.started_at,
            failures,
            due: now + pause,
        };
        self.samples.insert(question.vmid, sample);
    }
}

fn pause_after(failures: u32) -> Duration {
    FIRST_PAUSE
        .saturating_mul(1 << failures.min(8))
        .min(LONGEST_PAUSE)
}

/// What others can reach: neither loopback nor link-local.
fn addresses(interfaces: &[AgentInterface]) -> Vec<String> {
    let all = interfaces.iter().filter(|interface| interface.name != "lo");
    all.flat_map(|interface| &interface.addresses)
        .filter_map(|address| address.address.parse::<IpAddr>().ok())
        .filter(|address| match address {
            IpAddr::V4(v4) => !v4.is_loopback() && !v4.is_link_local(),
            IpAddr::V6(v6) => !v6.is_loopback() && !v6.is_unicast_link_local(),
        })
        .map(|address| address.to_string())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn running(vmid: u32, node: &str) -> GuestRow {
        GuestRow {
            node: node.into(),
            status: GuestStatus::Running,
            ..GuestRow::unknown(GuestId::new("lab", vmid))
        }
    }

    #[test]
    fn ten_thousand_are_asked_in_minutes_and_a_node_by_two_at_once() {
        let rows: Vec<GuestRow> = (0..10_000)
            .map(|n| running(100 + n, &format!("pve{}", n % 5)))
            .collect();
        let mut known = Known::default();
        let start = Instant::now();
        let mut now = start;
        while known.samples.len() < rows.len() {
            known.queue.clear();
            known.choose(rows.iter(), &WATCHED, now);
            let until = now + WATCHED.round;
            while now < until {
                while known.next(&WATCHED).is_some() {}
                assert!(known.asked.len() <= 8);
                for node in 0..5 {
                    let name = format!("pve{node}");
                    assert!(known.asked.iter().filter(|one| one.node == name).count() <= 2);
                }
                // Each answers after fifty milliseconds.
                now += Duration::from_millis(50);
                for question in known.asked.clone() {
                    known.answered(&question, true, now);
                }
            }
        }
        let took = now - start;
        assert!(took < Duration::from_mins(10), "{took:?}");
    }

    #[test]
    fn one_that_tells_nothing_is_asked_less_and_less_often_and_after_the_others() {
        let rows = [running(100, "pve1"), running(101, "pve1")];
        let mut known = Known::default();
        let mut now = Instant::now();
        known.choose(rows.iter(), &WATCHED, now);
        let first = known.next(&WATCHED).unwrap();
        known.answered(&first, false, now);
        known.queue.clear();
        known.choose(rows.iter(), &WATCHED, now);
        assert_eq!(known.queue.len(), 1, "it is not its turn");
        now += FIRST_PAUSE;
        known.queue.clear();
        known.choose(rows.iter(), &WATCHED, now);
        assert_eq!(known.queue.len(), 2);
        assert_eq!(known.queue[1], first);
        let pauses = [0, 1, 2, 9].map(|failures| pause_after(failures).as_secs());
        assert_eq!(pauses, [15, 30, 60, 3600]);
    }

    #[test]
    fn with_nobody_there_little_is_asked() {
        let rows: Vec<GuestRow> = (0..1000)
            .map(|n| running(100 + n, &format!("pve{}", n % 5)))
            .collect();
        let mut known = Known::default();
        known.choose(rows.iter(), &UNWATCHED, Instant::now());
        assert!(known.queue.len() <= 20, "{}", known.queue.len());
        let mut begun = 0;
        while known.next(&UNWATCHED).is_some() {
            begun += 1;
        }
        assert_eq!(begun, 2);
    }
}
