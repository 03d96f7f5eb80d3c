//! Switching servers on and off. Always a task, whatever old clients call it.

use axum::Json;
use axum::extract::State;
use drover_core::Result;
use drover_types::action::GuestAction;
use drover_types::ids::{GuestId, TaskId};
use drover_types::permission::Permission;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::answer::{Refusal, Said};
use crate::api::input::Segment;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// A task that was queued.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Queued {
    /// Always true.
    success: bool,
    /// What was asked for, for people.
    message: &'static str,
    /// The task to follow.
    task_id: TaskId,
    /// Always `queued`.
    status: &'static str,
}

impl Queued {
    /// The task `task_id`.
    pub(crate) const fn new(task_id: TaskId, message: &'static str) -> Self {
        Self {
            success: true,
            message,
            task_id,
            status: "queued",
        }
    }
}

/// Start a server.
#[utoipa::path(
    post, path = "/api/servers/{server}/start", tag = "servers",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    responses((status = OK, description = "A task is queued.", body = Queued)),
)]
pub(super) async fn start_server(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
) -> Result<Json<Queued>, Refusal> {
    let task = act(&server, &request, &name, GuestAction::Start).await?;
    Ok(Json(Queued::new(task, Said::StartQueued.text(lang))))
}

/// Stop a server at once.
#[utoipa::path(
    post, path = "/api/servers/{server}/stop", tag = "servers",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    responses((status = OK, description = "A task is queued.", body = Queued)),
)]
pub(super) async fn stop_server(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
) -> Result<Json<Queued>, Refusal> {
    let task = act(&server, &request, &name, GuestAction::Stop).await?;
    Ok(Json(Queued::new(task, Said::StopQueued.text(lang))))
}

/// Reboot a server.
#[utoipa::path(
    post, path = "/api/servers/{server}/reboot", tag = "servers",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    responses((status = OK, description = "A task is queued.", body = Queued)),
)]
pub(super) async fn reboot_server(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
) -> Result<Json<Queued>, Refusal> {
    let task = act(&server, &request, &name, GuestAction::Reboot).await?;
    Ok(Json(Queued::new(task, Said::RebootQueued.text(lang))))
}

async fn act(server: &Server, request: &Request, name: &str, action: GuestAction) -> Result<TaskId> {
    let guest = named(server, request, action.permissions(), name).await?;
    Ok(server
        .drover
        .servers
        .act(&request.context, &guest, action)
        .await?
        .id)
}

/// The server that is named. Whoever lacks the permission is not told whether there is such a name.
pub(super) async fn named(
    server: &Server,
    request: &Request,
    permissions: &[Permission],
    name: &str,
) -> Result<GuestId> {
    request.context.require_any(permissions)?;
    server.drover.servers.resolve(&request.context, name).await
}
