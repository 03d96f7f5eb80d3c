//! Proxmox's own backup jobs.

use axum::Json;
use axum::extract::State;
use drover_core::Error;
use drover_types::backup::{BackupJob, BackupMode, Compression, JobChoice, JobDraft, Retention};
use drover_types::permission::Permission;
use drover_types::text::Problem;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::api::answer::{Done, Refusal, Said};
use crate::api::input::{Body, Segments};
use crate::api::servers::{BulkReply, bulk_reply};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// The jobs.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct JobList {
    /// Always true.
    success: bool,
    /// By cluster and id.
    jobs: Vec<BackupJob>,
}

/// A job. Where one is changed, what is left out stays as it is.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({"schedule": "mon..fri 02:00", "storage": "nfs", "choice": {"of": "all", "except": [105]}}))]
#[expect(
    clippy::option_option,
    reason = "of the retention nothing is said, or that there is none, or which"
)]
pub(super) struct JobBody {
    /// The cluster, for a new one; the first.
    cluster: Option<String>,
    /// Whether it is run.
    #[schema(default = true)]
    enabled: Option<bool>,
    /// When, as a calendar event. Required for a new one.
    schedule: Option<String>,
    /// The storage that backups are put on. Required for a new one.
    storage: Option<String>,
    /// The node whose servers it is about; empty for all nodes.
    node: Option<String>,
    /// Which servers. Required for a new one.
    choice: Option<JobChoice>,
    /// What happens to running servers meanwhile.
    mode: Option<BackupMode>,
    /// How backups are compressed.
    compression: Option<Compression>,
    /// Which older ones are kept; null: as the storage's settings say.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<Retention>)]
    retention: Option<Option<Retention>>,
    /// Notes on each backup.
    notes: Option<String>,
    /// Whether nobody may delete them.
    protected: Option<bool>,
    /// Whether one that was missed, as the node was off, is made up for.
    repeat_missed: Option<bool>,
    /// What it is for.
    comment: Option<String>,
}

/// A field that is there, though it may be null.
#[expect(clippy::option_option, reason = "null is not the same as nothing")]
fn said<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

impl JobBody {
    /// The job that it makes of `under`.
    fn laid_over(self, under: JobDraft) -> JobDraft {
        let node = match self.node {
            None => under.node,
            Some(node) => Some(node).filter(|node| !node.is_empty()),
        };
        JobDraft {
            enabled: self.enabled.unwrap_or(under.enabled),
            schedule: self.schedule.unwrap_or(under.schedule),
            storage: self.storage.unwrap_or(under.storage),
            node,
            choice: self.choice.unwrap_or(under.choice),
            mode: self.mode.unwrap_or(under.mode),
            compression: self.compression.unwrap_or(under.compression),
            retention: self.retention.unwrap_or(under.retention),
            notes: self.notes.unwrap_or(under.notes),
            protected: self.protected.unwrap_or(under.protected),
            repeat_missed: self.repeat_missed.unwrap_or(under.repeat_missed),
            comment: self.comment.unwrap_or(under.comment),
        }
    }

    /// A new job.
    fn new_job(self) -> Result<JobDraft, Error> {
        if self.choice.is_none() {
            return Err(Error::field("choice", Problem::Required));
        }
        Ok(self.laid_over(JobDraft {
            enabled: true,
            schedule: String::new(),
            storage: String::new(),
            node: None,
            choice: JobChoice::Some { vmids: Vec::new() },
            mode: BackupMode::default(),
            compression: Compression::default(),
            retention: None,
            notes: String::new(),
            protected: false,
            repeat_missed: false,
            comment: String::new(),
        }))
    }
}

/// List the backup jobs of all clusters, with their next runs.
#[utoipa::path(
    get, path = "/api/backups/jobs", tag = "backups",
    responses((status = OK, description = "The jobs.", body = JobList)),
)]
pub(super) async fn list_backup_jobs(
    State(server): State<Server>,
    request: Request,
) -> Result<Json<JobList>, Refusal> {
    let jobs = Box::pin(server.drover.backups.jobs(&request.context)).await?;
    Ok(Json(JobList { success: true, jobs }))
}

/// Make a backup job.
#[utoipa::path(
    post, path = "/api/backups/jobs", tag = "backups",
    request_body = JobBody,
    responses((status = OK, description = "It is there.", body = Done)),
)]
pub(super) async fn create_backup_job(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Body(body): Body<JobBody>,
) -> Result<Json<Done>, Refusal> {
    let (drover, context) = (&server.drover, &request.context);
    context.require_for_all(Permission::BackupManagement)?;
    let cluster = drover.clusters.named(body.cluster.as_deref())?.name.to_string();
    let job = body.new_job()?;
    drover.backups.create_job(context, &cluster, &job).await?;
    Ok(Json(Done::new(Said::BackupJobMade, lang)))
}

/// Change a backup job.
#[utoipa::path(
    put, path = "/api/backups/jobs/{cluster}/{job_id}", tag = "backups",
    params(
        ("cluster" = String, Path, description = "The cluster."),
        ("job_id" = String, Path, description = "The job's id."),
    ),
    request_body = JobBody,
    responses((status = OK, description = "It was changed.", body = Done)),
)]
pub(super) async fn change_backup_job(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segments(cluster, id): Segments,
    Body(body): Body<JobBody>,
) -> Result<Json<Done>, Refusal> {
    let (backups, context) = (&server.drover.backups, &request.context);
    let current = backups.job(context, &cluster, &id).await?;
    let job = body.laid_over(current.clone());
    // What somebody else changes meanwhile is not undone.
    let changed = backups.change_job(context, &cluster, &id, &job, Some(&current));
    changed.await?;
    Ok(Json(Done::new(Said::BackupJobChanged, lang)))
}

/// Delete a backup job. What it has made stays.
#[utoipa::path(
    delete, path = "/api/backups/jobs/{cluster}/{job_id}", tag = "backups",
    params(
        ("cluster" = String, Path, description = "The cluster."),
        ("job_id" = String, Path, description = "The job's id."),
    ),
    responses((status = OK, description = "It is gone.", body = Done)),
)]
pub(super) async fn delete_backup_job(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segments(cluster, id): Segments,
) -> Result<Json<Done>, Refusal> {
    let backups = &server.drover.backups;
    backups.delete_job(&request.context, &cluster, &id).await?;
    Ok(Json(Done::new(Said::BackupJobDeleted, lang)))
}

/// Back up now what a job would.
#[utoipa::path(
    post, path = "/api/backups/jobs/{cluster}/{job_id}/run", tag = "backups",
    params(
        ("cluster" = String, Path, description = "The cluster."),
        ("job_id" = String, Path, description = "The job's id."),
    ),
    responses((status = OK, description = "A task with a part for each server is queued.", body = BulkReply)),
)]
pub(super) async fn run_backup_job(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segments(cluster, id): Segments,
) -> Result<Json<BulkReply>, Refusal> {
    let backups = &server.drover.backups;
    let acted = Box::pin(backups.run_job(&request.context, &cluster, &id)).await?;
    bulk_reply(acted, lang).map(Json)
}
