//! Cleaning up servers that went wrong. A task does it; the answer waits for it a little, as old clients read the
//! result from it.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use drover_core::{Error, OpContext, Result};
use drover_types::action::GuestAction;
use drover_types::ids::TaskId;
use drover_types::lang::Lang;
use drover_types::task::{StepName, StepState, TaskDetail};
use drover_types::text::Problem;
use futures::future::join_all;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use utoipa::ToSchema;

use crate::api::answer::Refusal;
use crate::api::input::{Body, Segment};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// For how long an answer waits, and how often it looks.
const WAIT: Duration = Duration::from_secs(5);
const LOOK: Duration = Duration::from_millis(100);
/// How many servers may be named at once.
const MOST: usize = 100;

/// Whether a server is removed that is well.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct CleanBody {
    /// Only for administrators.
    force: bool,
}

/// What became of it so far.
#[expect(
    clippy::struct_excessive_bools,
    reason = "the shape that clients of the older panel read"
)]
#[derive(Debug, Default, Serialize, ToSchema)]
struct CleanupResults {
    /// Whether nothing is kept for it any more.
    db_cleaned: bool,
    /// The same: Drover keeps no second plan of what Proxmox has.
    terraform_cleaned: bool,
    /// Whether Proxmox has it no more.
    proxmox_cleaned: bool,
    /// Whether a notification tells of it.
    notification_created: bool,
    /// What went wrong, for people.
    errors: Vec<String>,
}

/// A clean-up.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CleanReply {
    /// Whether nothing went wrong so far.
    success: bool,
    /// The name.
    server_name: String,
    /// What became of it so far; all false while the task still runs.
    cleanup_results: CleanupResults,
    /// The task.
    task_id: TaskId,
    /// `running` while it runs, then `completed`, `failed` or `cancelled`.
    status: &'static str,
}

/// Remove what a server that went wrong has left behind.
#[utoipa::path(
    post, path = "/api/cleanup/clean/{server}", tag = "cleanup",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    request_body = CleanBody,
    responses((status = OK, description = "A task is queued, and has ended where that took a few seconds only.", body = CleanReply)),
)]
pub(super) async fn clean_server(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
    Body(body): Body<CleanBody>,
) -> Result<Json<CleanReply>, Refusal> {
    let task = server
        .drover
        .servers
        .clean_up(&request.context, &name, body.force)
        .await?
        .id;
    let detail = wait(&server, &request.context, task, Instant::now() + WAIT).await?;
    Ok(Json(reply(name, &detail, lang)))
}

/// Which servers to clean up.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct BulkCleanBody {
    /// Their names, or `cluster:vmid`; 100 at most.
    server_names: Vec<String>,
}

/// One of several clean-ups.
#[derive(Debug, Serialize, ToSchema)]
struct CleanedItem {
    /// The name.
    server_name: String,
    /// Whether nothing went wrong so far.
    success: bool,
    /// What became of it so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    results: Option<CleanupResults>,
    /// The task.
    #[serde(skip_serializing_if = "Option::is_none")]
    task_id: Option<TaskId>,
    /// Why it was not begun, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Several clean-ups.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BulkCleanReply {
    /// Always true.
    success: bool,
    /// Each of them.
    results: Vec<CleanedItem>,
    /// How many there are.
    total: usize,
    /// With how many nothing went wrong so far.
    successful: usize,
}

/// Remove what several servers have left behind.
#[utoipa::path(
    post, path = "/api/cleanup/bulk-clean", tag = "cleanup",
    request_body = BulkCleanBody,
    responses((status = OK, description = "What became of each.", body = BulkCleanReply)),
)]
pub(super) async fn clean_servers(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Body(body): Body<BulkCleanBody>,
) -> Result<Json<BulkCleanReply>, Refusal> {
    request
        .context
        .require_any_for_all(GuestAction::Delete.permissions())?;
    let problem = match body.server_names.len() {
        0 => Some(Problem::Required),
        1..=MOST => None,
        _ => Some(Problem::OutOfRange {
            min: 1,
            max: i64::try_from(MOST).unwrap_or(i64::MAX),
        }),
    };
    if let Some(problem) = problem {
        return Err(Error::field("server_names", problem).into());
    }
    let until = Instant::now() + WAIT;
    let begun = server
        .drover
        .servers
        .clean_up_many(&request.context, body.server_names)
        .await?;
    let mut ends = Vec::with_capacity(begun.len());
    for (name, task) in begun {
        ends.push(ended(
            &server,
            &request,
            name,
            task.map(|task| task.id),
            until,
            lang,
        ));
    }
    let results = join_all(ends).await;
    Ok(Json(BulkCleanReply {
        success: true,
        total: results.len(),
        successful: results.iter().filter(|one| one.success).count(),
        results,
    }))
}

async fn ended(
    server: &Server,
    request: &Request,
    server_name: String,
    task: Result<TaskId>,
    until: Instant,
    lang: Lang,
) -> CleanedItem {
    let followed = match task {
        Ok(task) => wait(server, &request.context, task, until).await,
        Err(error) => Err(error),
    };
    match followed {
        Ok(detail) => {
            let results = results(&detail, lang);
            CleanedItem {
                server_name,
                success: results.errors.is_empty(),
                results: Some(results),
                task_id: Some(detail.task.id),
                error: None,
            }
        }
        Err(error) => CleanedItem {
            server_name,
            success: false,
            results: None,
            task_id: None,
            error: Some(error.into_api(request.context.request_id).text(lang)),
        },
    }
}

/// The task once it has ended, or as it is at `until`.
async fn wait(server: &Server, ctx: &OpContext, task: TaskId, until: Instant) -> Result<TaskDetail> {
    loop {
        let detail = server.drover.tasks.get(ctx, task).await?;
        if detail.task.state.has_ended() || Instant::now() >= until {
            return Ok(detail);
        }
        tokio::time::sleep(LOOK).await;
    }
}

fn reply(server_name: String, detail: &TaskDetail, lang: Lang) -> CleanReply {
    use drover_types::task::TaskState;
    let cleanup_results = results(detail, lang);
    CleanReply {
        success: cleanup_results.errors.is_empty(),
        server_name,
        cleanup_results,
        task_id: detail.task.id,
        status: match detail.task.state {
            TaskState::Queued | TaskState::Running => "running",
            TaskState::Completed | TaskState::Partial => "completed",
            TaskState::Failed => "failed",
            TaskState::Cancelled => "cancelled",
        },
    }
}

fn results(detail: &TaskDetail, lang: Lang) -> CleanupResults {
    let is_done = |name: StepName| {
        detail
            .steps
            .iter()
            .any(|step| step.name == name && step.state == StepState::Done)
    };
    CleanupResults {
        db_cleaned: is_done(StepName::Release),
        terraform_cleaned: is_done(StepName::Release),
        proxmox_cleaned: is_done(StepName::Destroy),
        notification_created: detail.task.state.has_ended(),
        errors: detail
            .task
            .problem
            .iter()
            .map(|problem| problem.text(lang))
            .collect(),
    }
}
