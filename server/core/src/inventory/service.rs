//! What the rest of Drover asks the inventory.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use chrono::TimeDelta;
use drover_types::filter::{Filter, Sort, select};
use drover_types::guest::{GuestKind, GuestRow};
use drover_types::ids::GuestId;
use drover_types::inventory::{GuestPage, Snapshot};
use drover_types::permission::{Grants, Permission};
use drover_types::scope::Scope;
use pve_client::{GuestConfig, GuestStatus, Resource, ResourceType};
use tokio::sync::broadcast;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::agents::Agents;
use super::archives::Archives;
use super::collect::Collector;
use super::inside::{Inside, InsideSampler};
use super::overlay::{Fresh, Noted};
use super::published::Published;
use super::records::Records;
use super::state::State;
use super::translate::status_row;
use super::vitals::Vitals;
use super::watch::{WatchGuard, Watchers};
use crate::clock::Clock;
use crate::clusters::{Cluster, Clusters};
use crate::context::{Actor, OpContext};
use crate::error::{Error, Result};
use crate::events::Events;
use crate::store::Db;

/// For how long a guest that was asked itself is believed more than the collector: Proxmox's resources lag by
/// about ten seconds.
const BELIEVED_SECONDS: i64 = 30;

/// For how long a guest counts as looked at: its page asks for its figures every minute.
const ATTENDED: Duration = Duration::from_secs(90);

/// How many rows of a page at most.
const LONGEST_PAGE: u32 = 500;

/// The live inventory. Cheap to clone.
#[derive(Clone)]
pub struct Inventory {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub(super) clusters: Clusters,
    pub(super) db: Db,
    pub(super) events: Events,
    pub(super) clock: Clock,
    pub(super) watchers: Watchers,
    state: RwLock<State>,
    /// What of the picture is within each scope that was asked for, as long as the picture stays.
    parts: Mutex<BTreeMap<Scope, Arc<Snapshot>>>,
    /// Whether guests are asked for what only they know.
    asks_agents: AtomicBool,
    /// The guests that somebody looks at, and until when they count as such.
    attended: Mutex<HashMap<GuestId, Instant>>,
    /// The guests whose figures are about to raise an alert, or have raised one.
    suspected: Mutex<HashSet<GuestId>>,
}

impl Inventory {
    /// An inventory of these clusters; it is empty until [`Inventory::run`] is awaited.
    pub fn new(clusters: Clusters, db: Db, events: Events, clock: Clock) -> Self {
        let names: Vec<String> = clusters.iter().map(|cluster| cluster.name.to_string()).collect();
        // 52 bits: a JSON reader that has only floating-point numbers keeps it.
        let epoch = rand::random::<u64>() >> 12;
        Self {
            shared: Arc::new(Shared {
                clusters,
                db,
                events,
                clock,
                watchers: Watchers::new(),
                state: RwLock::new(State::new(epoch, &names)),
                parts: Mutex::default(),
                asks_agents: AtomicBool::new(true),
                attended: Mutex::default(),
                suspected: Mutex::default(),
            }),
        }
    }

    /// Keeps the picture up to date until `stop`: asks each cluster, follows tasks and reservations, and asks
    /// guest agents for addresses.
    pub async fn run(&self, stop: CancellationToken) {
        let collectors = self.shared.clusters.iter().map(|cluster| {
            let (collector, agents) = (Collector::new(self, cluster), Agents::new(self, cluster));
            let inside = InsideSampler::new(self, cluster);
            let stop = stop.clone();
            async move {
                tokio::join!(collector.run(&stop), agents.run(&stop), inside.run(&stop));
            }
        });
        let records = Records::new(self);
        tokio::join!(futures::future::join_all(collectors), records.run(&stop));
    }

