//! One action on several servers.

use axum::Json;
use axum::extract::State;
use drover_core::Error;
use drover_types::action::{ActionOptions, GuestAction};
use drover_types::error::{ApiError, ErrorCode};
use drover_types::ids::{GuestId, TaskId};
use drover_types::lang::Lang;
use drover_types::many::{ManyActed, RejectedServer};
use drover_types::permission::Permission;
use drover_types::text::Problem;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::api::answer::Refusal;
use crate::api::input::Body;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// Whoever has none of these can do nothing to any server.
const ANY: &[Permission] = &[
    Permission::ManageServer,
    Permission::StartServer,
    Permission::StopServer,
    Permission::RebootServer,
    Permission::DeleteServer,
];

/// Which servers, and what to do to them.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({"server_names": ["web-01", "lab:105"], "action": "start"}))]
pub(super) struct BulkBody {
    /// Their names, or `cluster:vmid`; 1,000 at most.
    server_names: Vec<String>,
    /// `start`, `stop`, `reboot`, `delete`, `shutdown`, `reset`, `suspend`, `hibernate` or `resume`.
    action: Option<String>,
    /// For `shutdown` and `reboot`: seconds that it may take, 1 to 3600; three minutes where nothing is said.
    timeout: Option<u32>,
    /// For `shutdown`: whether a server is stopped that is not off by then.
    force_stop: bool,
}

/// A task with a part for each server.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct BulkReply {
    /// Always true.
    success: bool,
    /// What was asked for, for people.
    message: String,
    /// The task whose parts they are.
    task_id: TaskId,
    /// Always `queued`.
    status: &'static str,
    /// The servers for which there is a task.
    accepted: Vec<AcceptedItem>,
    /// The servers that were left out.
    rejected: Vec<RejectedItem>,
}

/// A server for which a task was queued.
#[derive(Debug, Serialize, ToSchema)]
struct AcceptedItem {
    /// Its name.
    name: String,
    /// Which guest, as `cluster:vmid`.
    server: GuestId,
    /// The task.
    task_id: TaskId,
}

/// A server that was left out.
#[derive(Debug, Serialize, ToSchema)]
struct RejectedItem {
    /// As it was named.
    name: String,
    /// Why, for people.
    error: String,
    /// Why, for machines: the code that the same for this server alone would have been refused with.
    code: ErrorCode,
    /// The task that is in the way, where one is.
    #[serde(skip_serializing_if = "Option::is_none")]
    task_id: Option<TaskId>,
}

/// Do one thing to several servers.
#[utoipa::path(
    post, path = "/api/servers/bulk_action", tag = "servers",
    request_body = BulkBody,
    responses((status = OK, description = "A task with a part for each server is queued.", body = BulkReply)),
)]
pub(super) async fn act_on_servers(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Body(body): Body<BulkBody>,
) -> Result<Json<BulkReply>, Refusal> {
    request.context.require_any(ANY)?;
    let action = action(body.action.as_deref())?;
    let options = ActionOptions {
        timeout_seconds: body.timeout,
        force_stop: body.force_stop,
    };
    let acted = server
        .drover
        .servers
        .act_on_many(&request.context, &body.server_names, action, options)
        .await?;
    reply(acted, lang).map(Json)
}

fn action(given: Option<&str>) -> Result<GuestAction, Error> {
    let Some(given) = given.filter(|text| !text.is_empty()) else {
        return Err(Error::field("action", Problem::Required));
    };
    GuestAction::parse(given).ok_or_else(|| {
        let known = GuestAction::ALL.iter().map(|action| action.as_str().to_owned());
        let problem = Problem::UnknownChoice {
            given: given.to_owned(),
            known: known.collect(),
        };
        Error::field("action", problem)
    })
}

/// What is answered to an action on several servers.
pub(in crate::api) fn reply(acted: ManyActed, lang: Lang) -> Result<BulkReply, Refusal> {
    let Some(task_id) = acted.task else {
        return Err(refused(&acted.rejected, lang));
    };
    let rejected = items(&acted.rejected, lang);
    let count = acted.accepted.len();
    Ok(BulkReply {
        success: true,
        message: lang.pick(
            format!("서버 {count}대의 작업을 시작했습니다."),
            format!("Work on {count} servers has begun."),
        ),
        task_id,
        status: "queued",
        accepted: acted
            .accepted
            .into_iter()
            .map(|one| AcceptedItem {
                name: one.name,
                server: one.guest,
                task_id: one.task,
            })
            .collect(),
        rejected,
    })
}

/// What is answered where every server was left out.
pub(in crate::api) fn refused(rejected: &[RejectedServer], lang: Lang) -> Refusal {
    match all_refused(rejected, items(rejected, lang)) {
        Ok(error) => error.into(),
        Err(error) => error.into(),
    }
}

fn items(rejected: &[RejectedServer], lang: Lang) -> Vec<RejectedItem> {
    let items = rejected.iter().map(|one| RejectedItem {
        name: one.name.clone(),
        error: one.problem.text(lang),
        code: one.code(),
        task_id: one.task(),
    });
    items.collect()
}

/// Where every server was left out: with the code that all of them have, if they have one.
fn all_refused(rejected: &[RejectedServer], items: Vec<RejectedItem>) -> Result<ApiError, Error> {
    let first = rejected.first();
    let code = first.map_or(ErrorCode::Conflict, RejectedServer::code);
    let is_one = rejected.iter().all(|one| one.code() == code);
    let code = if is_one { code } else { ErrorCode::Conflict };
    let problem = first.map_or(Problem::NotFound, |one| one.problem.clone());
    let mut error = ApiError::new(code, problem);
    if let Some(task) = first
        .and_then(RejectedServer::task)
        .filter(|_| rejected.len() == 1)
    {
        error.details.insert("task_id".into(), task.to_string().into());
    }
    let servers = items
        .iter()
        .map(|one| (one.name.clone(), one.error.clone().into()));
    error
        .details
        .insert("servers".into(), Value::Object(servers.collect()));
    let items = serde_json::to_value(items).map_err(|error| Error::Internal(error.to_string()))?;
    error.details.insert("rejected".into(), items);
    Ok(error)
}
