//! Putting a server back to what it was at a backup, or making one from it.

use axum::Json;
use axum::extract::State;
use drover_core::Result;
use drover_types::backup::{RestoreAsNew, RestoreOver};
use drover_types::ids::{GuestId, TaskId};
use drover_types::lang::Lang;
use drover_types::permission::Permission;
use drover_types::text::Problem;
use pve_client::ArchiveName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::archive::{FILENAME, archive, cluster_of, in_words_of_the_body, only_of};
use super::body::Reading;
use super::named::named;
use crate::api::answer::{Refusal, Said};
use crate::api::input::{Body, Object, Segment};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// A backup and what becomes of it. What is not listed is ignored and named in the answer's `warnings`.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"filename": "vzdump-qemu-100-2026_01_31-02_00_00.vma.zst", "storage": "nfs"}))]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct RestoreBody {
    /// The backup: its name, or its whole volume. Required.
    filename: String,
    /// The storage that holds it; the one that `filename` names.
    #[schema(default = "local")]
    storage: Option<String>,
    /// The storage that all disks are put on; where nothing is said, each goes where it was.
    target_storage: Option<String>,
    /// Whether the server runs afterwards. Where nothing is said: as it does now, and a new one does not.
    start: Option<bool>,
    /// Whether what is there now is backed up before.
    #[schema(default = true)]
    safety_backup: Option<bool>,
    /// The storage for that; the one that holds the backup.
    safety_storage: Option<String>,
    /// Whether a new server is made, and the one that is there stays as it is.
    #[schema(default = false)]
    as_new: Option<bool>,
    /// The new server's id; the next free one. Named, it asks for a new server.
    new_vmid: Option<u32>,
    /// The new server's name; the one in the backup.
    name: Option<String>,
}

/// A restore that says itself which server it is about.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct RestoreAnywhereBody {
    /// The node that sees the backup. Required.
    node: String,
    /// The id of the server, which is the one that was backed up. Required.
    vm_id: u32,
    /// The cluster, where several have a node of this name.
    cluster: Option<String>,
    #[serde(flatten)]
    restore: RestoreBody,
}

/// A restore that was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RestoreReply {
    /// Always true.
    success: bool,
    /// What was asked for, for people.
    message: &'static str,
    /// The task to follow.
    task_id: TaskId,
    /// Always `queued`.
    status: &'static str,
    /// What it is about.
    data: RestoreData,
    /// Fields of the body that were not looked at.
    warnings: Vec<String>,
}

/// What a restore is about.
#[derive(Debug, Serialize, ToSchema)]
struct RestoreData {
    /// The id of the server that was backed up.
    vm_id: u32,
    /// The server that it becomes; null where its id is not known yet.
    server: Option<GuestId>,
    /// The backup's name.
    filename: String,
    /// The node.
    node: String,
    /// When it was asked for, in seconds since 1970.
    timestamp: i64,
}

/// What a body asks for.
struct Asked {
    archive: ArchiveName,
    target_storage: Option<String>,
    start: Option<bool>,
    safety: Option<String>,
    as_new: bool,
    new_vmid: Option<u32>,
    name: String,
    warnings: Vec<String>,
}

impl Asked {
    fn read(mut reading: Reading) -> Result<Self> {
        let (storage, filename) = (reading.text(&["storage"]), reading.text(&[FILENAME]));
        let target_storage = reading.text(&["target_storage"]);
        let start = reading.flag("start");
        let (safety, safety_storage) = (reading.flag("safety_backup"), reading.text(&["safety_storage"]));
        let (as_new, new_vmid) = (reading.flag("as_new"), reading.number("new_vmid"));
        let name = reading.text(&["name"]).unwrap_or_default();
        let warnings = reading.finish()?;
        let archive = archive(storage.as_deref(), filename.as_deref())?;
        // What is there now is lost otherwise.
        let safety = safety.unwrap_or(true);
        Ok(Self {
            target_storage,
            start,
            safety: safety.then(|| safety_storage.unwrap_or_else(|| archive.storage().to_owned())),
            as_new: as_new.unwrap_or(new_vmid.is_some()),
            new_vmid,
            name,
            warnings,
            archive,
        })
    }
}

