//! What there is of backups: of one server, of all nodes, of one.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::State;
use drover_types::permission::Permission;
use drover_types::text::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::item::{BackupItem, Scene, gib};
use super::named::named;
use super::part::{Part, Told};
use crate::api::answer::{LONGEST_LIST, Page, PageQuery, Pagination, Refusal};
use crate::api::input::{Query, Segment};
use crate::request::Request;
use crate::router::Server;

/// The backups of one server.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ServerBackupsReply {
    /// Always true.
    success: bool,
    /// Them.
    data: ServerBackupsData,
}

/// The backups of one server.
#[derive(Debug, Serialize, ToSchema)]
struct ServerBackupsData {
    /// The server's name.
    server_name: String,
    /// Its backups, the newest first.
    backups: Vec<BackupItem>,
    /// How many there are.
    total_count: usize,
    /// Their sizes together, in GiB.
    total_size_gb: f64,
    /// The storages on which a backup of it can be put now.
    storages: Vec<String>,
    /// The backup jobs that make them.
    jobs: Vec<String>,
    /// Storages that did not answer when they were last asked: there may be more than is told.
    silent: Vec<String>,
}

/// How the backups of nodes are told.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct NodesQuery {
    /// `flat`: `data.backups` has them one by one, as the second version's clients expect; else by server.
    format: Option<String>,
    /// Only of this cluster.
    cluster: Option<String>,
}

/// The backups of nodes.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NodesReply {
    /// Always true.
    success: bool,
    /// Them.
    data: NodesData,
}

/// The backups of nodes.
#[derive(Debug, Serialize, ToSchema)]
struct NodesData {
    /// By server, or one by one with `format=flat`; the newest first. A server is told with all of its backups. Of pages,
    /// each has so many servers, or with `format=flat` so many backups.
    backups: Told,
    /// Those one by one.
    items: Vec<BackupItem>,
    /// How many there are on each node; what is on a shared storage counts once, for the item's `node`.
    node_stats: BTreeMap<String, NodeStats>,
    /// How many there are.
    total_count: usize,
    /// Their sizes together, in GiB.
    total_size_gb: f64,
    /// Storages that did not answer when they were last asked: there may be more than is told.
    silent: Vec<String>,
    /// Which page it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pagination: Option<Pagination>,
    /// Whether the list was cut: ask for pages to get the rest.
    truncated: bool,
}

/// The backups of one node.
#[derive(Debug, Default, Serialize, ToSchema)]
struct NodeStats {
    /// How many.
    backup_count: usize,
    /// Their sizes together, in GiB.
    total_size_gb: f64,
}

/// List the backups of a server.
#[utoipa::path(
    get, path = "/api/server/backups/{server}", tag = "backups",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    responses((status = OK, description = "Its backups, the newest first.", body = ServerBackupsReply)),
)]
pub(super) async fn list_server_backups(
    State(server): State<Server>,
    request: Request,
    Segment(name): Segment,
) -> Result<Json<ServerBackupsReply>, Refusal> {
    let (drover, context) = (&server.drover, &request.context);
    let (row, picture) = named(&server, &request, &name).await?;
    let found = Box::pin(drover.backups.of_server(context, &row.id)).await?;
    let scene = Scene::new(&picture, None);
    let bytes = found.archives.iter().map(|one| one.bytes).sum();
    let items = found.archives.into_iter().map(|one| scene.item(&row.id, one));
    let backups: Vec<BackupItem> = items.collect();
    Ok(Json(ServerBackupsReply {
        success: true,
        data: ServerBackupsData {
            server_name: row.name,
            total_count: backups.len(),
            total_size_gb: gib(bytes),
            backups,
            storages: found.targets.into_iter().map(|one| one.storage).collect(),
            jobs: found.jobs,
            silent: found.silent,
        },
    }))
}

