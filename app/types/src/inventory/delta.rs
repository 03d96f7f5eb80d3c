//! What changed between two pictures. Load changes on every tick, so it has a shape of its own: one packed
//! entry a guest instead of the row.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::columns::GuestColumns;
use super::packed::{Broken, Packed};
use super::snapshot::{Snapshot, Version};
use crate::cluster::{ClusterHealth, NodeRow, StorageRow};
use crate::guest::GuestRow;
use crate::ids::GuestId;

/// What changed from the picture before, whose version is one lower.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Delta {
    /// The picture that this one makes.
    pub version: Version,
    /// Guests that are new, or of which more than the load changed; ordered by id.
    pub upsert: Vec<GuestRow>,
    /// Guests that are gone; ordered.
    pub removed: Vec<GuestId>,
    /// Guests of which only the load changed.
    pub gauges: Vec<ClusterGauges>,
    /// Nodes that are new or changed; ordered by cluster and name.
    pub nodes: Vec<NodeRow>,
    /// Nodes that are gone, as cluster and name.
    pub removed_nodes: Vec<(String, String)>,
    /// Storages that are new or changed; ordered by cluster, node and name.
    pub storages: Vec<StorageRow>,
    /// Storages that are gone, as cluster, node and name.
    pub removed_storages: Vec<(String, String, String)>,
    /// Clusters of which something changed.
    pub clusters: Vec<ClusterHealth>,
}

/// The load of a cluster's guests, as far as it changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ClusterGauges {
    /// The cluster.
    pub cluster: String,
    /// Ordered by id.
    pub guests: Vec<Gauge>,
}

/// The load of a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gauge {
    /// The guest's id in its cluster.
    pub vmid: u32,
    /// Load of its cores in percent.
    pub cpu_percent: u8,
    /// Memory in use in percent.
    pub memory_percent: u8,
}

impl Delta {
    /// What turns `old` into `new`; both are ordered as [`Snapshot`] says. Empty where nothing changed.
    pub fn between(old: &Snapshot, new: &Snapshot) -> Self {
        let mut delta = Self {
            version: new.version,
            ..Self::default()
        };
        delta.add_guests(&old.guests, &new.guests);
        delta.add_nodes(&old.nodes, &new.nodes);
        delta.add_storages(&old.storages, &new.storages);
        // The set of clusters is fixed by the configuration while a process lives.
        let changed = new
            .clusters
            .iter()
            .filter(|health| !old.clusters.contains(health));
        delta.clusters = changed.cloned().collect();
        delta
    }

    /// Adds what turns the guests `old` into `new`; both are ordered by id, and come after what was added before.
    pub fn add_guests(&mut self, old: &[GuestRow], new: &[GuestRow]) {
        merge(
            old,
            new,
            |row| (row.id.cluster.as_str(), row.id.vmid),
            |change| match change {
                Change::Gone(row) => self.removed.push(row.id.clone()),
                Change::New(row) => self.upsert.push(row.clone()),
                Change::Other(old, new) => self.add_changed(old, new),
            },
        );
    }

    /// Adds what turns the nodes `old` into `new`; both are ordered by cluster and name.
    pub fn add_nodes(&mut self, old: &[NodeRow], new: &[NodeRow]) {
        merge(
            old,
            new,
            |row| (row.cluster.as_str(), row.name.as_str()),
            |change| match change {
                Change::Gone(row) => self.removed_nodes.push((row.cluster.clone(), row.name.clone())),
                Change::New(row) | Change::Other(_, row) => self.nodes.push(row.clone()),
            },
        );
    }

    /// Adds what turns the storages `old` into `new`; both are ordered by cluster, node and name.
    pub fn add_storages(&mut self, old: &[StorageRow], new: &[StorageRow]) {
        merge(
            old,
            new,
            |row| (row.cluster.as_str(), row.node.as_str(), row.name.as_str()),
            |change| match change {
                Change::Gone(row) => {
                    let key = (row.cluster.clone(), row.node.clone(), row.name.clone());
                    self.removed_storages.push(key);
                }
                Change::New(row) | Change::Other(_, row) => self.storages.push(row.clone()),
            },
        );
    }

    fn add_changed(&mut self, old: &GuestRow, new: &GuestRow) {
        if !differ_in_load_only(old, new) {
            self.upsert.push(new.clone());
            return;
        }
        let gauge = Gauge {
            vmid: new.id.vmid,
            cpu_percent: new.cpu_percent,
            memory_percent: new.memory_percent,
        };
        match self.gauges.last_mut() {
            Some(last) if last.cluster == new.id.cluster => last.guests.push(gauge),
            _ => self.gauges.push(ClusterGauges {
                cluster: new.id.cluster.clone(),
                guests: vec![gauge],
            }),
        }
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        *self
            == Self {
                version: self.version,
                ..Self::default()
            }
    }
}

