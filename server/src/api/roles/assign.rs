//! Giving a role to one server.

use axum::Json;
use axum::extract::State;
use drover_types::ids::TaskId;
use drover_types::lang::Lang;
use drover_types::permission::Permission;
use drover_types::role::{Generated, RoleRemoval};
use drover_types::task::TaskRow;
use serde::Serialize;
use utoipa::ToSchema;

use super::body::AssignRoleBody;
use super::remove::take_off;
use crate::api::answer::{Refusal, Said};
use crate::api::input::{Body, Segment};
use crate::api::servers::queued::named;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// Which of the two is needed depends on what is asked for: taking off needs less than giving.
pub(super) const EITHER: [Permission; 2] = [Permission::AssignRoles, Permission::RemoveRole];

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RoleAnswer {
    /// Always true.
    success: bool,
    /// What was done, for people.
    message: &'static str,
    /// The task to follow; null where it is done already.
    task_id: Option<TaskId>,
    /// `queued`, or `completed` where it is done already.
    status: &'static str,
    /// Secrets that were made up. They are told here and nowhere else.
    generated: Vec<Generated>,
}

impl RoleAnswer {
    /// A task was queued.
    pub(super) fn queued(task: &TaskRow, generated: Vec<Generated>, said: Said, lang: Lang) -> Self {
        Self {
            success: true,
            message: said.text(lang),
            task_id: Some(task.id),
            status: "queued",
            generated,
        }
    }

    /// It is done.
    pub(super) const fn done(said: Said, lang: Lang) -> Self {
        Self {
            success: true,
            message: said.text(lang),
            task_id: None,
            status: "completed",
            generated: Vec::new(),
        }
    }
}

/// Give a server a role, in place of the one that it is there for.
///
/// A task installs it. `none` takes the roles that the server is there for off its record; packages and data stay.
#[utoipa::path(
    post, path = "/api/assign_role/{server}", tag = "roles",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    request_body = AssignRoleBody,
    responses((status = OK, description = "A task is queued, or the record is changed.", body = RoleAnswer)),
)]
pub(super) async fn assign_role(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
    Body(body): Body<AssignRoleBody>,
) -> Result<Json<RoleAnswer>, Refusal> {
    // First: what is out of reach is not there, whatever is asked for.
    let guest = named(&server, &request, &EITHER, &name).await?;
    let Some(asked) = body.assignment()? else {
        let removal = RoleRemoval {
            role: None,
            uninstall: false,
        };
        let said = take_off(&server, &request, &guest, &removal).await?;
        return Ok(Json(RoleAnswer::done(said, lang)));
    };
    let roles = &server.drover.roles;
    let (task, generated) = Box::pin(roles.assign(&request.context, &guest, &asked)).await?;
    Ok(Json(RoleAnswer::queued(&task, generated, Said::RoleQueued, lang)))
}
