//! Deleting a server, with its disks. The first version's address and the second's.

use axum::Json;
use axum::extract::State;
use drover_types::action::{ActionOptions, GuestAction};

use super::queued::{Queued, act};
use crate::api::answer::{Refusal, Said};
use crate::api::input::Segment;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// Delete a server with its disks; one that runs is stopped first.
#[utoipa::path(
    post, path = "/api/servers/{server}/delete", tag = "servers",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    responses((status = OK, description = "A task is queued.", body = Queued)),
)]
pub(super) async fn delete_server(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
) -> Result<Json<Queued>, Refusal> {
    let task = act(
        &server,
        &request,
        &name,
        GuestAction::Delete,
        ActionOptions::default(),
    )
    .await?;
    Ok(Json(Queued::new(task, Said::DeleteQueued.text(lang))))
}

/// The same, as the first version calls it.
#[utoipa::path(
    delete, path = "/api/servers/{server}", tag = "servers",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    responses((status = OK, description = "A task is queued.", body = Queued)),
)]
pub(super) async fn remove_server(
    state: State<Server>,
    request: Request,
    lang: RequestLang,
    segment: Segment,
) -> Result<Json<Queued>, Refusal> {
    delete_server(state, request, lang, segment).await
}
