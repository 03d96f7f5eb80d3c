//! Tasks as both versions of the API read them.

mod cancel;
mod item;
mod list;
mod log;
mod one;
mod queue;
mod retry;
mod status;

pub(super) use item::TaskItem;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::router::Server;

/// The endpoints, all behind a session.
pub(super) fn signed_in() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(list::list_tasks))
        .routes(routes!(one::get_task))
        .routes(routes!(status::tasks_status))
        .routes(routes!(queue::tasks_config))
        .routes(routes!(one::task_status))
        .routes(routes!(log::download_task_log))
        .routes(routes!(queue::queue_status))
        .routes(routes!(cancel::cancel_task))
        .routes(routes!(retry::retry_task))
}
