//! What a supervisor asks: whether the process lives, and whether it can serve. Nobody is told more than that.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::router::Server;

/// The endpoints, which anybody reaches.
pub(super) fn open() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(healthz))
        .routes(routes!(readyz))
}

/// The state of a process.
#[derive(Debug, Serialize, ToSchema)]
struct Health {
    /// `ok`, or `unavailable`.
    status: &'static str,
}

/// Whether the process lives.
#[utoipa::path(
    get, path = "/healthz", tag = "health",
    responses((status = OK, description = "It lives.", body = Health)),
)]
async fn healthz() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// Whether it can serve.
///
/// It can where the database answers. A Proxmox that does not answer is no reason to send people elsewhere: the
/// last picture is shown, and no other replica would know more.
#[utoipa::path(
    get, path = "/readyz", tag = "health",
    responses(
        (status = OK, description = "It can.", body = Health),
        (status = SERVICE_UNAVAILABLE, description = "It can't, or is about to stop.", body = Health),
    ),
)]
async fn readyz(State(server): State<Server>) -> Response {
    if server.stop.is_cancelled() {
        return unavailable();
    }
    match server.drover.events.latest().await {
        Ok(_) => Json(Health { status: "ok" }).into_response(),
        Err(error) => {
            tracing::warn!(%error, "the database does not answer");
            unavailable()
        }
    }
}

fn unavailable() -> Response {
    (
        StatusCode::SERVICE_UNAVAILABLE,
        Json(Health {
            status: "unavailable",
        }),
    )
        .into_response()
}
