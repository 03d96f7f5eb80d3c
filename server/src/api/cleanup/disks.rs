//! Disks of guests that are not there any more.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use drover_types::ids::TaskId;
use drover_types::removal::OrphanDisk;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::answer::{Refusal, Said};
use crate::api::input::Body;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// A disk of nobody.
#[derive(Debug, Serialize, ToSchema)]
struct DiskItem {
    /// The cluster.
    cluster: String,
    /// A node that sees it.
    node: String,
    /// The storage.
    storage: String,
    /// The volume, as Proxmox names it.
    volume: String,
    /// The guest that it belonged to.
    vmid: u32,
    /// Size in bytes, where it is known.
    size: Option<u64>,
    /// When it was made, where the storage tells.
    created_at: Option<DateTime<Utc>>,
}

/// The disks of nobody.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DisksReply {
    /// Always true.
    success: bool,
    /// Them.
    disks: Vec<DiskItem>,
    /// How many.
    count: usize,
    /// What they take together, in bytes.
    total_size: u64,
}

/// Disks whose guest is not there.
#[utoipa::path(
    get, path = "/api/cleanup/orphan-disks", tag = "cleanup",
    responses((status = OK, description = "Them; every storage of every node is asked.", body = DisksReply)),
)]
pub(super) async fn orphan_disks(
    State(server): State<Server>,
    request: Request,
) -> Result<Json<DisksReply>, Refusal> {
    let found = server.drover.servers.orphan_disks(&request.context).await?;
    let item = |disk: OrphanDisk| DiskItem {
        cluster: disk.cluster,
        node: disk.node,
        storage: disk.storage,
        volume: disk.volume,
        vmid: disk.vmid,
        size: disk.size_bytes,
        created_at: disk.made_at,
    };
    Ok(Json(DisksReply {
        success: true,
        count: found.len(),
        total_size: found.iter().filter_map(|disk| disk.size_bytes).sum(),
        disks: found.into_iter().map(item).collect(),
    }))
}

/// Which disks to delete.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct PurgeBody {
    /// The cluster; the only one, or the first.
    cluster: Option<String>,
    /// The volumes, as the list names them.
    volumes: Vec<String>,
}

/// Tasks that delete disks.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PurgeReply {
    /// Always true.
    success: bool,
    /// What was asked for, for people.
    message: &'static str,
    /// One for each guest that they were of.
    task_ids: Vec<TaskId>,
    /// Always `queued`.
    status: &'static str,
}

/// Delete disks whose guest is not there.
#[utoipa::path(
    post, path = "/api/cleanup/orphan-disks", tag = "cleanup",
    request_body = PurgeBody,
    responses((status = OK, description = "Tasks are queued.", body = PurgeReply)),
)]
pub(super) async fn purge_orphan_disks(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Body(body): Body<PurgeBody>,
) -> Result<Json<PurgeReply>, Refusal> {
    let queued = server
        .drover
        .servers
        .purge_disks(&request.context, body.cluster.as_deref(), &body.volumes)
        .await?;
    Ok(Json(PurgeReply {
        success: true,
        message: Said::PurgeQueued.text(lang),
        task_ids: queued.into_iter().map(|task| task.id).collect(),
        status: "queued",
    }))
}
