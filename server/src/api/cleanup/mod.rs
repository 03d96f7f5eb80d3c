//! What servers that went wrong have left behind: finding it, and removing it.

mod clean;
mod disks;
mod found;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::router::Server;

/// The endpoints, all behind a session.
pub(super) fn signed_in() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(found::cleanup_status))
        .routes(routes!(found::failed_servers))
        .routes(routes!(clean::clean_server))
        .routes(routes!(clean::clean_servers))
        .routes(routes!(disks::orphan_disks))
        .routes(routes!(disks::purge_orphan_disks))
}
