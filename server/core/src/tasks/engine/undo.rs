//! Backwards through the steps. An undo that fails is tried again until it succeeds: a task never ends with
//! something of it left over.

use std::sync::Arc;
use std::time::Duration;

use drover_types::task::{StepState, TaskState};
use drover_types::text::{Problem, Progress};

use super::end;
use super::run::{Planned, set_state};
use crate::events::Change;
use crate::store::{task_slots, task_steps, tasks};
use crate::tasks::context::{Run, StepContext};
use crate::tasks::step::StepError;

/// The pause after the first failed undo; it doubles from there.
const FIRST_PAUSE: Duration = Duration::from_secs(2);

/// Notes that the task is being undone, and why, so that a restart goes on with that.
pub(super) async fn begin(run: &Run, problem: &Problem, cause: Option<&str>) -> Result<(), StepError> {
    let id = run.lease.task;
    let mut write = run.write().await?;
    tasks::set_undoing(&mut write.tx, id, problem, cause).await?;
    task_steps::log(&mut write.tx, id, None, &Progress::Undoing, run.clock.now()).await?;
    tasks::set_message(&mut write.tx, id, &Progress::Undoing).await?;
    write.changed(Change::Task(id));
    write.commit().await?;
    Ok(())
}

/// Undoes every step that was begun, the last first, and ends the task.
pub(super) async fn all(
    run: &Arc<Run>,
    steps: &mut [Planned],
    problem: Problem,
    cause: Option<String>,
) -> Result<(), StepError> {
    for planned in steps.iter_mut().rev() {
        if matches!(planned.record.row.state, StepState::Pending | StepState::Undone) {
            continue;
        }
        one(run, planned).await?;
    }
    let state = match problem {
        Problem::CancelledBy { .. } => TaskState::Cancelled,
        _ => TaskState::Failed,
    };
    end::ended(run, state, Some(&problem), cause.as_deref()).await
}

async fn one(run: &Arc<Run>, planned: &mut Planned) -> Result<(), StepError> {
    if planned.record.row.state != StepState::Undoing {
        set_state(run, planned, StepState::Undoing, &[]).await?;
    }
    let longest = run.settings.undo_pause;
    let mut pause = FIRST_PAUSE.min(longest);
    let mut aside = None;
    loop {
        // What the step itself has written of its journal since is read anew.
        let records = task_steps::of(&run.db, run.lease.task).await?;
        let record = records
            .iter()
            .find(|record| record.position == planned.record.position);
        let mut cx = StepContext::new(
            Arc::clone(run),
            record.unwrap_or(&planned.record),
            planned.share,
            true,
        )?;
        match planned.step.undo(&mut cx).await {
            Ok(()) => return set_state(run, planned, StepState::Undone, &[]).await,
            Err(StepError::Failed { problem, cause }) => {
                tracing::warn!(task = %run.lease.task, step = planned.step.name().as_str(), ?problem, ?cause,
                    "an undo failed and will be tried again");
                run.log(Some(planned.step.name()), &Progress::UndoFailed).await?;
            }
            // A cancel changes nothing for an undo; one that says so was asked in the wrong way.
            Err(StepError::Cancelled) => {}
            Err(other) => return Err(other),
        }
        if aside.is_none() {
            // What can't be undone now may be so for days: nobody else is kept waiting for it.
            let mut write = run.write().await?;
            task_slots::release_all(&mut write.tx, run.lease.task).await?;
            write.commit().await?;
            aside = Some(cx.stand_aside());
        }
        cx.pause(pause).await?;
        pause = (pause * 2).min(longest);
    }
}
