//! A server's disks: added, grown, moved and taken away. Always a task.

use axum::Json;
use axum::extract::State;
use drover_core::{Error, Result};
use drover_types::configuration::{DiskBus, DiskEdit};
use drover_types::lang::Lang;
use drover_types::permission::Permission;
use drover_types::storage::DiskKind;
use drover_types::text::Problem;
use serde::Deserialize;
use utoipa::ToSchema;

use super::queued::{Queued, named};
use crate::api::answer::{Refusal, Said};
use crate::api::input::{Body, Query, Segment, Segments};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// Of which one is enough.
const PERMISSIONS: &[Permission] = &[Permission::ManageServer, Permission::ManageStorage];
/// What Proxmox calls a container's mount points, in place of a bus.
const MOUNT: &str = "mp";
/// GiB of a disk whose size is not said.
const SIZE_GB: u64 = 10;

/// A disk to be added.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct AddDiskBody {
    /// The bus: `scsi`, `virtio`, `sata` or `ide`; `scsi` where nothing is said. A container has mount points alone.
    r#type: Option<String>,
    /// Its place there; the first that is free.
    number: Option<u32>,
    /// Its size in GB; 10 where nothing is said.
    size_gb: Option<u64>,
    /// The storage. Left out or `auto`: the default for `disk_type`, else that of the boot disk.
    storage: Option<String>,
    /// `hdd` or `ssd`: which default.
    disk_type: Option<DiskKind>,
    /// Where a container mounts it, such as `/srv/data`: required there.
    path: Option<String>,
}

/// How a disk is taken away.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Removal {
    force: bool,
    purge: bool,
}

/// How large a disk becomes.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct GrowDiskBody {
    /// Its size afterwards in GB; never less than it has. Required.
    size_gb: u64,
}

/// Where a disk is moved.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct MoveDiskBody {
    /// The storage. Required.
    storage: String,
    /// Whether the old volume is kept, as an unused disk.
    keep_source: bool,
}

/// Add a disk to a server.
#[utoipa::path(
    post, path = "/api/server/disk/{server}", tag = "servers",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    request_body = AddDiskBody,
    responses((status = OK, description = "A task is queued.", body = Queued)),
)]
pub(super) async fn add_disk(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
    Body(body): Body<AddDiskBody>,
) -> Result<Json<Queued>, Refusal> {
    // Whoever may not change disks need not be told what is wrong with this one.
    request.context.require_any(PERMISSIONS)?;
    let bus = match body.r#type.filter(|name| !name.is_empty()) {
        None => DiskBus::default(),
        Some(given) if given == MOUNT => DiskBus::default(),
        Some(given) => DiskBus::parse(&given).ok_or_else(|| {
            let known = DiskBus::ALL.iter().map(|bus| bus.as_str().to_owned()).collect();
            Error::field("type", Problem::UnknownChoice { given, known })
        })?,
    };
    let edit = DiskEdit::Add {
        bus,
        number: body.number,
        storage: body.storage.filter(|name| name != "auto"),
        kind: body.disk_type.unwrap_or_default(),
        size_gb: body.size_gb.unwrap_or(SIZE_GB),
        path: body.path,
    };
    Ok(queue(&server, &request, lang, &name, edit).await?)
}

/// Take a disk away from a server.
///
/// It becomes an unused disk; one that is unused already, or with `purge`, is deleted with its data.
#[utoipa::path(
    delete, path = "/api/server/disk/{server}/{device}", tag = "servers",
    params(
        ("server" = String, Path, description = "The server's name, or `cluster:vmid`."),
        ("device" = String, Path, description = "The disk, such as `scsi1` or `unused0`."),
        ("force" = Option<bool>, Query, description = "Even the boot disk and the cloud-init drive."),
        ("purge" = Option<bool>, Query, description = "Delete its data."),
    ),
    responses((status = OK, description = "A task is queued.", body = Queued)),
)]
pub(super) async fn remove_disk(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segments(name, device): Segments,
    Query(Removal { force, purge }): Query<Removal>,
) -> Result<Json<Queued>, Refusal> {
    let edit = if purge || device.starts_with("unused") {
        DiskEdit::Delete { device, force }
    } else {
        DiskEdit::Detach { device, force }
    };
    Ok(queue(&server, &request, lang, &name, edit).await?)
}

/// Make a disk of a server larger.
#[utoipa::path(
    post, path = "/api/server/disk/{server}/{device}/resize", tag = "servers",
    params(
        ("server" = String, Path, description = "The server's name, or `cluster:vmid`."),
        ("device" = String, Path, description = "The disk, such as `scsi1`."),
    ),
    request_body = GrowDiskBody,
    responses((status = OK, description = "A task is queued.", body = Queued)),
)]
pub(super) async fn grow_disk(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segments(name, device): Segments,
    Body(GrowDiskBody { size_gb }): Body<GrowDiskBody>,
) -> Result<Json<Queued>, Refusal> {
    let edit = DiskEdit::Grow { device, size_gb };
    Ok(queue(&server, &request, lang, &name, edit).await?)
}

/// Move a disk of a server to another storage.
#[utoipa::path(
    post, path = "/api/server/disk/{server}/{device}/move", tag = "servers",
    params(
        ("server" = String, Path, description = "The server's name, or `cluster:vmid`."),
        ("device" = String, Path, description = "The disk, such as `scsi1`."),
    ),
    request_body = MoveDiskBody,
    responses((status = OK, description = "A task is queued.", body = Queued)),
)]
pub(super) async fn move_disk(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segments(name, device): Segments,
    Body(body): Body<MoveDiskBody>,
) -> Result<Json<Queued>, Refusal> {
    let edit = DiskEdit::Move {
        device,
        storage: body.storage,
        delete_source: !body.keep_source,
    };
    Ok(queue(&server, &request, lang, &name, edit).await?)
}

async fn queue(
    server: &Server,
    request: &Request,
    lang: Lang,
    name: &str,
    edit: DiskEdit,
) -> Result<Json<Queued>> {
    let id = named(server, request, PERMISSIONS, name).await?;
    let said = match edit {
        DiskEdit::Add { .. } => Said::DiskAddQueued,
        DiskEdit::Grow { .. } => Said::DiskGrowQueued,
        DiskEdit::Detach { .. } | DiskEdit::Delete { .. } => Said::DiskRemoveQueued,
        DiskEdit::Move { .. } => Said::DiskMoveQueued,
    };
    let servers = &server.drover.servers;
    let task = servers.change_disks(&request.context, &id, &edit).await?;
    Ok(Json(Queued::new(task.id, said.text(lang))))
}
