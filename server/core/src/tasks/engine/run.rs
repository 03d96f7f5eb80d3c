//! Forward through the steps.

use std::sync::Arc;

use drover_types::task::{StepState, TaskState};
use drover_types::text::{Problem, Progress};

use super::{end, undo};
use crate::error::Error;
use crate::events::Change;
use crate::store::task_slots::{self, UseClass};
use crate::store::task_steps::{self, StepRecord};
use crate::store::tasks;
use crate::tasks::context::{Run, Share, StepContext};
use crate::tasks::step::{Kinds, Step, StepError};

/// A step with what is saved of it.
pub(super) struct Planned {
    pub step: Box<dyn Step>,
    pub record: StepRecord,
    pub share: Share,
}

/// Takes a task from where it stands to its end.
pub(super) async fn whole(kinds: &dyn Kinds, run: &Arc<Run>) -> Result<(), StepError> {
    let mut steps = match plan(kinds, run).await {
        Ok(steps) => steps,
        Err(error @ Error::Store(_)) => return Err(StepError::GivenUp(error)),
        // Without its steps nothing can be undone either: what is there stays, and the task says so.
        Err(error) => {
            let cause = error.to_string();
            return end::ended(run, TaskState::Partial, Some(&Problem::Internal), Some(&cause)).await;
        }
    };
    if run.task.row.started_at.is_some() {
        run.log(None, &Progress::Resumed).await?;
    } else {
        let mut write = run.write().await?;
        tasks::set_started(&mut write.tx, run.lease.task, run.clock.now()).await?;
        write.commit().await?;
    }
    if run.task.undoing {
        let problem = run.task.row.problem.clone().unwrap_or(Problem::Internal);
        return undo::all(run, &mut steps, problem, run.task.cause.clone()).await;
    }
    match forward(run, &mut steps).await {
        Ok(()) => end::ended(run, TaskState::Completed, None, None).await,
        Err((at, error)) => {
            let (problem, cause) = match error {
                StepError::Failed { problem, cause } => (problem, cause),
                StepError::Cancelled => {
                    let user = cancelled_by(run).await?;
                    run.log(None, &Progress::Cancelling { by: user.clone() }).await?;
                    (Problem::CancelledBy { user }, None)
                }
                other => return Err(other),
            };
            let has_begun = |planned: &Planned| planned.record.row.state != StepState::Pending;
            if steps[..=at]
                .iter()
                .any(|planned| planned.step.keeps() && has_begun(planned))
            {
                // Of a server that is not there any more nothing is left to be kept.
                let state = if problem == Problem::GuestGone {
                    TaskState::Failed
                } else {
                    TaskState::Partial
                };
                return end::ended(run, state, Some(&problem), cause.as_deref()).await;
            }
            undo::begin(run, &problem, cause.as_deref()).await?;
            undo::all(run, &mut steps, problem, cause).await
        }
    }
}

async fn plan(kinds: &dyn Kinds, run: &Run) -> Result<Vec<Planned>, Error> {
    let steps = kinds.steps(run.task.row.kind, &run.task.input)?;
    let records = task_steps::of(&run.db, run.lease.task).await?;
    if !steps
        .iter()
        .map(|step| step.name())
        .eq(records.iter().map(|record| record.row.name))
    {
        return Err(Error::corrupt(
            "a task",
            "its steps are those of another version of Drover",
        ));
    }
    let total = steps.iter().map(|step| step.weight()).sum();
    let mut before = 0;
    Ok(steps
        .into_iter()
        .zip(records)
        .map(|(step, record)| {
            let share = Share {
                before,
                own: step.weight(),
                total,
            };
            before += step.weight();
            Planned { step, record, share }
        })
        .collect())
}

/// Runs what is not done; tells where it ended early, and why.
async fn forward(run: &Arc<Run>, steps: &mut [Planned]) -> Result<(), (usize, StepError)> {
    for at in 0..steps.len() {
        let (now, later) = steps[at..].split_at_mut(1);
        let [planned] = now else { break };
        if planned.record.row.state == StepState::Done {
            continue;
        }
        // What the last step needs is given back with the task's end.
        let over = UseClass::ALL.into_iter().filter(|class| {
            !later.is_empty()
                && planned.step.uses(*class)
                && !later.iter().any(|planned| planned.step.uses(*class))
        });
        let over: Vec<UseClass> = over.collect();
        one(run, planned, &over).await.map_err(|error| (at, error))?;
    }
    Ok(())
}

/// Runs a step, and gives back what is `over` with it.
async fn one(run: &Arc<Run>, planned: &mut Planned, over: &[UseClass]) -> Result<(), StepError> {
    if run.cancel.is_cancelled() && !planned.step.finishes() {
        return Err(StepError::Cancelled);
    }
    if planned.record.row.state != StepState::Running {
        set_state(run, planned, StepState::Running, &[]).await?;
    }
    let mut cx = StepContext::new(Arc::clone(run), &planned.record, planned.share, false)?;
    if planned.step.finishes() {
        cx.ignore_cancel();
    }
    let result = planned.step.run(&mut cx).await;
    match &result {
        Ok(()) => set_state(run, planned, StepState::Done, over).await?,
        Err(StepError::Failed { problem, cause }) => {
            tracing::info!(task = %run.lease.task, step = planned.step.name().as_str(), ?problem, ?cause, "a step failed");
            set_state(run, planned, StepState::Failed, &[]).await?;
        }
        Err(_) => {}
    }
    result
}

/// Saves a step's state, with the task's progress where it is done, and gives back what is `over` with it.
pub(super) async fn set_state(
    run: &Run,
    planned: &mut Planned,
    state: StepState,
    over: &[UseClass],
) -> Result<(), StepError> {
    let now = run.clock.now();
    let id = run.lease.task;
    let mut write = run.write().await?;
    task_steps::set_state(&mut write.tx, id, planned.record.position, state, now).await?;
    if state == StepState::Done {
        tasks::set_progress(&mut write.tx, id, planned.share.of_whole(100)).await?;
    }
    for class in over {
        task_slots::release(&mut write.tx, id, *class).await?;
    }
    write.changed(Change::Task(id));
    write.commit().await?;
    run.tell_parent();
    planned.record.row.state = state;
    planned.record.row.started_at = planned.record.row.started_at.or(Some(now));
    Ok(())
}

async fn cancelled_by(run: &Run) -> Result<String, StepError> {
    let task = tasks::get(&run.db, run.lease.task).await?;
    Ok(task.and_then(|task| task.cancelled_by).unwrap_or_default())
}