/// Restore a server from a backup of its own, or make a new one from it.
///
/// What is there now is replaced, the disks too; the server is switched off before.
#[utoipa::path(
    post, path = "/api/server/restore/{server}", tag = "backups",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    request_body = RestoreBody,
    responses((status = OK, description = "A task is queued.", body = RestoreReply)),
)]
pub(super) async fn restore_server(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
    Body(body): Body<Object>,
) -> Result<Json<RestoreReply>, Refusal> {
    let (row, _) = named(&server, &request, &name).await?;
    let asked = Asked::read(Reading::new(body))?;
    let place = (row.id, row.node);
    Ok(Json(restore(&server, &request, lang, place, asked).await?))
}

/// Restore a server from a backup, told by the node and the server's id.
///
/// Where the server is gone it is made again, with its id and the name in the backup.
#[utoipa::path(
    post, path = "/api/backups/restore", tag = "backups",
    request_body = RestoreAnywhereBody,
    responses((status = OK, description = "A task is queued.", body = RestoreReply)),
)]
pub(super) async fn restore_backup(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Body(body): Body<Object>,
) -> Result<Json<RestoreReply>, Refusal> {
    let actor = request.context.require(Permission::BackupManagement)?;
    let mut reading = Reading::new(body);
    let (node, vm_id) = (reading.text(&["node"]), reading.number("vm_id"));
    let (cluster, filename) = (reading.text(&["cluster"]), reading.has(FILENAME));
    for (field, is_there) in [
        ("node", node.is_some()),
        ("vm_id", vm_id.is_some()),
        (FILENAME, filename),
    ] {
        if !is_there {
            reading.problem(field, Problem::Required);
        }
    }
    let mut asked = Asked::read(reading)?;
    let (node, vm_id) = (node.unwrap_or_default(), vm_id.unwrap_or_default());
    let guest = GuestId::new(cluster_of(&server, cluster.as_deref(), &node)?, vm_id);
    let is_there = server.drover.inventory.guest(&guest).is_some();
    if !is_there && !asked.as_new && actor.grants.reach().is_everything() {
        asked.as_new = true;
        asked.new_vmid = Some(vm_id);
    }
    Ok(Json(
        restore(&server, &request, lang, (guest, node), asked).await?,
    ))
}

async fn restore(
    server: &Server,
    request: &Request,
    lang: Lang,
    (guest, node): (GuestId, String),
    asked: Asked,
) -> Result<RestoreReply> {
    only_of(&guest, &asked.archive)?;
    let (backups, context) = (&server.drover.backups, &request.context);
    let volume = asked.archive.to_string();
    let (task, said) = if asked.as_new {
        let new = RestoreAsNew {
            cluster: guest.cluster.clone(),
            volume,
            source_node: Some(node.clone()),
            name: asked.name,
            node: Some(node.clone()),
            vmid: asked.new_vmid,
            storage: asked.target_storage,
            start: asked.start.unwrap_or_default(),
        };
        let task = Box::pin(backups.restore_as_new(context, &new)).await;
        (task, Said::RestoreAsNewQueued)
    } else {
        let over = RestoreOver {
            volume,
            node: Some(node.clone()),
            storage: asked.target_storage,
            safety: asked.safety,
            start: asked.start,
        };
        let task = Box::pin(backups.restore(context, &guest, &over)).await;
        (task, Said::RestoreQueued)
    };
    let task = task.map_err(|error| in_words_of_the_body(error, field))?;
    Ok(RestoreReply {
        success: true,
        message: said.text(lang),
        task_id: task.id,
        status: "queued",
        data: RestoreData {
            vm_id: guest.vmid,
            server: task.guest,
            filename: asked.archive.file().to_owned(),
            node,
            timestamp: task.created_at.timestamp(),
        },
        warnings: asked.warnings,
    })
}

/// A field of the service as bodies call it. Of two storages the one that holds the backup is `storage` in both.
pub(super) fn field(field: &str, problem: &Problem) -> Option<&'static str> {
    match (field, problem) {
        ("volume", _) => Some(FILENAME),
        ("safety", _) => Some("safety_storage"),
        ("vmid", _) => Some("new_vmid"),
        ("storage", Problem::StorageWithoutBackups { .. }) => None,
        ("storage", _) => Some("target_storage"),
        _ => None,
    }
}
