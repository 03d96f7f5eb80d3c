//! Comparing what the clusters have with what is on record, and adopting servers that were made elsewhere.

use axum::Json;
use axum::extract::State;
use drover_core::{Error, Result};
use drover_types::adoption::Synced;
use drover_types::error::FieldProblems;
use drover_types::ids::GuestId;
use drover_types::permission::Permission;
use drover_types::role::RoleKey;
use drover_types::text::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::answer::{Refusal, Said};
use crate::api::input::Body;
use crate::api::roles::read_role;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// What is adopted.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct SyncBody {
    /// Servers that were made elsewhere, each `cluster:vmid` or its name where only one has it. Without any nothing is
    /// adopted.
    adopt: Vec<String>,
    /// What the adopted servers are there for: `web`, `was`, `db`, `java`, `search`, `ftp`, another role that there is,
    /// or `none` for nothing in particular. Empty leaves it as it is. Nothing is installed.
    role: String,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SyncReply {
    /// Always true.
    success: bool,
    /// What was done, for people.
    message: &'static str,
    /// It.
    data: Synced,
}

/// Ask every cluster anew and compare its servers with what is on record.
///
/// Adopting records who asks as the owner; Proxmox is left as it is.
#[utoipa::path(
    post, path = "/api/sync_servers", tag = "servers",
    request_body = SyncBody,
    responses((status = OK, description = "What was found.", body = SyncReply)),
)]
pub(super) async fn sync_servers(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Body(body): Body<SyncBody>,
) -> Result<Json<SyncReply>, Refusal> {
    let (servers, context) = (&server.drover.servers, &request.context);
    context.require(Permission::ManageServer)?;
    let (mut adopt, mut problems) = (Vec::<GuestId>::new(), FieldProblems::new());
    let role = match role(&server, &request, &body.role).await {
        Ok(role) => role,
        Err(Error::NotFound(problem)) => {
            problems.insert("role".to_owned(), problem);
            None
        }
        Err(error) => return Err(error.into()),
    };
    for (n, name) in body.adopt.iter().enumerate() {
        // One that is new may not be seen before the clusters are asked.
        let found = match name.parse() {
            Ok(id) => Ok(id),
            Err(_) => servers.resolve(context, name).await,
        };
        let problem: Problem = match found {
            Ok(id) => {
                adopt.push(id);
                continue;
            }
            Err(Error::NotFound(problem) | Error::Conflict(problem)) => problem,
            Err(error) => return Err(error.into()),
        };
        problems.insert(format!("adopt[{n}]"), problem);
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems).into());
    }
    Ok(Json(SyncReply {
        success: true,
        message: Said::ServersSynced.text(lang),
        data: servers.sync(context, &adopt, role).await?,
    }))
}

/// The role that is named, or that there is to be none, where something is said of it.
async fn role(server: &Server, request: &Request, given: &str) -> Result<Option<Option<RoleKey>>> {
    if given.is_empty() {
        return Ok(None);
    }
    let role = read_role(given).map_err(Error::NotFound)?;
    if let Some(role) = role
        .as_ref()
        .filter(|role| !RoleKey::USUAL.contains(&role.as_str()))
    {
        server.drover.roles.role(&request.context, role).await?;
    }
    Ok(Some(role))
}
