//! Servers: lists, one of them, making one, and switching them on and off.

mod create;
mod item;
mod list;
mod live;
mod monitoring;
mod power;
mod status;
mod totals;
mod words;

pub(super) use live::LiveServer;
pub(super) use power::Queued;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::router::Server;

/// The endpoints, all behind a session.
pub(super) fn signed_in() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(list::list_servers, create::create_server))
        .routes(routes!(create::create_server_async))
        .routes(routes!(list::list_brief))
        .routes(routes!(status::all_server_status))
        .routes(routes!(status::server_status))
        .routes(routes!(power::start_server))
        .routes(routes!(power::stop_server))
        .routes(routes!(power::reboot_server))
}
