//! What has drifted: comparing what is installed with what should be.

use axum::Json;
use axum::extract::State;
use drover_core::Error;
use drover_types::permission::Permission;
use drover_types::text::Problem;
use serde::Deserialize;
use utoipa::ToSchema;

use super::body::read_role;
use crate::api::answer::{Done, Refusal, Said};
use crate::api::input::{Body, Segment};
use crate::api::servers::queued::named;
use crate::api::servers::{BulkReply, Queued, bulk_reply};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// Which role is compared.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct CheckBody {
    /// The role; where nothing is said, every role of the server.
    role: Option<String>,
}

/// Whose roles are compared.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({"server_names": ["web-01", "web-02"]}))]
pub(super) struct CheckBulkBody {
    /// The servers' names, or `cluster:vmid`; 1,000 at most.
    server_names: Vec<String>,
}

/// How often roles are compared.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({"hours": 24}))]
pub(super) struct ChecksBody {
    /// Every how many hours; 0 for never. Required.
    hours: Option<u32>,
}

/// Tell what a server's roles would change. Nothing is changed; a task compares.
#[utoipa::path(
    post, path = "/api/servers/{server}/roles/check", tag = "roles",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    request_body = CheckBody,
    responses((status = OK, description = "A task is queued.", body = Queued)),
)]
pub(super) async fn check_server_roles(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
    Body(body): Body<CheckBody>,
) -> Result<Json<Queued>, Refusal> {
    let guest = named(&server, &request, &[Permission::AssignRoles], &name).await?;
    let role = read_role(body.role.as_deref().unwrap_or_default()).map_err(Error::NotFound)?;
    let asked = server.drover.roles.check(&request.context, &guest, role.as_ref());
    let task = Box::pin(asked).await?;
    Ok(Json(Queued::new(task.id, Said::RoleCheckQueued.text(lang))))
}

/// Tell what the roles of several servers would change. Nothing is changed; a task with a part for each compares.
#[utoipa::path(
    post, path = "/api/roles/check_bulk", tag = "roles",
    request_body = CheckBulkBody,
    responses((status = OK, description = "A task with a part for each server is queued.", body = BulkReply)),
)]
pub(super) async fn check_roles(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Body(body): Body<CheckBulkBody>,
) -> Result<Json<BulkReply>, Refusal> {
    let asked = server
        .drover
        .roles
        .check_many(&request.context, &body.server_names);
    let acted = Box::pin(asked).await?;
    bulk_reply(acted, lang).map(Json)
}

/// Set every how many hours the roles of every server are compared.
#[utoipa::path(
    put, path = "/api/roles/checks", tag = "roles",
    request_body = ChecksBody,
    responses((status = OK, description = "It is set.", body = Done)),
)]
pub(super) async fn set_role_checks(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Body(body): Body<ChecksBody>,
) -> Result<Json<Done>, Refusal> {
    let context = &request.context;
    context.require_for_all(Permission::AssignRoles)?;
    let Some(hours) = body.hours else {
        return Err(Error::field("hours", Problem::Required).into());
    };
    server.drover.roles.set_check_hours(context, hours).await?;
    Ok(Json(Done::new(Said::RoleChecksSet, lang)))
}
