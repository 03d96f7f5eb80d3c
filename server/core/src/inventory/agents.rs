//! Asks guest agents for addresses in the background: a few at a time, new ones first, each with a short time
//! limit. Lists show what is known and never wait for an agent.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use drover_types::guest::{GuestKind, GuestRow, GuestStatus};
use drover_types::ids::GuestId;
use pve_client::AgentInterface;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::overlay::Noted;
use super::service::Inventory;
use crate::clusters::Cluster;

/// How many agents are asked in one round.
const BUDGET: usize = 4;
const WATCHED: Duration = Duration::from_secs(2);
const UNWATCHED: Duration = Duration::from_secs(10);
/// Proxmox itself waits three seconds for an agent that is not there (`PVE::QemuServer::Agent`).
const LIMIT: Duration = Duration::from_secs(4);
/// How long an answer is good.
const GOOD: Duration = Duration::from_mins(5);
/// The pause after the first failure: an agent comes up some time after its guest. It doubles with each.
const FIRST_PAUSE: Duration = Duration::from_secs(15);
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// How the last question to a guest went.
struct Sample {
    /// When the guest was started; another start voids the sample.
    started_at: i64,
    failures: u32,
    due: Instant,
}

pub(super) struct Agents<'a> {
    inventory: &'a Inventory,
    cluster: &'a Cluster,
}

impl<'a> Agents<'a> {
    pub(super) const fn new(inventory: &'a Inventory, cluster: &'a Cluster) -> Self {
        Self { inventory, cluster }
    }

    pub(super) async fn run(&self, stop: &CancellationToken) {
        let _: Option<()> = stop.run_until_cancelled(self.sample()).await;
    }

    async fn sample(&self) {
        let watchers = self.inventory.shared.watchers.follow();
        let mut samples: HashMap<u32, Sample> = HashMap::new();
        loop {
            let pause = if *watchers.borrow() > 0 {
                WATCHED
            } else {
                UNWATCHED
            };
            tokio::time::sleep(pause).await;
            self.round(&mut samples).await;
        }
    }

    async fn round(&self, samples: &mut HashMap<u32, Sample>) {
        let picture = self.inventory.snapshot();
        let reachable = |name: &str| picture.clusters.iter().any(|c| c.name == name && c.reachable);
        if !reachable(&self.cluster.name) {
            return;
        }
        let mine = || {
            picture
                .guests
                .iter()
                .filter(|row| *row.id.cluster == *self.cluster.name)
        };
        let now = Instant::now();
        let gone: Vec<u32> = samples
            .keys()
            .copied()
            .filter(|vmid| {
                let id = GuestId::new(&*self.cluster.name, *vmid);
                picture.guests.binary_search_by(|row| row.id.cmp(&id)).is_err()
            })
            .collect();
        let mut notes = Vec::new();
        for vmid in gone {
            samples.remove(&vmid);
            notes.push((GuestId::new(&*self.cluster.name, vmid), Noted::Sampled(None)));
        }
        let chosen = choose(mine(), samples, now);
        let asked = chosen.iter().map(|row| self.ask(row));
        let answers = futures::future::join_all(asked).await;
        for (row, answer) in chosen.into_iter().zip(answers) {
            let failures = samples.get(&row.id.vmid).map_or(0, |sample| sample.failures);
            let (failures, pause) = match &answer {
                Some(_) => (0, GOOD),
                None => (failures.saturating_add(1), pause_after(failures)),
            };
            let sample = Sample {
                started_at: row.started_at,
                failures,
                due: now + pause,
            };
            samples.insert(row.id.vmid, sample);
            if let Some(addresses) = answer {
                notes.push((row.id.clone(), Noted::Sampled(Some(addresses))));
            }
        }
        if !notes.is_empty() {
            self.inventory.state_mut().note(notes);
        }
    }

    /// The guest's addresses; `None` where its agent does not tell, which is nothing unusual.
    async fn ask(&self, row: &GuestRow) -> Option<Vec<String>> {
        let call = self.cluster.client.agent_interfaces(&row.node, row.id.vmid);
        match tokio::time::timeout(LIMIT, call).await {
            // An agent that has no address to tell yet is asked again soon.
            Ok(Ok(interfaces)) => Some(addresses(&interfaces)).filter(|found| !found.is_empty()),
            Ok(Err(error)) => {
                tracing::trace!(guest = %row.id, %error, "the guest agent does not answer");
                None
            }
            Err(_) => None,
        }
    }
}

/// Those whose turn it is: the ones that were never asked since their start, then the longest overdue.
fn choose<'r>(
    rows: impl Iterator<Item = &'r GuestRow>,
    samples: &HashMap<u32, Sample>,
    now: Instant,
) -> Vec<&'r GuestRow> {
    let mut due: Vec<(Option<Instant>, &GuestRow)> = rows
        .filter(|row| row.kind == GuestKind::Qemu && row.status == GuestStatus::Running && !row.template)
        .filter_map(|row| match samples.get(&row.id.vmid) {
            Some(sample) if sample.started_at == row.started_at => {
                (sample.due <= now).then_some((Some(sample.due), row))
            }
            _ => Some((None, row)),
        })
        .collect();
    if due.len() > BUDGET {
        due.select_nth_unstable_by_key(BUDGET, |(due, row)| (*due, row.id.vmid));
        due.truncate(BUDGET);
    }
    due.into_iter().map(|(_, row)| row).collect()
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
