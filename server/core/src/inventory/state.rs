//! The one picture of all clusters, and the only place that changes it. Asks nobody: it is told.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use drover_types::cluster::ClusterHealth;
use drover_types::guest::GuestRow;
use drover_types::ids::GuestId;
use drover_types::inventory::{Delta, Snapshot, Version};
use drover_types::role::RoleKey;
use tokio::sync::broadcast;

use super::archives::Archives;
use super::overlay::{Adoption, Doing, Fresh, Note, Noted, Overlay};
use super::published::Published;
use super::steady;
use super::translate::Collected;
use super::vitals::{Traffic, Vitals};
use crate::store::adopted::Adopted;

/// How many deltas a slow reader may be behind before it has to load the whole.
const BACKLOG: usize = 32;

/// Of how many guests at most a delta tells a new backup, so that what ten thousand were never told of does not come
/// in one piece.
pub(super) const MOST_BACKUPS: usize = 500;

/// When nothing else changes, the time of the last answer is told this often.
const HEARTBEAT_SECONDS: i64 = 15;

/// What is known of one cluster beside the picture.
#[derive(Default)]
struct Beside {
    notes: HashMap<u32, Note>,
    overlays: BTreeMap<u32, Overlay>,
    archives: Archives,
    traffic: Traffic,
}

pub(super) struct State {
    picture: Arc<Snapshot>,
    beside: HashMap<String, Beside>,
    bus: broadcast::Sender<Arc<Published>>,
}

impl State {
    /// An empty picture of these clusters, none of which has answered yet.
    pub(super) fn new(epoch: u64, clusters: &[String]) -> Self {
        let mut health: Vec<ClusterHealth> = clusters
            .iter()
            .map(|name| ClusterHealth {
                name: name.clone(),
                version: String::new(),
                quorate: None,
                reachable: false,
                fetched_at: 0,
            })
            .collect();
        health.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        let (bus, _) = broadcast::channel(BACKLOG);
        Self {
            picture: Arc::new(Snapshot {
                version: Version { epoch, number: 1 },
                clusters: health,
                ..Snapshot::default()
            }),
            beside: clusters
                .iter()
                .map(|name| (name.clone(), Beside::default()))
                .collect(),
            bus,
        }
    }

    pub(super) const fn picture(&self) -> &Arc<Snapshot> {
        &self.picture
    }

    pub(super) fn subscribe(&self) -> broadcast::Receiver<Arc<Published>> {
        self.bus.subscribe()
    }

    /// The collector's answer for one cluster.
    pub(super) fn collected(&mut self, cluster: &str, mut new: Collected, now: DateTime<Utc>) {
        let mut picture = Arc::unwrap_or_clone(std::mem::take(&mut self.picture));
        let mut delta = Delta {
            version: picture.version.next(),
            ..Delta::default()
        };
        let guests = range(&picture.guests, |row| row.id.cluster.as_str(), cluster);
        let nodes = range(&picture.nodes, |row| row.cluster.as_str(), cluster);
        let storages = range(&picture.storages, |row| row.cluster.as_str(), cluster);
        pairs(
            &picture.guests[guests.clone()],
            &mut new.guests,
            |row| row.id.vmid,
            |old, row| {
                steady::guest(old, row);
                row.last_backup = old.last_backup;
            },
        );
        pairs(
            &picture.nodes[nodes.clone()],
            &mut new.nodes,
            |row| row.name.clone(),
            steady::node,
        );
        pairs(
            &picture.storages[storages.clone()],
            &mut new.storages,
            |row| (row.node.clone(), row.name.clone()),
            steady::storage,
        );
        if let Some(beside) = self.beside.get_mut(cluster) {
            beside.traffic.take(&new.counters, now.timestamp());
            beside.lay_over(cluster, &mut new.guests, now);
            beside.show_backups(&mut new.guests, |_| {});
            beside.archives.explain(&mut new.storages);
        }
        delta.add_guests(&picture.guests[guests.clone()], &new.guests);
        delta.add_nodes(&picture.nodes[nodes.clone()], &new.nodes);
        delta.add_storages(&picture.storages[storages.clone()], &new.storages);
        picture.guests.splice(guests, new.guests);
        picture.nodes.splice(nodes, new.nodes);
        picture.storages.splice(storages, new.storages);
        if let Some(health) = health_of(&mut picture, cluster) {
            let late = now.timestamp() - health.fetched_at >= HEARTBEAT_SECONDS;
            if !health.reachable || late || !delta.is_empty() {
                health.reachable = true;
                health.fetched_at = now.timestamp();
                delta.clusters.push(health.clone());
            }
        }
        self.publish(picture, delta);
    }

