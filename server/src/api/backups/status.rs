//! How the latest backup of a server goes, or went, in both versions' shapes.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use drover_core::Result;
use drover_core::backups::BackupStatus;
use drover_core::inventory::Keys;
use drover_types::backup::{BackUp, BackupMode, Compression, Retention};
use drover_types::ids::{GuestId, TaskId};
use drover_types::lang::Lang;
use drover_types::permission::Permission;
use drover_types::task::{TaskRow, TaskState};
use drover_types::text::Problem;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::answer::{Refusal, Said};
use crate::api::input::Segment;
use crate::api::servers::queued::named;
use crate::api::tasks::TaskItem;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// The word where no backup was asked for.
const NONE: &str = "none";

/// How the latest backup of a server goes, or went.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct StatusReply {
    /// Always true.
    success: bool,
    /// `none`, `queued`, `running`, `completed`, `failed`, `cancelled` or `timeout`.
    status: &'static str,
    /// Percent.
    progress: u8,
    /// What is happening now, or happened last, for people.
    message: String,
    /// The backup; null where none was asked for.
    backup_status: Option<StatusItem>,
}

/// The latest backups of all servers.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StatusesReply {
    /// Always true.
    success: bool,
    /// The latest of each server that one was asked for, by the server's name.
    backup_status: BTreeMap<String, StatusItem>,
}

/// A backup that was asked for.
#[derive(Debug, Serialize, ToSchema)]
struct StatusItem {
    /// Names it: the same as `task_id`.
    backup_id: TaskId,
    /// The task that makes it.
    task_id: TaskId,
    /// `queued`, `running`, `completed`, `failed`, `cancelled` or `timeout`.
    status: &'static str,
    /// Percent.
    progress: u8,
    /// The server's name.
    server_name: String,
    /// The server, as `cluster:vmid`.
    server: Option<GuestId>,
    /// When it was asked for.
    started_at: DateTime<Utc>,
    /// When it ended.
    ended_at: Option<DateTime<Utc>>,
    /// What was asked for; null where another version of Drover wrote it.
    config: Option<ConfigItem>,
    /// What is happening now, or happened last, for people.
    message: String,
    /// Why it failed.
    error: Option<String>,
    /// When it was looked at for this answer.
    last_check: DateTime<Utc>,
    /// When something last changed.
    last_update: DateTime<Utc>,
}

/// What was asked for.
#[derive(Debug, Serialize, ToSchema)]
struct ConfigItem {
    /// The storage.
    storage: String,
    /// What happens to the server meanwhile.
    mode: BackupMode,
    /// How it is compressed.
    compress: Compression,
    /// What is noted on it.
    notes: String,
    /// The same.
    description: String,
    /// Whether nobody may delete it.
    protected: bool,
    /// Whether older ones are pruned.
    remove: bool,
    /// Which older ones are kept, where that was said.
    retention: Option<Retention>,
}

impl From<BackUp> for ConfigItem {
    fn from(how: BackUp) -> Self {
        Self {
            storage: how.storage,
            mode: how.mode,
            compress: how.compression,
            description: how.notes.clone(),
            notes: how.notes,
            protected: how.protected,
            remove: how.as_storage_says || how.retention.is_some(),
            retention: how.retention,
        }
    }
}

impl StatusItem {
    fn new(latest: BackupStatus, lang: Lang, now: DateTime<Utc>) -> Self {
        let status = word(&latest.task);
        let item = TaskItem::new(latest.task, lang);
        let started_at = item.created_at;
        let task = item.facts;
        Self {
            backup_id: task.id,
            task_id: task.id,
            status,
            progress: task.progress,
            server_name: task.target,
            server: task.server,
            started_at,
            ended_at: task.ended_at,
            config: latest.asked.map(ConfigItem::from),
            message: task.message,
            error: task.error,
            last_check: now,
            last_update: task.updated_at,
        }
    }
}

impl StatusReply {
    /// How the latest backup of `guest` goes now.
    pub(in crate::api) async fn of(
        server: &Server,
        request: &Request,
        guest: &GuestId,
        lang: Lang,
    ) -> Result<Self> {
        let (backups, now) = (&server.drover.backups, server.drover.clock.now());
        let latest = backups.status(&request.context, guest).await?;
        let item = latest.map(|latest| StatusItem::new(latest, lang, now));
        Ok(Self {
            success: true,
            status: item.as_ref().map_or(NONE, |item| item.status),
            progress: item.as_ref().map_or(0, |item| item.progress),
            message: item.as_ref().map_or_else(
                || Said::NoBackup.text(lang).to_owned(),
                |item| item.message.clone(),
            ),
            backup_status: item,
        })
    }

    /// Whether a backup is waiting or being made.
    pub(in crate::api) const fn goes_on(&self) -> bool {
        match &self.backup_status {
            Some(item) => item.ended_at.is_none(),
            None => false,
        }
    }

    /// When something last changed, and how far it was.
    pub(in crate::api) fn mark(&self) -> Option<(TaskId, DateTime<Utc>, u8)> {
        let item = self.backup_status.as_ref()?;
        Some((item.task_id, item.last_update, item.progress))
    }
}

/// The state of a backup in the API's words.
const fn word(task: &TaskRow) -> &'static str {
    match (task.state, &task.problem) {
        (TaskState::Queued, _) => "queued",
        (TaskState::Running, _) => "running",
        (TaskState::Completed | TaskState::Partial, _) => "completed",
        (TaskState::Failed, Some(Problem::StepTimedOut { .. })) => "timeout",
        (TaskState::Failed, _) => "failed",
        (TaskState::Cancelled, _) => "cancelled",
    }
}

/// How the latest backup of a server goes, or went.
#[utoipa::path(
    get, path = "/api/server/backup/status/{server}", tag = "backups",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    responses((status = OK, description = "How it goes; `none` where no backup was asked for.", body = StatusReply)),
)]
pub(super) async fn backup_status(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
) -> Result<Json<StatusReply>, Refusal> {
    let guest = named(&server, &request, &[Permission::BackupManagement], &name).await?;
    Ok(Json(StatusReply::of(&server, &request, &guest, lang).await?))
}

/// How the latest backup of every server goes, or went.
#[utoipa::path(
    get, path = "/api/server/backup/status", tag = "backups",
    responses((status = OK, description = "By the server's name.", body = StatusesReply)),
)]
pub(super) async fn backup_statuses(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
) -> Result<Json<StatusesReply>, Refusal> {
    let (drover, context) = (&server.drover, &request.context);
    let latest = drover.backups.statuses(context).await?;
    let picture = drover.backups.picture(context)?;
    let (keys, now) = (Keys::of(&picture), drover.clock.now());
    let names: BTreeMap<&GuestId, String> = picture
        .guests
        .iter()
        .map(|row| (&row.id, keys.key(row)))
        .collect();
    let told = latest.into_iter().map(|one| {
        let known = one.task.guest.as_ref().and_then(|guest| names.get(guest));
        let name = known.unwrap_or(&one.task.target).clone();
        (name, StatusItem::new(one, lang, now))
    });
    Ok(Json(StatusesReply {
        success: true,
        backup_status: told.collect(),
    }))
}
