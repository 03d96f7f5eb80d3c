//! Which roles there are.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use drover_core::Error;
use drover_types::role::RoleKey;
use drover_types::text::Problem;
use serde::Serialize;
use utoipa::ToSchema;

use super::item::RoleItem;
use crate::api::answer::{Refusal, Said};
use crate::api::input::Segment;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// The catalogue, and what is needed to use it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RolesReply {
    /// Always true.
    success: bool,
    /// The roles, by name.
    roles: Vec<RoleItem>,
    /// Folders of roles that can't be read.
    broken: Vec<BrokenRole>,
    /// Why nothing can be installed at all, for people; null where nothing stands against it.
    unable: Option<String>,
    /// The public half of the key by which Drover signs in to servers.
    public_key: String,
    /// Every how many hours what is installed is compared with what should be; 0 for never.
    check_hours: u32,
}

/// A folder that holds no role that can be read.
#[derive(Debug, Serialize, ToSchema)]
struct BrokenRole {
    /// Its name.
    folder: String,
    /// What is wrong with it.
    cause: String,
}

/// The roles by their names.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AvailableRoles {
    /// Always true.
    success: bool,
    /// The roles.
    roles: BTreeMap<String, RoleItem>,
}

/// Whether there is a role.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RoleValidity {
    /// Always true.
    success: bool,
    /// Whether there is such a role.
    valid: bool,
    /// The same, for people.
    message: String,
    /// The role; null where there is none.
    role: Option<RoleItem>,
}

/// A role.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RoleReply {
    /// Always true.
    success: bool,
    /// It.
    role: RoleItem,
}

/// List the roles, and whether they can be installed.
#[utoipa::path(
    get, path = "/api/roles", tag = "roles",
    responses((status = OK, description = "The roles.", body = RolesReply)),
)]
pub(super) async fn list_roles(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
) -> Result<Json<RolesReply>, Refusal> {
    let overview = server.drover.roles.overview(&request.context).await?;
    let broken = overview.broken.into_iter();
    Ok(Json(RolesReply {
        success: true,
        roles: overview
            .roles
            .into_iter()
            .map(|role| RoleItem::new(role, lang))
            .collect(),
        broken: broken
            .map(|(folder, cause)| BrokenRole { folder, cause })
            .collect(),
        unable: overview.unable.map(|problem| problem.text(lang)),
        public_key: overview.public_key,
        check_hours: overview.check_hours,
    }))
}

/// The roles by their names.
#[utoipa::path(
    get, path = "/api/roles/available", tag = "roles",
    responses((status = OK, description = "The roles.", body = AvailableRoles)),
)]
pub(super) async fn available_roles(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
) -> Result<Json<AvailableRoles>, Refusal> {
    let overview = server.drover.roles.overview(&request.context).await?;
    let roles = overview.roles.into_iter().map(|role| {
        let item = RoleItem::new(role, lang);
        (item.key().to_owned(), item)
    });
    Ok(Json(AvailableRoles {
        success: true,
        roles: roles.collect(),
    }))
}

/// Whether there is a role of this name. The answer is 200 either way.
#[utoipa::path(
    get, path = "/api/roles/validate/{role}", tag = "roles",
    params(("role" = String, Path, description = "The role's name.")),
    responses((status = OK, description = "Whether there is.", body = RoleValidity)),
)]
pub(super) async fn validate_role(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
) -> Result<Json<RoleValidity>, Refusal> {
    let (role, message) = match find(&server, &request, &name).await {
        Ok(role) => (
            Some(RoleItem::new(role, lang)),
            Said::RoleValid.text(lang).to_owned(),
        ),
        Err(Error::NotFound(problem)) => (None, problem.text(lang)),
        Err(error) => return Err(error.into()),
    };
    Ok(Json(RoleValidity {
        success: true,
        valid: role.is_some(),
        message,
        role,
    }))
}

/// A role with its variables.
#[utoipa::path(
    get, path = "/api/roles/{role}", tag = "roles",
    params(("role" = String, Path, description = "The role's name.")),
    responses((status = OK, description = "The role.", body = RoleReply)),
)]
pub(super) async fn get_role(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
) -> Result<Json<RoleReply>, Refusal> {
    let role = find(&server, &request, &name).await?;
    Ok(Json(RoleReply {
        success: true,
        role: RoleItem::new(role, lang),
    }))
}

async fn find(
    server: &Server,
    request: &Request,
    name: &str,
) -> drover_core::Result<drover_types::role::RoleInfo> {
    let key = RoleKey::parse(name).ok_or_else(|| {
        Error::NotFound(Problem::RoleNotFound {
            role: name.to_owned(),
        })
    })?;
    server.drover.roles.role(&request.context, &key).await
}
