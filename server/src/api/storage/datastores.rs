//! Every storage once, by a name that says its cluster where that is not the first.

use axum::Json;
use axum::extract::State;
use drover_types::storage::{StorageDefaults, StorageOverview, StorageSummary, summaries};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::answer::{Refusal, Said};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// A storage. What each node has for itself under one name is one here, with the sizes together.
#[expect(
    clippy::struct_excessive_bools,
    reason = "the shape that clients of the older panel read"
)]
#[derive(Debug, Serialize, ToSchema)]
struct Datastore {
    /// Its name, as `cluster:name` where the cluster is not the first.
    id: String,
    /// Its name in Proxmox.
    name: String,
    /// The cluster it is in.
    cluster: String,
    /// Proxmox's plugin type, such as `lvmthin`.
    r#type: String,
    /// What it may hold, such as `images` and `backup`.
    content: Vec<String>,
    /// The nodes that have it.
    nodes: Vec<String>,
    /// Whether all nodes see the same data.
    shared: bool,
    /// Whether it answers on a node at least.
    active: bool,
    /// Size in bytes.
    size: u64,
    /// Bytes in use.
    used: u64,
    /// Bytes that are free.
    available: u64,
    /// Whether disks of the type `hdd` go here.
    is_default_hdd: bool,
    /// Whether disks of the type `ssd` go here.
    is_default_ssd: bool,
}

/// Where disks go that name no storage.
#[derive(Debug, Serialize, ToSchema)]
struct ClusterDefaults {
    /// The cluster.
    cluster: String,
    /// The id for disks of the type `hdd`; null for the template's storage.
    default_hdd: Option<String>,
    /// The id for disks of the type `ssd`; null for the template's storage.
    default_ssd: Option<String>,
}

/// Every storage.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DatastoresReply {
    /// Always true.
    success: bool,
    /// By cluster and name.
    datastores: Vec<Datastore>,
    /// The first cluster's default for disks of the type `hdd`; null for the template's storage.
    default_hdd: Option<String>,
    /// The first cluster's default for disks of the type `ssd`; null for the template's storage.
    default_ssd: Option<String>,
    /// Every cluster's.
    defaults: Vec<ClusterDefaults>,
}

/// List the storages, and which of them are defaults.
#[utoipa::path(
    get, path = "/api/datastores", tag = "storage",
    responses((status = OK, description = "The storages.", body = DatastoresReply)),
)]
pub(super) async fn list_datastores(
    State(server): State<Server>,
    request: Request,
) -> Result<Json<DatastoresReply>, Refusal> {
    let overview = server.drover.storage.overview(&request.context).await?;
    Ok(Json(reply(&overview)))
}

fn reply(overview: &StorageOverview) -> DatastoresReply {
    let first = overview
        .defaults
        .first()
        .map(|defaults| defaults.cluster.as_str());
    let id = |cluster: &str, name: &str| datastore_id(first, cluster, name);
    let of = |cluster: &str| {
        overview
            .defaults
            .iter()
            .find(|defaults| defaults.cluster == cluster)
    };
    let mut datastores: Vec<Datastore> = Vec::new();
    for storage in summaries(&overview.storages) {
        let known = datastores
            .iter_mut()
            .find(|other| other.cluster == storage.cluster && other.name == storage.name);
        if let Some(known) = known {
            known.add(storage);
            continue;
        }
        let is_default = |name: fn(&StorageDefaults) -> Option<&str>| {
            of(&storage.cluster).and_then(name) == Some(storage.name.as_str())
        };
        datastores.push(Datastore {
            id: id(&storage.cluster, &storage.name),
            is_default_hdd: is_default(|defaults| defaults.hdd.name()),
            is_default_ssd: is_default(|defaults| defaults.ssd.name()),
            active: storage.is_active(),
            available: storage.total_bytes.saturating_sub(storage.used_bytes),
            name: storage.name,
            cluster: storage.cluster,
            r#type: storage.kind,
            content: storage.content,
            nodes: storage.nodes,
            shared: storage.shared,
            size: storage.total_bytes,
            used: storage.used_bytes,
        });
    }
    let mut defaults: Vec<ClusterDefaults> = Vec::new();
    for one in &overview.defaults {
        defaults.push(ClusterDefaults {
            cluster: one.cluster.clone(),
            default_hdd: one.hdd.name().map(|name| id(&one.cluster, name)),
            default_ssd: one.ssd.name().map(|name| id(&one.cluster, name)),
        });
    }
    DatastoresReply {
        success: true,
        datastores,
        default_hdd: defaults.first().and_then(|one| one.default_hdd.clone()),
        default_ssd: defaults.first().and_then(|one| one.default_ssd.clone()),
        defaults,
    }
}

impl Datastore {
    fn add(&mut self, other: StorageSummary) {
        self.active |= other.is_active();
        self.size += other.total_bytes;
        self.used += other.used_bytes;
        self.available = self.size.saturating_sub(self.used);
        self.nodes.extend(other.nodes);
    }
}

/// What a storage is called in the API. A storage's name has no colon.
pub(super) fn datastore_id(first: Option<&str>, cluster: &str, name: &str) -> String {
    if first == Some(cluster) {
        name.to_owned()
    } else {
        format!("{cluster}:{name}")
    }
}

/// What asking anew has found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RefreshReply {
    /// Always true.
    success: bool,
    /// What was done, for people.
    message: &'static str,
    /// How many storages there are.
    count: u32,
    /// Clusters that did not answer: what was known of them stays.
    unreachable: Vec<String>,
}

/// Ask the clusters for their storages now.
///
/// What a cluster that does not answer has stays known, and so do the defaults.
#[utoipa::path(
    post, path = "/api/datastores/refresh", tag = "storage",
    responses((status = OK, description = "Asked.", body = RefreshReply)),
)]
pub(super) async fn refresh_datastores(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
) -> Result<Json<RefreshReply>, Refusal> {
    let found = server.drover.storage.refresh(&request.context).await?;
    Ok(Json(RefreshReply {
        success: true,
        message: Said::StoragesRefreshed.text(lang),
        count: found.count,
        unreachable: found.unreachable,
    }))
}
