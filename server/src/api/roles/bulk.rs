//! Giving a role to several servers.

use axum::Json;
use axum::extract::State;
use drover_core::Error;
use drover_types::error::ErrorCode;
use drover_types::ids::TaskId;
use drover_types::lang::Lang;
use drover_types::many::{ManyActed, RejectedServer};
use drover_types::role::Generated;
use drover_types::text::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::assign::EITHER;
use super::body::AssignRoleBody;
use crate::api::answer::{Refusal, Said};
use crate::api::input::{Body, Object};
use crate::api::servers::bulk_refused;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// Which servers, and which role they get.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({"server_names": ["web-01", "web-02"], "role": "web"}))]
pub(super) struct AssignRolesBody {
    /// Their names, or `cluster:vmid`; 1,000 at most.
    server_names: Vec<String>,
    /// The role; `none` for none. Required.
    role: Option<String>,
    /// Its variables, by name; those that are not named keep what each server has, or are the role's defaults.
    variables: Object,
    /// Whether the other roles that a server is there for are taken off its record; they are unless this is false.
    replaces: Option<bool>,
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AssignRolesReply {
    /// Always true.
    success: bool,
    /// How many, for people.
    message: String,
    /// The task whose parts install the role; null where roles were taken off.
    task_id: Option<TaskId>,
    /// `queued`, or `completed` where it is done already.
    status: &'static str,
    /// The names of the servers that it is done on.
    targets: Vec<String>,
    /// The first address of each that tells one.
    target_ips: Vec<String>,
    /// The names of those that no address is known of: they were left out.
    missing_ip: Vec<String>,
    /// The others that were left out.
    rejected: Vec<RejectedTarget>,
    /// Secrets that were made up. They are told here and nowhere else.
    generated: Vec<Generated>,
}

/// A server that was left out.
#[derive(Debug, Serialize, ToSchema)]
struct RejectedTarget {
    /// As it was named.
    name: String,
    /// Why, for machines: the code that the same for this server alone would have been refused with.
    code: ErrorCode,
    /// Why, for people.
    message: String,
}

/// Give several servers a role, in place of the one that each is there for.
///
/// A task with a part for each installs it. `none` takes the roles that they are there for off their records; packages and
/// data stay.
#[utoipa::path(
    post, path = "/api/roles/assign_bulk", tag = "roles",
    request_body = AssignRolesBody,
    responses((status = OK, description = "A task is queued, or the records are changed.", body = AssignRolesReply)),
)]
pub(super) async fn assign_roles(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Body(body): Body<AssignRolesBody>,
) -> Result<Json<AssignRolesReply>, Refusal> {
    request.context.require_any(&EITHER)?;
    // An empty text is more often a slip than meant for all of them.
    let role = AssignRoleBody {
        role: body.role.filter(|given| !given.trim().is_empty()),
        variables: body.variables,
        replaces: body.replaces,
    };
    let Some(asked) = role.assignment()? else {
        return taken_off(&server, &request, lang, &body.server_names)
            .await
            .map(Json);
    };
    let roles = &server.drover.roles;
    let asked = roles.assign_many(&request.context, &body.server_names, &asked);
    let assigned = Box::pin(asked).await?;
    let acted = assigned.acted;
    let Some(task) = acted.task else {
        return Err(nothing_left(&acted, lang));
    };
    let addresses = acted.accepted.iter().filter_map(|one| {
        let row = server.drover.inventory.guest(&one.guest)?;
        row.addresses.into_iter().next()
    });
    let target_ips = addresses.collect();
    let targets: Vec<String> = acted.accepted.into_iter().map(|one| one.name).collect();
    let count = targets.len();
    let (missing, rejected): (Vec<_>, Vec<_>) = acted.rejected.into_iter().partition(has_no_address);
    Ok(Json(AssignRolesReply {
        success: true,
        message: lang.pick(
            format!("서버 {count}대에 역할을 설치하고 있습니다."),
            format!("The role is being installed on {count} servers."),
        ),
        task_id: Some(task),
        status: "queued",
        targets,
        target_ips,
        missing_ip: missing.into_iter().map(|one| one.name).collect(),
        rejected: told(rejected, lang),
        generated: assigned.generated,
    }))
}

async fn taken_off(
    server: &Server,
    request: &Request,
    lang: Lang,
    names: &[String],
) -> Result<AssignRolesReply, Refusal> {
    let roles = &server.drover.roles;
    let (mut targets, mut acted) = Box::pin(roles.remove_many(&request.context, names)).await?;
    // Those that have none are as they were asked to be.
    let (bare, rejected): (Vec<_>, Vec<_>) = acted
        .rejected
        .into_iter()
        .partition(|one| matches!(one.problem, Problem::NoRoles { .. }));
    acted.rejected = rejected;
    targets.extend(bare.into_iter().map(|one| one.name));
    if targets.is_empty() {
        return Err(bulk_refused(&acted.rejected, lang));
    }
    Ok(AssignRolesReply {
        success: true,
        message: Said::RoleTakenOff.text(lang).to_owned(),
        task_id: None,
        status: "completed",
        targets,
        target_ips: Vec::new(),
        missing_ip: Vec::new(),
        rejected: told(acted.rejected, lang),
        generated: Vec::new(),
    })
}

/// Where every server was left out. That none has an address is the body's fault to old clients.
fn nothing_left(acted: &ManyActed, lang: Lang) -> Refusal {
    match acted.rejected.first() {
        Some(first) if acted.rejected.iter().all(has_no_address) => {
            Error::field("server_names", first.problem.clone()).into()
        }
        _ => bulk_refused(&acted.rejected, lang),
    }
}

const fn has_no_address(one: &RejectedServer) -> bool {
    matches!(one.problem, Problem::NoAddress { .. })
}

fn told(rejected: Vec<RejectedServer>, lang: Lang) -> Vec<RejectedTarget> {
    let told = rejected.into_iter().map(|one| RejectedTarget {
        code: one.code(),
        message: one.problem.text(lang),
        name: one.name,
    });
    told.collect()
}
