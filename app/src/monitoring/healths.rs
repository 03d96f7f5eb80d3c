//! How every server is, judged in the browser by the rules: live, and without asking anybody.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use drover_types::{
    ids::GuestId,
    monitoring::{AlertRow, GuestHealth, HealthCounts, Judge, MonitoringState},
};
use leptos::prelude::*;

use super::use_monitoring;
use crate::{
    clock::use_now,
    inventory::{Guest, Inventory, use_inventory},
};

/// What servers are judged by.
#[derive(Default)]
struct Basis {
    judge: Judge,
    alerts: HashMap<GuestId, Vec<AlertRow>>,
    /// The clusters that do not answer.
    silent: BTreeSet<String>,
}

impl Basis {
    fn new(state: &MonitoringState, silent: BTreeSet<String>) -> Self {
        let mut alerts: HashMap<GuestId, Vec<AlertRow>> = HashMap::new();
        for alert in &state.alerts {
            if let Some(id) = alert.subject.guest() {
                alerts.entry(id.clone()).or_default().push(alert.clone());
            }
        }
        Self {
            judge: Judge::new(&state.rules),
            alerts,
            silent,
        }
    }

    fn judge(&self, guest: &Guest) -> GuestHealth {
        let health = self.judge.guest(guest, self.silent.contains(&guest.id.cluster));
        match self.alerts.get(&guest.id) {
            Some(alerts) => health.with_alerts(alerts),
            None => health,
        }
    }
}

/// A server and how it is.
#[derive(Clone)]
pub struct Judged {
    /// The server.
    pub guest: Guest,
    /// How it is, and why.
    pub health: Arc<GuestHealth>,
}

impl PartialEq for Judged {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.guest, &other.guest) && self.health == other.health
    }
}

/// How all servers are.
#[derive(Clone, Default)]
pub struct Healths {
    basis: Arc<Basis>,
    /// Every server but templates, ordered by id.
    pub servers: Arc<Vec<Judged>>,
    /// How many of them are how.
    pub counts: HealthCounts,
}

impl PartialEq for Healths {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.servers, &other.servers)
    }
}

impl Healths {
    /// Judges `guests`; what has not changed since `last` is taken from there.
    fn of(guests: &[Guest], basis: Arc<Basis>, last: Option<&Self>) -> Self {
        let last = last.filter(|last| Arc::ptr_eq(&last.basis, &basis));
        let known: &[Judged] = last.map_or(&[], |last| &last.servers);
        let mut counts = HealthCounts::default();
        let servers = guests.iter().filter(|guest| !guest.template).enumerate();
        let servers: Vec<Judged> = servers
            .map(|(at, guest)| {
                let judged = known.get(at).filter(|judged| Arc::ptr_eq(&judged.guest, guest));
                let judged = judged.cloned().unwrap_or_else(|| Judged {
                    guest: Guest::clone(guest),
                    health: Arc::new(basis.judge(guest)),
                });
                counts.add(judged.health.health);
                judged
            })
            .collect();
        Self {
            basis,
            servers: Arc::new(servers),
            counts,
        }
    }

    /// Those that somebody should look at, the worst first.
    pub fn problems(&self) -> Vec<Judged> {
        let found = self
            .servers
            .iter()
            .filter(|judged| judged.health.health.is_problem());
        let mut found: Vec<Judged> = found.cloned().collect();
        found.sort_by(|one, other| {
            let by_health = other.health.health.cmp(&one.health.health);
            by_health.then_with(|| drover_types::filter::natural(&one.guest.name, &other.guest.name))
        });
        found
    }

    /// How many of some servers are how.
    pub fn count<'j>(servers: impl IntoIterator<Item = &'j Judged>) -> HealthCounts {
        let mut counts = HealthCounts::default();
        for judged in servers {
            counts.add(judged.health.health);
        }
        counts
    }
}