    /// The whole picture as it is now, whoever asks. For services; what leaves them goes through [`Inventory::list`].
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(self.state().picture())
    }

    /// Every delta from now on. Take the snapshot after subscribing: a delta that it contains already is
    /// ignored by whoever applies it.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Published>> {
        self.state().subscribe()
    }

    /// Says that somebody looks, for as long as the guard is kept: Proxmox is asked every two seconds then.
    pub fn watch(&self) -> WatchGuard {
        self.shared.watchers.add()
    }

    /// Says that somebody looks at one guest: it is asked for its memory before others for a while.
    pub(crate) fn attend(&self, id: &GuestId) {
        let mut attended = self
            .shared
            .attended
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        attended.insert(id.clone(), Instant::now() + ATTENDED);
    }

    /// The guests that somebody looks at.
    pub(super) fn attended(&self) -> Vec<GuestId> {
        let mut attended = self
            .shared
            .attended
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        attended.retain(|_, until| *until > Instant::now());
        attended.keys().cloned().collect()
    }

    /// Says which guests' figures are about to raise an alert, or have raised one: among thousands they are asked again
    /// before the others, or what one of them told would be too old to count before it is asked again.
    pub(crate) fn suspect(&self, guests: HashSet<GuestId>) {
        *self.suspicions() = guests;
    }

    /// The guests that [`Inventory::suspect`] was told last.
    pub(super) fn suspicions(&self) -> MutexGuard<'_, HashSet<GuestId>> {
        self.shared
            .suspected
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether such a guest is asked before others.
    #[cfg(test)]
    pub(crate) fn is_suspected(&self, id: &GuestId) -> bool {
        self.suspicions().contains(id)
    }

    /// Says whether guests are asked for what only they know.
    pub(crate) fn ask_agents(&self, ask: bool) {
        self.shared.asks_agents.store(ask, Ordering::Relaxed);
    }

    pub(super) fn asks_agents(&self) -> bool {
        self.shared.asks_agents.load(Ordering::Relaxed)
    }

    /// Takes over what guests' exporters tell; `None` where that is not known any more.
    pub(crate) fn note_exported(&self, told: Vec<(GuestId, Option<Inside>)>) {
        let notes = told.into_iter().map(|(id, inside)| (id, Noted::Exported(inside)));
        self.state_mut().note(notes.collect());
    }

    /// What guests do beside what the picture shows, by cluster and id.
    pub(crate) fn vitals(&self) -> HashMap<String, HashMap<u32, Vitals>> {
        self.state().vitals()
    }

    /// The guest `id` as the picture shows it, whoever asks.
    pub fn guest(&self, id: &GuestId) -> Option<GuestRow> {
        let picture = self.snapshot();
        let at = picture.guests.binary_search_by(|row| row.id.cmp(id)).ok()?;
        picture.guests.get(at).cloned()
    }

    /// When the guest `id` was made, in seconds since 1970, where that is known: what bears its id and is older is of
    /// another.
    pub(crate) fn made_at(&self, id: &GuestId) -> Option<i64> {
        self.state().made_at(id)
    }

    /// The picture as whoever is limited to `scope` sees it: guests that it does not cover are not there.
    pub(crate) fn within(&self, scope: &Scope) -> Arc<Snapshot> {
        let picture = self.snapshot();
        if scope.is_everything() {
            return picture;
        }
        let mut parts = self.shared.parts.lock().unwrap_or_else(PoisonError::into_inner);
        parts.retain(|_, part| part.version == picture.version);
        let part = parts.entry(scope.clone()).or_insert_with(|| {
            let covered = picture.guests.iter().filter(|row| scope.covers(row));
            Arc::new(Snapshot {
                guests: covered.cloned().collect(),
                version: picture.version,
                nodes: picture.nodes.clone(),
                storages: picture.storages.clone(),
                clusters: picture.clusters.clone(),
            })
        });
        Arc::clone(part)
    }

    /// The picture, and every delta from it on.
    pub(crate) fn follow(&self) -> (Arc<Snapshot>, broadcast::Receiver<Arc<Published>>) {
        let state = self.state();
        (Arc::clone(state.picture()), state.subscribe())
    }

    /// The guest `id`, where it is there for the actor.
    pub(crate) fn guest_of(&self, actor: &Actor, id: &GuestId) -> Option<GuestRow> {
        self.guest(id).filter(|row| actor.grants.cover(row))
    }

    /// Whether whoever holds `grants` sees what others do to `guest`.
    pub(crate) fn shows_work_on(&self, grants: &Grants, guest: Option<&GuestId>) -> bool {
        let is_covered = || {
            guest
                .and_then(|id| self.guest(id))
                .is_some_and(|row| grants.cover(&row))
        };
        grants.allow(Permission::ViewAll) && (grants.reach().is_everything() || is_covered())
    }

    /// The picture, as far as the actor's scope reaches.
    ///
    /// # Errors
    /// Where the actor may not see it.
    pub fn list(&self, ctx: &OpContext) -> Result<Arc<Snapshot>> {
        let actor = ctx.require(Permission::ViewAll)?;
        Ok(self.within(actor.grants.reach()))
    }

    /// A part of the list: what `filter` lets through, in the order of `sort`.
    ///
    /// # Errors
    /// Where the actor may not see it, or the filter is not understood.
    pub fn page(
        &self,
        ctx: &OpContext,
        filter: &str,
        sort: Sort,
        offset: u32,
        limit: u32,
    ) -> Result<GuestPage> {
        let picture = self.list(ctx)?;
        let filter = Filter::parse(filter, self.shared.clock.now().timestamp())
            .map_err(|error| Error::field("filter", error.problem))?;
        let found = select(&picture.guests, &filter, sort);
        let rows = found
            .iter()
            .skip(usize::try_from(offset).unwrap_or(usize::MAX))
            .take(usize::try_from(limit.min(LONGEST_PAGE)).unwrap_or(0))
            .map(|at| picture.guests[*at].clone());
        Ok(GuestPage {
            version: picture.version,
            rows: rows.collect(),
            matched: u32::try_from(found.len()).unwrap_or(u32::MAX),
            total: u32::try_from(picture.guests.len()).unwrap_or(u32::MAX),
        })
    }

    /// Asks the guest itself how it is, and shows that until the collector says the same or half a minute has
    /// passed.
    ///
    /// # Errors
    /// Where the cluster does not answer. A guest that is not there any more is no error: its row goes.
    pub async fn refresh(&self, id: &GuestId) -> Result<()> {
        let Some(cluster) = self.shared.clusters.get(&id.cluster) else {
            return Ok(());
        };
        let Some(before) = self.guest(id) else {
            return Ok(());
        };
        let found = find(cluster, &before).await.map_err(|source| Error::Proxmox {
            cluster: id.cluster.clone(),
            source,
        })?;
        let now = self.shared.clock.now().timestamp();
        let row = found.map(|(node, status)| status_row(id, before.kind, &node, status, Some(&before), now));
        let until = self.shared.clock.now() + TimeDelta::seconds(BELIEVED_SECONDS);
        self.state_mut().refreshed(id.clone(), Fresh { row, until });
        Ok(())
    }

    /// Takes over what the storages of `cluster` hold of backups; [`Inventory::show_backups`] shows it.
    pub(crate) fn set_backups(&self, cluster: &str, archives: Archives) {
        self.state_mut().set_backups(cluster, archives);
    }

    /// Takes over from a guest's configuration what lists do not tell, where somebody reads it anyway.
    pub(crate) fn note_config(&self, id: &GuestId, config: &GuestConfig) {
        let noted = Noted::Read {
            born_at: config.created_at(),
            protected: config.is_protected(),
        };
        self.state_mut().note(vec![(id.clone(), noted)]);
    }

    /// Shows the next of it, and tells whether there is more: a delta holds a part of ten thousand only.
    pub(crate) fn show_backups(&self, cluster: &str) -> bool {
        self.state_mut().show_backups(cluster)
    }

    /// The clusters that are asked.
    #[cfg(test)]
    pub(crate) fn clusters(&self) -> Clusters {
        self.shared.clusters.clone()
    }

    /// Takes in what a cluster is said to have, without asking it.
    #[cfg(test)]
    pub(crate) fn told(&self, cluster: &str, resources: Vec<Resource>) {
        let now = self.shared.clock.now();
        let collected = super::translate::Collected::of(cluster, resources, now.timestamp());
        self.state_mut().collected(cluster, collected, now);
    }

    pub(super) fn state(&self) -> RwLockReadGuard<'_, State> {
        self.shared.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn state_mut(&self) -> RwLockWriteGuard<'_, State> {
        self.shared.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a guest is and on which node: where it was, or where it is now. The picture shows a clone on its template's
