//! What forms need to know of the clusters: nodes, templates, bridges.

use axum::Json;
use axum::extract::State;
use drover_core::Error;
use drover_types::cluster::{BridgeRow, NodeRow, TemplateRow};
use drover_types::text::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::Refusal;
use super::input::Query;
use crate::request::Request;
use crate::router::Server;

/// The endpoints, all behind a session.
pub(super) fn signed_in() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(nodes))
        .routes(routes!(templates))
        .routes(routes!(bridges))
}

/// Where.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Place {
    /// The cluster; the only one, or the first.
    cluster: Option<String>,
    /// The node.
    node: Option<String>,
}

/// The nodes.
#[derive(Debug, Serialize, ToSchema)]
struct NodesReply {
    /// Always true.
    success: bool,
    /// By cluster and name.
    nodes: Vec<NodeRow>,
}

/// List the nodes of all clusters, or of one.
#[utoipa::path(
    get, path = "/api/nodes", tag = "clusters",
    params(("cluster" = Option<String>, Query, description = "Only of this cluster.")),
    responses((status = OK, description = "The nodes.", body = NodesReply)),
)]
async fn nodes(
    State(server): State<Server>,
    request: Request,
    Query(place): Query<Place>,
) -> Result<Json<NodesReply>, Refusal> {
    let mut nodes = server.drover.cluster_info.nodes(&request.context)?;
    if let Some(cluster) = &place.cluster {
        nodes.retain(|node| node.cluster == *cluster);
    }
    Ok(Json(NodesReply { success: true, nodes }))
}

/// The templates.
#[derive(Debug, Serialize, ToSchema)]
struct TemplatesReply {
    /// Always true.
    success: bool,
    /// By name.
    templates: Vec<TemplateRow>,
}

/// List the templates that servers are made from.
#[utoipa::path(
    get, path = "/api/templates", tag = "clusters",
    params(("cluster" = Option<String>, Query, description = "The cluster; the only one, or the first.")),
    responses((status = OK, description = "The templates.", body = TemplatesReply)),
)]
async fn templates(
    State(server): State<Server>,
    request: Request,
    Query(place): Query<Place>,
) -> Result<Json<TemplatesReply>, Refusal> {
    let templates = server
        .drover
        .cluster_info
        .templates(&request.context, place.cluster.as_deref())
        .await?;
    Ok(Json(TemplatesReply {
        success: true,
        templates,
    }))
}

/// The bridges.
#[derive(Debug, Serialize, ToSchema)]
struct BridgesReply {
    /// Always true.
    success: bool,
    /// By name.
    bridges: Vec<BridgeRow>,
}

/// List the bridges of a node that NICs can be plugged into.
#[utoipa::path(
    get, path = "/api/bridges", tag = "clusters",
    params(
        ("node" = String, Query, description = "The node."),
        ("cluster" = Option<String>, Query, description = "The cluster; the only one, or the first."),
    ),
    responses((status = OK, description = "The bridges.", body = BridgesReply)),
)]
async fn bridges(
    State(server): State<Server>,
    request: Request,
    Query(place): Query<Place>,
) -> Result<Json<BridgesReply>, Refusal> {
    let info = &server.drover.cluster_info;
    let Some(node) = place.node.filter(|node| !node.is_empty()) else {
        // Who may not see bridges is told so first.
        info.nodes(&request.context)?;
        return Err(Error::field("node", Problem::Required).into());
    };
    let bridges = info
        .bridges(&request.context, place.cluster.as_deref(), &node)
        .await?;
    Ok(Json(BridgesReply {
        success: true,
        bridges,
    }))
}
