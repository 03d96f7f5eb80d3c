//! Users, for whoever may manage them.

use drover_types::{
    error::ApiError,
    session::CurrentUser,
    user::{ChangeUser, CreateUser, UserWithPassword},
};
use leptos::prelude::*;

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

/// Removes a user.
#[server(name = RemoveUser, prefix = "/rpc", endpoint = "delete_user", input = Json, output = Json)]
pub async fn delete_user(username: String) -> Result<(), ApiError> {
    call(|drover, ctx| async move { drover.users.delete(&ctx, &username).await }).await
}