    /// The cluster did not answer: the last picture stays.
    pub(super) fn unreachable(&mut self, cluster: &str) {
        self.change_health(cluster, |health| health.reachable = false);
    }

    /// What the cluster says of itself.
    pub(super) fn described(&mut self, cluster: &str, version: Option<String>, quorate: Option<bool>) {
        self.change_health(cluster, |health| {
            if let Some(version) = version {
                health.version = version;
            }
            health.quorate = quorate.or(health.quorate);
        });
    }

    fn change_health(&mut self, cluster: &str, change: impl FnOnce(&mut ClusterHealth)) {
        let mut picture = Arc::unwrap_or_clone(std::mem::take(&mut self.picture));
        let mut delta = Delta {
            version: picture.version.next(),
            ..Delta::default()
        };
        if let Some(health) = health_of(&mut picture, cluster) {
            let before = health.clone();
            change(health);
            if *health != before {
                delta.clusters.push(health.clone());
            }
        }
        self.publish(picture, delta);
    }

    /// Changes what is noted of guests.
    pub(super) fn note(&mut self, changes: Vec<(GuestId, Noted)>) {
        let mut touched = Vec::new();
        for (id, noted) in changes {
            let Some(beside) = self.beside.get_mut(&id.cluster) else {
                continue;
            };
            let mut note = beside.notes.remove(&id.vmid).unwrap_or_default();
            if note.change(noted) {
                touched.push(id.clone());
            }
            if note != Note::default() {
                beside.notes.insert(id.vmid, note);
            }
        }
        self.show(touched);
    }

    /// Says what tasks do with guests; `None` where none does anything any more.
    pub(super) fn doing(&mut self, changes: Vec<(GuestId, Option<Doing>)>) {
        let mut touched = Vec::new();
        for (id, doing) in changes {
            if self.overlay(&id).is_some_and(|overlay| {
                let differs = overlay.doing != doing;
                overlay.doing = doing;
                differs
            }) {
                touched.push(id);
            }
        }
        self.show(touched);
    }

    /// Says how a guest was found when it was asked itself.
    pub(super) fn refreshed(&mut self, id: GuestId, fresh: Fresh) {
        if let Some(overlay) = self.overlay(&id) {
            overlay.fresh = Some(fresh);
            self.show(vec![id]);
        }
    }

    /// The guests that tasks are at work on.
    pub(super) fn at_work_on(&self) -> Vec<GuestId> {
        let busy = self.beside.iter().flat_map(|(cluster, beside)| {
            let doing = beside
                .overlays
                .iter()
                .filter(|(_, overlay)| overlay.doing.is_some());
            doing.map(|(vmid, _)| GuestId::new(cluster.as_str(), *vmid))
        });
        busy.collect()
    }

    /// The guests of which a reservation is noted.
    pub(super) fn reserved(&self) -> Vec<GuestId> {
        let noted = self.beside.iter().flat_map(|(cluster, beside)| {
            let reserved = |note: &Note| note.made || note.maker.is_some() || !note.reserved.is_empty();
            let notes = beside.notes.iter().filter(move |(_, note)| reserved(note));
            notes.map(|(vmid, _)| GuestId::new(cluster.as_str(), *vmid))
        });
        noted.collect()
    }

    /// Says which guests are adopted; the others are not.
    pub(super) fn set_adopted(&mut self, adopted: Vec<Adopted>) {
        let adopted = adopted.into_iter().map(|one| {
            let adoption = Adoption {
                owner: one.owner,
                role: one.role,
            };
            (one.guest, Noted::Adopted(Some(adoption)))
        });
        self.set(|note| note.adopted.is_some(), &Noted::Adopted(None), adopted);
    }

    /// Takes over which roles guests are there for; those that are not named have none.
    pub(super) fn set_roles(&mut self, roles: Vec<(GuestId, RoleKey)>) {
        let roles = roles
            .into_iter()
            .map(|(guest, role)| (guest, Noted::Role(Some(role))));
        self.set(|note| note.role.is_some(), &Noted::Role(None), roles);
    }

    /// Takes over which firewall groups guests have; those that are not named have none.
    pub(super) fn set_groups(&mut self, groups: HashMap<GuestId, Vec<String>>) {
        let groups = groups
            .into_iter()
            .map(|(guest, groups)| (guest, Noted::Groups(groups)));
        self.set(|note| !note.groups.is_empty(), &Noted::Groups(Vec::new()), groups);
    }