/// node until it is whole, and one that others have moved where it was.
async fn find(cluster: &Cluster, guest: &GuestRow) -> pve_client::Result<Option<(String, GuestStatus)>> {
    match ask(cluster, guest).await {
        Err(error) if error.is_not_found() => {}
        other => return other.map(|status| Some((guest.node.clone(), status))),
    }
    let all = cluster.client.cluster_resources(Some(ResourceType::Vm)).await?;
    let elsewhere = all.into_iter().find_map(|one| match one {
        Resource::Guest(other) if other.vmid == guest.id.vmid && other.node != guest.node => Some(other.node),
        _ => None,
    });
    let Some(node) = elsewhere else {
        return Ok(None);
    };
    let there = GuestRow {
        node,
        ..guest.clone()
    };
    match ask(cluster, &there).await {
        Err(error) if error.is_not_found() => Ok(None),
        other => other.map(|status| Some((there.node, status))),
    }
}

async fn ask(cluster: &Cluster, guest: &GuestRow) -> pve_client::Result<GuestStatus> {
    match guest.kind {
        GuestKind::Qemu => cluster.client.qemu_status(&guest.node, guest.id.vmid).await,
        GuestKind::Lxc => cluster.client.lxc_status(&guest.node, guest.id.vmid).await,
    }
}
