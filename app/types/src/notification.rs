//! A notification as its reader sees it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::TaskId;
use crate::text::Note;

/// How grave it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// For the record.
    Info,
    /// It worked.
    Success,
    /// It worked in part, or will stop working.
    Warning,
    /// It failed.
    Error,
}

impl Level {
    /// The name in the API and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A notification with its reader's own marks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationRow {
    /// Its id.
    pub id: i64,
    /// What it says; [`Note::title`] and [`Note::body`] are the words.
    pub note: Note,
    /// Whether the reader has read it.
    pub read: bool,
    /// When it happened.
    pub created_at: DateTime<Utc>,
    /// The task that it tells of.
    pub task: Option<TaskId>,
}

/// What the bell shows: the newest notifications, and how many in all are unread.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NewestNotifications {
    /// The newest, newest first.
    pub rows: Vec<NotificationRow>,
    /// How many are unread, those among `rows` included.
    pub unread: u32,
}