fn differ_in_load_only(old: &GuestRow, new: &GuestRow) -> bool {
    // Named field by field, so that a new field of the row can't be forgotten here.
    let GuestRow {
        id,
        name,
        kind,
        status,
        node,
        cores,
        memory_bytes,
        disk_bytes,
        cpu_percent: _,
        memory_percent: _,
        memory_source,
        disk_percent,
        started_at,
        tags,
        pool,
        template,
        lock,
        protected,
        addresses,
        made_here,
        adopted,
        owner,
        role,
        firewall_groups,
        last_backup,
    } = old;
    *status == new.status
        && *memory_source == new.memory_source
        && *disk_percent == new.disk_percent
        && *started_at == new.started_at
        && *cores == new.cores
        && *memory_bytes == new.memory_bytes
        && *disk_bytes == new.disk_bytes
        && *kind == new.kind
        && *template == new.template
        && *made_here == new.made_here
        && *adopted == new.adopted
        && *protected == new.protected
        && *id == new.id
        && *name == new.name
        && *node == new.node
        && *tags == new.tags
        && *pool == new.pool
        && *lock == new.lock
        && *addresses == new.addresses
        && *owner == new.owner
        && *role == new.role
        && *firewall_groups == new.firewall_groups
        && *last_backup == new.last_backup
}

enum Change<'a, T> {
    New(&'a T),
    Gone(&'a T),
    Other(&'a T, &'a T),
}

/// Walks two ordered lists at once and tells where they differ.
fn merge<'a, T: PartialEq, K: Ord>(
    old: &'a [T],
    new: &'a [T],
    key: impl Fn(&'a T) -> K,
    mut tell: impl FnMut(Change<'a, T>),
) {
    let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(a), Some(b)) => key(a).cmp(&key(b)),
        };
        let (before, after) = (
            if order.is_le() { old.next() } else { None },
            if order.is_ge() { new.next() } else { None },
        );
        match (before, after) {
            (Some(a), Some(b)) if a != b => tell(Change::Other(a, b)),
            (Some(a), None) => tell(Change::Gone(a)),
            (None, Some(b)) => tell(Change::New(b)),
            _ => {}
        }
    }
}

/// The columns of [`ClusterGauges`].
#[derive(Serialize, Deserialize)]
struct GaugeColumns {
    cluster: String,
    /// How many, which the columns must agree with.
    count: u32,
    /// Distance to the guest before.
    vmid: Packed,
    /// Load of the cores, then memory in use.
    load: Packed,
}

impl GaugeColumns {
    fn of(gauges: &ClusterGauges) -> Self {
        let mut vmid = Packed::default();
        let mut load = Packed::default();
        let mut before = 0;
        for gauge in &gauges.guests {
            vmid.push(gauge.vmid.saturating_sub(before));
            before = gauge.vmid;
            load.push(gauge.cpu_percent);
            load.push(gauge.memory_percent);
        }
        Self {
            cluster: gauges.cluster.clone(),
            count: u32::try_from(gauges.guests.len()).unwrap_or(u32::MAX),
            vmid,
            load,
        }
    }

    fn into_gauges(self) -> Result<ClusterGauges, Broken> {
        let mut vmids = self.vmid.numbers();
        let mut load = self.load.numbers();
        let mut vmid: u32 = 0;
        let mut guests = Vec::new();
        for _ in 0..self.count {
            vmid = vmid.checked_add(vmids.take()?).ok_or(Broken)?;
            guests.push(Gauge {
                vmid,
                cpu_percent: load.take()?,
                memory_percent: load.take()?,
            });
        }
        Ok(ClusterGauges {
            cluster: self.cluster,
            guests,
        })
    }
}

/// A delta in JSON; what is empty is left out.
#[derive(Serialize, Deserialize)]
struct Wire<'a> {
    version: Version,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    upsert: Option<GuestColumns<'a>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    removed: Vec<GuestId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    gauges: Vec<GaugeColumns>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    nodes: Vec<NodeRow>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    removed_nodes: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    storages: Vec<StorageRow>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    removed_storages: Vec<(String, String, String)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    clusters: Vec<ClusterHealth>,
}

impl Serialize for Delta {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Wire {
            version: self.version,
            upsert: (!self.upsert.is_empty()).then(|| GuestColumns::of(&self.upsert)),
            removed: self.removed.clone(),
            gauges: self.gauges.iter().map(GaugeColumns::of).collect(),
            nodes: self.nodes.clone(),
            removed_nodes: self.removed_nodes.clone(),
            storages: self.storages.clone(),
            removed_storages: self.removed_storages.clone(),
            clusters: self.clusters.clone(),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Delta {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let broken = |error: Broken| serde::de::Error::custom(error);
        let wire = Wire::deserialize(deserializer)?;
        let upsert = wire.upsert.map(GuestColumns::into_rows).transpose();
        let gauges: Result<_, _> = wire.gauges.into_iter().map(GaugeColumns::into_gauges).collect();
        Ok(Self {
            version: wire.version,
            upsert: upsert.map_err(broken)?.unwrap_or_default(),
            removed: wire.removed,
            gauges: gauges.map_err(broken)?,
            nodes: wire.nodes,
            removed_nodes: wire.removed_nodes,
            storages: wire.storages,
            removed_storages: wire.removed_storages,
            clusters: wire.clusters,
        })
    }
}
