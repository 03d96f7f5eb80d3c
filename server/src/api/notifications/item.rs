//! A notification with the fields of both versions, in the language of whoever reads it.

use chrono::{DateTime, Utc};
use drover_types::ids::TaskId;
use drover_types::lang::Lang;
use drover_types::notification::{Level, NotificationRow};
use serde::Serialize;
use utoipa::ToSchema;

/// A notification.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct NotificationItem {
    /// Its id.
    id: i64,
    /// What happened, and to what.
    title: String,
    /// The sentence behind it.
    message: String,
    /// The server that it is about; null for none.
    details: Option<String>,
    /// How grave it is.
    level: Level,
    /// The same.
    severity: Level,
    /// `server`, `user` or `system`.
    category: &'static str,
    /// What kind of thing happened; in the stream always `notification`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// What kind of thing happened, in the stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    notification_type: Option<&'static str>,
    /// Whether the reader has read it.
    read: bool,
    /// The same.
    is_read: bool,
    /// The task that it tells of.
    task_id: Option<TaskId>,
    /// When it happened.
    created_at: DateTime<Utc>,
}

impl NotificationItem {
    /// The notification `row` in `lang`.
    pub(crate) fn new(row: &NotificationRow, lang: Lang) -> Self {
        let level = row.note.level();
        Self {
            id: row.id,
            title: row.note.title(lang),
            message: row.note.body(lang),
            details: Some(row.note.target().to_owned()).filter(|target| !target.is_empty()),
            level,
            severity: level,
            category: row.note.category(),
            kind: row.note.type_name(),
            notification_type: None,
            read: row.read,
            is_read: row.read,
            task_id: row.task,
            created_at: row.created_at,
        }
    }
    /// As the stream sends it: there `type` tells notifications from other events.
    #[must_use]
    pub(crate) const fn in_stream(mut self) -> Self {
        self.notification_type = Some(self.kind);
        self.kind = "notification";
        self
    }
}
