//! Waits for the end of a task, so that an answer says what is so and not what is hoped for.

use std::time::Duration;

use drover_types::error::ErrorCode;
use drover_types::ids::TaskId;
use drover_types::task::{TaskRow, TaskState};
use drover_types::text::Problem;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, timeout_at};

use super::service::Tasks;
use crate::error::{Error, Result};
use crate::events::Change;
use crate::store::tasks::{self, Wanted};

/// How often the task is looked at where nobody tells of it: another replica may be at work on it.
const LOOK: Duration = Duration::from_millis(500);

/// A task that has ended, or has not in time.
#[derive(Debug, Clone)]
pub struct Settled {
    /// The task.
    pub task: TaskRow,
    /// Proxmox's own words on its failure.
    pub cause: Option<String>,
}

impl Settled {
    /// Whether it did what it was for.
    pub fn is_done(&self) -> bool {
        self.task.state == TaskState::Completed
    }

    /// Why it did not, with the code that stands for it; `None` where it did, or is still at work.
    pub fn failure(&self) -> Option<(ErrorCode, Problem)> {
        if !self.task.state.has_ended() || self.is_done() {
            return None;
        }
        let problem = self.task.problem.clone().unwrap_or(Problem::Internal);
        let code = match &problem {
            Problem::ClusterUnreachable { .. } | Problem::NodeOffline { .. } => {
                ErrorCode::UpstreamUnavailable
            }
            Problem::ClusterRefused { .. }
            | Problem::ClusterDenied { .. }
            | Problem::ReadBackDiffers { .. } => ErrorCode::UpstreamRefused,
            Problem::FirewallGroupNotFound { .. } | Problem::BackupNotFound { .. } | Problem::GuestGone => {
                ErrorCode::ResourceNotFound
            }
            Problem::Internal => ErrorCode::InternalError,
            _ => ErrorCode::Conflict,
        };
        Some((code, problem))
    }
}

impl Tasks {
    /// The task once it has ended, or as it is after `limit`. It is one that was just asked for: nobody is asked
    /// whether they may see it.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn settle(&self, id: TaskId, limit: Duration) -> Result<Settled> {
        let until = Instant::now() + limit;
        let mut signals = self.events.subscribe();
        loop {
            let settled = self.look(id).await?;
            if settled.task.state.has_ended() || Instant::now() >= until {
                return Ok(settled);
            }
            let next = until.min(Instant::now() + LOOK);
            // Until something is told of this task, or it is time to look by oneself.
            while let Ok(signal) = timeout_at(next, signals.recv()).await {
                match signal {
                    Ok(signal) if signal.change == Change::Task(id) => break,
                    Ok(_) => {}
                    Err(RecvError::Lagged(_) | RecvError::Closed) => break,
                }
            }
        }
    }

    async fn look(&self, id: TaskId) -> Result<Settled> {
        let wanted = Wanted {
            id: Some(id),
            limit: 1,
            ..Wanted::default()
        };
        let found = tasks::list(&self.db, &wanted).await?.pop();
        let found = found.ok_or(Error::NotFound(Problem::TaskNotFound))?;
        Ok(Settled {
            task: found.row,
            cause: found.cause,
        })
    }

    /// The parts of a task.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn parts(&self, parent: TaskId) -> Result<Vec<Settled>> {
        let wanted = Wanted {
            parent: Some(parent),
            limit: i64::MAX,
            ..Wanted::default()
        };
        let found = tasks::list(&self.db, &wanted).await?;
        Ok(found
            .into_iter()
            .map(|task| Settled {
                task: task.row,
                cause: task.cause,
            })
            .collect())
    }
}