/// List the backups of all nodes.
#[utoipa::path(
    get, path = "/api/backups/nodes", tag = "backups",
    params(NodesQuery, PageQuery),
    responses((status = OK, description = "The backups, the newest first.", body = NodesReply)),
)]
pub(super) async fn list_backups(
    State(server): State<Server>,
    request: Request,
    Query(query): Query<NodesQuery>,
    Query(paging): Query<PageQuery>,
) -> Result<Json<NodesReply>, Refusal> {
    told(&server, &request, None, (&query, paging)).await.map(Json)
}

/// List the backups that a node sees: those on its own storages and those on shared ones.
#[utoipa::path(
    get, path = "/api/backups/nodes/{node}", tag = "backups",
    params(("node" = String, Path, description = "The node."), NodesQuery, PageQuery),
    responses((status = OK, description = "The backups, the newest first.", body = NodesReply)),
)]
pub(super) async fn list_node_backups(
    State(server): State<Server>,
    request: Request,
    Segment(node): Segment,
    Query(query): Query<NodesQuery>,
    Query(paging): Query<PageQuery>,
) -> Result<Json<NodesReply>, Refusal> {
    told(&server, &request, Some(&node), (&query, paging))
        .await
        .map(Json)
}

async fn told(
    server: &Server,
    request: &Request,
    node: Option<&str>,
    (query, paging): (&NodesQuery, PageQuery),
) -> Result<NodesReply, Refusal> {
    let (drover, context) = (&server.drover, &request.context);
    context.require(Permission::BackupManagement)?;
    let flat = is_flat(query.format.as_deref())?;
    let page = paging.page()?;
    let mut found = Box::pin(drover.backups.archives(context, node)).await?;
    let is_meant = |cluster: &str| query.cluster.as_deref().is_none_or(|only| only == cluster);
    found.retain(|(guest, _)| is_meant(&guest.cluster));
    let picture = drover.backups.picture(context)?;
    let scene = Scene::new(&picture, node);
    let total_count = found.len();
    let mut bytes: BTreeMap<String, (usize, u64)> = BTreeMap::new();
    let mut items: Vec<BackupItem> = Vec::with_capacity(total_count);
    for (guest, archive) in found {
        let item = scene.item(&guest, archive);
        let of_node = bytes.entry(item.node.clone()).or_default();
        *of_node = (of_node.0 + 1, of_node.1 + item.size);
        items.push(item);
    }
    let range = page.map_or((0, LONGEST_LIST), Page::range);
    let part = if flat {
        Part::flat(items, range)
    } else {
        Part::grouped(&items, range, page.is_none())
    };
    let silent = picture.storages.iter().filter(|row| {
        row.backup_problem.is_some() && is_meant(&row.cluster) && node.is_none_or(|node| node == row.node)
    });
    let silent: BTreeSet<String> = silent.map(|row| row.name.clone()).collect();
    Ok(NodesReply {
        success: true,
        data: NodesData {
            pagination: page.map(|page| page.told(part.rows as u64)),
            truncated: page.is_none() && part.is_cut,
            backups: part.backups,
            items: part.items,
            total_count,
            total_size_gb: gib(bytes.values().map(|(_, bytes)| bytes).sum()),
            node_stats: bytes
                .into_iter()
                .map(|(node, (backup_count, bytes))| {
                    let total_size_gb = gib(bytes);
                    let stats = NodeStats {
                        backup_count,
                        total_size_gb,
                    };
                    (node, stats)
                })
                .collect(),
            silent: silent.into_iter().collect(),
        },
    })
}

fn is_flat(format: Option<&str>) -> Result<bool, drover_core::Error> {
    match format {
        None | Some("" | "grouped") => Ok(false),
        Some("flat") => Ok(true),
        Some(given) => {
            let (given, known) = (given.to_owned(), vec!["grouped".to_owned(), "flat".to_owned()]);
            Err(drover_core::Error::field(
                "format",
                Problem::UnknownChoice { given, known },
            ))
        }
    }
}
