//! A parent and its children: one end, one sum.

use drover_types::ids::TaskId;
use drover_types::task::{ChildCounts, StepName, TaskFilter, TaskKind, TaskState};
use drover_types::text::{Problem, Progress};

use super::support::{Process, Script, ann, notes};
use crate::context::OpContext;
use crate::store::task_slots::Use;
use crate::store::testing::databases;
use crate::tasks::{NewParent, NewTask, Tasks};

/// Queues a parent whose children fail at the steps that are named, or not at all.
async fn family(tasks: &Tasks, ctx: &OpContext, children: &[Option<StepName>], uses: &[Use]) -> Vec<TaskId> {
    let actor = ctx.signed_in().unwrap();
    let mut write = tasks.events.begin().await.unwrap();
    let parent = NewParent {
        id: Tasks::new_id(),
        kind: TaskKind::CreateServers,
        target: "",
        actor,
    };
    tasks.enqueue_parent(&mut write, &parent).await.unwrap();
    let mut ids = vec![parent.id];
    for fails in children {
        let child = NewTask {
            id: Tasks::new_id(),
            kind: TaskKind::CreateServer,
            input: &fails.map_or("", StepName::as_str),
            secret: None,
            guest: None,
            target: "web-01",
            actor,
            uses,
            parent: Some(parent.id),
            retry_of: None,
        };
        tasks.enqueue(&mut write, &child).await.unwrap();
        ids.push(child.id);
    }
    write.commit().await.unwrap();
    ids
}

#[tokio::test]
async fn a_parent_ends_with_its_last_child_and_tells_the_sum_once() {
    for test in databases().await {
        let ctx = ann(&test.db).await;
        let process = Process::start(&test.db, &Script::default());
        let ids = family(&process.tasks, &ctx, &[None, None], &[]).await;
        let done = process.end(&ctx, ids[0]).await;
        assert_eq!(done.task.state, TaskState::Completed, "{}", test.name);
        assert_eq!((done.task.progress, done.task.problem), (100, None));
        assert_eq!(done.task.message, Progress::Children { ended: 2, total: 2 });
        let sum = ChildCounts {
            completed: 2,
            ..ChildCounts::default()
        };
        assert_eq!(done.task.children, Some(sum));
        let told = notes(&test.db).await;
        assert!(told.len() == 1 && told[0].contains("children_ended"), "{told:?}");

        let mixed = [None, Some(StepName::Clone), Some(StepName::Start)];
        let ids = family(&process.tasks, &ctx, &mixed, &[]).await;
        let some = process.end(&ctx, ids[0]).await;
        assert_eq!(some.task.state, TaskState::Partial, "{}", test.name);
        assert_eq!(some.task.problem, Some(Problem::NotAllDone { done: 1, total: 3 }));
        let told = notes(&test.db).await.split_off(1);
        let told_of = |code: &str| told.iter().filter(|note| note.contains(code)).count();
        let counts = ["task_failed", "task_partial", "children_ended"].map(told_of);
        assert_eq!((counts, told.len()), ([1, 1, 1], 3), "{told:?}");

        let ids = family(&process.tasks, &ctx, &[Some(StepName::Clone); 2], &[]).await;
        assert_eq!(process.end(&ctx, ids[0]).await.task.state, TaskState::Failed);
        let parts = TaskFilter {
            parent: Some(ids[0]),
            ..TaskFilter::default()
        };
        let parts = process.tasks.list(&ctx, &parts).await.unwrap().tasks;
        assert!(parts.len() == 2 && parts.iter().all(|part| part.parent == Some(ids[0])));
        let whole = TaskFilter {
            whole: true,
            ..TaskFilter::default()
        };
        assert_eq!(process.tasks.list(&ctx, &whole).await.unwrap().tasks.len(), 3);
        process.stop().await;
    }
}

#[tokio::test]
async fn a_cancelled_parent_cancels_its_children() {
    for test in databases().await {
        let ctx = ann(&test.db).await;
        let script = Script {
            waits: Some(StepName::Clone),
            ..Script::default()
        };
        let process = Process::start(&test.db, &script);
        // Two of them run, the others wait for the template.
        let uses = [Use::template("lab", 9000)];
        let ids = family(&process.tasks, &ctx, &[None; 4], &uses).await;
        process
            .until(&ctx, ids[0], |detail| {
                detail.task.children.is_some_and(|children| children.running == 2)
            })
            .await;
        process.tasks.cancel(&ctx, ids[0]).await.unwrap();
        let detail = process.end(&ctx, ids[0]).await;
        assert_eq!(detail.task.state, TaskState::Cancelled, "{}", test.name);
        assert!(matches!(detail.task.problem, Some(Problem::CancelledBy { .. })));
        for id in &ids[1..] {
            let child = process.tasks.get(&ctx, *id).await.unwrap();
            assert_eq!(child.task.state, TaskState::Cancelled, "{}", test.name);
        }
        let told = notes(&test.db).await;
        assert!(told.len() == 1 && told[0].contains("children_ended"), "{told:?}");
        process.stop().await;
    }
}

#[tokio::test]
async fn a_child_that_is_asked_for_again_takes_its_parent_up_again() {
    for test in databases().await {
        let ctx = ann(&test.db).await;
        let process = Process::start(&test.db, &Script::default());
        let ids = family(&process.tasks, &ctx, &[None, Some(StepName::Clone)], &[]).await;
        let before = process.end(&ctx, ids[0]).await.task;
        assert_eq!(before.state, TaskState::Partial, "{}", test.name);

        let tasks = &process.tasks;
        let again = NewTask {
            id: Tasks::new_id(),
            kind: TaskKind::CreateServer,
            input: &"",
            secret: None,
            guest: None,
            target: "web-01",
            actor: ctx.signed_in().unwrap(),
            uses: &[],
            parent: Some(ids[0]),
            retry_of: Some(ids[2]),
        };
        let mut write = tasks.events.begin().await.unwrap();
        tasks.reopen(&mut write, ids[0]).await.unwrap();
        tasks.enqueue(&mut write, &again).await.unwrap();
        write.commit().await.unwrap();
        let after = process.end(&ctx, ids[0]).await.task;
        assert_eq!((after.state, after.problem), (TaskState::Completed, None));
        assert_eq!(
            after.children.map(|children| children.total()),
            Some(2),
            "{}",
            test.name
        );
        let failed = process.tasks.get(&ctx, ids[2]).await.unwrap();
        assert_eq!(failed.retried_by, Some(again.id));
        process.stop().await;
    }
}
