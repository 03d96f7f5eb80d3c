//! Backups: making them, what there is of them, how they go, restoring and deleting them, and the jobs that make them.

mod archive;
mod body;
mod delete;
mod edit;
mod item;
mod jobs;
mod list;
mod make;
mod named;
mod overview;
mod part;
mod plan;
mod restore;
mod status;

pub(super) use status::StatusReply;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::alias::also_at;
use crate::router::Server;

/// The endpoints, all behind a session.
pub(super) fn signed_in() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(make::back_up_server, delete::delete_server_backup))
        .routes(routes!(list::list_server_backups))
        .routes(routes!(status::backup_statuses))
        .routes(also_at(
            routes!(status::backup_status),
            "/api/server/backup/{server}/status",
        ))
        .routes(routes!(list::list_backups))
        .routes(routes!(list::list_node_backups))
        .routes(routes!(restore::restore_server))
        .routes(routes!(restore::restore_backup))
        .routes(routes!(plan::plan_restore))
        .routes(routes!(plan::next_runs))
        .routes(routes!(delete::delete_backup))
        .routes(routes!(overview::backups_overview, edit::edit_backup))
        .routes(routes!(overview::refresh_backups))
        .routes(routes!(overview::set_overdue_days))
        .routes(routes!(make::back_up_servers))
        .routes(routes!(edit::preview_prune))
        .routes(routes!(jobs::list_backup_jobs, jobs::create_backup_job))
        .routes(routes!(jobs::change_backup_job, jobs::delete_backup_job))
        .routes(routes!(jobs::run_backup_job))
}
