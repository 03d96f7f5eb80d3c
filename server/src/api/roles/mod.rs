//! Roles: which there are, giving them to servers and taking them off, what has drifted, and how Drover signs in.

mod assign;
mod body;
mod bulk;
mod catalogue;
mod check;
mod item;
mod remove;
mod servers;

pub(super) use body::{read_role, values};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::router::Server;

/// The endpoints, all behind a session.
pub(super) fn signed_in() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(assign::assign_role))
        .routes(routes!(remove::remove_role))
        .routes(routes!(bulk::assign_roles))
        .routes(routes!(catalogue::list_roles))
        .routes(routes!(catalogue::available_roles))
        .routes(routes!(catalogue::validate_role))
        .routes(routes!(catalogue::get_role))
        .routes(routes!(servers::role_standings))
        .routes(routes!(servers::server_roles))
        .routes(routes!(servers::set_connection))
        .routes(routes!(servers::forget_host_keys))
        .routes(routes!(check::check_roles))
        .routes(routes!(check::check_server_roles))
        .routes(routes!(check::set_role_checks))
}
