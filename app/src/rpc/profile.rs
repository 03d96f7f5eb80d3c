//! The user's own password and sessions.

use drover_types::{error::ApiError, session::SessionRow};
use leptos::prelude::*;

use super::Json;
use uuid::Uuid;

#[cfg(feature = "ssr")]
use super::call;

/// Changes the password and ends the other sessions.
#[server(prefix = "/rpc", endpoint = "change_password", input = Json, output = Json)]
pub async fn change_password(
    current_password: String,
    new_password: String,
    confirm_password: String,
) -> Result<(), ApiError> {
    call(|drover, ctx| async move {
        let (current, new, confirm) = (
            current_password.into(),
            new_password.into(),
            confirm_password.into(),
        );
        drover.users.change_password(&ctx, &current, &new, &confirm).await
    })
    .await
}

/// The open sessions, the last used first.
#[server(prefix = "/rpc", endpoint = "own_sessions", input = Json, output = Json)]
pub async fn own_sessions() -> Result<Vec<SessionRow>, ApiError> {
    call(|drover, ctx| async move { drover.sessions.list(&ctx).await }).await
}

/// Ends one of them.
#[server(prefix = "/rpc", endpoint = "revoke_session", input = Json, output = Json)]
pub async fn revoke_session(id: Uuid) -> Result<(), ApiError> {
    call(|drover, ctx| async move { drover.sessions.revoke(&ctx, id).await }).await
}

/// Ends all but this one.
#[server(prefix = "/rpc", endpoint = "sign_out_everywhere", input = Json, output = Json)]
pub async fn sign_out_everywhere() -> Result<(), ApiError> {
    call(|drover, ctx| async move { drover.sessions.sign_out_everywhere(&ctx, true).await.map(drop) }).await
}
