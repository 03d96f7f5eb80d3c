//! Steps that only say that they ran, and processes that run them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use chrono::Utc;
use drover_types::ids::{GuestId, TaskId};
use drover_types::permission::{Grants, UserRole};
use drover_types::task::{StepName, StepState, TaskDetail, TaskKind};
use drover_types::text::{Problem, Progress};
use futures::FutureExt;
use futures::future::BoxFuture;
use serde::Serialize;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::clock::Clock;
use crate::context::{Actor, OpContext};
use crate::error::Result;
use crate::events::Events;
use crate::store::task_slots::{Use, UseClass};
use crate::store::testing::{TestDb, sqlite};
use crate::store::{Db, on_db, on_tx};
use crate::tasks::context::StepContext;
use crate::tasks::step::{Kinds, Step, StepError};
use crate::tasks::{NewTask, TaskSettings, Tasks};

/// What the steps of a test do, and what they did.
#[derive(Clone, Default)]
pub(super) struct Script {
    /// The step that fails.
    pub(super) fails: Option<StepName>,
    /// The step that waits until it is let go on.
    pub(super) waits: Option<StepName>,
    /// The step that waits so too, and lets no cancel interrupt it.
    pub(super) goes_through: Option<StepName>,
    /// How often an undo of `Clone` fails first.
    pub(super) stubborn: Arc<Mutex<u32>>,
    /// The undo that waits.
    pub(super) undo_waits: Option<StepName>,
    pub(super) gate: Gate,
    /// How many tasks clone now, and the most that ever did at once.
    pub(super) cloning: Arc<Mutex<(u32, u32)>>,
    pub(super) done: Arc<Mutex<Vec<String>>>,
}

#[derive(Clone)]
pub(super) struct Gate(pub(super) Arc<Semaphore>);

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

    pub(super) fn said(&self) -> Vec<String> {
        self.done.lock().unwrap().clone()
    }
}

pub(super) const NAMES: [StepName; 4] = [
    StepName::Reserve,
    StepName::Clone,
    StepName::Hardware,
    StepName::Start,
];

pub(super) struct Fake(StepName, Script);

impl Step for Fake {
    fn name(&self) -> StepName {
        self.0
    }

    fn keeps(&self) -> bool {
        self.0 == StepName::Start
    }

