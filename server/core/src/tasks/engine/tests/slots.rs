//! Things that only so many tasks may use at once.

use drover_types::ids::TaskId;
use drover_types::task::{StepName, StepState, TaskDetail, TaskKind, TaskState};

use super::support::{Process, Script, ann};
use crate::context::OpContext;
use crate::store::task_slots::{self, Use};
use crate::store::testing::databases;
use crate::tasks::{NewTask, Tasks};

async fn clones(tasks: &Tasks, ctx: &OpContext, number: usize) -> Vec<TaskId> {
    let uses = [
        Use::template("lab", 9000),
        Use::node("lab", "pve1"),
        Use::storage("lab", None, "ceph"),
    ];
    let mut ids = Vec::new();
    let mut write = tasks.events.begin().await.unwrap();
    for _ in 0..number {
        let task = NewTask {
            id: Tasks::new_id(),
            kind: TaskKind::CreateServer,
            input: &"",
            secret: None,
            guest: None,
            target: "web-01",
            actor: ctx.signed_in().unwrap(),
            uses: &uses,
            parent: None,
            retry_of: None,
        };
        tasks.enqueue(&mut write, &task).await.unwrap();
        ids.push(task.id);
    }
    write.commit().await.unwrap();
    ids
}

async fn running(process: &Process, ctx: &OpContext) -> u64 {
    process.tasks.counts(ctx).await.unwrap().running
}

#[tokio::test]
async fn as_many_clone_at_once_as_may_and_the_others_wait_in_the_queue() {
    for test in databases().await {
        let ctx = ann(&test.db).await;
        let script = Script {
            waits: Some(StepName::Clone),
            ..Script::default()
        };
        let mut processes = vec![Process::start(&test.db, &script)];
        if test.db.is_shared() {
            processes.push(Process::start(&test.db, &script));
        }
        let ids = clones(&processes[0].tasks, &ctx, 12).await;
        for id in &ids[..2] {
            let clones = |detail: &TaskDetail| detail.steps[1].state == StepState::Running;
            processes[0].until(&ctx, *id, clones).await;
        }
        script.gate.0.add_permits(12);
        for id in ids {
            let ended = processes[0].end(&ctx, id).await.task;
            assert_eq!(ended.state, TaskState::Completed, "{}", test.name);
        }
        assert_eq!(*script.cloning.lock().unwrap(), (0, 2), "{}", test.name);
        let left = task_slots::all(&test.db).await.unwrap();
        assert!(left.held.is_empty() && left.wanted.is_empty(), "{}", test.name);
        for process in processes {
            process.stop().await;
        }
    }
}

#[tokio::test]
async fn what_no_later_step_needs_is_given_back_at_once() {
    for test in databases().await {
        let ctx = ann(&test.db).await;
        let script = Script {
            waits: Some(StepName::Hardware),
            ..Script::default()
        };
        let process = Process::start(&test.db, &script);
        let ids = clones(&process.tasks, &ctx, 6).await;
        // Two may clone at once, but four may be at work on the node.
        for id in &ids[..4] {
            process
                .until(&ctx, *id, |detail| detail.steps[2].state == StepState::Running)
                .await;
        }
        assert_eq!(running(&process, &ctx).await, 4, "{}", test.name);
        script.gate.0.add_permits(6);
        for id in ids {
            process.end(&ctx, id).await;
        }
        process.stop().await;
    }
}

#[tokio::test]
async fn what_is_held_survives_the_process() {
    for test in databases().await {
        let ctx = ann(&test.db).await;
        let script = Script {
            waits: Some(StepName::Clone),
            ..Script::default()
        };
        let process = Process::start(&test.db, &script);
        let ids = clones(&process.tasks, &ctx, 3).await;
        for id in &ids[..2] {
            process
                .until(&ctx, *id, |detail| detail.task.state == TaskState::Running)
                .await;
        }
        process.kill().await;
        let held = task_slots::all(&test.db).await.unwrap();
        assert_eq!(held.held[&Use::template("lab", 9000)], 2, "{}", test.name);

        script.gate.0.add_permits(3);
        let process = Process::start(&test.db, &script);
        for id in ids {
            let ended = process.end(&ctx, id).await.task;
            assert_eq!(ended.state, TaskState::Completed, "{}", test.name);
        }
        assert!(script.cloning.lock().unwrap().1 <= 2, "{}", test.name);
        process.stop().await;
    }
}
