//! The engine with steps that only say that they ran.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::Utc;
use drover_types::ids::{GuestId, TaskId};
use drover_types::permission::{Grants, UserRole};
use drover_types::task::{StepName, StepState, TaskDetail, TaskFilter, TaskKind, TaskState};
use drover_types::text::{Problem, Progress};
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::clock::Clock;
use crate::context::{Actor, OpContext};
use crate::error::{Error, Result};
use crate::events::Events;
use crate::store::testing::{TestDb, databases, sqlite};
use crate::store::{Db, execute, on_db, on_tx, tasks};
use crate::tasks::context::StepContext;
use crate::tasks::step::{Kinds, Step, StepError};
use crate::tasks::{NewTask, TaskSettings, Tasks};

/// What the steps of a test do, and what they did.
#[derive(Clone, Default)]
struct Script {
    /// The step that fails.
    fails: Option<StepName>,
    /// The step that waits until it is let go on.
    waits: Option<StepName>,
    /// How often an undo of `Clone` fails first.
    stubborn: Arc<Mutex<u32>>,
    /// The undo that waits.
    undo_waits: Option<StepName>,
    gate: Gate,
    done: Arc<Mutex<Vec<String>>>,
}

#[derive(Clone)]
struct Gate(Arc<Semaphore>);

impl Default for Gate {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }
}

impl Script {
    fn say(&self, what: &str, step: StepName) {
        self.done
            .lock()
            .unwrap()
            .push(format!("{what} {}", step.as_str()));
    }

    fn said(&self) -> Vec<String> {
        self.done.lock().unwrap().clone()
    }
}

const NAMES: [StepName; 4] = [
    StepName::Reserve,
    StepName::Clone,
    StepName::Hardware,
    StepName::Start,
];

struct Fake(StepName, Script);

impl Step for Fake {
    fn name(&self) -> StepName {
        self.0
    }

    fn keeps(&self) -> bool {
        self.0 == StepName::Start
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            let Self(name, script) = self;
            script.say("run", *name);
            cx.log(Progress::Configuring).await?;
            if script.waits == Some(*name) {
                cx.unless_stopped(script.gate.0.acquire())
                    .await?
                    .unwrap()
                    .forget();
            }
            if script.fails == Some(*name) {
                return Err(StepError::Failed {
                    problem: Problem::OnPurpose,
                    cause: Some("words".into()),
                });
            }
            Ok(())
        }
        .boxed()
    }

    fn undo<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            let Self(name, script) = self;
            script.say("undo", *name);
            if script.undo_waits == Some(*name) {
                cx.unless_stopped(script.gate.0.acquire())
                    .await?
                    .unwrap()
                    .forget();
            }
            let mut left = script.stubborn.lock().unwrap();
            if *name == StepName::Clone && *left > 0 {
                *left -= 1;
                return Err(StepError::failed(Problem::Internal));
            }
            Ok(())
        }
        .boxed()
    }
}

impl Kinds for Script {
    fn steps(&self, _kind: TaskKind, _input: &str) -> Result<Vec<Box<dyn Step>>> {
        Ok(NAMES
            .iter()
            .map(|name| Box::new(Fake(*name, self.clone())) as Box<dyn Step>)
            .collect())
    }
}

fn settings() -> TaskSettings {
    TaskSettings {
        lease: Duration::from_secs(5),
        heartbeat: Duration::from_millis(20),
        queue_poll: Duration::from_millis(20),
        stop_grace: Duration::from_millis(500),
        undo_pause: Duration::from_millis(5),
        ..TaskSettings::default()
    }
}

/// A process: an engine over a database, running until it is killed or stopped.
struct Process {
    tasks: Tasks,
    stop: CancellationToken,
    engine: JoinHandle<()>,
}

impl Process {
    #[expect(clippy::disallowed_methods, reason = "the test owns the process it starts")]
    fn start(db: &Db, script: &Script) -> Self {
        let clock = Clock::system();
        let events = Events::new(db.clone(), clock.clone());
        let tasks = Tasks::with_kinds(
            db.clone(),
            clock,
            events,
            Arc::new(script.clone()),
            Arc::new(settings()),
        );
        let stop = CancellationToken::new();
        let (engine, until) = (tasks.clone(), stop.clone());
        let engine = tokio::spawn(async move { engine.run(until).await });
        Self { tasks, stop, engine }
    }

    /// As `kill -9`: nothing is cleaned up.
    async fn kill(self) {
        self.engine.abort();
        assert!(self.engine.await.unwrap_err().is_cancelled());
    }

    async fn stop(self) {
        self.stop.cancel();
        tokio::time::timeout(Duration::from_secs(5), self.engine)
            .await
            .unwrap()
            .unwrap();
    }

    async fn until(&self, ctx: &OpContext, id: TaskId, good: impl Fn(&TaskDetail) -> bool) -> TaskDetail {
        for _ in 0..1000 {
            let detail = self.tasks.get(ctx, id).await.unwrap();
            if good(&detail) {
                return detail;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("it never came: {:?}", self.tasks.get(ctx, id).await.unwrap());
    }

    async fn end(&self, ctx: &OpContext, id: TaskId) -> TaskDetail {
        self.until(ctx, id, |detail| detail.task.state.has_ended()).await
    }
}

async fn ann(db: &Db) -> OpContext {
    let mut tx = db.begin().await.unwrap();
    let id: i64 = on_tx!(&mut tx, |c| sqlx::query_scalar(
        "INSERT INTO users (username, password_hash, role, is_active, created_at, updated_at) \
         VALUES ('ann', '', 'admin', $1, $2, $2) RETURNING id"
    )
    .bind(true)
    .bind(Clock::system().now())
    .fetch_one(c))
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let grants = Grants {
        role: UserRole::Admin,
        permissions: BTreeSet::new(),
    };
    let actor = Actor {
        id,
        username: "ann".into(),
        grants,
    };
    OpContext::session(actor, Uuid::nil(), Uuid::nil(), String::new())
}

async fn queue(tasks: &Tasks, ctx: &OpContext, guest: Option<&GuestId>) -> Result<TaskId> {
    let id = Tasks::new_id();
    let mut write = tasks.events.begin().await?;
    let task = NewTask {
        id,
        kind: TaskKind::CreateServer,
        input: &(),
        secret: Some("sealed"),
        guest,
        target: "web-01",
        actor: ctx.signed_in()?,
    };
    let queued = tasks.enqueue(&mut write, &task).await?;
    write.commit().await?;
    Ok(queued.id)
}

async fn notes(db: &Db) -> Vec<String> {
    on_db!(db, |c| sqlx::query_scalar(
        "SELECT note FROM notifications ORDER BY id"
    )
    .fetch_all(c))
    .await
    .unwrap()
}

fn states(detail: &TaskDetail) -> Vec<StepState> {
    detail.steps.iter().map(|step| step.state).collect()
}

async fn stage() -> (TestDb, OpContext) {
    let test = sqlite().await;
    let ctx = ann(&test.db).await;
    (test, ctx)
}

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

/// An hour from now: a lease that nobody waits for.
trait Far {
    fn now_far() -> chrono::DateTime<Utc>;
}

impl Far for Utc {
    fn now_far() -> chrono::DateTime<Utc> {
        Clock::system().now() + chrono::TimeDelta::hours(1)
    }
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
        let grants = Grants {
            role,
            permissions: role.defaults().iter().copied().collect(),
        };
        let actor = Actor {
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
