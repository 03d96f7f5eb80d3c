//! One action on several servers: which of them it was taken on, and why not on the others.

use serde::{Deserialize, Serialize};

use crate::error::ErrorCode;
use crate::ids::{GuestId, TaskId};
use crate::text::Problem;

/// How many servers may be named at once.
pub const MOST_SERVERS: usize = 1000;

/// What became of an action on several servers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ManyActed {
    /// The task whose parts they are; `None` where every server was left out.
    pub task: Option<TaskId>,
    /// The servers for which there is a task.
    pub accepted: Vec<AcceptedServer>,
    /// The servers that were left out.
    pub rejected: Vec<RejectedServer>,
}

/// A server for which a task was queued.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcceptedServer {
    /// Its name.
    pub name: String,
    /// Which guest.
    pub guest: GuestId,
    /// The task.
    pub task: TaskId,
}

/// A server that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedServer {
    /// As it was named.
    pub name: String,
    /// Why.
    pub problem: Problem,
}

impl RejectedServer {
    /// The code that the action on this server alone would have been refused with.
    pub const fn code(&self) -> ErrorCode {
        match self.problem {
            Problem::ServerNotFound { .. } => ErrorCode::ResourceNotFound,
            Problem::TaskInTheWay { .. } => ErrorCode::ConflictInProgress,
            Problem::PermissionMissing { .. } => ErrorCode::PermissionDenied,
            Problem::ClusterUnreachable { .. } => ErrorCode::UpstreamUnavailable,
            Problem::ClusterDenied { .. } | Problem::ClusterRefused { .. } => ErrorCode::UpstreamRefused,
            Problem::StorageNotOnNode { .. }
            | Problem::StorageWithoutBackups { .. }
            | Problem::StorageFull { .. }
            | Problem::NotEnoughSpace { .. } => ErrorCode::ValidationError,
            _ => ErrorCode::Conflict,
        }
    }

    /// The task that is in the way.
    pub const fn task(&self) -> Option<TaskId> {
        match self.problem {
            Problem::TaskInTheWay { task } => Some(task),
            _ => None,
        }
    }
}
