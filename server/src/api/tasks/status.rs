//! What whoever polls asks. An unknown task is told with status 200 and `failed`: the pollers of the second
//! version go on asking at anything else.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use drover_core::Error;
use drover_types::ids::TaskId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::item::{TaskFacts, TaskItem};
use super::one::find;
use super::queue::POLL_FOR_SECONDS;
use crate::api::answer::{Failure, FailureBody, LONGEST_LIST, LONGEST_ROWS, Refusal};
use crate::api::input::Query;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// Which task.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct StatusQuery {
    /// The task; without it all tasks are told.
    task_id: Option<String>,
}

/// All tasks by id.
#[derive(Debug, Serialize, ToSchema)]
struct AllReply {
    /// Always true.
    success: bool,
    /// The tasks.
    tasks: BTreeMap<TaskId, TaskItem>,
    /// Whether some were left out.
    truncated: bool,
}

/// One task, at the top level.
#[derive(Debug, Serialize, ToSchema)]
struct OneReply {
    /// Always true.
    success: bool,
    #[serde(flatten)]
    task: TaskFacts,
    /// When it was asked for, in seconds since 1970: only here.
    created_at: i64,
    /// For how many seconds to go on asking.
    timeout: u32,
}

/// A task that there is not.
#[derive(Debug, Serialize, ToSchema)]
struct UnknownReply {
    /// Always `failed`.
    status: &'static str,
    #[serde(flatten)]
    failure: FailureBody,
}

/// How tasks are.
#[utoipa::path(
    get, path = "/api/tasks/status", tag = "tasks",
    params(StatusQuery),
    responses(
        (status = OK, description = "Without `task_id` all tasks; with it one, also where there is none: look at \
            `success`.", body = AllReply),
    ),
)]
pub(super) async fn tasks_status(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Query(query): Query<StatusQuery>,
) -> Result<Response, Refusal> {
    let Some(id) = query.task_id.filter(|id| !id.is_empty()) else {
        let found = server
            .drover
            .tasks
            .rows(&request.context, 0, LONGEST_ROWS)
            .await?;
        let truncated = found.total > LONGEST_LIST as u64;
        let tasks = found
            .rows
            .into_iter()
            .map(|row| (row.id, TaskItem::new(row, lang)))
            .collect();
        return Ok(Json(AllReply {
            success: true,
            tasks,
            truncated,
        })
        .into_response());
    };
    match find(&server, &request, &id).await {
        Ok(detail) => {
            let TaskItem {
                facts: task,
                created_at,
            } = TaskItem::new(detail.task, lang);
            let created_at = created_at.timestamp();
            Ok(Json(OneReply {
                success: true,
                task,
                created_at,
                timeout: POLL_FOR_SECONDS,
            })
            .into_response())
        }
        Err(error @ Error::NotFound(_)) => {
            let failure = Failure {
                error: error.into_api(request.context.request_id),
                lang,
            };
            let body = UnknownReply {
                status: "failed",
                failure: failure.body().with_message(),
            };
            Ok(Json(body).into_response())
        }
        Err(error) => Err(error.into()),
    }
}
