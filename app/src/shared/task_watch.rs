//! One task with its steps and its log, kept up to date by live events.

use drover_types::{
    error::ApiError,
    event::LiveEvent,
    task::{LogLine, StepRow, TaskDetail, TaskRow},
};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    live::{Connection, use_live},
    rpc,
    session::{Session, use_session},
};

/// A task that is watched; get it with [`watch_task`].
#[derive(Clone, Copy)]
pub struct TaskWatch {
    /// The task as it is now.
    pub detail: RwSignal<TaskDetail>,
    /// Why it could not be loaded anew.
    pub error: RwSignal<Option<ApiError>>,
    session: Session,
}

/// Watches a task from what is known of it until the calling component is gone.
pub fn watch_task(first: TaskDetail) -> TaskWatch {
    let id = first.task.id;
    let live = use_live();
    let watch = TaskWatch {
        detail: RwSignal::new(first),
        error: RwSignal::new(None),
        session: use_session(),
    };
    live.on(move |event| match event {
        LiveEvent::Task { task, steps, log } if task.id == id => {
            let is_whole = watch
                .detail
                .try_update(|detail| merge(detail, task, steps, log))
                .unwrap_or(true);
            if !is_whole {
                watch.reload();
            }
        }
        LiveEvent::Resync => watch.reload(),
        _ => {}
    });
    // What happened between the answer and the first event, or while the stream was away, no event tells.
    Effect::new(move |_| {
        let is_open = live.connection() == Connection::Open;
        let has_ended = watch
            .detail
            .with_untracked(|detail| detail.task.state.has_ended());
        if is_open && !has_ended {
            watch.reload();
        }
    });
    watch
}

impl TaskWatch {
    /// Loads the task anew.
    pub fn reload(self) {
        let Some(id) = self.detail.try_with_untracked(|detail| detail.task.id) else {
            return;
        };
        spawn_local(async move {
            match rpc::tasks::get_task(id).await {
                Ok(detail) => {
                    self.error.try_set(None);
                    self.detail.try_update(|now| {
                        // An event may have been faster than the answer.
                        if detail.task.updated_at >= now.task.updated_at {
                            *now = detail;
                        }
                    });
                }
                Err(error) => {
                    self.session.heed(&error);
                    self.error.try_set(Some(error));
                }
            }
        });
    }
}

/// Takes in what an event tells. False where the rest has to be loaded: the cause of a failure, whether a cancel
/// undoes, lines that were missed.
fn merge(detail: &mut TaskDetail, task: &TaskRow, steps: &[StepRow], log: &[LogLine]) -> bool {
    if detail.task.updated_at > task.updated_at {
        return true;
    }
    let last = detail.log.last().map_or(0, |line| line.number);
    let is_gapless = log.first().is_none_or(|line| line.number <= last + 1);
    detail
        .log
        .extend(log.iter().filter(|line| line.number > last).cloned());
    // With a call to Proxmox it may have become too late to cancel.
    let states = |steps: &[StepRow]| {
        let of = |step: &StepRow| (step.state, step.upid.is_some());
        steps.iter().map(of).collect::<Vec<_>>()
    };
    let is_same = detail.task.state == task.state
        && detail.task.cancelling == task.cancelling
        && states(&detail.steps) == states(steps);
    detail.task = task.clone();
    detail.steps = steps.to_vec();
    is_gapless && is_same
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use drover_types::{
        ids::TaskId,
        task::{Retry, StepName, StepState, TaskKind, TaskState},
        text::Progress,
    };

    use super::*;

    fn time(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
    }

    fn task(seconds: i64) -> TaskRow {
        TaskRow {
            id: TaskId("018f0000-0000-7000-8000-000000000000".parse().unwrap()),
            kind: TaskKind::CreateServer,
            state: TaskState::Running,
            target: "web-01".into(),
            guest: None,
            actor: "admin".into(),
            progress: 0,
            message: Progress::Queued,
            problem: None,
            cancelling: false,
            created_at: time(0),
            started_at: None,
            updated_at: time(seconds),
            ended_at: None,
            parent: None,
            children: None,
        }
    }

    fn line(number: i64) -> LogLine {
        LogLine {
            number,
            at: time(number),
            step: None,
            message: Progress::Queued,
        }
    }

    fn step(state: StepState) -> StepRow {
        StepRow {
            name: StepName::Reserve,
            state,
            progress: None,
            upid: None,
            started_at: None,
            ended_at: None,
        }
    }

    fn detail() -> TaskDetail {
        TaskDetail {
            task: task(5),
            steps: vec![step(StepState::Running)],
            log: vec![line(1), line(2)],
            cause: None,
            cancel_refusal: None,
            undoes: true,
            retry: Retry::No,
            retried_by: None,
        }
    }

    #[test]
    fn lines_are_added_once_and_a_gap_is_seen() {
        let mut now = detail();
        assert!(merge(
            &mut now,
            &task(6),
            &[step(StepState::Running)],
            &[line(2), line(3)]
        ));
        assert_eq!(
            now.log.iter().map(|line| line.number).collect::<Vec<_>>(),
            [1, 2, 3]
        );
        assert!(!merge(
            &mut now,
            &task(7),
            &[step(StepState::Running)],
            &[line(5)]
        ));
    }

    #[test]
    fn a_step_further_asks_for_the_rest_and_an_old_event_changes_nothing() {
        let mut now = detail();
        assert!(merge(&mut now, &task(4), &[step(StepState::Done)], &[line(3)]));
        assert_eq!(now, detail());
        assert!(!merge(&mut now, &task(6), &[step(StepState::Done)], &[]));
        assert_eq!(now.steps[0].state, StepState::Done);
    }
}
