//! Channels by which notifications leave: by e-mail, signed JSON, Slack, Gotify and ntfy. For administrators.

mod body;
mod change;
mod deliveries;
mod item;
mod read;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::router::Server;

/// The endpoints, all behind a session.
pub(super) fn signed_in() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(read::list_channels, change::create_channel))
        .routes(routes!(
            read::get_channel,
            change::change_channel,
            change::delete_channel
        ))
        .routes(routes!(change::test_channel))
        .routes(routes!(deliveries::list_deliveries))
        .routes(routes!(deliveries::send_again))
}
