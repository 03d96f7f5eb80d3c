//! The user's own API tokens.

use drover_types::{
    error::ApiError,
    token::{CreateToken, NewToken, TokenRow},
};
use leptos::prelude::*;
use uuid::Uuid;

use super::Json;
#[cfg(feature = "ssr")]
use super::call;

/// The tokens, the newest first.
#[server(prefix = "/rpc", endpoint = "own_tokens", input = Json, output = Json)]
pub async fn own_tokens() -> Result<Vec<TokenRow>, ApiError> {
    call(|drover, ctx| async move { drover.tokens.list(&ctx).await }).await
}

/// Makes a token, which is told here and never again.
#[server(name = MakeToken, prefix = "/rpc", endpoint = "create_token", input = Json, output = Json)]
pub async fn create_token(token: CreateToken) -> Result<NewToken, ApiError> {
    call(|drover, ctx| async move { drover.tokens.create(&ctx, &token).await }).await
}

/// Revokes one of them.
#[server(prefix = "/rpc", endpoint = "revoke_token", input = Json, output = Json)]
pub async fn revoke_token(id: Uuid) -> Result<(), ApiError> {
    call(|drover, ctx| async move { drover.tokens.revoke(&ctx, id).await }).await
}
