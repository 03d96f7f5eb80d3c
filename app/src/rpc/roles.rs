//! Roles: the catalogue, giving them to servers, what has drifted, taking them back, and how Drover signs in.

use drover_types::{
    error::ApiError,
    ids::GuestId,
    many::ManyActed,
    role::{
        ConnectionChange, QueuedTask, RoleAssignment, RoleKey, RoleRemoval, RoleStanding, RolesAssigned,
        RolesOverview, ServerRoles,
    },
    task::TaskRow,
};
use leptos::prelude::*;

use super::Json;
#[cfg(feature = "ssr")]
use super::call;

/// Which roles there are, and whether they can be installed.
#[server(name = LoadRoles, prefix = "/rpc", endpoint = "roles_overview", input = Json, output = Json)]
pub async fn roles_overview() -> Result<RolesOverview, ApiError> {
    call(|drover, ctx| async move { drover.roles.overview(&ctx).await }).await
}

/// The roles of every server.
#[server(prefix = "/rpc", endpoint = "role_standings", input = Json, output = Json)]
pub async fn role_standings() -> Result<Vec<RoleStanding>, ApiError> {
    call(|drover, ctx| async move { drover.roles.standings(&ctx).await }).await
}

/// The roles of one server, its runs, and how Drover signs in to it.
#[server(name = LoadServerRoles, prefix = "/rpc", endpoint = "server_roles", input = Json, output = Json)]
pub async fn server_roles(id: GuestId) -> Result<ServerRoles, ApiError> {
    call(|drover, ctx| async move { drover.roles.of_server(&ctx, &id).await }).await
}

/// Starts a task that installs a role on a server, or mends it.
#[server(prefix = "/rpc", endpoint = "assign_role", input = Json, output = Json)]
pub async fn assign_role(id: GuestId, assignment: RoleAssignment) -> Result<QueuedTask, ApiError> {
    call(|drover, ctx| async move {
        let (task, generated) = drover.roles.assign(&ctx, &id, &assignment).await?;
        Ok(QueuedTask { task, generated })
    })
    .await
}

/// Starts a task that installs a role on each of several servers.
#[server(prefix = "/rpc", endpoint = "assign_roles", input = Json, output = Json)]
pub async fn assign_roles(
    servers: Vec<String>,
    assignment: RoleAssignment,
) -> Result<RolesAssigned, ApiError> {
    call(|drover, ctx| async move { drover.roles.assign_many(&ctx, &servers, &assignment).await }).await
}

/// Starts a task that tells what a server's roles would change: one of them, or all.
#[server(prefix = "/rpc", endpoint = "check_role", input = Json, output = Json)]
pub async fn check_role(id: GuestId, role: Option<RoleKey>) -> Result<TaskRow, ApiError> {
    call(|drover, ctx| async move { drover.roles.check(&ctx, &id, role.as_ref()).await }).await
}

/// Starts a task that tells that of several servers.
#[server(prefix = "/rpc", endpoint = "check_roles", input = Json, output = Json)]
pub async fn check_roles(servers: Vec<String>) -> Result<ManyActed, ApiError> {
    call(|drover, ctx| async move { drover.roles.check_many(&ctx, &servers).await }).await
}

/// Takes a role off a server; gives the task where something is taken back.
#[server(prefix = "/rpc", endpoint = "remove_role", input = Json, output = Json)]
pub async fn remove_role(id: GuestId, removal: RoleRemoval) -> Result<Option<TaskRow>, ApiError> {
    call(|drover, ctx| async move { drover.roles.remove(&ctx, &id, &removal).await }).await
}

/// Sets by hand how Drover signs in to a server.
#[server(prefix = "/rpc", endpoint = "set_connection", input = Json, output = Json)]
pub async fn set_connection(id: GuestId, connection: ConnectionChange) -> Result<(), ApiError> {
    call(|drover, ctx| async move { drover.roles.set_connection(&ctx, &id, &connection).await }).await
}

/// Forgets the keys of a server's host.
#[server(prefix = "/rpc", endpoint = "forget_host_keys", input = Json, output = Json)]
pub async fn forget_host_keys(id: GuestId) -> Result<(), ApiError> {
    call(|drover, ctx| async move { drover.roles.forget_host_keys(&ctx, &id).await }).await
}

/// Sets every how many hours roles are compared.
#[server(prefix = "/rpc", endpoint = "set_role_checks", input = Json, output = Json)]
pub async fn set_role_checks(hours: u32) -> Result<(), ApiError> {
    call(|drover, ctx| async move { drover.roles.set_check_hours(&ctx, hours).await }).await
}
