//! What forms need to know of the clusters.

use drover_types::{
    cluster::{BridgeRow, NodeRow, StorageRow, TemplateRow},
    error::ApiError,
};
use leptos::prelude::*;

use super::Json;
#[cfg(feature = "ssr")]
use super::call;

/// Every node.
#[server(prefix = "/rpc", endpoint = "nodes", input = Json, output = Json)]
pub async fn nodes() -> Result<Vec<NodeRow>, ApiError> {
    call(|drover, ctx| async move { drover.cluster_info.nodes(&ctx) }).await
}

/// Every storage, as each node sees it.
#[server(prefix = "/rpc", endpoint = "storages", input = Json, output = Json)]
pub async fn storages() -> Result<Vec<StorageRow>, ApiError> {
    call(|drover, ctx| async move { drover.cluster_info.storages(&ctx) }).await
}

/// The templates of a cluster.
#[server(prefix = "/rpc", endpoint = "templates", input = Json, output = Json)]
pub async fn templates(cluster: String) -> Result<Vec<TemplateRow>, ApiError> {
    call(|drover, ctx| async move { drover.cluster_info.templates(&ctx, Some(&cluster)).await }).await
}

/// The bridges of a node.
#[server(prefix = "/rpc", endpoint = "bridges", input = Json, output = Json)]
pub async fn bridges(cluster: String, node: String) -> Result<Vec<BridgeRow>, ApiError> {
    call(|drover, ctx| async move { drover.cluster_info.bridges(&ctx, Some(&cluster), &node).await }).await
}
