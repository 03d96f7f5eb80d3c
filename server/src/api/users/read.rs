//! Reading users.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::item::UserItem;
use crate::api::answer::{LONGEST_LIST, Page, PageQuery, Pagination, Refusal};
use crate::api::input::{Query, Segment};
use crate::request::Request;
use crate::router::Server;

/// The users.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UsersReply {
    /// Always true.
    success: bool,
    /// By name.
    users: Vec<UserItem>,
    /// Which page it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pagination: Option<Pagination>,
    /// Whether the list was cut: ask for pages to get the rest.
    truncated: bool,
}

/// List the users.
#[utoipa::path(
    get, path = "/api/users", tag = "users",
    params(PageQuery),
    responses((status = OK, description = "The users.", body = UsersReply)),
)]
pub(super) async fn list_users(
    State(server): State<Server>,
    request: Request,
    Query(paging): Query<PageQuery>,
) -> Result<Json<UsersReply>, Refusal> {
    reply(&server, &request, paging).await.map(Json)
}

/// The list, or a page of it.
pub(super) async fn reply(
    server: &Server,
    request: &Request,
    paging: PageQuery,
) -> Result<UsersReply, Refusal> {
    let page = paging.page()?;
    let users = server.drover.users.list(&request.context).await?;
    let total = users.len();
    let (from, to) = page.map_or((0, LONGEST_LIST), Page::range);
    Ok(UsersReply {
        success: true,
        users: users
            .into_iter()
            .take(to)
            .skip(from)
            .map(UserItem::from)
            .collect(),
        pagination: page.map(|page| page.told(total as u64)),
        truncated: page.is_none() && total > LONGEST_LIST,
    })
}

/// One user.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UserReply {
    /// Always true.
    success: bool,
    /// The user.
    user: UserItem,
}

/// Get a user.
#[utoipa::path(
    get, path = "/api/users/{username}", tag = "users",
    params(("username" = String, Path, description = "The name to sign in with.")),
    responses((status = OK, description = "The user.", body = UserReply)),
)]
pub(super) async fn get_user(
    State(server): State<Server>,
    request: Request,
    Segment(username): Segment,
) -> Result<Json<UserReply>, Refusal> {
    let user = server.drover.users.get(&request.context, &username).await?;
    Ok(Json(UserReply {
        success: true,
        user: user.into(),
    }))
}
