//! What a step is, and how it can end early.

use drover_types::task::{StepName, TaskKind};
use drover_types::text::Problem;
use futures::FutureExt;
use futures::future::BoxFuture;

use super::context::StepContext;
use crate::error::{Error, Result};
use crate::store::task_slots::UseClass;

/// A part of a task. What it is made of comes from the task's input, so that it can be built again after a
/// restart; what it has done comes from its journal and from Proxmox.
pub(crate) trait Step: Send + Sync {
    /// Which one it is.
    fn name(&self) -> StepName;

    /// How much of the task's time it takes, compared with the others.
    fn weight(&self) -> u32 {
        1
    }

    /// Whether what was made stays from here on, though this step or a later one fails.
    fn keeps(&self) -> bool {
        false
    }

    /// Whether it needs the things of this class that the task uses. They are held from the task's start until no
    /// later step needs them.
    fn uses(&self, _class: UseClass) -> bool {
        true
    }

    /// Whether it is carried through though somebody asks for the task to be cancelled: from its first call on it
    /// can't be called off without leaving half of something.
    fn finishes(&self) -> bool {
        false
    }

    /// Does it, or what is missing of it: a step that was interrupted is run again from its beginning.
    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>>;

    /// Undoes whatever is there of it. Is run again where it failed or was interrupted.
    fn undo<'a>(&'a self, _cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async { Ok(()) }.boxed()
    }
}

/// Builds the steps of a task.
pub(crate) trait Kinds: Send + Sync {
    /// The steps of a task of this kind with this input, in order.
    ///
    /// # Errors
    /// Where the input can't be read.
    fn steps(&self, kind: TaskKind, input: &str) -> Result<Vec<Box<dyn Step>>>;
}

/// Why a step did not come to its end.
#[derive(Debug)]
pub(crate) enum StepError {
    /// It can't be done.
    Failed {
        /// Why.
        problem: Problem,
        /// Proxmox's or the system's own words.
        cause: Option<String>,
    },
    /// Somebody asked for the task to be cancelled.
    Cancelled,
    /// The process stops; the step goes on after the next start.
    Interrupted,
    /// The task belongs to another run.
    LeaseLost,
    /// The database does not answer; the task is taken up again once the lease has run out.
    GivenUp(Error),
}

impl StepError {
    /// A failure without words of others.
    pub(crate) const fn failed(problem: Problem) -> Self {
        Self::Failed { problem, cause: None }
    }

    /// What a client of Proxmox says.
    pub(crate) fn proxmox(cluster: &str, error: &pve_client::Error) -> Self {
        let cluster = cluster.to_owned();
        let problem = match error {
            pve_client::Error::Forbidden { .. } | pve_client::Error::Unauthorized { .. } => {
                Problem::ClusterDenied { cluster }
            }
            pve_client::Error::Locked { lock, .. } => Problem::GuestLocked {
                lock: lock.clone().unwrap_or_default(),
            },
            error if error.is_unavailable() => Problem::ClusterUnreachable { cluster },
            _ => Problem::ClusterRefused { cluster },
        };
        Self::Failed {
            problem,
            cause: Some(error.to_string()),
        }
    }
}

impl From<sqlx::Error> for StepError {
    fn from(error: sqlx::Error) -> Self {
        Self::GivenUp(error.into())
    }
}

impl From<Error> for StepError {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(_) => Self::GivenUp(error),
            Error::Proxmox { cluster, source } => Self::proxmox(&cluster, &source),
            Error::NotFound(problem) | Error::Conflict(problem) => Self::failed(problem),
            other => Self::Failed {
                problem: Problem::Internal,
                cause: Some(other.to_string()),
            },
        }
    }
}
