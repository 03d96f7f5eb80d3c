//! Streams of server-sent events: Drover's own pages', the notifications, the servers and a server's backup. A stream
//! ends with its session and when the process is told to stop, and never counts as something a person did.

mod backup;
mod endpoints;
mod events;
mod open;

pub use open::OpenStreams;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::router::Server;

/// The endpoints, all behind a session.
pub(super) fn signed_in() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(endpoints::live_events))
        .routes(routes!(endpoints::notifications))
        .routes(routes!(endpoints::servers))
        .routes(routes!(backup::backup_stream))
}
