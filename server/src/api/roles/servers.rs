//! How roles stand on servers, and how Drover signs in to those.

use axum::Json;
use axum::extract::State;
use drover_types::permission::Permission;
use drover_types::role::{ConnectionChange, RoleStanding, ServerRoles};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::answer::{Done, LONGEST_LIST, Refusal, Said};
use crate::api::input::{Body, Segment};
use crate::api::servers::queued::named;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// The roles of every server.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StandingsReply {
    /// Always true.
    success: bool,
    /// One for each role of each server.
    standings: Vec<RoleStanding>,
    /// Whether some were left out.
    truncated: bool,
}

/// The roles of one server.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ServerRolesReply {
    /// Always true.
    success: bool,
    #[serde(flatten)]
    roles: ServerRoles,
}

/// How roles stand on every server.
#[utoipa::path(
    get, path = "/api/roles/standings", tag = "roles",
    responses((status = OK, description = "One for each role of each server.", body = StandingsReply)),
)]
pub(super) async fn role_standings(
    State(server): State<Server>,
    request: Request,
) -> Result<Json<StandingsReply>, Refusal> {
    let mut standings = server.drover.roles.standings(&request.context).await?;
    let truncated = standings.len() > LONGEST_LIST;
    standings.truncate(LONGEST_LIST);
    Ok(Json(StandingsReply {
        success: true,
        standings,
        truncated,
    }))
}

/// The roles of a server, its latest runs, and how Drover signs in to it.
#[utoipa::path(
    get, path = "/api/servers/{server}/roles", tag = "roles",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    responses((status = OK, description = "The roles.", body = ServerRolesReply)),
)]
pub(super) async fn server_roles(
    State(server): State<Server>,
    request: Request,
    Segment(name): Segment,
) -> Result<Json<ServerRolesReply>, Refusal> {
    let guest = named(&server, &request, &[Permission::ViewAll], &name).await?;
    let roles = server.drover.roles.of_server(&request.context, &guest).await?;
    Ok(Json(ServerRolesReply { success: true, roles }))
}

/// Set by hand how Drover signs in to a server. What is left out Drover finds out by itself.
#[utoipa::path(
    put, path = "/api/servers/{server}/connection", tag = "roles",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    request_body = ConnectionChange,
    responses((status = OK, description = "It is set.", body = Done)),
)]
pub(super) async fn set_connection(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
    Body(body): Body<ConnectionChange>,
) -> Result<Json<Done>, Refusal> {
    let guest = named(&server, &request, &[Permission::AssignRoles], &name).await?;
    let set = ConnectionChange {
        address: said(body.address),
        user: said(body.user),
        port: body.port,
    };
    let roles = &server.drover.roles;
    roles.set_connection(&request.context, &guest, &set).await?;
    Ok(Json(Done::new(Said::ConnectionSet, lang)))
}

/// An empty text is nothing.
fn said(text: Option<String>) -> Option<String> {
    let text = text.map(|text| text.trim().to_owned());
    text.filter(|text| !text.is_empty())
}

/// Forget the keys of a server's host: those of the next contact are taken for its own.
#[utoipa::path(
    delete, path = "/api/servers/{server}/host_keys", tag = "roles",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    responses((status = OK, description = "They are forgotten.", body = Done)),
)]
pub(super) async fn forget_host_keys(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
) -> Result<Json<Done>, Refusal> {
    let guest = named(&server, &request, &[Permission::AssignRoles], &name).await?;
    let roles = &server.drover.roles;
    roles.forget_host_keys(&request.context, &guest).await?;
    Ok(Json(Done::new(Said::HostKeysForgotten, lang)))
}
