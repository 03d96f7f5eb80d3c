//! Storages: the list with its defaults, asking anew, and Proxmox's own view of them.

mod datastores;
mod defaults;
mod proxmox;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::router::Server;

/// The endpoints, all behind a session.
pub(super) fn signed_in() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(datastores::list_datastores))
        .routes(routes!(datastores::refresh_datastores))
        .routes(routes!(defaults::set_default_datastores))
        .routes(routes!(proxmox::proxmox_storage))
}
