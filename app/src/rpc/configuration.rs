//! A server's configuration: read, changed, its disks too, and what the server has to tell of itself.

use drover_types::{
    adoption::Synced,
    configuration::{ConfigurationChange, ConfigurationChanged, DiskEdit, ServerConfiguration},
    error::ApiError,
    ids::GuestId,
    logs::{LogType, ServerLog},
    role::RoleKey,
    task::TaskRow,
};
use leptos::prelude::*;

use super::Json;
#[cfg(feature = "ssr")]
use super::call;

/// The configuration, with what waits for the next start.
#[server(name = LoadConfiguration, prefix = "/rpc", endpoint = "configuration", input = Json, output = Json)]
pub async fn configuration(id: GuestId) -> Result<ServerConfiguration, ApiError> {
    call(|drover, ctx| async move { drover.servers.configuration(&ctx, &id).await }).await
}

/// Changes what `change` names.
#[server(name = ChangeConfiguration, prefix = "/rpc", endpoint = "change_configuration", input = Json, output = Json)]
pub async fn change_configuration(
    id: GuestId,
    change: ConfigurationChange,
) -> Result<ConfigurationChanged, ApiError> {
    call(|drover, ctx| async move { drover.servers.change_configuration(&ctx, &id, &change).await }).await
}

/// Starts a task that changes a disk.
#[server(name = ChangeDisks, prefix = "/rpc", endpoint = "change_disks", input = Json, output = Json)]
pub async fn change_disks(id: GuestId, change: DiskEdit) -> Result<TaskRow, ApiError> {
    call(|drover, ctx| async move { drover.servers.change_disks(&ctx, &id, &change).await }).await
}

/// The last lines of a log.
#[server(prefix = "/rpc", endpoint = "server_logs", input = Json, output = Json)]
pub async fn server_logs(id: GuestId, kind: LogType, lines: u32) -> Result<ServerLog, ApiError> {
    call(|drover, ctx| async move { drover.servers.logs(&ctx, &id, kind, Some(lines)).await }).await
}

/// Adopts servers that were made elsewhere, for whoever asks.
#[server(name = AdoptServers, prefix = "/rpc", endpoint = "adopt_servers", input = Json, output = Json)]
pub async fn adopt_servers(ids: Vec<GuestId>, role: Option<RoleKey>) -> Result<Synced, ApiError> {
    call(|drover, ctx| async move { drover.servers.sync(&ctx, &ids, Some(role)).await }).await
}
