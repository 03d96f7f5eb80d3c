//! The end of a task that has parts: with its last child, in the same transaction, and told once for all of them.

use drover_types::ids::TaskId;
use drover_types::task::TaskState;
use drover_types::text::{Note, Problem};

use crate::clock::Clock;
use crate::error::Result;
use crate::events::{Change, Write};
use crate::notifications::told;
use crate::store::tasks::{self, Ending, children};

/// Ends the parent where its last child has ended.
pub(super) async fn child_ended(write: &mut Write<'_>, clock: &Clock, parent: TaskId) -> Result<()> {
    write.changed(Change::Task(parent));
    let now = clock.now();
    let counts = children::counts(&mut write.tx, parent, now).await?;
    let Some(state) = counts.outcome() else {
        return Ok(());
    };
    let Some(task) = tasks::in_tx(&mut write.tx, parent).await? else {
        return Ok(());
    };
    let problem = match (state, task.cancelled_by) {
        (TaskState::Completed, _) => None,
        (TaskState::Cancelled, Some(user)) => Some(Problem::CancelledBy { user }),
        _ => Some(Problem::NotAllDone {
            done: counts.completed,
            total: counts.total(),
        }),
    };
    let ending = Ending {
        state,
        problem: problem.as_ref(),
        cause: None,
        at: now,
    };
    if !tasks::end(&mut write.tx, parent, &ending).await? {
        return Ok(());
    }
    if let Some(user) = task.actor_id {
        let note = Note::ChildrenEnded {
            kind: task.row.kind,
            state,
            children: counts,
        };
        told(write, Some(user), &note, Some(parent), now).await?;
    }
    Ok(())
}
