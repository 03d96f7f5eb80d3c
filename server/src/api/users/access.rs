//! The sessions and API tokens of a user, and taking those away.

use axum::Json;
use axum::extract::State;
use drover_core::Error;
use drover_types::permission::Permission;
use drover_types::session::SessionRow;
use drover_types::text::Problem;
use drover_types::token::TokenRow;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api::answer::{Done, Refusal, Said};
use crate::api::input::{Segment, Segments};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// The sessions of a user.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UserSessionsReply {
    /// Always true.
    success: bool,
    /// The open ones, the last used first.
    sessions: Vec<SessionRow>,
}

/// List a user's sessions.
#[utoipa::path(
    get, path = "/api/users/{username}/sessions", tag = "users",
    params(("username" = String, Path, description = "The name to sign in with.")),
    responses((status = OK, description = "The sessions.", body = UserSessionsReply)),
)]
pub(super) async fn list_user_sessions(
    State(server): State<Server>,
    request: Request,
    Segment(username): Segment,
) -> Result<Json<UserSessionsReply>, Refusal> {
    let users = &server.drover.users;
    let sessions = users.sessions_of(&request.context, &username).await?;
    Ok(Json(UserSessionsReply {
        success: true,
        sessions,
    }))
}

/// How many sessions ended.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EndedReply {
    /// Always true.
    success: bool,
    /// What was done, for people.
    message: &'static str,
    /// How many they were.
    count: u64,
}

/// End all sessions of a user.
#[utoipa::path(
    delete, path = "/api/users/{username}/sessions", tag = "users",
    params(("username" = String, Path, description = "The name to sign in with.")),
    responses((status = OK, description = "Ended.", body = EndedReply)),
)]
pub(super) async fn end_user_sessions(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(username): Segment,
) -> Result<Json<EndedReply>, Refusal> {
    let count = server
        .drover
        .users
        .end_sessions(&request.context, &username)
        .await?;
    Ok(Json(EndedReply {
        success: true,
        message: Said::SessionsEnded.text(lang),
        count,
    }))
}

/// End a session of a user.
#[utoipa::path(
    delete, path = "/api/users/{username}/sessions/{session_id}", tag = "users",
    params(
        ("username" = String, Path, description = "The name to sign in with."),
        ("session_id" = String, Path, description = "Its id."),
    ),
    responses((status = OK, description = "Ended.", body = Done)),
)]
pub(super) async fn end_user_session(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segments(username, id): Segments,
) -> Result<Json<Done>, Refusal> {
    let (users, context) = (&server.drover.users, &request.context);
    context.require(Permission::ManageUsers)?;
    users.end_session(context, &username, read(&id)?).await?;
    Ok(Json(Done::new(Said::SessionEnded, lang)))
}

/// The API tokens of a user.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UserTokensReply {
    /// Always true.
    success: bool,
    /// The newest first; without revoked ones.
    tokens: Vec<TokenRow>,
}

/// List a user's API tokens.
#[utoipa::path(
    get, path = "/api/users/{username}/tokens", tag = "users",
    params(("username" = String, Path, description = "The name to sign in with.")),
    responses((status = OK, description = "The tokens.", body = UserTokensReply)),
)]
pub(super) async fn list_user_tokens(
    State(server): State<Server>,
    request: Request,
    Segment(username): Segment,
) -> Result<Json<UserTokensReply>, Refusal> {
    let users = &server.drover.users;
    let tokens = users.tokens_of(&request.context, &username).await?;
    Ok(Json(UserTokensReply {
        success: true,
        tokens,
    }))
}

/// Revoke an API token of a user.
#[utoipa::path(
    delete, path = "/api/users/{username}/tokens/{token_id}", tag = "users",
    params(
        ("username" = String, Path, description = "The name to sign in with."),
        ("token_id" = String, Path, description = "Its id."),
    ),
    responses((status = OK, description = "Revoked.", body = Done)),
)]
pub(super) async fn revoke_user_token(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segments(username, id): Segments,
) -> Result<Json<Done>, Refusal> {
    let (users, context) = (&server.drover.users, &request.context);
    context.require(Permission::ManageUsers)?;
    users.revoke_token_of(context, &username, read(&id)?).await?;
    Ok(Json(Done::new(Said::TokenRevoked, lang)))
}

/// What is no id names nothing.
fn read(id: &str) -> Result<Uuid, Error> {
    id.parse().map_err(|_| Error::NotFound(Problem::NotFound))
}
