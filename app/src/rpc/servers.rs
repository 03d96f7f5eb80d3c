//! Servers: one in detail, what can be done to it, and new ones.

use drover_types::{
    action::{ActionOptions, GuestAction},
    bulk::{BulkCreated, BulkPlan, CreateServers},
    error::ApiError,
    guest::GuestRow,
    ids::GuestId,
    many::ManyActed,
    metrics::{GuestMetrics, Timeframe},
    removal::DeletePlan,
    role::QueuedTask,
    server::{CreatePlan, CreateServer, ServerDetail},
    task::TaskRow,
};
use leptos::prelude::*;

use super::Json;
#[cfg(feature = "ssr")]
use super::call;

/// Starts a task that does `action` to `server`.
#[server(name = ActOnServer, prefix = "/rpc", endpoint = "act_on_server", input = Json, output = Json)]
pub async fn act_on_server(
    server: GuestId,
    action: GuestAction,
    options: ActionOptions,
) -> Result<TaskRow, ApiError> {
    call(|drover, ctx| async move { drover.servers.act(&ctx, &server, action, options).await }).await
}

/// Starts a task that does `action` to each of `servers` that allows it.
#[server(name = ActOnServers, prefix = "/rpc", endpoint = "act_on_servers", input = Json, output = Json)]
pub async fn act_on_servers(
    servers: Vec<String>,
    action: GuestAction,
    options: ActionOptions,
) -> Result<ManyActed, ApiError> {
    call(|drover, ctx| async move { drover.servers.act_on_many(&ctx, &servers, action, options).await }).await
}

/// What would happen where the server is deleted; touches nothing.
#[server(prefix = "/rpc", endpoint = "plan_delete", input = Json, output = Json)]
pub async fn plan_delete(id: GuestId) -> Result<DeletePlan, ApiError> {
    call(|drover, ctx| async move { drover.servers.plan_delete(&ctx, &id).await }).await
}

/// The server's row of the list, for a first paint.
#[server(prefix = "/rpc", endpoint = "server_row", input = Json, output = Json)]
pub async fn server_row(id: GuestId) -> Result<GuestRow, ApiError> {
    call(|drover, ctx| async move { drover.servers.get(&ctx, &id).await }).await
}

/// Hardware, disks and NICs, as they are configured.
#[server(name = LoadServerDetail, prefix = "/rpc", endpoint = "server_detail", input = Json, output = Json)]
pub async fn server_detail(id: GuestId) -> Result<ServerDetail, ApiError> {
    call(|drover, ctx| async move { drover.servers.detail(&ctx, &id).await }).await
}

/// Figures over time.
#[server(prefix = "/rpc", endpoint = "server_metrics", input = Json, output = Json)]
pub async fn server_metrics(id: GuestId, timeframe: Timeframe) -> Result<GuestMetrics, ApiError> {
    call(|drover, ctx| async move { drover.servers.metrics(&ctx, &id, timeframe).await }).await
}

/// What would be made, and what is in the way; touches nothing.
#[server(prefix = "/rpc", endpoint = "plan_server", input = Json, output = Json)]
pub async fn plan_server(request: CreateServer) -> Result<CreatePlan, ApiError> {
    call(|drover, ctx| async move { drover.servers.plan(&ctx, &request).await }).await
}

/// Starts a task that makes a server.
#[server(name = AskForServer, prefix = "/rpc", endpoint = "create_server", input = Json, output = Json)]
pub async fn create_server(request: CreateServer) -> Result<QueuedTask, ApiError> {
    call(|drover, ctx| async move { drover.servers.create(&ctx, request).await }).await
}

/// What each of several servers would be, and what is in the way; touches nothing.
#[server(prefix = "/rpc", endpoint = "plan_servers", input = Json, output = Json)]
pub async fn plan_servers(request: CreateServers) -> Result<BulkPlan, ApiError> {
    call(|drover, ctx| async move { drover.servers.plan_many(&ctx, &request).await }).await
}

/// Starts a task whose parts make several servers.
#[server(name = AskForServers, prefix = "/rpc", endpoint = "create_servers", input = Json, output = Json)]
pub async fn create_servers(request: CreateServers) -> Result<BulkCreated, ApiError> {
    call(|drover, ctx| async move { drover.servers.create_many(&ctx, request).await }).await
}

/// How many servers can be asked for at once.
#[server(name = LoadMostServers, prefix = "/rpc", endpoint = "most_servers", input = Json, output = Json)]
pub async fn most_servers() -> Result<u32, ApiError> {
    call(|drover, ctx| async move { drover.servers.most_servers(&ctx) }).await
}
