//! How a server's backup goes: as it is first, then whatever changes, until it has ended.

use axum::extract::State;
use axum::response::Response;
use axum::response::sse::Event;
use chrono::{DateTime, Utc};
use drover_types::ids::{GuestId, TaskId};
use drover_types::lang::Lang;
use drover_types::permission::Permission;
use futures::stream::{BoxStream, unfold};
use futures::{Stream, StreamExt};

use super::events::{answer, json, numbered};
use crate::api::answer::Refusal;
use crate::api::backups::StatusReply;
use crate::api::input::Segment;
use crate::api::servers::queued::named;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// The permission that it needs, for as long as it lasts.
const PERMISSION: Permission = Permission::BackupManagement;

/// Somebody who follows a backup.
struct Follower {
    server: Server,
    request: Request,
    lang: Lang,
    guest: GuestId,
    looks: BoxStream<'static, ()>,
    /// What was told last.
    told: Option<(TaskId, DateTime<Utc>, u8)>,
    over: bool,
}

/// How the backup of a server goes.
///
/// Each event is what `GET /api/server/backup/status/{server}` answers: how it is first, then each change. The stream
/// ends with the backup, and at once where none is being made. Whoever connects anew gets how it is then.
#[utoipa::path(
    get, path = "/api/server/backup/status/{server}/stream", tag = "streams",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    responses(
        (status = OK, description = "The stream.", content_type = "text/event-stream", body = StatusReply),
    ),
)]
pub(super) async fn backup_stream(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
) -> Result<Response, Refusal> {
    let guest = named(&server, &request, &[PERMISSION], &name).await?;
    let open = server.streams.open(request.context.signed_in()?.id)?;
    let looks = server.drover.live.looks(&request.context, &guest, PERMISSION)?;
    let stop = server.stop.clone();
    let follower = Follower {
        server,
        request,
        lang,
        guest,
        looks: looks.boxed(),
        told: None,
        over: false,
    };
    Ok(answer(follower.events(), open, stop))
}

impl Follower {
    fn events(self) -> impl Stream<Item = Event> + Send + 'static {
        unfold(self, async |mut follower| {
            let event = follower.next().await?;
            Some((event, follower))
        })
    }

    /// The next event that says something new; `None` at the end.
    async fn next(&mut self) -> Option<Event> {
        while !self.over {
            self.looks.next().await?;
            let read = read(&self.server, &self.request, &self.guest, self.lang).await;
            let (reply, position) = match read {
                Ok(read) => read,
                Err(error) => {
                    tracing::warn!(%error, guest = %self.guest, "a backup can't be followed any more");
                    return None;
                }
            };
            self.over = !reply.goes_on();
            let mark = reply.mark();
            if mark.is_some() && self.told == mark {
                continue;
            }
            self.told = mark;
            let event = json(&reply)?;
            return Some(numbered(event, Some(position)));
        }
        None
    }
}

/// How it goes, and the place of that in the order of changes.
async fn read(
    server: &Server,
    request: &Request,
    guest: &GuestId,
    lang: Lang,
) -> drover_core::Result<(StatusReply, i64)> {
    let position = server.drover.live.position(&request.context).await?;
    let reply = StatusReply::of(server, request, guest, lang).await?;
    Ok((reply, position))
}
