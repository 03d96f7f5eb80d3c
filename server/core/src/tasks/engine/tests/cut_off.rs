//! Runs that are cut off: killed, stopped, robbed of their lease.

use std::time::Duration;

use chrono::Utc;
use drover_types::task::{StepName, StepState, TaskState};
use drover_types::text::{Problem, Progress};
use uuid::Uuid;

use super::support::{Far, Process, Script, queue, stage};
use crate::store::{execute, on_db, tasks};

#[tokio::test]
async fn a_killed_process_goes_on_where_it_was() {
    let (test, ctx) = stage().await;
    let script = Script {
        waits: Some(StepName::Hardware),
        ..Script::default()
    };
    let process = Process::start(&test.db, &script);
    let id = queue(&process.tasks, &ctx, None).await.unwrap();
    process
        .until(&ctx, id, |detail| detail.steps[2].state == StepState::Running)
        .await;
    process.kill().await;
    let after = Script::default();
    let process = Process::start(&test.db, &after);
    let detail = process.end(&ctx, id).await;
    assert_eq!(detail.task.state, TaskState::Completed);
    assert_eq!(after.said(), ["run hardware", "run start"]);
    assert!(detail.log.iter().any(|line| line.message == Progress::Resumed));
    process.stop().await;
}

#[tokio::test]
async fn a_killed_undo_goes_on_undoing() {
    let (test, ctx) = stage().await;
    let script = Script {
        fails: Some(StepName::Hardware),
        undo_waits: Some(StepName::Clone),
        ..Script::default()
    };
    let process = Process::start(&test.db, &script);
    let id = queue(&process.tasks, &ctx, None).await.unwrap();
    let seen = process
        .until(&ctx, id, |detail| detail.steps[1].state == StepState::Undoing)
        .await;
    assert_eq!(seen.cancel_refusal, Some(Problem::TaskUndoing));
    process.kill().await;
    let after = Script::default();
    let process = Process::start(&test.db, &after);
    let detail = process.end(&ctx, id).await;
    assert_eq!(
        (detail.task.state, detail.task.problem),
        (TaskState::Failed, Some(Problem::OnPurpose))
    );
    assert_eq!(after.said(), ["undo clone", "undo reserve"]);
    process.stop().await;
}

#[tokio::test]
async fn a_stop_gives_the_task_back_at_once() {
    let (test, ctx) = stage().await;
    let script = Script {
        waits: Some(StepName::Clone),
        ..Script::default()
    };
    let process = Process::start(&test.db, &script);
    let id = queue(&process.tasks, &ctx, None).await.unwrap();
    process
        .until(&ctx, id, |detail| detail.steps[1].state == StepState::Running)
        .await;
    process.stop().await;
    let left: Option<Vec<u8>> = on_db!(&test.db, |c| sqlx::query_scalar("SELECT lease_owner FROM tasks")
        .fetch_one(c))
    .await
    .unwrap();
    assert_eq!(left, None);
    assert_eq!(
        tasks::get(&test.db, id).await.unwrap().unwrap().row.state,
        TaskState::Running
    );
}

#[tokio::test]
async fn a_run_that_has_lost_its_lease_touches_nothing_more() {
    let (test, ctx) = stage().await;
    let script = Script {
        waits: Some(StepName::Clone),
        ..Script::default()
    };
    let process = Process::start(&test.db, &script);
    let id = queue(&process.tasks, &ctx, None).await.unwrap();
    process
        .until(&ctx, id, |detail| detail.steps[1].state == StepState::Running)
        .await;
    let mut tx = test.db.begin().await.unwrap();
    let far = Utc::now_far();
    execute!(
        &mut tx,
        "UPDATE tasks SET lease_owner = $1, lease_until = $2",
        Uuid::new_v4(),
        far
    )
    .await
    .unwrap();
    tx.commit().await.unwrap();
    for _ in 0..1000 {
        if process.tasks.running().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(process.tasks.running().is_empty());
    script.gate.0.add_permits(1);
    let detail = process.tasks.get(&ctx, id).await.unwrap();
    assert_eq!(
        (detail.task.state, detail.steps[1].state),
        (TaskState::Running, StepState::Running)
    );
    assert_eq!(script.said(), ["run reserve", "run clone"]);
    process.stop().await;
}
