//! What an endpoint answers that has queued a task, and the way there from a server's name.

use drover_core::Result;
use drover_types::action::{ActionOptions, GuestAction};
use drover_types::ids::{GuestId, TaskId};
use drover_types::permission::Permission;
use serde::Serialize;
use utoipa::ToSchema;

use crate::request::Request;
use crate::router::Server;

/// A task that was queued.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Queued {
    /// Always true.
    success: bool,
    /// What was asked for, for people.
    message: &'static str,
    /// The task to follow.
    task_id: TaskId,
    /// Always `queued`.
    status: &'static str,
}

impl Queued {
    /// The task `task_id`.
    pub(crate) const fn new(task_id: TaskId, message: &'static str) -> Self {
        Self {
            success: true,
            message,
            task_id,
            status: "queued",
        }
    }
}

/// Queues an action on the server that is named.
pub(super) async fn act(
    server: &Server,
    request: &Request,
    name: &str,
    action: GuestAction,
    options: ActionOptions,
) -> Result<TaskId> {
    let guest = named(server, request, action.permissions(), name).await?;
    let servers = &server.drover.servers;
    Ok(servers.act(&request.context, &guest, action, options).await?.id)
}

/// The server that is named. Whoever lacks the permission is not told whether there is such a name.
pub(crate) async fn named(
    server: &Server,
    request: &Request,
    permissions: &[Permission],
    name: &str,
) -> Result<GuestId> {
    request.context.require_any(permissions)?;
    server.drover.servers.resolve(&request.context, name).await
}
