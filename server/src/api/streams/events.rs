//! From what happens to events of a stream. All are sent without a name: the clients of both versions listen to
//! unnamed ones only.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use drover_core::live::{LiveItem, ServersChanged};
use drover_types::event::LiveEvent;
use drover_types::lang::Lang;
use futures::{Stream, StreamExt};
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use super::open::OpenStream;
use crate::api::notifications::NotificationItem;
use crate::api::servers::LiveServer;

/// How often a stream on which nothing happens shows that it is alive.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Servers of the stream.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ServersEvent {
    /// Always `server_status`.
    r#type: &'static str,
    /// Whether these are all servers there are: the first event, and one after something was missed.
    snapshot: bool,
    /// New and changed servers, by name.
    servers: BTreeMap<String, LiveServer>,
    /// Names that are gone.
    removed: Vec<String>,
}

/// Something was missed: what is shown has to be loaded anew.
#[derive(Debug, Serialize)]
struct Resync {
    r#type: &'static str,
}

/// An event of Drover's own stream. One that can't be written is left out, and logged.
pub(super) fn live(item: &LiveItem) -> Option<Event> {
    match item.json() {
        Ok(json) => Some(numbered(Event::default().data(&*json), item.id)),
        Err(error) => {
            tracing::error!(%error, "an event can't be written");
            None
        }
    }
}

/// An event of the stream of notifications. What else happens is none.
pub(super) fn notification(item: &LiveItem, lang: Lang) -> Option<Event> {
    let event = match item.event() {
        LiveEvent::Notification(row) => json(&NotificationItem::new(row, lang).in_stream())?,
        LiveEvent::Resync => json(&Resync { r#type: "resync" })?,
        LiveEvent::NotificationsChanged
        | LiveEvent::AlertsChanged
        | LiveEvent::ChannelsChanged
        | LiveEvent::UserChanged
        | LiveEvent::Inventory(_)
        | LiveEvent::Task { .. }
        | LiveEvent::SignedOut => return None,
    };
    Some(numbered(event, item.id))
}

/// An event of the stream of servers at `now`, in seconds since 1970.
pub(super) fn servers(changed: &ServersChanged, now: i64) -> Option<Event> {
    let servers = changed
        .servers
        .iter()
        .map(|(key, row)| (key.clone(), LiveServer::new(row, None, now)));
    json(&ServersEvent {
        r#type: "server_status",
        snapshot: changed.all,
        servers: servers.collect(),
        removed: changed.removed.clone(),
    })
}

pub(super) fn json(value: &impl Serialize) -> Option<Event> {
    match Event::default().json_data(value) {
        Ok(event) => Some(event),
        Err(error) => {
            tracing::error!(%error, "an event can't be written");
            None
        }
    }
}

pub(super) fn numbered(event: Event, id: Option<i64>) -> Event {
    match id {
        Some(id) => event.id(id.to_string()),
        None => event,
    }
}

/// The answer that sends `events` until they end or the process is told to stop.
pub(super) fn answer(
    events: impl Stream<Item = Event> + Send + 'static,
    open: OpenStream,
    stop: CancellationToken,
) -> Response {
    let events = events.map(move |event| {
        // The stream is counted for as long as it is kept.
        let _ = &open;
        Ok::<_, Infallible>(event)
    });
    let sse = Sse::new(events.take_until(stop.cancelled_owned()))
        .keep_alive(KeepAlive::new().interval(HEARTBEAT).text("still here"));
    let headers = [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // nginx would keep events back until its buffer is full.
        (
            HeaderName::from_static("x-accel-buffering"),
            HeaderValue::from_static("no"),
        ),
    ];
    (headers, sse).into_response()
}
