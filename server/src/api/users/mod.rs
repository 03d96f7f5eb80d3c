//! Users, their roles and permissions, at the addresses of both versions of the API.

mod access;
mod change;
mod debug;
mod explain;
mod iam;
mod item;
mod pages;
mod read;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::alias::also_at;
use crate::router::Server;

/// The endpoints, all behind a session.
pub(super) fn signed_in() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(read::list_users, change::create_user))
        .routes(routes!(pages::admin_users, change::admin_create_user))
        .routes(also_at(routes!(pages::admin_page), "/api/admin"))
        .routes(routes!(pages::admin_iam_page))
        .routes(routes!(read::get_user, change::change_user, change::delete_user))
        .routes(routes!(change::reset_user_password))
        .routes(routes!(access::list_user_sessions, access::end_user_sessions))
        .routes(routes!(access::end_user_session))
        .routes(routes!(access::list_user_tokens))
        .routes(routes!(access::revoke_user_token))
        .routes(routes!(iam::iam_data))
        .routes(also_at(
            routes!(iam::set_permissions),
            "/api/admin/iam/{username}/permissions",
        ))
        .routes(also_at(routes!(iam::set_role), "/api/admin/iam/{username}/role"))
        .routes(routes!(debug::user_info))
        .routes(routes!(explain::explain_access))
}
