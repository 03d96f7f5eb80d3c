//! Who is signed in, and for how much longer.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use drover_core::Error;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::user::{SessionUser, UserReply};
use crate::api::alias::also_at;
use crate::api::answer::{Failure, FailureBody, Refusal, Said};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// The endpoints that anybody reaches.
pub(crate) fn open() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(also_at(routes!(check), "/session/check"))
}

/// The endpoints behind a session.
pub(crate) fn signed_in() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(also_at(routes!(refresh), "/session/refresh"))
        .routes(routes!(current_user))
        .routes(also_at(
            also_at(routes!(profile), "/profile/api"),
            "/auth/profile",
        ))
}

/// A session that stands.
#[derive(Debug, Serialize, ToSchema)]
struct CheckReply {
    /// Always true.
    success: bool,
    /// Always true.
    authenticated: bool,
    /// Whose it is.
    user: SessionUser,
}

/// No session.
#[derive(Debug, Serialize, ToSchema)]
struct NoSession {
    /// Always false.
    authenticated: bool,
    #[serde(flatten)]
    failure: FailureBody,
}

/// Look whether the session stands.
///
/// Does not keep it alive.
#[utoipa::path(
    get, path = "/api/session/check", tag = "session",
    responses(
        (status = OK, description = "It stands.", body = CheckReply),
        (status = UNAUTHORIZED, description = "There is none, or it has ended.", body = NoSession),
    ),
)]
async fn check(request: Request, RequestLang(lang): RequestLang) -> Response {
    if let Some(user) = request.user {
        return Json(CheckReply {
            success: true,
            authenticated: true,
            user: user.into(),
        })
        .into_response();
    }
    let failure = Failure {
        error: Error::NotSignedIn.into_api(request.context.request_id),
        lang,
    };
    let body = NoSession {
        authenticated: false,
        failure: failure.body().with_message(),
    };
    (failure.status(), Json(body)).into_response()
}

/// A session that goes on.
#[derive(Debug, Serialize, ToSchema)]
struct RefreshReply {
    /// Always true.
    success: bool,
    /// What was done, for people.
    message: &'static str,
    /// Whose it is.
    user: SessionUser,
}

/// Keep the session alive.
#[utoipa::path(
    post, path = "/api/session/refresh", tag = "session",
    responses((status = OK, description = "It goes on.", body = RefreshReply)),
)]
async fn refresh(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
) -> Result<Json<RefreshReply>, Refusal> {
    let user = server.drover.sessions.refresh(&request.context).await?;
    Ok(Json(RefreshReply {
        success: true,
        message: Said::SessionRefreshed.text(lang),
        user: user.into(),
    }))
}

/// Who is signed in.
#[utoipa::path(
    get, path = "/api/current-user", tag = "session",
    responses((status = OK, description = "The user, at the top level.", body = UserReply)),
)]
async fn current_user(State(server): State<Server>, request: Request) -> Result<Json<UserReply>, Refusal> {
    Ok(Json(UserReply::current(
        server.drover.users.current(&request.context).await?,
    )))
}

/// The own profile.
#[utoipa::path(
    get, path = "/api/profile", tag = "session",
    responses((status = OK, description = "The user, at the top level.", body = UserReply)),
)]
async fn profile(State(server): State<Server>, request: Request) -> Result<Json<UserReply>, Refusal> {
    Ok(Json(UserReply::profile(
        server.drover.users.current(&request.context).await?,
    )))
}
