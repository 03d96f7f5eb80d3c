//! How tasks end: done, failed, left standing, cancelled.

use std::sync::{Arc, Mutex};

use drover_types::ids::GuestId;
use drover_types::task::{StepName, StepState, TaskState};
use drover_types::text::{Problem, Progress};

use super::support::{NAMES, Process, Script, ann, notes, queue, stage, states};
use crate::error::Error;
use crate::store::tasks;
use crate::store::testing::databases;

#[tokio::test]
async fn a_task_runs_its_steps_and_ends_with_a_notification() {
    for test in databases().await {
        let (db, name) = (&test.db, test.name);
        let ctx = ann(db).await;
        let script = Script::default();
        let process = Process::start(db, &script);
        let guest = GuestId::new("lab", 100);
        let id = queue(&process.tasks, &ctx, Some(&guest)).await.unwrap();
        let detail = process.end(&ctx, id).await;
        assert_eq!(
            (detail.task.state, detail.task.progress),
            (TaskState::Completed, 100),
            "{name}"
        );
        assert_eq!(
            script.said(),
            ["run reserve", "run clone", "run hardware", "run start"],
            "{name}"
        );
        assert_eq!(states(&detail), [StepState::Done; 4], "{name}");
        assert_eq!(detail.log.len(), 4, "{name}");
        assert_eq!(detail.cancel_refusal, Some(Problem::TaskEnded));
        assert!(notes(db).await[0].contains("task_completed"), "{name}");
        assert!(
            tasks::get(db, id).await.unwrap().unwrap().secret.is_none(),
            "{name}"
        );
        process.stop().await;
    }
}

#[tokio::test]
async fn a_failure_undoes_backwards_and_until_it_succeeds() {
    let (test, ctx) = stage().await;
    let script = Script {
        fails: Some(StepName::Hardware),
        stubborn: Arc::new(Mutex::new(2)),
        ..Script::default()
    };
    let process = Process::start(&test.db, &script);
    let id = queue(&process.tasks, &ctx, None).await.unwrap();
    let detail = process.end(&ctx, id).await;
    assert_eq!(
        (detail.task.state, detail.task.problem),
        (TaskState::Failed, Some(Problem::OnPurpose))
    );
    assert_eq!(detail.cause.as_deref(), Some("words"));
    assert_eq!(
        script.said()[3..],
        [
            "undo hardware",
            "undo clone",
            "undo clone",
            "undo clone",
            "undo reserve"
        ]
    );
    assert_eq!(
        detail
            .steps
            .iter()
            .filter(|step| step.state == StepState::Undone)
            .count(),
        3
    );
    let failed = detail
        .log
        .iter()
        .filter(|line| line.message == Progress::UndoFailed)
        .count();
    assert_eq!(failed, 2);
    assert!(notes(&test.db).await[0].contains("task_failed"));
    process.stop().await;
}

#[tokio::test]
async fn from_a_step_that_keeps_on_nothing_is_undone() {
    let (test, ctx) = stage().await;
    let script = Script {
        fails: Some(StepName::Start),
        ..Script::default()
    };
    let process = Process::start(&test.db, &script);
    let id = queue(&process.tasks, &ctx, None).await.unwrap();
    let detail = process.end(&ctx, id).await;
    assert_eq!(
        (detail.task.state, detail.task.problem),
        (TaskState::Partial, Some(Problem::OnPurpose))
    );
    assert!(script.said().iter().all(|line| !line.starts_with("undo")));
    assert!(notes(&test.db).await[0].contains("task_partial"));
    process.stop().await;
}

/// The cancel comes too late for the step before the one that keeps, and before that one was begun.
#[tokio::test]
async fn a_cancel_between_two_steps_undoes_where_the_one_that_keeps_was_not_begun() {
    let (test, ctx) = stage().await;
    let script = Script {
        goes_through: Some(StepName::Hardware),
        ..Script::default()
    };
    let process = Process::start(&test.db, &script);
    let id = queue(&process.tasks, &ctx, None).await.unwrap();
    process
        .until(&ctx, id, |detail| detail.steps[2].state == StepState::Running)
        .await;
    process.tasks.cancel(&ctx, id).await.unwrap();
    script.gate.0.add_permits(1);
    let detail = process.end(&ctx, id).await;
    assert_eq!(detail.task.state, TaskState::Cancelled);
    assert_eq!(
        script.said()[3..],
        ["undo hardware", "undo clone", "undo reserve"]
    );
    process.stop().await;
}

#[tokio::test]
async fn a_cancel_undoes_before_the_step_that_keeps_and_leaves_after_it() {
    for (waits, state, undone) in [
        (StepName::Clone, TaskState::Cancelled, 2),
        (StepName::Start, TaskState::Partial, 0),
    ] {
        let (test, ctx) = stage().await;
        let script = Script {
            waits: Some(waits),
            ..Script::default()
        };
        let process = Process::start(&test.db, &script);
        let id = queue(&process.tasks, &ctx, None).await.unwrap();
        let at = NAMES.iter().position(|name| *name == waits).unwrap();
        let seen = process
            .until(&ctx, id, |detail| detail.steps[at].state == StepState::Running)
            .await;
        assert_eq!(seen.undoes, undone > 0);
        process.tasks.cancel(&ctx, id).await.unwrap();
        let detail = process.end(&ctx, id).await;
        assert_eq!(
            (detail.task.state, detail.task.problem),
            (state, Some(Problem::CancelledBy { user: "ann".into() }))
        );
        assert_eq!(
            script
                .said()
                .iter()
                .filter(|line| line.starts_with("undo"))
                .count(),
            undone
        );
        assert!(matches!(
            process.tasks.cancel(&ctx, id).await,
            Err(Error::Conflict(Problem::TaskEnded))
        ));
        process.stop().await;
    }
}
