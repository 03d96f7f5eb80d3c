//! One task: with its steps and log, and briefly for whoever polls.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use drover_core::{Error, Result};
use drover_types::ids::TaskId;
use drover_types::lang::Lang;
use drover_types::task::{LogLine, StepName, StepRow, StepState, TaskDetail, TaskState};
use drover_types::text::Problem;
use serde::Serialize;
use utoipa::ToSchema;

use super::item::TaskItem;
use crate::api::answer::{Failure, FailureBody, Refusal};
use crate::api::input::Segment;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// A step of a task.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct StepItem {
    /// Which step.
    name: StepName,
    /// What it does, for people.
    title: &'static str,
    /// How far it is.
    state: StepState,
    /// Percent, where the step knows.
    progress: Option<u8>,
    /// Proxmox's task, while or after one ran.
    upid: Option<String>,
    /// When it began.
    started_at: Option<DateTime<Utc>>,
    /// When it ended.
    ended_at: Option<DateTime<Utc>>,
}

/// A line of a task's log.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct LogItem {
    /// Its place in the log, from 1.
    number: i64,
    /// When it was written.
    at: DateTime<Utc>,
    /// The step it belongs to.
    step: Option<StepName>,
    /// What it says.
    message: String,
}

/// A task with its steps and log.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct FullTask {
    #[serde(flatten)]
    task: TaskItem,
    /// Its steps, in order.
    steps: Vec<StepItem>,
    /// Its log, oldest first, cut to the newest lines where it is long.
    log: Vec<LogItem>,
    /// Proxmox's own words on the failure.
    cause: Option<String>,
}

/// A task, once as an object and once at the top level.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TaskReply {
    /// Always true.
    success: bool,
    /// The task.
    task: FullTask,
    #[serde(flatten)]
    flat: TaskItem,
}

/// Get a task.
#[utoipa::path(
    get, path = "/api/tasks/{task_id}", tag = "tasks",
    params(("task_id" = String, Path, description = "The task's id.")),
    responses((status = OK, description = "The task.", body = TaskReply)),
)]
pub(super) async fn get_task(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(id): Segment,
) -> Result<Json<TaskReply>, Refusal> {
    let detail = find(&server, &request, &id).await?;
    let flat = TaskItem::new(detail.task.clone(), lang);
    Ok(Json(TaskReply {
        success: true,
        task: full(detail, lang),
        flat,
    }))
}

/// How far a task is.
#[derive(Debug, Serialize, ToSchema)]
struct ProgressReply {
    /// Always true.
    success: bool,
    /// The task's id.
    task_id: TaskId,
    /// `pending`, `running`, `completed`, `failed` or `cancelled`.
    status: &'static str,
    /// How far it is, precisely.
    state: TaskState,
    /// What is happening now, or happened last.
    message: String,
    /// Percent.
    progress: u8,
    /// Always 100.
    total: u8,
    /// What came of it, once it has completed.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<TaskResult>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// What is missing, where it completed in part.
    warnings: Vec<String>,
}

/// What came of a task.
#[derive(Debug, Serialize, ToSchema)]
struct TaskResult {
    /// The name of the server that it was about.
    server_name: String,
    /// Proxmox's id of it.
    vmid: Option<u32>,
    /// In words.
    message: String,
}

/// A task whose progress can't be told.
#[derive(Debug, Serialize, ToSchema)]
struct NoProgress {
    /// Always `error`.
    status: &'static str,
    #[serde(flatten)]
    failure: FailureBody,
}

/// How far a task is, in brief.
#[utoipa::path(
    get, path = "/api/tasks/{task_id}/status", tag = "tasks",
    params(("task_id" = String, Path, description = "The task's id.")),
    responses(
        (status = OK, description = "How far it is.", body = ProgressReply),
        (status = NOT_FOUND, description = "There is no such task.", body = NoProgress),
    ),
)]
pub(super) async fn task_status(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(id): Segment,
) -> Response {
    let detail = match find(&server, &request, &id).await {
        Ok(detail) => detail,
        Err(error) => {
            let failure = Failure {
                error: error.into_api(request.context.request_id),
                lang,
            };
            let body = NoProgress {
                status: "error",
                failure: failure.body().with_message(),
            };
            return (failure.status(), Json(body)).into_response();
        }
    };
    let item = TaskItem::new(detail.task, lang).facts;
    let is_done = matches!(item.state, TaskState::Completed | TaskState::Partial);
    let result = is_done.then(|| TaskResult {
        server_name: item.target.clone(),
        vmid: item.server.as_ref().map(|server| server.vmid),
        message: item.message.clone(),
    });
    Json(ProgressReply {
        success: true,
        task_id: item.id,
        status: if item.state == TaskState::Queued {
            "pending"
        } else {
            item.status
        },
        state: item.state,
        message: item.message,
        progress: item.progress,
        total: 100,
        result,
        error: item.error,
        warnings: item.warnings,
    })
    .into_response()
}

/// The task of this id. What is no id names no task.
pub(super) async fn find(server: &Server, request: &Request, id: &str) -> Result<TaskDetail> {
    let id = id.parse().map_err(|_| Error::NotFound(Problem::TaskNotFound))?;
    server.drover.tasks.get(&request.context, id).await
}

fn full(detail: TaskDetail, lang: Lang) -> FullTask {
    let step = |row: StepRow| StepItem {
        name: row.name,
        title: row.name.name(lang),
        state: row.state,
        progress: row.progress,
        upid: row.upid,
        started_at: row.started_at,
        ended_at: row.ended_at,
    };
    let line = |line: LogLine| LogItem {
        number: line.number,
        at: line.at,
        step: line.step,
        message: line.message.text(lang),
    };
    FullTask {
        task: TaskItem::new(detail.task, lang),
        steps: detail.steps.into_iter().map(step).collect(),
        log: detail.log.into_iter().map(line).collect(),
        cause: detail.cause,
    }
}
