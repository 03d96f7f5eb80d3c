//! What the server takes the caller for. For administrators, and only where self-tests are switched on.

use axum::Json;
use axum::extract::State;
use drover_core::Error;
use drover_types::permission::{Permission, UserRole};
use drover_types::text::Problem;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::answer::Refusal;
use crate::request::Request;
use crate::router::Server;

/// Who asks.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "the shape that old clients read")]
pub(super) struct UserInfo {
    /// Always true.
    success: bool,
    /// The user's id.
    user_id: i64,
    /// The name to sign in with.
    username: String,
    /// Their role.
    role: UserRole,
    /// Whether they are an administrator.
    is_admin: bool,
    /// Always true.
    is_authenticated: bool,
    /// How many permissions they hold.
    permissions_count: usize,
    /// Every permission that they hold.
    permissions_list: Vec<Permission>,
    /// Whether they may manage users.
    has_manage_users: bool,
}

/// Get what the server takes the caller for.
#[utoipa::path(
    get, path = "/api/debug/user-info", tag = "self-tests",
    responses((status = OK, description = "Who asks.", body = UserInfo)),
)]
pub(super) async fn user_info(
    State(server): State<Server>,
    request: Request,
) -> Result<Json<UserInfo>, Refusal> {
    let actor = request.context.require_admin()?;
    if !server.config.self_tests {
        return Err(Error::NotFound(Problem::SelfTestsOff).into());
    }
    let permissions = actor.grants.effective();
    Ok(Json(UserInfo {
        success: true,
        user_id: actor.id,
        username: actor.username.clone(),
        role: actor.grants.role,
        is_admin: actor.grants.role == UserRole::Admin,
        is_authenticated: true,
        permissions_count: permissions.len(),
        has_manage_users: actor.grants.allow(Permission::ManageUsers),
        permissions_list: permissions,
    }))
}
