//! A server's logs.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use drover_core::Error;
use drover_types::logs::{LogType, ServerLog};
use drover_types::permission::Permission;
use drover_types::text::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::queued::named;
use crate::api::answer::Refusal;
use crate::api::input::{Query, Segment};
use crate::request::Request;
use crate::router::Server;

/// Which lines.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    r#type: Option<String>,
    lines: Option<u32>,
}

/// A log, under both of the names that clients know.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LogsReply {
    /// Always true.
    success: bool,
    /// It.
    data: Log,
    /// The same as `data`.
    logs: Log,
}

/// A log.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct Log {
    /// The server's name.
    server_name: String,
    /// Which log.
    log_type: LogType,
    /// How many lines follow.
    lines: usize,
    /// The lines, the oldest first.
    content: String,
    /// When it was read.
    timestamp: DateTime<Utc>,
}

impl From<ServerLog> for Log {
    fn from(log: ServerLog) -> Self {
        Self {
            server_name: log.server,
            log_type: log.kind,
            lines: log.lines.len(),
            content: log.lines.join("\n"),
            timestamp: log.read_at,
        }
    }
}

/// The last lines of a server's log.
///
/// `system` and `kernel` are read inside, by the guest agent: 400 with the field `type` where it can't be asked, as while
/// the server is off, and of a container, in which nobody can be asked. `tasks` is what Proxmox did to the server: a line
/// for each task, and what each logged where `lines` is given.
#[utoipa::path(
    get, path = "/api/server/logs/{server}", tag = "servers",
    params(
        ("server" = String, Path, description = "The server's name, or `cluster:vmid`."),
        ("type" = Option<LogType>, Query, description = "Which log; `system` where nothing is said."),
        ("lines" = Option<u32>, Query, description = "How many lines, 1 to 1000; 100 where nothing is said."),
    ),
    responses((status = OK, description = "The log.", body = LogsReply)),
)]
pub(super) async fn server_logs(
    State(server): State<Server>,
    request: Request,
    Segment(name): Segment,
    Query(wanted): Query<Wanted>,
) -> Result<Json<LogsReply>, Refusal> {
    let id = named(&server, &request, &[Permission::ViewLogs], &name).await?;
    let kind = match wanted.r#type.filter(|name| !name.is_empty()) {
        None => LogType::default(),
        Some(given) => LogType::parse(&given).ok_or_else(|| {
            let known = LogType::ALL.iter().map(|kind| kind.as_str().to_owned()).collect();
            Error::field("type", Problem::UnknownChoice { given, known })
        })?,
    };
    let log = server
        .drover
        .servers
        .logs(&request.context, &id, kind, wanted.lines)
        .await?;
    let data = Log::from(log);
    Ok(Json(LogsReply {
        success: true,
        logs: data.clone(),
        data,
    }))
}
