//! A task as the API shows it.

use chrono::{DateTime, Utc};
use drover_types::ids::{GuestId, TaskId};
use drover_types::lang::Lang;
use drover_types::task::{ChildCounts, TaskKind, TaskRow, TaskState};
use serde::Serialize;
use utoipa::ToSchema;

/// A task.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::api) struct TaskItem {
    #[serde(flatten)]
    pub facts: TaskFacts,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
}

/// A task, but for the one time that an older endpoint writes as a number.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(in crate::api) struct TaskFacts {
    /// Its id.
    pub id: TaskId,
    /// What it does.
    #[serde(rename = "type")]
    pub kind: TaskKind,
    /// How far it is, in words that old clients know: `running` until it has ended, then `completed`, `failed` or
    /// `cancelled`. One that completed in part is `completed` and has warnings.
    pub status: &'static str,
    /// How far it is, precisely.
    pub state: TaskState,
    /// What is happening now, or happened last.
    pub message: String,
    /// Percent.
    pub progress: u8,
    /// The name of the server that it is about.
    pub target: String,
    /// The server that it is about, once it is known.
    pub server: Option<GuestId>,
    /// Who asked for it.
    pub actor: String,
    /// Whether it is being cancelled.
    pub cancelling: bool,
    /// Why it failed.
    pub error: Option<String>,
    /// What is missing, where it completed in part.
    pub warnings: Vec<String>,
    /// The task that it is a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub parent: Option<TaskId>,
    /// How far its parts are, where it has any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub children: Option<ChildCounts>,
    /// When it was first run.
    pub started_at: Option<DateTime<Utc>>,
    /// When something last changed.
    pub updated_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
}

/// The state in words that old clients know.
const fn status(state: TaskState) -> &'static str {
    match state {
        TaskState::Queued | TaskState::Running => "running",
        TaskState::Completed | TaskState::Partial => "completed",
        TaskState::Failed => "failed",
        TaskState::Cancelled => "cancelled",
    }
}

impl TaskItem {
    /// The task `row` in `lang`.
    pub(in crate::api) fn new(row: TaskRow, lang: Lang) -> Self {
        let problem = row.problem.map(|problem| problem.text(lang));
        let (error, warnings) = match row.state {
            TaskState::Partial => (None, problem.into_iter().collect()),
            _ => (problem, Vec::new()),
        };
        let message = match row.state {
            TaskState::Queued | TaskState::Running | TaskState::Partial => row.message.text(lang),
            TaskState::Completed => row.kind.outcome(&row.target, lang),
            TaskState::Failed | TaskState::Cancelled => {
                error.clone().unwrap_or_else(|| row.message.text(lang))
            }
        };
        let created_at = row.created_at;
        let facts = TaskFacts {
            id: row.id,
            kind: row.kind,
            status: status(row.state),
            state: row.state,
            message,
            progress: row.progress,
            target: row.target,
            server: row.guest,
            actor: row.actor,
            cancelling: row.cancelling,
            error,
            warnings,
            parent: row.parent,
            children: row.children,
            started_at: row.started_at,
            updated_at: row.updated_at,
            ended_at: row.ended_at,
        };
        Self { facts, created_at }
    }
}
