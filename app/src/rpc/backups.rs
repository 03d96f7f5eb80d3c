//! Backups: what there is of them, making and restoring them, deleting them, and the jobs that make them.

use drover_types::{
    backup::{
        Archive, BackUp, BackupJob, BackupsOverview, JobDraft, NextRuns, PrunePreview, RestoreAsNew,
        RestoreOver, RestorePlan, Retention, ServerBackups,
    },
    error::ApiError,
    guest::GuestKind,
    ids::GuestId,
    many::ManyActed,
    task::TaskRow,
};
use leptos::prelude::*;

use super::Json;
#[cfg(feature = "ssr")]
use super::call;

/// Every server with what there is of its backups, and every storage that may hold some.
#[server(name = LoadBackups, prefix = "/rpc", endpoint = "backups_overview", input = Json, output = Json)]
pub async fn backups_overview() -> Result<BackupsOverview, ApiError> {
    call(|drover, ctx| async move { Box::pin(drover.backups.overview(&ctx)).await }).await
}

/// Asks every storage anew for what it holds.
#[server(prefix = "/rpc", endpoint = "refresh_backups", input = Json, output = Json)]
pub async fn refresh_backups() -> Result<(), ApiError> {
    call(|drover, ctx| async move { Box::pin(drover.backups.refresh(&ctx)).await }).await
}

/// The backups of one guest, the newest first.
#[server(name = LoadServerBackups, prefix = "/rpc", endpoint = "server_backups", input = Json, output = Json)]
pub async fn server_backups(id: GuestId) -> Result<ServerBackups, ApiError> {
    call(|drover, ctx| async move { Box::pin(drover.backups.of_server(&ctx, &id)).await }).await
}

/// Backs a server up.
#[server(prefix = "/rpc", endpoint = "back_up_server", input = Json, output = Json)]
pub async fn back_up_server(id: GuestId, how: BackUp) -> Result<TaskRow, ApiError> {
    call(|drover, ctx| async move { Box::pin(drover.backups.back_up(&ctx, &id, &how)).await }).await
}

/// Backs up every server that is named.
#[server(prefix = "/rpc", endpoint = "back_up_servers", input = Json, output = Json)]
pub async fn back_up_servers(servers: Vec<String>, how: BackUp) -> Result<ManyActed, ApiError> {
    call(|drover, ctx| async move { Box::pin(drover.backups.back_up_many(&ctx, &servers, &how)).await }).await
}

/// What a restore over a server would do.
#[server(prefix = "/rpc", endpoint = "plan_restore", input = Json, output = Json)]
pub async fn plan_restore(id: GuestId, restore: RestoreOver) -> Result<RestorePlan, ApiError> {
    call(|drover, ctx| async move { Box::pin(drover.backups.plan_restore(&ctx, &id, &restore)).await }).await
}

/// Puts a server back to what it was at a backup.
#[server(prefix = "/rpc", endpoint = "restore_server", input = Json, output = Json)]
pub async fn restore_server(id: GuestId, restore: RestoreOver) -> Result<TaskRow, ApiError> {
    call(|drover, ctx| async move { Box::pin(drover.backups.restore(&ctx, &id, &restore)).await }).await
}

/// Makes a server from a backup.
#[server(name = MakeFromBackup, prefix = "/rpc", endpoint = "restore_as_new", input = Json, output = Json)]
pub async fn restore_as_new(restore: RestoreAsNew) -> Result<TaskRow, ApiError> {
    call(|drover, ctx| async move { Box::pin(drover.backups.restore_as_new(&ctx, &restore)).await }).await
}

/// Deletes backups of one guest. `node` tells whose they are where several nodes have a storage of that name.
#[server(prefix = "/rpc", endpoint = "delete_backups", input = Json, output = Json)]
pub async fn delete_backups(
    cluster: String,
    node: Option<String>,
    volumes: Vec<String>,
) -> Result<TaskRow, ApiError> {
    call(|drover, ctx| async move {
        Box::pin(drover.backups.delete(&ctx, &cluster, node.as_deref(), &volumes)).await
    })
    .await
}

