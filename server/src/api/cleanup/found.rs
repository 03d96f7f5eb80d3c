//! Which servers went wrong.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use drover_types::ids::GuestId;
use drover_types::removal::{BrokenServer, Inconsistency};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::answer::Refusal;
use crate::api::input::Segment;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// Where something of a server is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Where {
    /// Whether Drover keeps its name, its id or addresses.
    db_exists: bool,
    /// Always false: Drover keeps no second plan of what Proxmox has.
    terraform_exists: bool,
    /// Whether Proxmox has it.
    proxmox_exists: bool,
}

impl Where {
    const fn new(is_reserved: bool, is_there: bool) -> Self {
        Self {
            db_exists: is_reserved,
            terraform_exists: false,
            proxmox_exists: is_there,
        }
    }
}

/// What is known under a name.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StatusReply {
    /// Always true.
    success: bool,
    /// The name.
    server_name: String,
    /// Where something of it is.
    status: Where,
    /// Whether it went wrong.
    needs_cleanup: bool,
    /// In which way; none where it did not.
    reason: Option<Inconsistency>,
}

/// Whether a server has to be cleaned up.
#[utoipa::path(
    get, path = "/api/cleanup/status/{server}", tag = "cleanup",
    params(("server" = String, Path, description = "A name, or `cluster:vmid`; also one that there is not.")),
    responses((status = OK, description = "What is known.", body = StatusReply)),
)]
pub(super) async fn cleanup_status(
    State(server): State<Server>,
    request: Request,
    Segment(name): Segment,
) -> Result<Json<StatusReply>, Refusal> {
    let servers = &server.drover.servers;
    let known = servers.cleanup_status(&request.context, &name).await?;
    Ok(Json(StatusReply {
        success: true,
        server_name: name,
        status: Where::new(known.is_reserved, known.is_there),
        needs_cleanup: known.what.is_some(),
        reason: known.what,
    }))
}

/// A server that went wrong.
#[derive(Debug, Serialize, ToSchema)]
struct FailedItem {
    /// Its name.
    name: String,
    /// Which guest it is, or was to be, as `cluster:vmid`.
    server: GuestId,
    /// `failed`, or `error` where it was made and does not run.
    status: &'static str,
    /// When it was asked for.
    created_at: DateTime<Utc>,
    /// Where something of it is.
    cleanup_status: Where,
    /// Always true.
    needs_cleanup: bool,
    /// What is wrong.
    reason: Inconsistency,
    /// The same, for people.
    message: &'static str,
}

/// The servers that went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FailedReply {
    /// Always true.
    success: bool,
    /// Them.
    failed_servers: Vec<FailedItem>,
    /// How many.
    count: usize,
}

/// Servers that went wrong.
#[utoipa::path(
    get, path = "/api/cleanup/failed-servers", tag = "cleanup",
    responses((status = OK, description = "Them, by name.", body = FailedReply)),
)]
pub(super) async fn failed_servers(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
) -> Result<Json<FailedReply>, Refusal> {
    let broken = server.drover.servers.broken(&request.context).await?;
    let item = |one: BrokenServer| FailedItem {
        status: match one.what {
            Inconsistency::NeverStarted => "error",
            _ => "failed",
        },
        name: one.name,
        server: one.guest,
        created_at: one.created_at,
        cleanup_status: Where::new(one.is_reserved, one.is_there),
        needs_cleanup: true,
        reason: one.what,
        message: one.what.text(lang),
    };
    let failed_servers: Vec<FailedItem> = broken.into_iter().map(item).collect();
    Ok(Json(FailedReply {
        success: true,
        count: failed_servers.len(),
        failed_servers,
    }))
}
