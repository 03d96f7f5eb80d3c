//! Users, for whoever may manage them.

use drover_types::{
    error::ApiError,
    session::{CurrentUser, SessionRow},
    token::TokenRow,
    user::{ChangeUser, CreateUser, UserWithPassword},
};
use leptos::prelude::*;
use uuid::Uuid;

use super::Json;
#[cfg(feature = "ssr")]
use super::call;

/// Every user, by name.
#[server(name = ListUsers, prefix = "/rpc", endpoint = "list_users", input = Json, output = Json)]
pub async fn list_users() -> Result<Vec<CurrentUser>, ApiError> {
    call(|drover, ctx| async move { drover.users.list(&ctx).await }).await
}

/// One user.
#[server(name = GetUser, prefix = "/rpc", endpoint = "get_user", input = Json, output = Json)]
pub async fn get_user(username: String) -> Result<CurrentUser, ApiError> {
    call(|drover, ctx| async move { drover.users.get(&ctx, &username).await }).await
}

/// Makes a user; without a password one is generated, which is told here and never again.
#[server(name = MakeUser, prefix = "/rpc", endpoint = "create_user", input = Json, output = Json)]
pub async fn create_user(user: CreateUser, password: Option<String>) -> Result<UserWithPassword, ApiError> {
    call(|drover, ctx| async move {
        let password = password.map(Into::into);
        drover.users.create(&ctx, &user, password.as_ref()).await
    })
    .await
}

/// Changes a user.
#[server(name = EditUser, prefix = "/rpc", endpoint = "change_user", input = Json, output = Json)]
pub async fn change_user(username: String, change: ChangeUser) -> Result<CurrentUser, ApiError> {
    call(|drover, ctx| async move { drover.users.update(&ctx, &username, &change).await }).await
}

/// Gives a user another password; without one it is generated, and told here and never again.
#[server(prefix = "/rpc", endpoint = "reset_user_password", input = Json, output = Json)]
pub async fn reset_user_password(
    username: String,
    password: Option<String>,
) -> Result<UserWithPassword, ApiError> {
    call(|drover, ctx| async move {
        let password = password.map(Into::into);
        let users = &drover.users;
        users.reset_password(&ctx, &username, password.as_ref()).await
    })
    .await
}

/// Ends all sessions of a user.
#[server(prefix = "/rpc", endpoint = "end_user_sessions", input = Json, output = Json)]
pub async fn end_user_sessions(username: String) -> Result<(), ApiError> {
    call(|drover, ctx| async move { drover.users.end_sessions(&ctx, &username).await.map(drop) }).await
}

/// The open sessions of a user, the last used first.
#[server(prefix = "/rpc", endpoint = "sessions_of_user", input = Json, output = Json)]
pub async fn sessions_of_user(username: String) -> Result<Vec<SessionRow>, ApiError> {
    call(|drover, ctx| async move { drover.users.sessions_of(&ctx, &username).await }).await
}

/// Ends one of them.
#[server(prefix = "/rpc", endpoint = "end_user_session", input = Json, output = Json)]
pub async fn end_user_session(username: String, id: Uuid) -> Result<(), ApiError> {
    call(|drover, ctx| async move { drover.users.end_session(&ctx, &username, id).await }).await
}

/// The API tokens of a user, the newest first.
#[server(prefix = "/rpc", endpoint = "tokens_of_user", input = Json, output = Json)]
pub async fn tokens_of_user(username: String) -> Result<Vec<TokenRow>, ApiError> {
    call(|drover, ctx| async move { drover.users.tokens_of(&ctx, &username).await }).await
}

/// Revokes one of them.
#[server(prefix = "/rpc", endpoint = "revoke_user_token", input = Json, output = Json)]
pub async fn revoke_user_token(username: String, id: Uuid) -> Result<(), ApiError> {
    call(|drover, ctx| async move { drover.users.revoke_token_of(&ctx, &username, id).await }).await
}

/// Removes a user.
#[server(name = RemoveUser, prefix = "/rpc", endpoint = "delete_user", input = Json, output = Json)]
pub async fn delete_user(username: String) -> Result<(), ApiError> {
    call(|drover, ctx| async move { drover.users.delete(&ctx, &username).await }).await
}
