//! What several tasks, users and replicas share.

use drover_types::ids::GuestId;
use drover_types::permission::{Grants, UserRole};
use drover_types::task::{StepName, TaskFilter, TaskState};
use drover_types::text::Problem;
use uuid::Uuid;

use super::support::{NAMES, Process, Script, ann, notes, queue, stage};
use crate::context::{Actor, OpContext};
use crate::error::Error;
use crate::store::testing::databases;

#[tokio::test]
async fn a_task_that_waits_is_cancelled_without_being_run() {
    let (test, ctx) = stage().await;
    let script = Script::default();
    let process = Process::start(&test.db, &script);
    let tasks = process.tasks.clone();
    process.stop().await;
    let id = queue(&tasks, &ctx, None).await.unwrap();
    tasks.cancel(&ctx, id).await.unwrap();
    let detail = tasks.get(&ctx, id).await.unwrap();
    assert_eq!(detail.task.state, TaskState::Cancelled);
    assert!(notes(&test.db).await[0].contains("task_cancelled"));
    assert!(script.said().is_empty());
}

#[tokio::test]
async fn one_task_at_a_time_is_at_work_on_a_guest() {
    for test in databases().await {
        let ctx = ann(&test.db).await;
        let script = Script {
            waits: Some(StepName::Clone),
            ..Script::default()
        };
        let process = Process::start(&test.db, &script);
        let guest = GuestId::new("lab", 100);
        let first = queue(&process.tasks, &ctx, Some(&guest)).await.unwrap();
        let second = queue(&process.tasks, &ctx, Some(&guest)).await.unwrap_err();
        assert!(
            matches!(&second, Error::Conflict(Problem::TaskInTheWay { task }) if *task == first),
            "{second:?} on {}",
            test.name
        );
        queue(&process.tasks, &ctx, Some(&GuestId::new("other", 100)))
            .await
            .unwrap();
        script.gate.0.add_permits(2);
        process.end(&ctx, first).await;
        queue(&process.tasks, &ctx, Some(&guest)).await.unwrap();
        process.stop().await;
    }
}

#[tokio::test]
async fn others_see_a_task_with_view_all_only() {
    let (test, ctx) = stage().await;
    let process = Process::start(&test.db, &Script::default());
    let id = queue(&process.tasks, &ctx, None).await.unwrap();
    let with = |role: UserRole| {
        let grants = Grants::of(role);
        let actor = Actor {
            must_change_password: false,
            origin: crate::context::Origin::default(),
            id: 99,
            username: "bob".into(),
            grants,
        };
        OpContext::session(actor, Uuid::nil(), Uuid::nil(), String::new())
    };
    let viewer = with(UserRole::Viewer);
    assert!(process.tasks.get(&viewer, id).await.is_ok());
    assert!(process.tasks.cancel(&viewer, id).await.is_err());
    let mut nobody = viewer.signed_in().unwrap().clone();
    nobody.grants.permissions.clear();
    let nobody = OpContext::session(nobody, Uuid::nil(), Uuid::nil(), String::new());
    assert!(matches!(
        process.tasks.get(&nobody, id).await,
        Err(Error::NotFound(_))
    ));
    assert!(
        process
            .tasks
            .list(&nobody, &TaskFilter::default())
            .await
            .unwrap()
            .tasks
            .is_empty()
    );
    assert_eq!(
        process
            .tasks
            .list(&viewer, &TaskFilter::default())
            .await
            .unwrap()
            .tasks
            .len(),
        1
    );
    let anonymous = OpContext::anonymous(Uuid::nil(), String::new());
    assert!(matches!(
        process.tasks.get(&anonymous, id).await,
        Err(Error::NotSignedIn)
    ));
    process.stop().await;
}

#[tokio::test]
async fn replicas_share_a_queue_and_run_each_task_once() {
    for test in databases().await.iter().filter(|test| test.db.is_shared()) {
        let ctx = ann(&test.db).await;
        let script = Script::default();
        let replicas = [
            Process::start(&test.db, &script),
            Process::start(&test.db, &script),
        ];
        let mut ids = Vec::new();
        for n in 0..20 {
            ids.push(queue(&replicas[n % 2].tasks, &ctx, None).await.unwrap());
        }
        for id in ids {
            let detail = replicas[0].end(&ctx, id).await;
            assert_eq!(detail.task.state, TaskState::Completed);
            assert_eq!(detail.log.len(), NAMES.len(), "{:#?}", detail.log);
        }
        assert_eq!(script.said().len(), 20 * NAMES.len());
        for process in replicas {
            process.stop().await;
        }
    }
}
