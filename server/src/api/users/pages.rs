//! Addresses where the older panel had pages: a browser is led to ours.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use drover_types::permission::Permission;

use super::read::{UsersReply, reply};
use crate::api::answer::{PageQuery, Refusal};
use crate::api::input::Query;
use crate::request::{Preferred, Request, preferred};
use crate::router::Server;

/// Where users are managed.
const USERS: &str = "/users";

/// List the users, or show their page.
///
/// The page is for a browser that asks for HTML.
#[utoipa::path(
    get, path = "/api/admin/users", tag = "users",
    params(PageQuery),
    responses(
        (status = OK, description = "The users.", body = UsersReply),
        (status = SEE_OTHER, description = "To the page."),
    ),
)]
pub(super) async fn admin_users(
    State(server): State<Server>,
    request: Request,
    headers: HeaderMap,
    Query(paging): Query<PageQuery>,
) -> Result<Response, Refusal> {
    if preferred(&headers) == Preferred::Html {
        return Ok(Redirect::to(USERS).into_response());
    }
    Ok(Json(reply(&server, &request, paging).await?).into_response())
}

/// Show the page of users.
#[utoipa::path(
    get, path = "/api/admin/", tag = "users",
    responses((status = SEE_OTHER, description = "To the page.")),
)]
pub(super) async fn admin_page(request: Request, headers: HeaderMap) -> Result<Redirect, Refusal> {
    page(&request, &headers)
}

/// Show the page of users and their permissions.
#[utoipa::path(
    get, path = "/api/admin/iam", tag = "users",
    responses((status = SEE_OTHER, description = "To the page.")),
)]
pub(super) async fn admin_iam_page(request: Request, headers: HeaderMap) -> Result<Redirect, Refusal> {
    page(&request, &headers)
}

fn page(request: &Request, headers: &HeaderMap) -> Result<Redirect, Refusal> {
    // The page itself says what is missing.
    if preferred(headers) != Preferred::Html {
        request.context.require(Permission::ManageUsers)?;
    }
    Ok(Redirect::to(USERS))
}
