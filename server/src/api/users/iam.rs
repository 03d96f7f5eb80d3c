//! Roles and permissions, as the older panel's clients read and set them.

use axum::Json;
use axum::extract::State;
use drover_core::Error;
use drover_types::permission::{ALIASES, Permission};
use drover_types::text::Problem;
use drover_types::user::ChangeUser;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

use super::item::UserItem;
use crate::api::answer::{Done, Refusal, Said};
use crate::api::input::{Body, Segment};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// A permission and what it allows.
#[derive(Debug, Serialize, ToSchema)]
struct Described {
    /// Its name.
    name: Permission,
    /// What it allows, in a few words.
    description: &'static str,
}

/// Who holds what.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct IamReply {
    /// Always true.
    success: bool,
    /// By name.
    users: Vec<UserItem>,
    /// How many there are.
    users_count: usize,
    /// Every permission that there is.
    all_permissions: &'static [Permission],
    /// The same, each with what it allows.
    permissions_with_descriptions: Vec<Described>,
    /// Names that stand for several permissions where some are given.
    permission_aliases: BTreeMap<&'static str, &'static [Permission]>,
}

/// Get who holds which permissions.
#[utoipa::path(
    get, path = "/api/iam/data", tag = "users",
    responses((status = OK, description = "Users and permissions.", body = IamReply)),
)]
pub(super) async fn iam_data(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
) -> Result<Json<IamReply>, Refusal> {
    let users = server.drover.users.list(&request.context).await?;
    Ok(Json(IamReply {
        success: true,
        users_count: users.len(),
        users: users.into_iter().map(UserItem::from).collect(),
        all_permissions: Permission::ALL,
        permissions_with_descriptions: Permission::ALL
            .iter()
            .map(|&name| Described {
                name,
                description: name.description(lang),
            })
            .collect(),
        permission_aliases: ALIASES.iter().copied().collect(),
    }))
}

/// What a user is to hold.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct PermissionsBody {
    /// All of it: names of permissions, or of their aliases. Required.
    permissions: Option<Vec<String>>,
}

/// Set a user's permissions.
///
/// Replaces all of them. Nobody grants what they don't hold.
#[utoipa::path(
    post, path = "/api/iam/{username}/permissions", tag = "users",
    params(("username" = String, Path, description = "The name to sign in with.")),
    request_body = PermissionsBody,
    responses((status = OK, description = "Set.", body = Done)),
)]
pub(super) async fn set_permissions(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(username): Segment,
    Body(body): Body<PermissionsBody>,
) -> Result<Json<Done>, Refusal> {
    request.context.require(Permission::ManageRoles)?;
    if body.permissions.is_none() {
        return Err(Error::field("permissions", Problem::Required).into());
    }
    let change = ChangeUser {
        permissions: body.permissions,
        ..ChangeUser::default()
    };
    server
        .drover
        .users
        .update(&request.context, &username, &change)
        .await?;
    Ok(Json(Done::new(Said::PermissionsChanged, lang)))
}

/// Which role a user is to have.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct RoleBody {
    /// `admin`, `developer`, `operator` or `viewer`. Required.
    role: String,
}

/// Set a user's role.
///
/// What was granted or withheld beside the old role stays so.
#[utoipa::path(
    post, path = "/api/iam/{username}/role", tag = "users",
    params(("username" = String, Path, description = "The name to sign in with.")),
    request_body = RoleBody,
    responses((status = OK, description = "Set.", body = Done)),
)]
pub(super) async fn set_role(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(username): Segment,
    Body(body): Body<RoleBody>,
) -> Result<Json<Done>, Refusal> {
    let change = ChangeUser {
        role: Some(body.role),
        ..ChangeUser::default()
    };
    server
        .drover
        .users
        .update(&request.context, &username, &change)
        .await?;
    Ok(Json(Done::new(Said::RoleChanged, lang)))
}
