//! Signing in, at both addresses. Name and password are sent as a form or as JSON; the answer is JSON, or, to a
//! browser that posts the form without a script, the next page.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;
use drover_core::Error;
use drover_core::sessions::{Credentials, SignedIn};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::answer::{Refusal, Said};
use crate::api::input::{Form, Sent};
use crate::api::session::SessionUser;
use crate::request::{Preferred, Request, RequestLang, preferred, session_cookie};
use crate::router::Server;

/// A name and a password.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct SignIn {
    /// The name.
    #[serde(default)]
    username: String,
    /// The password.
    #[schema(value_type = String, format = Password)]
    password: Option<SecretString>,
    /// The page to go to, for a form that is sent without a script.
    #[serde(default)]
    next: String,
}

/// Whoever signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SignedInReply {
    /// Always true.
    success: bool,
    /// What was done, for people.
    message: &'static str,
    /// Who it is.
    user: SessionUser,
}

/// Sign in.
///
/// Opens a session and gives its cookie. Always answers JSON.
#[utoipa::path(
    post, path = "/auth/login", tag = "session",
    request_body(content(
        (SignIn = "application/x-www-form-urlencoded"),
        (SignIn = "application/json"),
    )),
    responses((status = OK, description = "Signed in; the cookie `session` is set.", body = SignedInReply)),
)]
pub(super) async fn sign_in(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    headers: HeaderMap,
    jar: CookieJar,
    Form { fields, .. }: Form<SignIn>,
) -> Result<Response, Refusal> {
    let session = open(&server, &request, &headers, &fields).await?;
    Ok(reply(&server, jar, session, Said::SignedIn.text(lang)))
}

/// Sign in, as the page's form does.
///
/// Answers JSON where the body is JSON or JSON is preferred, else it leads on to `next`, or back to the form.
#[utoipa::path(
    post, path = "/login", tag = "session",
    request_body(content(
        (SignIn = "application/json"),
        (SignIn = "application/x-www-form-urlencoded"),
    )),
    responses(
        (status = OK, description = "Signed in; the cookie `session` is set.", body = SignedInReply),
        (status = SEE_OTHER, description = "To a form: where to go on."),
    ),
)]
pub(super) async fn sign_in_page(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    headers: HeaderMap,
    jar: CookieJar,
    Form { fields, sent }: Form<SignIn>,
) -> Result<Response, Refusal> {
    let is_form = sent == Sent::Form && preferred(&headers) != Preferred::Json;
    match open(&server, &request, &headers, &fields).await {
        Ok(session) if is_form => {
            let cookie = session_cookie(&session.token, server.config.is_public_https());
            Ok((jar.add(cookie), Redirect::to(app::after_sign_in(&fields.next))).into_response())
        }
        Ok(session) => Ok(reply(&server, jar, session, Said::SignedIn.text(lang))),
        Err(error) if is_form => Ok(Redirect::to(&back(error, &fields.next, &request)).into_response()),
        Err(error) => Err(error.into()),
    }
}

/// Forget the last failure.
///
/// There is nothing to forget: a failure is told in the answer alone. Old pages call it all the same.
#[utoipa::path(
    post, path = "/clear-login-error", tag = "session",
    responses((status = NO_CONTENT, description = "Done.")),
)]
pub(super) async fn clear_login_error() -> StatusCode {
    StatusCode::NO_CONTENT
}

async fn open(
    server: &Server,
    request: &Request,
    headers: &HeaderMap,
    fields: &SignIn,
) -> Result<SignedIn, Error> {
    let credentials = Credentials {
        username: fields.username.clone(),
        password: fields.password.clone().unwrap_or_else(|| SecretString::from("")),
        address: request.context.address.clone(),
        user_agent: headers
            .get(header::USER_AGENT)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned(),
        request_id: request.context.request_id,
    };
    server.drover.sessions.sign_in(&credentials).await
}

fn reply(server: &Server, jar: CookieJar, session: SignedIn, message: &'static str) -> Response {
    let cookie = session_cookie(&session.token, server.config.is_public_https());
    let reply = SignedInReply {
        success: true,
        message,
        user: SessionUser::from(session.user),
    };
    (jar.add(cookie), Json(reply)).into_response()
}

/// The form's address, with what the page says there.
fn back(error: Error, next: &str, request: &Request) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    match error {
        Error::RateLimited { retry_after_seconds } => {
            query
                .append_pair("error", "throttled")
                .append_pair("wait", &retry_after_seconds.to_string());
        }
        Error::SignInFailed | Error::Invalid(_) => {
            query.append_pair("error", "failed");
        }
        // Logged on the way.
        other => {
            let code = other.into_api(request.context.request_id).code;
            query.append_pair("error", &code.status().to_string());
        }
    }
    if !next.is_empty() {
        query.append_pair("next", next);
    }
    format!("/login?{}", query.finish())
}