/// The clusters that do not answer, as of now.
fn silent_clusters(inventory: Inventory) -> Memo<BTreeSet<String>> {
    let now = use_now();
    Memo::new(move |_| {
        let at = now.get();
        let clusters = inventory.clusters().into_iter();
        clusters
            .filter(|cluster| cluster.is_stale(at))
            .map(|cluster| cluster.name)
            .collect()
    })
}

fn use_basis() -> Memo<Option<SameBasis>> {
    let monitoring = use_monitoring();
    let silent = silent_clusters(use_inventory());
    Memo::new(move |_| {
        let silent = silent.get();
        monitoring.with(|state| Some(SameBasis(Arc::new(Basis::new(state?, silent)))))
    })
}

/// A basis, equal to itself alone.
#[derive(Clone)]
struct SameBasis(Arc<Basis>);

impl PartialEq for SameBasis {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// How all servers are, now and with every tick; `None` until rules and servers are here.
pub fn use_healths() -> Memo<Option<Healths>> {
    let inventory = use_inventory();
    let basis = use_basis();
    Memo::new(move |last: Option<&Option<Healths>>| {
        let SameBasis(basis) = basis.get()?;
        if !inventory.is_loaded() {
            return None;
        }
        let last = last.and_then(Option::as_ref);
        Some(inventory.with_guests(|guests| Healths::of(guests, basis, last)))
    })
}

/// How one server is; `None` until the rules are here, and for a template.
pub fn use_guest_health(guest: Memo<Guest>) -> Memo<Option<GuestHealth>> {
    let basis = use_basis();
    Memo::new(move |_| {
        let SameBasis(basis) = basis.get()?;
        guest.with(|guest| (!guest.template).then(|| basis.judge(guest)))
    })
}

#[cfg(test)]
mod tests {
    use drover_types::{
        guest::{GuestRow, GuestStatus},
        monitoring::{AlertRule, Health, default_rules},
    };

    use super::*;

    fn guest(vmid: u32, cpu_percent: u8) -> Guest {
        Arc::new(GuestRow {
            status: GuestStatus::Running,
            cpu_percent,
            ..GuestRow::unknown(GuestId::new("lab", vmid))
        })
    }

    fn basis() -> Arc<Basis> {
        let rules = default_rules().into_iter().zip(1..);
        let rules = rules.map(|(rule, id)| AlertRule {
            id,
            revision: 1,
            rule,
        });
        let state = MonitoringState {
            rules: rules.collect(),
            ..MonitoringState::default()
        };
        Arc::new(Basis::new(&state, BTreeSet::new()))
    }

    #[test]
    fn only_what_has_changed_is_judged_again() {
        let basis = basis();
        let mut guests = vec![guest(100, 10), guest(101, 99)];
        let first = Healths::of(&guests, Arc::clone(&basis), None);
        assert_eq!((first.counts.healthy, first.counts.critical), (1, 1));
        guests[0] = guest(100, 85);
        let next = Healths::of(&guests, Arc::clone(&basis), Some(&first));
        assert_eq!((next.counts.warning, next.counts.critical), (1, 1));
        assert!(Arc::ptr_eq(&first.servers[1].health, &next.servers[1].health));
        assert!(!Arc::ptr_eq(&first.servers[0].health, &next.servers[0].health));
        let problems = next.problems();
        assert_eq!(problems[0].guest.id.vmid, 101, "the worst first");
        assert_eq!(problems[0].health.health, Health::Critical);
    }

    #[test]
    fn templates_are_left_out_and_a_silent_cluster_tells_nothing() {
        let template = Arc::new(GuestRow {
            template: true,
            ..GuestRow::unknown(GuestId::new("lab", 9000))
        });
        let state = MonitoringState::default();
        let silent = BTreeSet::from(["lab".to_owned()]);
        let basis = Arc::new(Basis::new(&state, silent));
        let healths = Healths::of(&[guest(100, 10), template], basis, None);
        assert_eq!((healths.counts.total, healths.counts.unknown), (1, 1));
    }
}
