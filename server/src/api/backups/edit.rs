//! What is noted on a backup and whether it is protected, and what pruning would take.

use axum::Json;
use axum::extract::State;
use drover_core::Error;
use drover_types::backup::{PrunePreview, Retention};
use drover_types::ids::GuestId;
use drover_types::permission::Permission;
use drover_types::text::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::archive::{FILENAME, archive, cluster_of, in_words_of_the_body};
use super::item::{BackupItem, Scene};
use super::named::named;
use crate::api::answer::{Refusal, Said};
use crate::api::input::{Body, Query};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// What is to become otherwise of a backup. What is left out stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct EditBody {
    /// The backup: its name, or its whole volume. Required.
    filename: Option<String>,
    /// The storage that holds it; `local`, or the one that the name has.
    storage: Option<String>,
    /// The node that sees it. Required.
    node: Option<String>,
    /// The cluster, where several have a node of this name.
    cluster: Option<String>,
    /// What is noted on it; empty for nothing.
    notes: Option<String>,
    /// Whether nobody may delete it.
    protected: Option<bool>,
}

/// A backup that was changed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Edited {
    /// Always true.
    success: bool,
    /// What was done, for people.
    message: &'static str,
    /// The backup as it is now.
    backup: BackupItem,
}

/// Which backups are looked at, and which of them are kept.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default, rename_all = "kebab-case")]
#[into_params(parameter_in = Query)]
pub(super) struct PruneQuery {
    /// The server's name, or `cluster:vmid`.
    server: String,
    /// The storage; `local` where nothing is said.
    storage: Option<String>,
    /// The node whose storage it is; the server's.
    node: Option<String>,
    /// How many of the latest are kept.
    keep_last: Option<u32>,
    /// For how many hours the latest of each is kept.
    keep_hourly: Option<u32>,
    /// For how many days.
    keep_daily: Option<u32>,
    /// For how many weeks.
    keep_weekly: Option<u32>,
    /// For how many months.
    keep_monthly: Option<u32>,
    /// For how many years.
    keep_yearly: Option<u32>,
}

/// What pruning would take.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PruneReply {
    /// Always true.
    success: bool,
    #[serde(flatten)]
    preview: PrunePreview,
}

/// Note something else on a backup, or protect it.
#[utoipa::path(
    patch, path = "/api/backups", tag = "backups",
    request_body = EditBody,
    responses((status = OK, description = "It was changed.", body = Edited)),
)]
pub(super) async fn edit_backup(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Body(body): Body<EditBody>,
) -> Result<Json<Edited>, Refusal> {
    let (drover, context) = (&server.drover, &request.context);
    context.require(Permission::BackupManagement)?;
    let node = body.node.filter(|node| !node.is_empty());
    let node = node.ok_or_else(|| Error::field("node", Problem::Required))?;
    let archive = archive(body.storage.as_deref(), body.filename.as_deref())?;
    let cluster = cluster_of(&server, body.cluster.as_deref(), &node)?;
    let (volume, notes) = (archive.to_string(), body.notes.as_deref());
    let edit = drover
        .backups
        .edit(context, &cluster, Some(&node), &volume, notes, body.protected);
    let edited = Box::pin(edit)
        .await
        .map_err(|error| in_words_of_the_body(error, |field, _| (field == "volume").then_some(FILENAME)))?;
    let picture = drover.backups.picture(context)?;
    let guest = GuestId::new(cluster, archive.vmid());
    Ok(Json(Edited {
        success: true,
        message: Said::BackupChanged.text(lang),
        backup: Scene::new(&picture, Some(&node)).item(&guest, edited),
    }))
}

/// What pruning a server's backups on a storage would take. Touches nothing.
#[utoipa::path(
    get, path = "/api/backups/prune", tag = "backups",
    params(PruneQuery),
    responses((status = OK, description = "Its backups there, the newest first.", body = PruneReply)),
)]
pub(super) async fn preview_prune(
    State(server): State<Server>,
    request: Request,
    Query(query): Query<PruneQuery>,
) -> Result<Json<PruneReply>, Refusal> {
    let (drover, context) = (&server.drover, &request.context);
    context.require(Permission::BackupManagement)?;
    if query.server.is_empty() {
        return Err(Error::field("server", Problem::Required).into());
    }
    let (row, picture) = named(&server, &request, &query.server).await?;
    let storage = query.storage.as_deref().unwrap_or(super::body::STORAGE);
    let is_shared = picture
        .storages
        .iter()
        .any(|one| one.cluster == row.id.cluster && one.name == storage && one.shared);
    let node = query.node.as_deref().unwrap_or(&row.node);
    let place = (storage, (!is_shared).then_some(node));
    let kept = Retention {
        keep_last: query.keep_last,
        keep_hourly: query.keep_hourly,
        keep_daily: query.keep_daily,
        keep_weekly: query.keep_weekly,
        keep_monthly: query.keep_monthly,
        keep_yearly: query.keep_yearly,
    };
    let preview = drover
        .backups
        .prune_preview(context, &row.id, row.kind, place, &kept);
    Ok(Json(PruneReply {
        success: true,
        preview: Box::pin(preview).await?,
    }))
}
