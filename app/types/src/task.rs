//! Tasks and their steps.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::ids::{GuestId, TaskId};
use crate::text::{Problem, Progress};

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant,)* }

        impl $name {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name in the API and the database.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// The one that is named `text`.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

mod kind;
mod step_name;

pub use kind::TaskKind;
pub use step_name::StepName;

named! {
    /// How far a task is.
    TaskState {
        /// Waits to be run.
        Queued = "queued",
        /// Is being run, or undone.
        Running = "running",
        /// Did what it was for.
        Completed = "completed",
        /// Left its server standing and says what is missing.
        Partial = "partial",
        /// Failed, and undid what it had done.
        Failed = "failed",
        /// Was cancelled, and undid what it had done.
        Cancelled = "cancelled",
    }
}

impl TaskState {
    /// Whether nothing more will happen.
    pub const fn has_ended(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }
}

/// How far the tasks of a parent are, by state. A task that was asked for again is counted by its retry alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChildCounts {
    /// Those that wait.
    pub queued: u32,
    /// Those that are run, or undone.
    pub running: u32,
    /// Those that did what they were for.
    pub completed: u32,
    /// Those that left their server standing and say what is missing.
    pub partial: u32,
    /// Those that failed.
    pub failed: u32,
    /// Those that were cancelled.
    pub cancelled: u32,
}

impl ChildCounts {
    /// All of them.
    pub const fn total(&self) -> u32 {
        self.queued + self.running + self.ended()
    }

    /// Those that have ended.
    pub const fn ended(&self) -> u32 {
        self.completed + self.partial + self.failed + self.cancelled
    }

    /// How the parent ends once its last child has; `None` before that.
    pub const fn outcome(&self) -> Option<TaskState> {
        if self.queued > 0 || self.running > 0 {
            None
        } else if self.completed == self.total() {
            Some(TaskState::Completed)
        } else if self.completed > 0 || self.partial > 0 {
            Some(TaskState::Partial)
        } else if self.failed > 0 {
            Some(TaskState::Failed)
        } else {
            Some(TaskState::Cancelled)
        }
    }

    /// The count of one state.
    pub const fn of(&mut self, state: TaskState) -> &mut u32 {
        match state {
            TaskState::Queued => &mut self.queued,
            TaskState::Running => &mut self.running,
            TaskState::Completed => &mut self.completed,
            TaskState::Partial => &mut self.partial,
            TaskState::Failed => &mut self.failed,
            TaskState::Cancelled => &mut self.cancelled,
        }
    }
}

named! {
    /// How far a step is.
    StepState {
        /// Its turn has not come.
        Pending = "pending",
        /// Is being run.
        Running = "running",
        /// Is done.
        Done = "done",
        /// Failed.
        Failed = "failed",
        /// Is being undone.
        Undoing = "undoing",
        /// Was undone.
        Undone = "undone",
    }
}

/// A task as a row of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskRow {
    /// Its id.
    pub id: TaskId,
    /// What it does.
    pub kind: TaskKind,
    /// How far it is.
    pub state: TaskState,
    /// The name of the server it is about; empty for none.
    pub target: String,
    /// The guest it is about, once it is known.
    pub guest: Option<GuestId>,
    /// Who started it.
    pub actor: String,
    /// Percent, 0 to 100.
    pub progress: u8,
    /// What is happening now, or happened last.
    pub message: Progress,
    /// Why it failed, or what is missing.
    pub problem: Option<Problem>,
    /// Whether somebody asked for it to be cancelled.
    pub cancelling: bool,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it was first run.
    pub started_at: Option<DateTime<Utc>>,
    /// When something last changed.
    pub updated_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// The task that it is a part of.
    #[serde(default)]
    pub parent: Option<TaskId>,
    /// How far its own parts are, where it has any.
    #[serde(default)]
    pub children: Option<ChildCounts>,
}

/// A step of a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepRow {
    /// Which step.
    pub name: StepName,
    /// How far it is.
    pub state: StepState,
    /// Percent, where the step knows.
    pub progress: Option<u8>,
    /// Proxmox's task, while or after one ran.
    pub upid: Option<String>,
    /// When it began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
}

/// A line of a task's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// Its place in the log, from 1.
    pub number: i64,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// The step it belongs to.
    pub step: Option<StepName>,
    /// What it says.
    pub message: Progress,
}

/// A task with its steps and its log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskDetail {
    /// The task.
    pub task: TaskRow,
    /// Its steps, in order.
    pub steps: Vec<StepRow>,
    /// Its log, oldest first, cut to the newest lines where it is long.
    pub log: Vec<LogLine>,
    /// Proxmox's or the system's own words on the failure.
    pub cause: Option<String>,
    /// Whether it can be cancelled now; where not, why.
    pub cancel_refusal: Option<Problem>,
    /// Whether cancelling now would undo what was made.
    pub undoes: bool,
    /// Whether it can be asked for again, and what for.
    #[serde(default)]
    pub retry: Retry,
    /// The task that was asked for in its place.
    #[serde(default)]
    pub retried_by: Option<TaskId>,
}

/// Whether a task can be asked for again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retry {
    /// It can't.
    #[default]
    No,
    /// As it is.
    Yes,
    /// With its secret, which is not kept once a task has ended.
    WithPassword,
}

/// Which tasks to list.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TaskFilter {
    /// Only those in this state.
    pub state: Option<TaskState>,
    /// Only those of this kind.
    pub kind: Option<TaskKind>,
    /// Only the reader's own.
    pub own: bool,
    /// Only those about this guest.
    pub guest: Option<GuestId>,
    /// Only the parts of this one.
    pub parent: Option<TaskId>,
    /// Only those that are no part of another.
    pub whole: bool,
    /// Only ended ones from before this one; the cursor of the page before.
    pub before: Option<TaskId>,
    /// How many at most.
    pub limit: Option<u32>,
}

/// A page of the list of tasks: those that have not ended first, then the latest.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TaskPage {
    /// The tasks.
    pub tasks: Vec<TaskRow>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<TaskId>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;

    #[test]
    fn every_name_is_read_back() {
        for kind in TaskKind::ALL {
            assert_eq!(TaskKind::parse(kind.as_str()), Some(*kind));
        }
        for step in StepName::ALL {
            assert_eq!(StepName::parse(step.as_str()), Some(*step));
        }
    }

    #[test]
    fn a_parent_ends_as_its_children_did() {
        let counts = |completed, partial, failed, cancelled| ChildCounts {
            completed,
            partial,
            failed,
            cancelled,
            ..ChildCounts::default()
        };
        for (children, state) in [
            (counts(2, 0, 0, 0), TaskState::Completed),
            (counts(1, 0, 1, 0), TaskState::Partial),
            (counts(0, 1, 0, 0), TaskState::Partial),
            (counts(0, 1, 0, 3), TaskState::Partial),
            (counts(0, 0, 1, 3), TaskState::Failed),
            (counts(0, 0, 0, 3), TaskState::Cancelled),
        ] {
            assert_eq!(children.outcome(), Some(state), "{children:?}");
            for under_way in [TaskState::Queued, TaskState::Running] {
                let mut more = children;
                *more.of(under_way) += 1;
                assert_eq!(more.outcome(), None);
                assert_eq!(more.total(), children.total() + 1);
            }
        }
    }

    #[test]
    fn korean_is_not_english() {
        for kind in TaskKind::ALL {
            assert_ne!(kind.name(Lang::Ko), kind.name(Lang::En));
        }
        for step in StepName::ALL {
            assert_ne!(step.name(Lang::Ko), step.name(Lang::En));
        }
    }
}
