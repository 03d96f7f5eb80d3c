//! Signing in and out, and the own password.

mod password;
mod sign_in;
mod sign_out;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::alias::also_at;
use crate::router::Server;

/// The endpoints that anybody reaches.
pub(super) fn open() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(sign_in::sign_in))
        .routes(routes!(sign_in::sign_in_page))
        .routes(also_at(
            routes!(sign_out::sign_out, sign_out::sign_out_by_link),
            "/auth/logout",
        ))
        .routes(routes!(sign_in::clear_login_error))
}

/// The endpoints behind a session.
pub(super) fn signed_in() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(also_at(
        routes!(password::change_password),
        "/auth/change-password",
    ))
}