    fn uses(&self, class: UseClass) -> bool {
        class != UseClass::Template || matches!(self.0, StepName::Reserve | StepName::Clone)
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            let Self(name, script) = self;
            script.say("run", *name);
            let _cloning = (*name == StepName::Clone).then(|| Cloning::new(script));
            cx.log(Progress::Configuring).await?;
            if script.waits == Some(*name) {
                cx.unless_stopped(script.gate.0.acquire())
                    .await?
                    .unwrap()
                    .forget();
            }
            if script.goes_through == Some(*name) {
                script.gate.0.acquire().await.unwrap().forget();
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

/// Counts who clones, for as long as it lives.
struct Cloning(Arc<Mutex<(u32, u32)>>);

impl Cloning {
    fn new(script: &Script) -> Self {
        let mut count = script.cloning.lock().unwrap();
        count.0 += 1;
        count.1 = count.1.max(count.0);
        Self(Arc::clone(&script.cloning))
    }
}

impl Drop for Cloning {
    fn drop(&mut self) {
        self.0.lock().unwrap().0 -= 1;
    }
}

impl Kinds for Script {
    /// The input of a task may name the step at which it fails.
    fn steps(&self, _kind: TaskKind, input: &str) -> Result<Vec<Box<dyn Step>>> {
        let mut script = self.clone();
        script.fails = StepName::parse(input.trim_matches('"')).or(script.fails);
        Ok(NAMES
            .iter()
            .map(|name| Box::new(Fake(*name, script.clone())) as Box<dyn Step>)
            .collect())
    }
}

pub(super) fn settings() -> TaskSettings {
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
pub(super) struct Process {
    pub(super) tasks: Tasks,
    stop: CancellationToken,
    engine: JoinHandle<()>,
}

impl Process {
    pub(super) fn start(db: &Db, script: &Script) -> Self {
        Self::of(db, Arc::new(script.clone()), settings())
    }

    #[expect(clippy::disallowed_methods, reason = "the test owns the process it starts")]
    pub(super) fn of(db: &Db, kinds: Arc<dyn Kinds>, settings: TaskSettings) -> Self {
        let clock = Clock::system();
        let events = Events::new(db.clone(), clock.clone());
        let inventory = crate::testing::inventory(db, &events, &clock);
        let tasks = Tasks::with_kinds(db.clone(), clock, events, inventory, kinds, Arc::new(settings));
        let stop = CancellationToken::new();
        let (engine, until) = (tasks.clone(), stop.clone());
        let engine = tokio::spawn(async move { engine.run(until).await });
        Self { tasks, stop, engine }
    }

    /// As `kill -9`: nothing is cleaned up.
    pub(super) async fn kill(self) {
        self.engine.abort();
        assert!(self.engine.await.unwrap_err().is_cancelled());
    }

    pub(super) async fn stop(self) {
        self.stop.cancel();
        tokio::time::timeout(Duration::from_secs(5), self.engine)
            .await
            .unwrap()
            .unwrap();
    }

    pub(super) async fn until(
        &self,
        ctx: &OpContext,
        id: TaskId,
        good: impl Fn(&TaskDetail) -> bool,
    ) -> TaskDetail {
        for _ in 0..1000 {
            let detail = self.tasks.get(ctx, id).await.unwrap();
            if good(&detail) {
                return detail;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("it never came: {:?}", self.tasks.get(ctx, id).await.unwrap());
    }

    pub(super) async fn end(&self, ctx: &OpContext, id: TaskId) -> TaskDetail {
        self.until(ctx, id, |detail| detail.task.state.has_ended()).await
    }
}

pub(super) async fn ann(db: &Db) -> OpContext {
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
    let grants = Grants::of(UserRole::Admin);
    let actor = Actor {
        must_change_password: false,
        origin: crate::context::Origin::default(),
        id,
        username: "ann".into(),
        grants,
    };
    OpContext::session(actor, Uuid::nil(), Uuid::nil(), String::new())
}

pub(super) async fn queue(tasks: &Tasks, ctx: &OpContext, guest: Option<&GuestId>) -> Result<TaskId> {
    queue_with(tasks, ctx, guest, &(), &[]).await
}

/// Queues a task with an input that its kind understands, and what it uses.
pub(super) async fn queue_with<I: Serialize + Sync>(
    tasks: &Tasks,
    ctx: &OpContext,
    guest: Option<&GuestId>,
    input: &I,
    uses: &[Use],
) -> Result<TaskId> {
    let id = Tasks::new_id();
    let mut write = tasks.events.begin().await?;
    let task = NewTask {
        id,
        kind: TaskKind::CreateServer,
        input,
        secret: Some("sealed"),
        guest,
        target: "web-01",
        actor: ctx.signed_in()?,
        uses,
        parent: None,
        retry_of: None,
    };
    let queued = tasks.enqueue(&mut write, &task).await?;
    write.commit().await?;
    Ok(queued.id)
}

pub(super) async fn notes(db: &Db) -> Vec<String> {
    on_db!(db, |c| sqlx::query_scalar(
        "SELECT note FROM notifications ORDER BY id"
    )
    .fetch_all(c))
    .await
    .unwrap()
}

pub(super) fn states(detail: &TaskDetail) -> Vec<StepState> {
    detail.steps.iter().map(|step| step.state).collect()
}

pub(super) async fn stage() -> (TestDb, OpContext) {
    let test = sqlite().await;
    let ctx = ann(&test.db).await;
    (test, ctx)
}

/// An hour from now: a lease that nobody waits for.
pub(super) trait Far {
    fn now_far() -> chrono::DateTime<Utc>;
}

impl Far for Utc {
    fn now_far() -> chrono::DateTime<Utc> {
        Clock::system().now() + chrono::TimeDelta::hours(1)
    }
}
