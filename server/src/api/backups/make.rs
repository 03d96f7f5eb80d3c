//! Backing one server up, or several.

use axum::Json;
use axum::extract::State;
use drover_types::ids::TaskId;
use drover_types::permission::Permission;
use serde::Serialize;
use utoipa::ToSchema;

use super::body::{BackUpBody, Read, Reading, read};
use crate::api::answer::{Refusal, Said};
use crate::api::input::{Body, Object, Segment};
use crate::api::servers::queued::named;
use crate::api::servers::{BulkReply, bulk_reply};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// A backup that was asked for.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BackUpReply {
    /// Always true.
    success: bool,
    /// What was asked for, for people.
    message: &'static str,
    /// Names the backup: the same as `task_id`.
    backup_id: TaskId,
    /// The task that makes it.
    task_id: TaskId,
    /// How long it may take, for people.
    estimated_time: &'static str,
    /// The same again.
    data: BackUpData,
    /// That there may not be room for it, for people: the server's newest backup takes more than the storage has free.
    #[serde(skip_serializing_if = "Option::is_none")]
    space_warning: Option<String>,
    /// Fields of the body that were not looked at.
    warnings: Vec<String>,
}

/// What the second version of the API says of it.
#[derive(Debug, Serialize, ToSchema)]
struct BackUpData {
    /// Names the backup.
    backup_id: TaskId,
    /// The server's name.
    server_name: String,
    /// Always `running`.
    status: &'static str,
}

/// Which servers, beside how they are backed up.
#[derive(serde::Deserialize, ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct BackUpManyBody {
    /// Their names, or `cluster:vmid`; 1,000 at most.
    server_names: Vec<String>,
    #[serde(flatten)]
    how: BackUpBody,
}

/// Back a server up.
///
/// A task; how far it is tells `GET /api/server/backup/status/{server}` too. 409 `CONFLICT_IN_PROGRESS` with its
/// `task_id` where one is at work on the server, 400 for a storage that does not take backups or is full.
#[utoipa::path(
    post, path = "/api/server/backup/{server}", tag = "backups",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    request_body = BackUpBody,
    responses((status = OK, description = "A task is queued.", body = BackUpReply)),
)]
pub(super) async fn back_up_server(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
    Body(body): Body<Object>,
) -> Result<Json<BackUpReply>, Refusal> {
    let guest = named(&server, &request, &[Permission::BackupManagement], &name).await?;
    let Read { how, warnings } = read(body)?;
    let backups = &server.drover.backups;
    let short = Box::pin(backups.warning(&request.context, &guest, &how.storage)).await?;
    let task = Box::pin(backups.back_up(&request.context, &guest, &how)).await?;
    Ok(Json(BackUpReply {
        success: true,
        message: Said::BackupQueued.text(lang),
        backup_id: task.id,
        task_id: task.id,
        estimated_time: Said::EstimatedTime.text(lang),
        data: BackUpData {
            backup_id: task.id,
            server_name: task.target,
            status: "running",
        },
        space_warning: short.map(|problem| problem.text(lang)),
        warnings,
    }))
}

/// Back several servers up.
#[utoipa::path(
    post, path = "/api/backups/bulk", tag = "backups",
    request_body = BackUpManyBody,
    responses((status = OK, description = "A task with a part for each server is queued.", body = BulkReply)),
)]
pub(super) async fn back_up_servers(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Body(body): Body<Object>,
) -> Result<Json<BulkReply>, Refusal> {
    request.context.require(Permission::BackupManagement)?;
    let mut reading = Reading::new(body);
    let names = reading.names("server_names");
    let how = reading.back_up();
    reading.finish()?;
    let backups = &server.drover.backups;
    let acted = Box::pin(backups.back_up_many(&request.context, &names, &how)).await?;
    bulk_reply(acted, lang).map(Json)
}
