//! Notifications as both versions of the API read them. What one reader does is never seen by another.

mod change;
mod item;
mod read;

pub(super) use item::NotificationItem;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::router::Server;

/// The endpoints, all behind a session.
pub(super) fn signed_in() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(read::list_notifications))
        .routes(routes!(read::latest_notification))
        .routes(routes!(read::unread_count))
        .routes(routes!(read::get_notification, change::dismiss_notification))
        .routes(routes!(change::read_notification))
        .routes(routes!(change::clear_notifications))
}
