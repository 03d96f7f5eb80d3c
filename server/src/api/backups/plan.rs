//! What would be: what a restore over a server comes to, and when a schedule falls due. Both touch nothing.

use axum::Json;
use axum::extract::State;
use drover_types::backup::{NextRuns, RestoreOver, RestorePlan};
use drover_types::permission::Permission;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::archive::{archive, in_words_of_the_body, only_of};
use super::named::named;
use super::restore::field;
use crate::api::answer::Refusal;
use crate::api::input::{Query, Segment};
use crate::request::Request;
use crate::router::Server;

/// A backup, and what would become of it; as the body of the restore says it.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct PlanQuery {
    /// The backup: its name, or its whole volume. Required.
    filename: Option<String>,
    /// The storage that holds it; `local`, or the one that the name has.
    storage: Option<String>,
    /// The storage that all disks are put on; where nothing is said, each goes where it was.
    target_storage: Option<String>,
    /// Whether what is there now is backed up before; it is where nothing is said.
    safety_backup: Option<bool>,
    /// The storage for that; the one that holds the backup.
    safety_storage: Option<String>,
}

/// What a restore comes to.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PlanReply {
    /// Always true.
    success: bool,
    /// That.
    plan: RestorePlan,
}

/// A schedule.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct ScheduleQuery {
    /// The cluster; the first.
    cluster: Option<String>,
    /// A calendar event of Proxmox's, such as `mon..fri 02:00`. Required.
    schedule: String,
}

/// When a schedule falls due.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NextRunsReply {
    /// Always true.
    success: bool,
    #[serde(flatten)]
    next: NextRuns,
}

/// What a restore over a server would do. Touches nothing.
#[utoipa::path(
    get, path = "/api/server/restore/{server}/plan", tag = "backups",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`."), PlanQuery),
    responses((status = OK, description = "What it comes to, and what to know before.", body = PlanReply)),
)]
pub(super) async fn plan_restore(
    State(server): State<Server>,
    request: Request,
    Segment(name): Segment,
    Query(query): Query<PlanQuery>,
) -> Result<Json<PlanReply>, Refusal> {
    let (row, _) = named(&server, &request, &name).await?;
    let archive = archive(query.storage.as_deref(), query.filename.as_deref())?;
    only_of(&row.id, &archive)?;
    let safety = query.safety_backup.unwrap_or(true);
    let over = RestoreOver {
        volume: archive.to_string(),
        node: Some(row.node),
        storage: query.target_storage.filter(|storage| !storage.is_empty()),
        safety: safety.then(|| {
            let own = || archive.storage().to_owned();
            query
                .safety_storage
                .filter(|storage| !storage.is_empty())
                .unwrap_or_else(own)
        }),
        start: None,
    };
    let backups = &server.drover.backups;
    let plan = Box::pin(backups.plan_restore(&request.context, &row.id, &over)).await;
    Ok(Json(PlanReply {
        success: true,
        plan: plan.map_err(|error| in_words_of_the_body(error, field))?,
    }))
}

/// When a schedule falls due next, as Proxmox reads it.
#[utoipa::path(
    get, path = "/api/backups/next-runs", tag = "backups",
    params(ScheduleQuery),
    responses((status = OK, description = "The next runs, and the zones of the clocks that they go by.", body = NextRunsReply)),
)]
pub(super) async fn next_runs(
    State(server): State<Server>,
    request: Request,
    Query(query): Query<ScheduleQuery>,
) -> Result<Json<NextRunsReply>, Refusal> {
    let (drover, context) = (&server.drover, &request.context);
    context.require_for_all(Permission::BackupManagement)?;
    let cluster = drover.clusters.named(query.cluster.as_deref())?.name.to_string();
    let next = drover.backups.next_runs(context, &cluster, query.schedule.trim());
    Ok(Json(NextRunsReply {
        success: true,
        next: Box::pin(next).await?,
    }))
}
