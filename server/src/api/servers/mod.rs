//! Servers: lists, one of them, making one, and switching them on and off.

mod bulk;
mod config;
mod create;
mod delete;
mod disks;
pub(crate) mod fields;
mod item;
mod list;
mod live;
mod logs;
mod monitoring;
mod power;
pub(crate) mod queued;
mod status;
mod sync;
mod totals;
mod words;

pub(super) use bulk::{BulkReply, refused as bulk_refused, reply as bulk_reply};
pub(super) use live::LiveServer;
pub(super) use monitoring::MonitoredServer;
pub(super) use queued::{Queued, named};

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::alias::also_at;
use crate::router::Server;

/// The endpoints, all behind a session.
pub(super) fn signed_in() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(list::list_servers, create::create_server))
        .routes(routes!(create::create_server_async))
        .routes(routes!(create::create_servers_bulk))
        .routes(routes!(list::list_brief))
        .routes(routes!(status::all_server_status))
        .routes(routes!(status::server_status))
        .routes(routes!(config::server_config, config::change_server_config))
        .routes(routes!(sync::sync_servers))
        .routes(routes!(disks::add_disk))
        .routes(routes!(disks::remove_disk))
        .routes(routes!(disks::grow_disk))
        .routes(routes!(disks::move_disk))
        .routes(routes!(logs::server_logs))
        .routes(routes!(power::start_server))
        .routes(routes!(power::stop_server))
        .routes(routes!(power::reboot_server))
        .routes(routes!(power::shut_down_server))
        .routes(routes!(power::reset_server))
        .routes(routes!(power::suspend_server))
        .routes(routes!(power::resume_server))
        .routes(routes!(delete::delete_server))
        .routes(routes!(delete::remove_server))
        .routes(also_at(
            routes!(bulk::act_on_servers),
            "/api/servers/bulk_action/async",
        ))
}
