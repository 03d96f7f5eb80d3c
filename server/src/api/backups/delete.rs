//! Deleting backups. The work is a task; the answer waits for its end, so that it says what is so.

use axum::Json;
use axum::extract::State;
use drover_core::{Error, Result};
use drover_types::ids::TaskId;
use drover_types::lang::Lang;
use drover_types::permission::Permission;
use drover_types::text::Problem;
use pve_client::ArchiveName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::archive::{FILENAME, archive, cluster_of, in_words_of_the_body, only_of};
use super::named::named;
use crate::api::answer::{PATIENCE, Refusal, Said, failed};
use crate::api::input::{Body, Segment};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// Which backups of a server go.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({"filename": "vzdump-qemu-100-2026_01_31-02_00_00.vma.zst", "storage": "nfs"}))]
pub(super) struct DeleteBody {
    /// The backup: its name, or its whole volume. This or `filenames` is required.
    filename: Option<String>,
    /// Several of one server.
    filenames: Vec<String>,
    /// The storage that holds them; `local`, or the one that the name has.
    storage: Option<String>,
}

/// Which backups go, and where they are.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct DeleteAnywhereBody {
    /// The node that sees them. Required.
    node: Option<String>,
    /// The cluster, where several have a node of this name.
    cluster: Option<String>,
    #[serde(flatten)]
    backups: DeleteBody,
}

/// Backups that were deleted.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Deleted {
    /// Always true.
    success: bool,
    /// What was done, for people.
    message: &'static str,
    /// The task that did it.
    task_id: TaskId,
    /// `completed`, or `running` where it takes longer than a minute.
    status: &'static str,
    /// The volumes.
    backups: Vec<String>,
}

impl DeleteBody {
    /// The backups that are named.
    fn archives(&self) -> Result<Vec<ArchiveName>> {
        let one = self.filename.iter();
        let all: Vec<&String> = one.chain(&self.filenames).collect();
        if all.is_empty() {
            return Err(Error::field(FILENAME, Problem::Required));
        }
        let read = |given: &String| archive(self.storage.as_deref(), Some(given));
        all.into_iter().map(read).collect()
    }
}

/// Delete a backup of a server.
#[utoipa::path(
    delete, path = "/api/server/backup/{server}", tag = "backups",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    request_body = DeleteBody,
    responses((status = OK, description = "It is gone.", body = Deleted)),
)]
pub(super) async fn delete_server_backup(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
    Body(body): Body<DeleteBody>,
) -> Result<Json<Deleted>, Refusal> {
    let (row, _) = named(&server, &request, &name).await?;
    let archives = body.archives()?;
    for one in &archives {
        only_of(&row.id, one)?;
    }
    let place = (row.id.cluster, row.node);
    delete(&server, &request, lang, place, &archives).await.map(Json)
}

/// Delete a backup, told by the node that sees it. Its server may be gone.
#[utoipa::path(
    post, path = "/api/backups/delete", tag = "backups",
    request_body = DeleteAnywhereBody,
    responses((status = OK, description = "It is gone.", body = Deleted)),
)]
pub(super) async fn delete_backup(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Body(body): Body<DeleteAnywhereBody>,
) -> Result<Json<Deleted>, Refusal> {
    request.context.require(Permission::BackupManagement)?;
    let node = body.node.filter(|node| !node.is_empty());
    let node = node.ok_or_else(|| Error::field("node", Problem::Required))?;
    let archives = body.backups.archives()?;
    let cluster = cluster_of(&server, body.cluster.as_deref(), &node)?;
    delete(&server, &request, lang, (cluster, node), &archives)
        .await
        .map(Json)
}

/// Asks for it and waits for the end.
async fn delete(
    server: &Server,
    request: &Request,
    lang: Lang,
    (cluster, node): (String, String),
    archives: &[ArchiveName],
) -> Result<Deleted, Refusal> {
    let (drover, volumes) = (&server.drover, archives.iter().map(ToString::to_string));
    let volumes: Vec<String> = volumes.collect();
    let asked = drover
        .backups
        .delete(&request.context, &cluster, Some(&node), &volumes);
    let asked = Box::pin(asked).await;
    let task = asked
        .map_err(|error| in_words_of_the_body(error, |field, _| (field == "volume").then_some(FILENAME)))?;
    let settled = drover.tasks.settle(task.id, PATIENCE).await?;
    if let Some(error) = failed(&settled) {
        return Err(error.into());
    }
    let (said, status) = if settled.is_done() {
        (Said::BackupsDeleted, "completed")
    } else {
        (Said::BackupsDeleteRuns, "running")
    };
    Ok(Deleted {
        success: true,
        message: said.text(lang),
        task_id: task.id,
        status,
        backups: volumes,
    })
}
