//! What creations and deletions that went wrong have left behind.

use drover_types::{
    error::ApiError,
    removal::{BrokenServer, OrphanDisk},
    task::TaskRow,
};
use leptos::prelude::*;

use super::Json;
#[cfg(feature = "ssr")]
use super::call;

/// Every server that went wrong; compares with what each cluster has this moment.
#[server(prefix = "/rpc", endpoint = "broken_servers", input = Json, output = Json)]
pub async fn broken_servers() -> Result<Vec<BrokenServer>, ApiError> {
    call(|drover, ctx| async move { drover.servers.broken(&ctx).await }).await
}

/// Starts a task that removes what is left of one of them, named as `cluster:vmid`.
#[server(prefix = "/rpc", endpoint = "clean_up_server", input = Json, output = Json)]
pub async fn clean_up_server(server: String) -> Result<TaskRow, ApiError> {
    call(|drover, ctx| async move { drover.servers.clean_up(&ctx, &server, false).await }).await
}

/// Every disk whose server is gone; asks each storage.
#[server(prefix = "/rpc", endpoint = "orphan_disks", input = Json, output = Json)]
pub async fn orphan_disks() -> Result<Vec<OrphanDisk>, ApiError> {
    call(|drover, ctx| async move { drover.servers.orphan_disks(&ctx).await }).await
}

/// Starts tasks that delete such disks of one cluster.
#[server(prefix = "/rpc", endpoint = "purge_disks", input = Json, output = Json)]
pub async fn purge_disks(cluster: String, volumes: Vec<String>) -> Result<Vec<TaskRow>, ApiError> {
    call(|drover, ctx| async move { drover.servers.purge_disks(&ctx, Some(&cluster), &volumes).await }).await
}
