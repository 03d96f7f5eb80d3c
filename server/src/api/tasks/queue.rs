//! How clients should poll, and how busy the queue is.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::answer::Refusal;
use crate::request::Request;
use crate::router::Server;

/// For how long a client goes on asking for a task: a large disk on a slow storage takes hours to clone.
pub(super) const POLL_FOR_SECONDS: u32 = 18_000;
/// How often it asks.
const POLL_EVERY_MILLISECONDS: u32 = 5_000;

/// Limits of tasks.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConfigReply {
    /// Always true.
    success: bool,
    /// For how many seconds to go on asking for a task.
    timeout: u32,
    /// The same in hours.
    timeout_hours: u32,
    /// How often to ask, in milliseconds.
    polling_interval: u32,
    /// Limits of the queue.
    config: QueueConfig,
}

/// Limits of the queue.
#[derive(Debug, Serialize, ToSchema)]
struct QueueConfig {
    /// How many tasks of one cluster a process runs at once.
    max_concurrent_tasks: usize,
    /// For how many seconds a step waits for one task of Proxmox's; a task as a whole may take any time.
    task_timeout: u64,
}

/// How to poll for tasks.
#[utoipa::path(
    get, path = "/api/tasks/config", tag = "tasks",
    responses((status = OK, description = "Limits and intervals.", body = ConfigReply)),
)]
pub(super) async fn tasks_config(
    State(server): State<Server>,
    request: Request,
) -> Result<Json<ConfigReply>, Refusal> {
    request.context.signed_in()?;
    let limits = server.drover.tasks.settings();
    Ok(Json(ConfigReply {
        success: true,
        timeout: POLL_FOR_SECONDS,
        timeout_hours: POLL_FOR_SECONDS / 3600,
        polling_interval: POLL_EVERY_MILLISECONDS,
        config: QueueConfig {
            max_concurrent_tasks: limits.max_running,
            task_timeout: limits.proxmox_limit.as_secs(),
        },
    }))
}

/// How busy the queue is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct QueueReply {
    /// Always true.
    success: bool,
    /// `ok`; `degraded` where more tasks wait than can be run at once.
    status: &'static str,
    /// Whoever runs tasks.
    workers: Vec<Worker>,
    /// Tasks that are run.
    active: u64,
    /// Tasks that wait.
    queued: u64,
    /// The same.
    queue_depth: u64,
    /// Always `internal`: the database is the queue.
    broker: &'static str,
}

/// Something that runs tasks.
#[derive(Debug, Serialize, ToSchema)]
struct Worker {
    /// Its name.
    name: &'static str,
    /// How many tasks of one cluster it runs at once.
    concurrency: usize,
}

/// How busy the queue is.
#[utoipa::path(
    get, path = "/api/celery/status", tag = "tasks",
    responses((status = OK, description = "The queue.", body = QueueReply)),
)]
pub(super) async fn queue_status(
    State(server): State<Server>,
    request: Request,
) -> Result<Json<QueueReply>, Refusal> {
    let counts = server.drover.tasks.counts(&request.context).await?;
    let concurrency = server.drover.tasks.settings().max_running;
    Ok(Json(QueueReply {
        success: true,
        status: if counts.queued > concurrency as u64 {
            "degraded"
        } else {
            "ok"
        },
        workers: vec![Worker {
            name: "drover",
            concurrency,
        }],
        active: counts.running,
        queued: counts.queued,
        queue_depth: counts.queued,
        broker: "internal",
    }))
}