/// A backup with its notes in full: lists have their first line only.
#[server(prefix = "/rpc", endpoint = "backup", input = Json, output = Json)]
pub async fn backup(cluster: String, node: Option<String>, volume: String) -> Result<Archive, ApiError> {
    call(|drover, ctx| async move {
        Box::pin(drover.backups.get(&ctx, &cluster, node.as_deref(), &volume)).await
    })
    .await
}

/// Changes what is noted on a backup, or whether it is protected.
#[server(prefix = "/rpc", endpoint = "edit_backup", input = Json, output = Json)]
pub async fn edit_backup(
    cluster: String,
    node: Option<String>,
    volume: String,
    notes: Option<String>,
    protected: Option<bool>,
) -> Result<Archive, ApiError> {
    call(|drover, ctx| async move {
        let edit = drover.backups.edit(
            &ctx,
            &cluster,
            node.as_deref(),
            &volume,
            notes.as_deref(),
            protected,
        );
        Box::pin(edit).await
    })
    .await
}

/// What pruning the backups of a guest on a storage would take.
#[server(prefix = "/rpc", endpoint = "preview_prune", input = Json, output = Json)]
pub async fn preview_prune(
    id: GuestId,
    kind: GuestKind,
    storage: String,
    node: Option<String>,
    retention: Retention,
) -> Result<PrunePreview, ApiError> {
    call(|drover, ctx| async move {
        let place = (storage.as_str(), node.as_deref());
        Box::pin(drover.backups.prune_preview(&ctx, &id, kind, place, &retention)).await
    })
    .await
}

/// The backup jobs of all clusters.
#[server(name = LoadBackupJobs, prefix = "/rpc", endpoint = "backup_jobs", input = Json, output = Json)]
pub async fn backup_jobs() -> Result<Vec<BackupJob>, ApiError> {
    call(|drover, ctx| async move { Box::pin(drover.backups.jobs(&ctx)).await }).await
}

/// When a schedule falls due next, and by the clocks of which zones.
#[server(prefix = "/rpc", endpoint = "next_backup_runs", input = Json, output = Json)]
pub async fn next_backup_runs(cluster: String, schedule: String) -> Result<NextRuns, ApiError> {
    call(|drover, ctx| async move { Box::pin(drover.backups.next_runs(&ctx, &cluster, &schedule)).await })
        .await
}

/// Makes a backup job.
#[server(prefix = "/rpc", endpoint = "create_backup_job", input = Json, output = Json)]
pub async fn create_backup_job(cluster: String, job: JobDraft) -> Result<(), ApiError> {
    call(|drover, ctx| async move { drover.backups.create_job(&ctx, &cluster, &job).await }).await
}

/// Changes a backup job, if it is still as it was `seen`.
#[server(prefix = "/rpc", endpoint = "change_backup_job", input = Json, output = Json)]
pub async fn change_backup_job(
    cluster: String,
    id: String,
    job: JobDraft,
    seen: Option<JobDraft>,
) -> Result<(), ApiError> {
    call(|drover, ctx| async move {
        drover
            .backups
            .change_job(&ctx, &cluster, &id, &job, seen.as_ref())
            .await
    })
    .await
}

/// Deletes a backup job. What it has made stays.
#[server(prefix = "/rpc", endpoint = "delete_backup_job", input = Json, output = Json)]
pub async fn delete_backup_job(cluster: String, id: String) -> Result<(), ApiError> {
    call(|drover, ctx| async move { drover.backups.delete_job(&ctx, &cluster, &id).await }).await
}

/// Backs up now what a job would.
#[server(prefix = "/rpc", endpoint = "run_backup_job", input = Json, output = Json)]
pub async fn run_backup_job(cluster: String, id: String) -> Result<ManyActed, ApiError> {
    call(|drover, ctx| async move { Box::pin(drover.backups.run_job(&ctx, &cluster, &id)).await }).await
}

/// Sets after how many days without a backup a server is overdue.
#[server(prefix = "/rpc", endpoint = "set_overdue_days", input = Json, output = Json)]
pub async fn set_overdue_days(days: u32) -> Result<(), ApiError> {
    call(|drover, ctx| async move { drover.backups.set_overdue_days(&ctx, days).await }).await
}
