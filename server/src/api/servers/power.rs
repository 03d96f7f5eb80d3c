//! Switching servers on and off. Always a task, whatever old clients call it.

use axum::Json;
use axum::extract::State;
use drover_types::action::{ActionOptions, GuestAction};
use serde::Deserialize;
use utoipa::ToSchema;

use super::queued::{Queued, act};
use crate::api::answer::{Refusal, Said};
use crate::api::input::{Body, Segment};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// How long to wait for a guest that is asked to switch off.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct Asked {
    /// Seconds that it may take, 1 to 3600; three minutes where nothing is said.
    pub timeout: Option<u32>,
    /// Whether it is stopped where it is not off by then.
    pub force_stop: bool,
}

impl Asked {
    pub(super) const fn options(&self) -> ActionOptions {
        ActionOptions {
            timeout_seconds: self.timeout,
            force_stop: self.force_stop,
        }
    }
}

/// Where a guest's memory goes.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct Suspended {
    /// Whether it is saved to disk and the guest is switched off; else the guest is only paused.
    to_disk: bool,
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
    let task = act(
        &server,
        &request,
        &name,
        GuestAction::Start,
        ActionOptions::default(),
    )
    .await?;
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
    let task = act(
        &server,
        &request,
        &name,
        GuestAction::Stop,
        ActionOptions::default(),
    )
    .await?;
    Ok(Json(Queued::new(task, Said::StopQueued.text(lang))))
}

/// Ask a server's system to shut down.
#[utoipa::path(
    post, path = "/api/servers/{server}/shutdown", tag = "servers",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    request_body = Asked,
    responses((status = OK, description = "A task is queued.", body = Queued)),
)]
pub(super) async fn shut_down_server(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
    Body(asked): Body<Asked>,
) -> Result<Json<Queued>, Refusal> {
    let task = act(&server, &request, &name, GuestAction::Shutdown, asked.options()).await?;
    Ok(Json(Queued::new(task, Said::ShutdownQueued.text(lang))))
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
    let task = act(
        &server,
        &request,
        &name,
        GuestAction::Reboot,
        ActionOptions::default(),
    )
    .await?;
    Ok(Json(Queued::new(task, Said::RebootQueued.text(lang))))
}

/// Restart a server at once, without asking its system.
#[utoipa::path(
    post, path = "/api/servers/{server}/reset", tag = "servers",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    responses((status = OK, description = "A task is queued.", body = Queued)),
)]
pub(super) async fn reset_server(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
) -> Result<Json<Queued>, Refusal> {
    let task = act(
        &server,
        &request,
        &name,
        GuestAction::Reset,
        ActionOptions::default(),
    )
    .await?;
    Ok(Json(Queued::new(task, Said::ResetQueued.text(lang))))
}

/// Pause a server, or save its memory to disk.
#[utoipa::path(
    post, path = "/api/servers/{server}/suspend", tag = "servers",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    request_body = Suspended,
    responses((status = OK, description = "A task is queued.", body = Queued)),
)]
pub(super) async fn suspend_server(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
    Body(body): Body<Suspended>,
) -> Result<Json<Queued>, Refusal> {
    let action = if body.to_disk {
        GuestAction::Hibernate
    } else {
        GuestAction::Suspend
    };
    let task = act(&server, &request, &name, action, ActionOptions::default()).await?;
    Ok(Json(Queued::new(task, Said::SuspendQueued.text(lang))))
}

/// Let a server go on that was suspended.
#[utoipa::path(
    post, path = "/api/servers/{server}/resume", tag = "servers",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    responses((status = OK, description = "A task is queued.", body = Queued)),
)]
pub(super) async fn resume_server(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
) -> Result<Json<Queued>, Refusal> {
    let task = act(
        &server,
        &request,
        &name,
        GuestAction::Resume,
        ActionOptions::default(),
    )
    .await?;
    Ok(Json(Queued::new(task, Said::ResumeQueued.text(lang))))
}
