//! The list of tasks by page number, a log piece by piece, and how busy the queue is: for clients of the API.

use drover_types::ids::TaskId;
use drover_types::task::{LogLine, TaskRow, TaskState};

use super::service::Tasks;
use super::settings::TaskSettings;
use crate::context::OpContext;
use crate::error::Result;
use crate::store::task_steps;
use crate::store::tasks::{self, Wanted};

/// How many lines of a log are read at once.
const LOG_PAGE: i64 = 500;

/// Some tasks, and how many there are in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRows {
    /// Those that have not ended first, then the latest.
    pub rows: Vec<TaskRow>,
    /// How many there are in all.
    pub total: u64,
}

/// How busy the queue is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TaskCounts {
    /// Tasks that wait.
    pub queued: u64,
    /// Tasks that are run.
    pub running: u64,
}

impl Tasks {
    /// At most `limit` tasks behind the first `offset` of [`Tasks::list`].
    ///
    /// # Errors
    /// [`Error::NotSignedIn`](crate::Error::NotSignedIn), or the database's.
    pub async fn rows(&self, ctx: &OpContext, offset: u64, limit: u32) -> Result<TaskRows> {
        let actor = ctx.signed_in()?;
        let seen = self.seen(actor);
        let wanted = Wanted {
            seen: seen.as_ref(),
            limit: i64::from(limit),
            offset: i64::try_from(offset).unwrap_or(i64::MAX),
            ..Wanted::default()
        };
        let rows = tasks::list(&self.db, &wanted).await?;
        let total = tasks::count(&self.db, &wanted).await?;
        Ok(TaskRows {
            rows: rows.into_iter().map(|task| task.row).collect(),
            total: u64::try_from(total).unwrap_or_default(),
        })
    }

    /// The next lines of a task's log behind the line `after`, oldest first; none behind the last.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`](crate::Error::NotSignedIn), [`Error::NotFound`](crate::Error::NotFound), or the
    /// database's.
    pub async fn log(&self, ctx: &OpContext, id: TaskId, after: i64) -> Result<Vec<LogLine>> {
        self.readable(ctx.signed_in()?, id).await?;
        task_steps::log_from(&self.db, id, after, LOG_PAGE).await
    }

    /// How many tasks wait and how many are run, whoever's they are.
    ///
    /// # Errors
    /// As [`Tasks::rows`].
    pub async fn counts(&self, ctx: &OpContext) -> Result<TaskCounts> {
        ctx.signed_in()?;
        let mut counts = TaskCounts::default();
        for (_, state, count) in tasks::counts(&self.db).await? {
            let count = u64::try_from(count).unwrap_or_default();
            match state {
                TaskState::Queued => counts.queued += count,
                TaskState::Running => counts.running += count,
                TaskState::Completed | TaskState::Partial | TaskState::Failed | TaskState::Cancelled => {}
            }
        }
        Ok(counts)
    }

    /// Times and limits.
    pub fn settings(&self) -> &TaskSettings {
        &self.settings
    }
}
