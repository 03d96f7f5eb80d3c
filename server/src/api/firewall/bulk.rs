//! Which groups several servers have.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use drover_types::error::{ApiError, ErrorCode};
use drover_types::ids::{GuestId, TaskId};
use drover_types::lang::Lang;
use drover_types::text::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::assign::{AssignBody, EITHER};
use crate::api::answer::{PATIENCE, Refusal};
use crate::api::input::Body;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// Which servers, and which groups they get.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({"server_names": ["web-01", "web-02"], "security_group": "web"}))]
pub(super) struct AssignBulkBody {
    /// Their names, or `cluster:vmid`; 1,000 at most.
    server_names: Vec<String>,
    /// Which groups.
    #[serde(flatten)]
    groups: AssignBody,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AssignBulkReply {
    /// Whether it was done for at least one server, or is still at work.
    success: bool,
    /// How many, for people.
    message: String,
    /// The task whose parts did it.
    task_id: TaskId,
    /// `completed`, `partial`, or `running` where it takes longer than a minute.
    status: &'static str,
    /// How many.
    summary: Summary,
    /// What became of each.
    results: Vec<ServerResult>,
    /// The names of those for which it was not done.
    failed_servers: Vec<String>,
}

/// How many servers.
#[derive(Debug, Default, Serialize, ToSchema)]
struct Summary {
    /// All that were named.
    total: usize,
    /// Those for which it is done.
    success: usize,
    /// Those for which it is not.
    failed: usize,
    /// Those at work.
    running: usize,
}

/// What became of one server.
#[derive(Debug, Serialize, ToSchema)]
struct ServerResult {
    /// As it was named.
    name: String,
    /// Which guest; null where none is known.
    server: Option<GuestId>,
    /// `completed`, `failed` or `running`.
    status: &'static str,
    /// Why it was not done, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    /// Why it was not done, for machines.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<ErrorCode>,
    /// Its task; null where there is none.
    task_id: Option<TaskId>,
}

/// Give several servers these firewall groups, in place of those that Drover has given them.
#[utoipa::path(
    post, path = "/api/firewall/assign_bulk", tag = "firewall",
    request_body = AssignBulkBody,
    responses((status = OK, description = "What became of each.", body = AssignBulkReply)),
)]
pub(super) async fn assign_firewall_groups(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Body(body): Body<AssignBulkBody>,
) -> Result<Json<AssignBulkReply>, Refusal> {
    request.context.require_any(&EITHER)?;
    let asked = body.groups.assignment()?;
    let firewall = &server.drover.firewall;
    let acted = firewall
        .assign_many(&request.context, &body.server_names, &asked)
        .await?;
    let mut results: Vec<ServerResult> = acted
        .rejected
        .iter()
        .map(|one| ServerResult {
            name: one.name.clone(),
            server: None,
            status: "failed",
            error: Some(one.problem.text(lang)),
            code: Some(match &one.problem {
                Problem::FirewallGroupNotFound { .. } => ErrorCode::ResourceNotFound,
                _ => one.code(),
            }),
            task_id: one.task(),
        })
        .collect();
    let Some(task) = acted.task else {
        return Err(all_failed(&results, acted.rejected.first().map(|one| &one.problem)).into());
    };
    let ended = server.drover.tasks.settle(task, PATIENCE).await?;
    let parts = server.drover.tasks.parts(task).await?;
    let parts: HashMap<TaskId, _> = parts.iter().map(|part| (part.task.id, part)).collect();
    let mut first = None;
    for one in acted.accepted {
        let failure = parts.get(&one.task).and_then(|part| part.failure());
        let is_done = parts.get(&one.task).is_some_and(|part| part.is_done());
        let status = match (&failure, is_done) {
            (Some(_), _) => "failed",
            (None, true) => "completed",
            (None, false) => "running",
        };
        results.push(ServerResult {
            name: one.name,
            server: Some(one.guest),
            status,
            error: failure.as_ref().map(|(_, problem)| problem.text(lang)),
            code: failure.as_ref().map(|(code, _)| *code),
            task_id: Some(one.task),
        });
        first = first.or(failure.map(|(_, problem)| problem));
    }
    let count = |status: &str| results.iter().filter(|one| one.status == status).count();
    let summary = Summary {
        total: results.len(),
        success: count("completed"),
        failed: count("failed"),
        running: count("running"),
    };
    if summary.failed == summary.total {
        let mut error = all_failed(&results, first.as_ref());
        error.details.insert("task_id".into(), task.to_string().into());
        return Err(error.into());
    }
    let status = if !ended.task.state.has_ended() {
        "running"
    } else if summary.failed > 0 {
        "partial"
    } else {
        "completed"
    };
    Ok(Json(AssignBulkReply {
        success: true,
        message: said(&summary, lang),
        task_id: task,
        status,
        failed_servers: results
            .iter()
            .filter(|one| one.status == "failed")
            .map(|one| one.name.clone())
            .collect(),
        summary,
        results,
    }))
}

fn said(summary: &Summary, lang: Lang) -> String {
    let Summary { total, success, .. } = summary;
    lang.pick(
        format!("서버 {total}대 중 {success}대의 방화벽 그룹을 바꿨습니다."),
        format!("The firewall groups of {success} of {total} servers were changed."),
    )
}

/// Where it was done for none: with the code that all of them have, if they have one.
fn all_failed(results: &[ServerResult], problem: Option<&Problem>) -> ApiError {
    let code = results
        .first()
        .and_then(|one| one.code)
        .unwrap_or(ErrorCode::Conflict);
    let is_one = results.iter().all(|one| one.code == Some(code));
    let code = if is_one { code } else { ErrorCode::Conflict };
    let mut error = ApiError::new(code, problem.cloned().unwrap_or(Problem::NotFound));
    let servers = results
        .iter()
        .map(|one| (one.name.clone(), one.error.clone().unwrap_or_default().into()));
    error
        .details
        .insert("servers".into(), serde_json::Value::Object(servers.collect()));
    let names: Vec<&str> = results.iter().map(|one| one.name.as_str()).collect();
    error.details.insert("failed_servers".into(), names.into());
    error
}
