//! The caller's own API tokens.

use axum::Json;
use axum::extract::State;
use drover_core::Error;
use drover_types::text::Problem;
use drover_types::token::{CreateToken, TokenRow};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{Done, Refusal, Said};
use super::input::{Body, Segment};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// The endpoints, all behind a session.
pub(super) fn signed_in() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(list_tokens, create_token))
        .routes(routes!(revoke_token))
}

/// The caller's tokens.
#[derive(Debug, Serialize, ToSchema)]
struct TokensReply {
    /// Always true.
    success: bool,
    /// The newest first; without revoked ones.
    tokens: Vec<TokenRow>,
}

/// List the own API tokens.
#[utoipa::path(
    get, path = "/api/tokens", tag = "tokens",
    responses((status = OK, description = "The tokens.", body = TokensReply)),
)]
async fn list_tokens(State(server): State<Server>, request: Request) -> Result<Json<TokensReply>, Refusal> {
    let tokens = server.drover.tokens.list(&request.context).await?;
    Ok(Json(TokensReply {
        success: true,
        tokens,
    }))
}

/// A token to be made.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
struct TokenBody {
    /// What to call it. Required.
    name: String,
    /// Names of permissions or of their aliases; all that the caller holds where nothing is said.
    permissions: Option<Vec<String>>,
    /// The servers that it is limited to, written as a user's; all that the caller reaches where nothing is said.
    scope: Vec<String>,
    /// For how many days it lasts; for ever where nothing is said.
    days: Option<u32>,
}

/// A token that was just made.
#[derive(Serialize, ToSchema)]
struct CreatedReply {
    /// Always true.
    success: bool,
    /// What was done, for people.
    message: &'static str,
    /// The token as the list shows it.
    item: TokenRow,
    /// The token itself: told here and never again.
    token: String,
}

/// Make an API token.
///
/// It holds no more than its owner does at any time, and never the role of an administrator. It is told once.
#[utoipa::path(
    post, path = "/api/tokens", tag = "tokens",
    request_body = TokenBody,
    responses((status = OK, description = "Made.", body = CreatedReply)),
)]
async fn create_token(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Body(body): Body<TokenBody>,
) -> Result<Json<CreatedReply>, Refusal> {
    let new = CreateToken {
        name: body.name,
        permissions: body.permissions,
        scope: body.scope,
        days: body.days,
    };
    let made = server.drover.tokens.create(&request.context, &new).await?;
    Ok(Json(CreatedReply {
        success: true,
        message: Said::TokenCreated.text(lang),
        item: made.row,
        token: made.token,
    }))
}

/// Revoke an API token.
#[utoipa::path(
    delete, path = "/api/tokens/{token_id}", tag = "tokens",
    params(("token_id" = String, Path, description = "Its id.")),
    responses((status = OK, description = "Revoked.", body = Done)),
)]
async fn revoke_token(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(id): Segment,
) -> Result<Json<Done>, Refusal> {
    let id = id.parse().map_err(|_| Error::NotFound(Problem::NotFound))?;
    server.drover.tokens.revoke(&request.context, id).await?;
    Ok(Json(Done::new(Said::TokenRevoked, lang)))
}
