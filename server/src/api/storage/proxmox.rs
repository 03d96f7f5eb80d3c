//! Storages in Proxmox's own words, as each node sees them.

use axum::Json;
use axum::extract::State;
use drover_types::cluster::StorageRow;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::answer::Refusal;
use crate::api::input::Query;
use crate::request::Request;
use crate::router::Server;

/// Which storages.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    /// Only of this cluster.
    cluster: Option<String>,
    /// Only of this node.
    node: Option<String>,
}

/// A storage as a node sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct NodeStorage {
    /// Its name.
    storage: String,
    /// The cluster it is in.
    cluster: String,
    /// The node.
    node: String,
    /// Proxmox's plugin type, such as `lvmthin`.
    r#type: String,
    /// What it may hold, with commas between.
    content: String,
    /// 1 where all nodes see the same data, else 0.
    shared: u8,
    /// 1 where it answers, else 0.
    active: u8,
    /// Bytes that are free.
    avail: u64,
    /// Size in bytes.
    total: u64,
    /// Bytes in use.
    used: u64,
}

impl From<StorageRow> for NodeStorage {
    fn from(row: StorageRow) -> Self {
        Self {
            storage: row.name,
            cluster: row.cluster,
            node: row.node,
            r#type: row.kind,
            content: row.content.join(","),
            shared: row.shared.into(),
            active: row.active.into(),
            avail: row.total_bytes.saturating_sub(row.used_bytes),
            total: row.total_bytes,
            used: row.used_bytes,
        }
    }
}

/// The storages, under both of the names that clients know.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NodeStoragesReply {
    /// Always true.
    success: bool,
    /// By cluster, node and name.
    data: Vec<NodeStorage>,
    /// The same as `data`.
    storages: Vec<NodeStorage>,
}

/// List the storages as each node sees them.
#[utoipa::path(
    get, path = "/api/proxmox_storage", tag = "storage",
    params(
        ("cluster" = Option<String>, Query, description = "Only of this cluster."),
        ("node" = Option<String>, Query, description = "Only of this node."),
    ),
    responses((status = OK, description = "The storages.", body = NodeStoragesReply)),
)]
pub(super) async fn proxmox_storage(
    State(server): State<Server>,
    request: Request,
    Query(place): Query<Place>,
) -> Result<Json<NodeStoragesReply>, Refusal> {
    let overview = server.drover.storage.overview(&request.context).await?;
    let is_meant = |row: &StorageRow| {
        place
            .cluster
            .as_ref()
            .is_none_or(|cluster| *cluster == row.cluster)
            && place.node.as_ref().is_none_or(|node| *node == row.node)
    };
    let data: Vec<NodeStorage> = overview
        .storages
        .into_iter()
        .filter(is_meant)
        .map(NodeStorage::from)
        .collect();
    Ok(Json(NodeStoragesReply {
        success: true,
        storages: data.clone(),
        data,
    }))
}