    /// Notes all there is of a kind: of a guest that `has` some and is not named, `none` is noted.
    fn set(
        &mut self,
        has: impl Fn(&Note) -> bool,
        none: &Noted,
        named: impl Iterator<Item = (GuestId, Noted)>,
    ) {
        let mut notes: HashMap<GuestId, Noted> = HashMap::new();
        for (cluster, beside) in &self.beside {
            let had = beside.notes.iter().filter(|(_, note)| has(note));
            notes.extend(had.map(|(vmid, _)| (GuestId::new(cluster.as_str(), *vmid), none.clone())));
        }
        notes.extend(named);
        self.note(notes.into_iter().collect());
    }

    /// What guests do beside what the picture shows, by cluster and id.
    pub(super) fn vitals(&self) -> HashMap<String, HashMap<u32, Vitals>> {
        let mut all: HashMap<String, HashMap<u32, Vitals>> = HashMap::new();
        for row in &self.picture.guests {
            let Some(beside) = self.beside.get(&row.id.cluster) else {
                continue;
            };
            let note = beside.notes.get(&row.id.vmid);
            let inside = note.and_then(Note::inside);
            let vitals = Vitals {
                traffic: beside.traffic.rate(row.id.vmid),
                load_percent: inside.and_then(|inside| inside.load_percent),
                told_at: inside.map(|inside| inside.told_at),
                made_at: note.and_then(Note::made_at),
            };
            if vitals != Vitals::default() {
                let of = match all.get_mut(&row.id.cluster) {
                    Some(of) => of,
                    None => all.entry(row.id.cluster.clone()).or_default(),
                };
                of.insert(row.id.vmid, vitals);
            }
        }
        all
    }

    /// The guests of a cluster whose agents have told something.
    pub(super) fn agents(&self, cluster: &str) -> HashSet<u32> {
        let Some(beside) = self.beside.get(cluster) else {
            return HashSet::new();
        };
        let told = beside.notes.iter().filter(|(_, note)| note.sampled.is_some());
        told.map(|(vmid, _)| *vmid).collect()
    }

    /// When a guest was made, in seconds since 1970, where that is known.
    pub(super) fn made_at(&self, id: &GuestId) -> Option<i64> {
        self.beside.get(&id.cluster)?.notes.get(&id.vmid)?.made_at()
    }

    /// Says what the storages of a cluster hold of backups; [`State::show_backups`] shows it.
    pub(super) fn set_backups(&mut self, cluster: &str, archives: Archives) {
        if let Some(beside) = self.beside.get_mut(cluster) {
            beside.archives = archives;
        }
    }

    /// Shows the next of what is known of a cluster's backups, and tells whether there is more.
    pub(super) fn show_backups(&mut self, cluster: &str) -> bool {
        let Some(beside) = self.beside.get(cluster) else {
            return false;
        };
        let mut picture = Arc::unwrap_or_clone(std::mem::take(&mut self.picture));
        let mut delta = Delta {
            version: picture.version.next(),
            ..Delta::default()
        };
        let guests = range(&picture.guests, |row| row.id.cluster.as_str(), cluster);
        let storages = range(&picture.storages, |row| row.cluster.as_str(), cluster);
        let shown = &mut picture.guests[guests];
        let is_more = beside.show_backups(shown, |row| delta.upsert.push(row.clone()));
        let before = picture.storages[storages.clone()].to_vec();
        beside.archives.explain(&mut picture.storages[storages.clone()]);
        delta.add_storages(&before, &picture.storages[storages]);
        self.publish(picture, delta);
        is_more
    }

    fn overlay(&mut self, id: &GuestId) -> Option<&mut Overlay> {
        let picture = &self.picture;
        let beside = self.beside.get_mut(&id.cluster)?;
        Some(beside.overlays.entry(id.vmid).or_insert_with(|| {
            Overlay {
                under: find(&picture.guests, id)
                    .ok()
                    .map(|at| picture.guests[at].clone()),
                ..Overlay::default()
            }
        }))
    }

