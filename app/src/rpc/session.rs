//! Signing in and out.

use drover_types::{error::ApiError, session::CurrentUser};
use leptos::prelude::*;

use super::Json;

#[cfg(feature = "ssr")]
use super::{SessionCookie, call, user_agent};

/// Opens a session and gives its cookie to the browser. The form works without a script too: `POST /login`.
#[server(name = SignIn, prefix = "/rpc", endpoint = "sign_in", input = Json, output = Json)]
pub async fn sign_in(username: String, password: String) -> Result<CurrentUser, ApiError> {
    let cookie = expect_context::<SessionCookie>();
    let response = expect_context::<leptos_axum::ResponseOptions>();
    let user_agent = user_agent();
    call(|drover, ctx| async move {
        let credentials = drover_core::sessions::Credentials {
            username,
            password: password.into(),
            address: ctx.address,
            user_agent,
            request_id: ctx.request_id,
        };
        let session = drover.sessions.sign_in(&credentials).await?;
        cookie.send(&response, Some(&session));
        Ok(session.user)
    })
    .await
}

/// Ends the session and takes its cookie from the browser.
#[server(name = SignOut, prefix = "/rpc", endpoint = "sign_out", input = Json, output = Json)]
pub async fn sign_out() -> Result<(), ApiError> {
    let cookie = expect_context::<SessionCookie>();
    let response = expect_context::<leptos_axum::ResponseOptions>();
    call(|drover, ctx| async move {
        drover.sessions.sign_out(&ctx).await?;
        cookie.send(&response, None);
        Ok(())
    })
    .await
}

/// Says that somebody is at the page, which keeps the session alive: no other server function does.
#[server(name = KeepSession, prefix = "/rpc", endpoint = "keep_session", input = Json, output = Json)]
pub async fn keep_session() -> Result<CurrentUser, ApiError> {
    call(|drover, ctx| async move { drover.sessions.refresh(&ctx).await }).await
}

/// Who is signed in; an error where nobody is.
#[server(name = GetCurrentUser, prefix = "/rpc", endpoint = "current_user", input = Json, output = Json)]
pub async fn current_user() -> Result<CurrentUser, ApiError> {
    call(|drover, ctx| async move { drover.users.current(&ctx).await }).await
}
