//! Signing out. Old pages do it by a link, so `GET` works too, but only from a page of ours or from none: a link on
//! another site must not sign anybody out, nor a browser that loads ahead.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use drover_core::Error;
use drover_types::error::{ApiError, ErrorCode};
use drover_types::lang::Lang;
use drover_types::text::Problem;

use crate::api::answer::{Done, Refusal, Said};
use crate::request::{Preferred, Request, RequestLang, cleared, preferred};
use crate::router::Server;

/// Sign out.
///
/// Ends the session and takes its cookie away. Leads to the sign-in page, or answers JSON where that is preferred.
#[utoipa::path(
    post, path = "/logout", tag = "session",
    responses(
        (status = OK, description = "Signed out; to a client that prefers JSON.", body = Done),
        (status = SEE_OTHER, description = "Signed out; to everybody else."),
    ),
)]
pub(super) async fn sign_out(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<Response, Refusal> {
    leave(&server, &request, lang, &headers, jar).await
}

/// Sign out by a link.
///
/// As `POST`, but refused where the link stands on another site.
#[utoipa::path(
    get, path = "/logout", tag = "session",
    responses(
        (status = OK, description = "Signed out; to a client that prefers JSON.", body = Done),
        (status = SEE_OTHER, description = "Signed out; to everybody else."),
    ),
)]
pub(super) async fn sign_out_by_link(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<Response, Refusal> {
    if !is_meant(&headers) {
        return Err(ApiError::new(ErrorCode::PermissionDenied, Problem::CrossSite).into());
    }
    leave(&server, &request, lang, &headers, jar).await
}

/// Whether a person followed a link of ours, typed the address, or a script asks, which sends no such header.
fn is_meant(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let is_ours = matches!(text("sec-fetch-site"), None | Some("same-origin" | "none"));
    is_ours && !text("sec-purpose").is_some_and(|purpose| purpose.contains("prefetch"))
}

async fn leave(
    server: &Server,
    request: &Request,
    lang: Lang,
    headers: &HeaderMap,
    jar: CookieJar,
) -> Result<Response, Refusal> {
    let wants_json = preferred(headers) == Preferred::Json;
    match server.drover.sessions.sign_out(&request.context).await {
        Ok(()) => {}
        // Whoever is out already only wants to see the sign-in page.
        Err(Error::NotSignedIn) if !wants_json => {}
        Err(error) => return Err(error.into()),
    }
    let jar = jar.add(cleared(server.config.is_public_https()));
    Ok(if wants_json {
        (jar, Json(Done::new(Said::SignedOut, lang))).into_response()
    } else {
        (jar, Redirect::to("/login")).into_response()
    })
}