    /// Brings the rows of these guests up to date with what is known beside the collector's answer.
    fn show(&mut self, mut ids: Vec<GuestId>) {
        if ids.is_empty() {
            return;
        }
        ids.sort_unstable();
        ids.dedup();
        let mut picture = Arc::unwrap_or_clone(std::mem::take(&mut self.picture));
        let mut delta = Delta {
            version: picture.version.next(),
            ..Delta::default()
        };
        for id in ids {
            let Some(beside) = self.beside.get_mut(&id.cluster) else {
                continue;
            };
            let at = find(&picture.guests, &id);
            let mut row = match beside.overlays.get(&id.vmid) {
                Some(overlay) => overlay.row(&id),
                None => at.ok().map(|at| picture.guests[at].clone()),
            };
            if beside.overlays.get(&id.vmid).is_some_and(Overlay::is_void) {
                beside.overlays.remove(&id.vmid);
            }
            if let Some(row) = &mut row {
                beside
                    .notes
                    .get(&id.vmid)
                    .unwrap_or(&Note::default())
                    .decorate(row);
            }
            match (at, row) {
                (Ok(at), Some(mut row)) => {
                    row.last_backup = picture.guests[at].last_backup;
                    let old = std::mem::replace(&mut picture.guests[at], row);
                    delta.add_guests(&[old], std::slice::from_ref(&picture.guests[at]));
                }
                (Ok(at), None) => {
                    picture.guests.remove(at);
                    delta.removed.push(id);
                }
                (Err(at), Some(row)) => {
                    delta.upsert.push(row.clone());
                    picture.guests.insert(at, row);
                }
                (Err(_), None) => {}
            }
        }
        self.publish(picture, delta);
    }

    fn publish(&mut self, mut picture: Snapshot, delta: Delta) {
        if !delta.is_empty() {
            picture.version = delta.version;
        }
        let number = picture.version.number;
        self.picture = Arc::new(picture);
        if delta.version.number == number {
            // Nobody listening is no failure.
            let _ = self.bus.send(Arc::new(Published::new(delta)));
        }
    }
}

impl Beside {
    /// Shows what is new of the backups of some of these rows, and tells whether there is more.
    fn show_backups(&self, rows: &mut [GuestRow], tell: impl FnMut(&GuestRow)) -> bool {
        let made = |vmid: u32| self.notes.get(&vmid).and_then(Note::made_at);
        self.archives.show(rows, MOST_BACKUPS, made, tell)
    }

    /// Puts what is known beside the collector onto its rows.
    fn lay_over(&mut self, cluster: &str, rows: &mut Vec<GuestRow>, now: DateTime<Utc>) {
        self.overlays.retain(|vmid, overlay| {
            let at = rows.binary_search_by_key(vmid, |row| row.id.vmid);
            overlay.under = at.ok().map(|at| rows[at].clone());
            overlay.settle(now);
            if overlay.is_void() {
                return false;
            }
            match (at, overlay.row(&GuestId::new(cluster, *vmid))) {
                (Ok(at), Some(row)) => {
                    let last_backup = rows[at].last_backup;
                    rows[at] = GuestRow { last_backup, ..row };
                }
                (Ok(at), None) => drop(rows.remove(at)),
                (Err(at), Some(row)) => rows.insert(at, row),
                (Err(_), None) => {}
            }
            true
        });
        for row in rows {
            if let Some(note) = self.notes.get(&row.id.vmid) {
                note.decorate(row);
            }
        }
    }
}

fn find(rows: &[GuestRow], id: &GuestId) -> Result<usize, usize> {
    rows.binary_search_by(|row| row.id.cmp(id))
}

fn health_of<'a>(picture: &'a mut Snapshot, cluster: &str) -> Option<&'a mut ClusterHealth> {
    picture.clusters.iter_mut().find(|health| health.name == cluster)
}

/// Where the rows of a cluster stand in a list that is ordered by cluster first.
fn range<T>(rows: &[T], cluster_of: impl Fn(&T) -> &str, cluster: &str) -> std::ops::Range<usize> {
    let start = rows.partition_point(|row| cluster_of(row) < cluster);
    let end = rows.partition_point(|row| cluster_of(row) <= cluster);
    start..end
}

/// Calls `each` for the rows that stand in both lists, which are ordered by `key`.
fn pairs<T, K: Ord>(old: &[T], new: &mut [T], key: impl Fn(&T) -> K, each: impl Fn(&T, &mut T)) {
    let mut old = old.iter().peekable();
    for row in new {
        let wanted = key(row);
        while old.next_if(|other| key(other) < wanted).is_some() {}
        if let Some(other) = old.next_if(|other| key(other) == wanted) {
            each(other, row);
        }
    }
}
