//! Stopping a task.

use axum::Json;
use axum::extract::State;
use drover_core::Error;
use drover_types::ids::TaskId;
use drover_types::text::Problem;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::answer::{Refusal, Said};
use crate::api::input::Segment;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// A task that was asked to stop.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Cancelling {
    /// Always true.
    success: bool,
    /// What was done, for people.
    message: &'static str,
    /// The task; it ends once what it has begun is undone.
    task_id: TaskId,
    /// Always `cancelling`.
    status: &'static str,
}

/// Stop a task, and undo what it has done as far as that can be.
///
/// One's own, or one of an action that one may do oneself. A task that makes or changes several servers stops all that
/// are not done.
#[utoipa::path(
    post, path = "/api/tasks/{task_id}/cancel", tag = "tasks",
    params(("task_id" = String, Path, description = "The task's id.")),
    responses((status = OK, description = "The task is asked to stop.", body = Cancelling)),
)]
pub(super) async fn cancel_task(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(id): Segment,
) -> Result<Json<Cancelling>, Refusal> {
    let id = id.parse().map_err(|_| Error::NotFound(Problem::TaskNotFound))?;
    server.drover.tasks.cancel(&request.context, id).await?;
    Ok(Json(Cancelling {
        success: true,
        message: Said::CancelAsked.text(lang),
        task_id: id,
        status: "cancelling",
    }))
}
