//! The audit: reading it, taking it along as a file, and for how long it is kept.

mod csv;
mod export;
mod list;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::router::Server;

/// The endpoints, all behind a session.
pub(super) fn signed_in() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(list::list_audit))
        .routes(routes!(export::export_audit))
        .routes(routes!(list::set_audit_retention))
}
