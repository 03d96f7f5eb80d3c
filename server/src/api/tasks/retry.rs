//! A creation, or a run of roles, that came to nothing, asked for again.

use axum::Json;
use axum::extract::State;
use drover_core::Error;
use drover_types::ids::TaskId;
use drover_types::role::Generated;
use drover_types::text::Problem;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::api::answer::{Refusal, Said};
use crate::api::input::{Body, Object, Segment};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// What a retry needs to be told again.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct RetryBody {
    /// The password of the servers, where one was asked for: it is not kept once a task has ended.
    #[schema(format = Password)]
    vm_password: Option<String>,
}

/// A task that was asked for again.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Retried {
    /// Always true.
    success: bool,
    /// What was done, for people.
    message: &'static str,
    /// The task to follow: a new one, or the same where its parts were asked for again.
    task_id: TaskId,
    /// Always `queued`.
    status: &'static str,
    /// Secrets that were made up anew for roles. They are told here and nowhere else.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    generated: Vec<Generated>,
}

/// Ask for a task again.
///
/// For a task that makes a server and failed or was cancelled, and for one that makes several: those of its parts;
/// and for one that installs, checks or takes back roles of a server. Everything is checked anew.
#[utoipa::path(
    post, path = "/api/tasks/{task_id}/retry", tag = "tasks",
    params(("task_id" = String, Path, description = "The task's id.")),
    request_body = RetryBody,
    responses((status = OK, description = "A task is queued.", body = Retried)),
)]
pub(super) async fn retry_task(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(id): Segment,
    Body(mut body): Body<Object>,
) -> Result<Json<Retried>, Refusal> {
    let id = id.parse().map_err(|_| Error::NotFound(Problem::TaskNotFound))?;
    let password = match body.remove("vm_password") {
        None | Some(Value::Null) => None,
        Some(Value::String(password)) => Some(password),
        Some(_) => {
            let expected = "\"…\"".to_owned();
            return Err(Error::field("vm_password", Problem::WrongType { expected }).into());
        }
    };
    let asked = server.drover.retry(&request.context, id, password.as_deref());
    let queued = asked.await?;
    Ok(Json(Retried {
        success: true,
        message: Said::RetryQueued.text(lang),
        task_id: queued.task.id,
        status: "queued",
        generated: queued.generated,
    }))
}
