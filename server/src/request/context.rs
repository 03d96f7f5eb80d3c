//! Who is asking: turns the cookie into an [`OpContext`], which every handler takes from here.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::CookieJar;
use drover_core::sessions::Activity;
use drover_core::{Drover, Error, OpContext};
use drover_types::session::CurrentUser;
use secrecy::SecretString;
use uuid::Uuid;

use super::address::TrustedProxies;
use super::cookie::session_token;
use super::language::of_request;
use crate::api::Failure;

/// Requests that a page makes by itself: they do not keep a session alive.
const PASSIVE: &[&str] = &["/api/events", "/api/session/check", "/session/check"];
/// Pages load by themselves what they show, and load it anew when something happens. That somebody is there
/// they tell with this one.
const PRESENCE: &str = "/rpc/keep_session";

/// What a handler knows of its request.
#[derive(Debug, Clone)]
pub struct Request {
    /// The first argument of every service method.
    pub context: OpContext,
    /// Who is signed in.
    pub user: Option<CurrentUser>,
}

/// What the middleware works with.
#[derive(Clone)]
pub struct Doorkeeper {
    /// The services.
    pub drover: Arc<Drover>,
    /// The proxies whose word is taken.
    pub proxies: TrustedProxies,
}

/// Finds out who asks and hands it on as extensions: a [`Request`] and its [`OpContext`].
pub async fn authenticate(
    State(keeper): State<Doorkeeper>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: axum::extract::Request,
    next: Next,
) -> Response {
    let request_id = Uuid::now_v7();
    let address = keeper.proxies.client(peer, request.headers()).0.to_string();
    let anonymous = || OpContext::anonymous(request_id, address.clone());
    let activity = activity_of(request.uri().path());
    let refused = |error: Error, headers: &HeaderMap| {
        Failure {
            error: error.into_api(request_id),
            lang: of_request(headers),
        }
        .into_response()
    };
    // Whoever sends a token means it: a cookie beside it counts for nothing.
    if let Some(token) = bearer(request.headers()) {
        let user = match keeper.drover.tokens.authenticate(&token, &address).await {
            Ok(user) => user,
            Err(error) => return refused(error, request.headers()),
        };
        let known = Request {
            context: user.context(request_id, address.clone()),
            user: Some(user.user),
        };
        return go_on(known, request, next).await;
    }
    let known = match session_token(&CookieJar::from_headers(request.headers())) {
        None => None,
        Some(token) => match keeper
            .drover
            .sessions
            .authenticate(&token, &address, activity)
            .await
        {
            Ok(known) => known,
            Err(error) => return refused(error, request.headers()),
        },
    };
    let known = match known {
        None => Request {
            context: anonymous(),
            user: None,
        },
        Some(session) => Request {
            context: session.context(request_id, address.clone()),
            user: Some(session.user),
        },
    };
    go_on(known, request, next).await
}

/// Hands the request on, with who asks.
async fn go_on(known: Request, mut request: axum::extract::Request, next: Next) -> Response {
    tracing::Span::current().record("request_id", tracing::field::display(known.context.request_id));
    request.extensions_mut().insert(known.context.clone());
    request.extensions_mut().insert(known);
    next.run(request).await
}

/// The API token that a request carries (RFC 6750, 2.1); one that can't be read is one that is wrong.
fn bearer(headers: &HeaderMap) -> Option<SecretString> {
    let value = headers.get(header::AUTHORIZATION)?;
    let text = value.to_str().unwrap_or_default();
    let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| SecretString::from(token.trim().to_owned()))
}

fn activity_of(path: &str) -> Activity {
    let by_itself = PASSIVE.contains(&path)
        || path.ends_with("/stream")
        || (path.starts_with("/rpc/") && path != PRESENCE);
    if by_itself {
        Activity::Passive
    } else {
        Activity::Request
    }
}

/// The id of a request that [`authenticate`] let in.
pub fn id_of(request: &axum::extract::Request) -> Uuid {
    request
        .extensions()
        .get::<Request>()
        .map_or_else(Uuid::now_v7, |known| known.context.request_id)
}

impl<S: Send + Sync> FromRequestParts<S> for Request {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().unwrap_or_else(|| Self {
            context: OpContext::anonymous(Uuid::now_v7(), String::new()),
            user: None,
        }))
    }
}
