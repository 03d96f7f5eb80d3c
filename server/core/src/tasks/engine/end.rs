//! The end of a task: its state, what it gives back and its notification, in one transaction.

use drover_types::ids::TaskId;
use drover_types::task::{TaskKind, TaskState};
use drover_types::text::{Note, Problem};

use super::parent;
use crate::clock::Clock;
use crate::error::Result;
use crate::events::{Change, Write};
use crate::notifications::told;
use crate::store::tasks::{self, Ending};
use crate::store::{reservations, task_slots};
use crate::tasks::context::Run;
use crate::tasks::step::StepError;

/// Which task ends, and how.
pub(crate) struct Ended<'a> {
    pub id: TaskId,
    pub kind: TaskKind,
    pub target: &'a str,
    pub actor_id: Option<i64>,
    pub state: TaskState,
    pub problem: Option<&'a Problem>,
    pub cause: Option<&'a str>,
    /// The task that it is a part of.
    pub parent: Option<TaskId>,
}

/// Ends the task of a run.
pub(super) async fn ended(
    run: &Run,
    state: TaskState,
    problem: Option<&Problem>,
    cause: Option<&str>,
) -> std::result::Result<(), StepError> {
    let mut write = run.write().await?;
    let ended = Ended {
        id: run.lease.task,
        kind: run.task.row.kind,
        target: &run.task.row.target,
        actor_id: run.task.actor_id,
        state,
        problem,
        cause,
        parent: run.task.row.parent,
    };
    finish(&mut write, &run.clock, &ended).await?;
    write.commit().await?;
    metrics::counter!("drover_tasks_ended_total", "kind" => ended.kind.as_str(), "state" => state.as_str())
        .increment(1);
    Ok(())
}

/// Ends a task that is held by the transaction, or that nobody has claimed; `false` where it has ended before.
pub(crate) async fn finish(write: &mut Write<'_>, clock: &Clock, ended: &Ended<'_>) -> Result<bool> {
    let ending = Ending {
        state: ended.state,
        problem: ended.problem,
        cause: ended.cause,
        at: clock.now(),
    };
    if !tasks::end(&mut write.tx, ended.id, &ending).await? {
        return Ok(false);
    }
    if matches!(ended.state, TaskState::Failed | TaskState::Cancelled) && ended.kind.makes_server() {
        // What was made was undone or has gone: nothing stands for which something would have to be kept.
        reservations::release(&mut write.tx, ended.id).await?;
        tasks::set_guest(&mut write.tx, ended.id, None).await?;
    }
    task_slots::release_all(&mut write.tx, ended.id).await?;
    // Of the parts of a task only those that went wrong are told one by one; their parent tells of all.
    let told_by_parent =
        ended.parent.is_some() && matches!(ended.state, TaskState::Completed | TaskState::Cancelled);
    if let Some(user) = ended.actor_id.filter(|_| !told_by_parent) {
        told(write, Some(user), &note(ended), Some(ended.id), clock.now()).await?;
    }
    write.changed(Change::Task(ended.id));
    if let Some(parent) = ended.parent {
        parent::child_ended(write, clock, parent).await?;
    }
    Ok(true)
}

fn note(ended: &Ended<'_>) -> Note {
    let kind = ended.kind;
    let target = ended.target.to_owned();
    let problem = ended.problem.cloned().unwrap_or(Problem::Internal);
    match (ended.state, problem) {
        (TaskState::Partial, problem) => Note::TaskPartial {
            kind,
            target,
            problem,
        },
        (TaskState::Cancelled, Problem::CancelledBy { user }) => Note::TaskCancelled {
            kind,
            target,
            by: user,
        },
        (TaskState::Failed | TaskState::Cancelled, problem) => Note::TaskFailed {
            kind,
            target,
            problem,
        },
        _ => Note::TaskCompleted { kind, target },
    }
}
