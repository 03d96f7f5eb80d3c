//! The streams of what happens: all of it, notifications, servers.

use std::future::ready;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use drover_core::live::Wanted;
use futures::StreamExt;

use super::events::{self, ServersEvent, answer};
use crate::api::answer::Refusal;
use crate::api::notifications::NotificationItem;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// Everything that happens.
///
/// What Drover's own pages read; its shapes change with them. Tasks and notifications are replayed after
/// `Last-Event-ID`, the inventory is not.
#[utoipa::path(
    get, path = "/api/events", tag = "streams",
    params(("Last-Event-ID" = Option<i64>, Header, description = "The last id that was read.")),
    responses((status = OK, description = "The stream.", content_type = "text/event-stream", body = String)),
)]
pub(super) async fn live_events(
    State(server): State<Server>,
    request: Request,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let open = server.streams.open(request.context.signed_in()?.id)?;
    let items = server
        .drover
        .live
        .subscribe(&request.context, Wanted::ALL, last_id(&headers))
        .await?;
    let events = items.filter_map(|item| ready(events::live(&item)));
    Ok(answer(events, open, server.stop.clone()))
}

/// New notifications.
///
/// Each as `GET /api/notifications` lists it, with `type` `notification` and its own type as `notification_type`.
/// They are replayed after `Last-Event-ID`; `{"type":"resync"}` says that some were missed.
#[utoipa::path(
    get, path = "/api/notifications/stream", tag = "streams",
    params(("Last-Event-ID" = Option<i64>, Header, description = "The last id that was read.")),
    responses(
        (status = OK, description = "The stream.", content_type = "text/event-stream", body = NotificationItem),
    ),
)]
pub(super) async fn notifications(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let open = server.streams.open(request.context.signed_in()?.id)?;
    let wanted = Wanted::NOTIFICATIONS;
    let items = server
        .drover
        .live
        .subscribe(&request.context, wanted, last_id(&headers))
        .await?;
    let events = items.filter_map(move |item| ready(events::notification(&item, lang)));
    Ok(answer(events, open, server.stop.clone()))
}

/// How the servers are.
///
/// All of them first, then what changes.
#[utoipa::path(
    get, path = "/api/servers/status/stream", tag = "streams",
    responses(
        (status = OK, description = "The stream.", content_type = "text/event-stream", body = ServersEvent),
    ),
)]
pub(super) async fn servers(State(server): State<Server>, request: Request) -> Result<Response, Refusal> {
    let changes = server.drover.live.servers(&request.context)?;
    let open = server.streams.open(request.context.signed_in()?.id)?;
    let clock = server.drover.clock.clone();
    let events = changes.filter_map(move |changed| ready(events::servers(&changed, clock.now().timestamp())));
    Ok(answer(events, open, server.stop.clone()))
}

/// Where a client that reconnects wants to go on.
fn last_id(headers: &HeaderMap) -> Option<i64> {
    headers.get("last-event-id")?.to_str().ok()?.trim().parse().ok()
}
