//! What a handler returns where a service refuses. A handler knows neither the language nor the request's id, so
//! the error travels in the response's extensions and one layer writes it.

use std::sync::Arc;

use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use drover_core::Error;
use drover_types::error::{ApiError, ErrorCode};
use drover_types::text::Problem;
use uuid::Uuid;

use super::failure::Failure;
use crate::request::{self, Preferred, of_request, preferred};
use crate::router::BODY_LIMIT;

/// A refusal: a service's, or one of the door itself.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// A service's.
    Service(Error),
    /// The door's own.
    Door(ApiError),
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Service(error)
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self::Door(error)
    }
}

impl Refusal {
    /// What the caller is told. A service's error is logged here.
    pub(crate) fn into_api(self, request_id: Uuid) -> ApiError {
        match self {
            Self::Service(error) => error.into_api(request_id),
            Self::Door(error) => ApiError {
                request_id: Some(request_id),
                ..error
            },
        }
    }
}

/// Carries a refusal to [`render`].
#[derive(Clone)]
struct Carried(Arc<Refusal>);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = StatusCode::INTERNAL_SERVER_ERROR.into_response();
        response.extensions_mut().insert(Carried(Arc::new(self)));
        response
    }
}

/// Writes the refusal that a handler returned, in the language of the request.
pub(crate) async fn render(request: Request, next: Next) -> Response {
    let lang = of_request(request.headers());
    let request_id = request::id_of(&request);
    let mut response = next.run(request).await;
    let Some(Carried(refusal)) = response.extensions_mut().remove::<Carried>() else {
        return response;
    };
    let error = Arc::into_inner(refusal).map_or_else(
        || ApiError::new(ErrorCode::InternalError, Problem::Internal),
        |refusal| refusal.into_api(request_id),
    );
    Failure { error, lang }.into_response()
}

/// Lets only those in who are signed in: no endpoint behind it reads a body of anybody else.
pub(crate) async fn signed_in(request: Request, next: Next) -> Response {
    match request.extensions().get::<request::Request>() {
        Some(known) if known.user.is_some() => next.run(request).await,
        _ => match page_behind(&request) {
            Some(page) => Redirect::to(&format!("/login?next={page}")).into_response(),
            None => Refusal::from(Error::NotSignedIn).into_response(),
        },
    }
}

/// Addresses of the older panel's pages, and our pages in their place.
const PAGES: &[(&str, &str)] = &[
    ("/api/admin", "/users"),
    ("/api/admin/", "/users"),
    ("/api/admin/iam", "/users"),
    ("/api/admin/users", "/users"),
    ("/api/monitoring/content", "/monitoring"),
    ("/monitoring/content", "/monitoring"),
    ("/api/monitoring/config-page", "/monitoring%3Ftab=settings"),
    ("/monitoring/config-page", "/monitoring%3Ftab=settings"),
];

/// Our page in the place of one that a browser asks for.
fn page_behind(request: &Request) -> Option<&'static str> {
    if request.method() != Method::GET || preferred(request.headers()) != Preferred::Html {
        return None;
    }
    let (_, page) = PAGES.iter().find(|(path, _)| *path == request.uri().path())?;
    Some(page)
}

/// The answer at an address that there is not.
pub(crate) async fn not_found() -> Refusal {
    Error::NotFound(Problem::NotFound).into()
}

/// The answer to a method that an address does not take.
pub(crate) async fn method_not_allowed() -> Refusal {
    ApiError::new(ErrorCode::MethodNotAllowed, Problem::MethodNotAllowed).into()
}

/// Gives the bare refusal of a body that is too long the shape of all others.
pub(crate) async fn too_large(request: Request, next: Next) -> Response {
    let lang = of_request(request.headers());
    let response = next.run(request).await;
    let content_type = response.headers().get(header::CONTENT_TYPE);
    let is_ours = content_type.is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
    if response.status() != StatusCode::PAYLOAD_TOO_LARGE || is_ours {
        return response;
    }
    let problem = Problem::BodyTooLarge {
        max_bytes: BODY_LIMIT as u64,
    };
    Failure {
        error: ApiError::new(ErrorCode::BodyTooLarge, problem),
        lang,
    }
    .into_response()
}
