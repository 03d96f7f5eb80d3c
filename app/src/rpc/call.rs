//! The way of every server function into core: takes who asks and the services from context, and gives an
//! error its HTTP status, which `server_fn` would make 500.

use std::{future::Future, sync::Arc};

use axum::http::{HeaderValue, StatusCode, header, request::Parts};
use drover_core::{Drover, OpContext, Result, sessions::SignedIn};
use drover_types::error::ApiError;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use uuid::Uuid;

/// Calls a service as whoever sent the request. The server provides an `Arc<Drover>`; the [`OpContext`] is an
/// extension of the request.
pub async fn call<T, Run, Answer>(run: Run) -> Result<T, ApiError>
where
    Run: FnOnce(Arc<Drover>, OpContext) -> Answer,
    Answer: Future<Output = Result<T>>,
{
    let drover = expect_context::<Arc<Drover>>();
    let ctx = context();
    let response = use_context::<ResponseOptions>();
    let request_id = ctx.request_id;
    run(drover, ctx).await.map_err(|error| {
        let error = error.into_api(request_id);
        if let (Some(response), Ok(status)) = (response, StatusCode::from_u16(error.code.status())) {
            response.set_status(status);
        }
        error
    })
}

/// Who asks. Without the server's middleware in front nobody does, and every service refuses.
fn context() -> OpContext {
    use_context::<Parts>()
        .and_then(|parts| parts.extensions.get::<OpContext>().cloned())
        .unwrap_or_else(|| OpContext::anonymous(Uuid::nil(), String::new()))
}

/// The browser, as it names itself.
pub fn user_agent() -> String {
    use_context::<Parts>()
        .and_then(|parts| Some(parts.headers.get(header::USER_AGENT)?.to_str().ok()?.to_owned()))
        .unwrap_or_default()
}

/// Writes the session's cookie. The server provides it, for it knows the cookie's name and whether the
/// connection is secure.
#[derive(Clone)]
pub struct SessionCookie(Arc<WriteCookie>);

type WriteCookie = dyn Fn(Option<&SignedIn>) -> String + Send + Sync;

impl SessionCookie {
    /// `write` makes the `Set-Cookie` header of a new session, and for `None` the one that removes it.
    pub fn new(write: impl Fn(Option<&SignedIn>) -> String + Send + Sync + 'static) -> Self {
        Self(Arc::new(write))
    }

    /// Gives the browser the cookie of a session, or takes it away.
    pub(super) fn send(&self, response: &ResponseOptions, session: Option<&SignedIn>) {
        match HeaderValue::from_str(&(self.0)(session)) {
            Ok(cookie) => response.append_header(header::SET_COOKIE, cookie),
            Err(error) => leptos::logging::error!("the session's cookie is no header: {error}"),
        }
    }
}
