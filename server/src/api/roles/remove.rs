//! Taking a role off one server.

use axum::Json;
use axum::extract::State;
use drover_core::{Error, Result};
use drover_types::ids::GuestId;
use drover_types::permission::Permission;
use drover_types::role::{RoleKey, RoleRemoval};
use drover_types::text::Problem;
use serde::Deserialize;
use utoipa::ToSchema;

use super::assign::RoleAnswer;
use super::body::read_role;
use crate::api::answer::{Refusal, Said};
use crate::api::input::{Body, Segment};
use crate::api::servers::queued::named;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// Which role goes, and how.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({"role": "web", "uninstall": true}))]
pub(super) struct RemoveRoleBody {
    /// The role; where nothing is said, every role that the server is there for.
    role: Option<String>,
    /// Whether what the role has set up is taken back first, by a task and the role's own way. Packages and data stay
    /// in any case.
    uninstall: bool,
}

/// Take a role off a server.
///
/// Its record is changed; packages and data stay. With `uninstall` a task takes back what the role has set up first.
#[utoipa::path(
    post, path = "/api/remove_role/{server}", tag = "roles",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    request_body = RemoveRoleBody,
    responses((status = OK, description = "The record is changed, or a task is queued.", body = RoleAnswer)),
)]
pub(super) async fn remove_role(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
    Body(body): Body<RemoveRoleBody>,
) -> Result<Json<RoleAnswer>, Refusal> {
    let guest = named(&server, &request, &[Permission::RemoveRole], &name).await?;
    let mut role = read_role(body.role.as_deref().unwrap_or_default()).map_err(Error::NotFound)?;
    if body.uninstall && role.is_none() {
        role = Some(only_one(&server, &guest, &name).await?);
    }
    let removal = RoleRemoval {
        role,
        uninstall: body.uninstall,
    };
    if !removal.uninstall {
        let said = take_off(&server, &request, &guest, &removal).await?;
        return Ok(Json(RoleAnswer::done(said, lang)));
    }
    let task = server.drover.roles.remove(&request.context, &guest, &removal);
    Ok(Json(match Box::pin(task).await? {
        Some(task) => RoleAnswer::queued(&task, Vec::new(), Said::RoleRemovalQueued, lang),
        None => RoleAnswer::done(Said::RoleTakenOff, lang),
    }))
}

/// Takes roles off a server's record. That there are none is what was asked for, unless one was named.
pub(super) async fn take_off(
    server: &Server,
    request: &Request,
    guest: &GuestId,
    removal: &RoleRemoval,
) -> Result<Said> {
    match Box::pin(server.drover.roles.remove(&request.context, guest, removal)).await {
        Ok(_) => Ok(Said::RoleTakenOff),
        Err(Error::Conflict(Problem::NoRoles { .. })) => Ok(Said::NoRoleToTakeOff),
        Err(error) => Err(error),
    }
}

/// The one role that a server is there for.
async fn only_one(server: &Server, guest: &GuestId, name: &str) -> Result<RoleKey> {
    let assigned = server.drover.roles.assigned_to(guest).await?.into_iter();
    let mut roles = assigned.map(|one| one.role).filter(RoleKey::is_purpose);
    match (roles.next(), roles.next()) {
        (Some(role), None) => Ok(role),
        (Some(_), Some(_)) => Err(Error::field("role", Problem::Required)),
        (None, _) => Err(Error::Conflict(Problem::NoRoles {
            server: name.to_owned(),
        })),
    }
}
