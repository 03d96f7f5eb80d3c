//! Streams over a database of their own; the clusters are never asked.

use std::pin::Pin;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use drover_types::event::LiveEvent;
use drover_types::ids::TaskId;
use drover_types::permission::{Grants, UserRole};
use drover_types::scope::Scope;
use drover_types::task::{StepName, TaskKind};
use drover_types::text::{Note, Progress};
use futures::{Stream, StreamExt};
use uuid::Uuid;

use super::{LiveEvents, LiveItem, Wanted};
use crate::clock::Clock;
use crate::context::{Actor, OpContext};
use crate::events::{Change, Events};
use crate::store::notifications::{self, NotificationInsert};
use crate::store::sessions::{self, SessionInsert};
use crate::store::task_steps;
use crate::store::tasks::{self, TaskInsert};
use crate::store::testing::{TestDb, sqlite};
use crate::store::users::{self, UserInsert};
use crate::testing::inventory;

struct World {
    _test: TestDb,
    clock: Clock,
    events: Events,
    live: LiveEvents,
    /// An administrator and somebody who may do nothing.
    people: [i64; 2],
}

type Items = Pin<Box<dyn Stream<Item = LiveItem> + Send>>;

fn session(user: i64) -> Uuid {
    Uuid::from_u128(u128::try_from(user).unwrap())
}

impl World {
    async fn new() -> Self {
        let test = sqlite().await;
        let clock = Clock::set(DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        let events = Events::new(test.db.clone(), clock.clone());
        let inventory = inventory(&test.db, &events, &clock);
        let hours = TimeDelta::hours;
        let live = LiveEvents::new(
            test.db.clone(),
            clock.clone(),
            events.clone(),
            inventory,
            hours(8),
            hours(24),
        );
        let mut people = [0; 2];
        let mut tx = test.db.begin().await.unwrap();
        let both = [("ada", UserRole::Admin), ("eve", UserRole::Viewer)];
        for (person, (username, role)) in people.iter_mut().zip(both) {
            let new = UserInsert {
                username,
                password_hash: "",
                role,
                permissions: &[],
                at: clock.now(),
            };
            *person = users::insert(&mut tx, &new).await.unwrap();
            let opened = SessionInsert {
                id: session(*person),
                token_hash: [u8::try_from(*person).unwrap(); 32],
                user_id: *person,
                address: "",
                user_agent: "",
                at: clock.now(),
            };
            sessions::insert(&mut tx, &opened).await.unwrap();
        }
        tx.commit().await.unwrap();
        Self {
            _test: test,
            clock,
            events,
            live,
            people,
        }
    }

    fn context(&self, person: usize) -> OpContext {
        let id = self.people[person];
        let role = if person == 0 {
            UserRole::Admin
        } else {
            UserRole::Viewer
        };
        let actor = Actor {
            must_change_password: false,
            origin: crate::context::Origin::default(),
            id,
            username: String::new(),
            grants: Grants {
                role,
                permissions: [].into(),
                scope: Scope::EVERYTHING,
            },
        };
        OpContext::session(actor, session(id), Uuid::nil(), String::new())
    }

    async fn open(&self, person: usize, last: Option<i64>) -> Items {
        let ctx = self.context(person);
        Box::pin(self.live.subscribe(&ctx, Wanted::ALL, last).await.unwrap())
    }

    /// A notification for one person, or for everybody.
    async fn notify(&self, person: Option<usize>) -> i64 {
        let user_id = person.map(|person| self.people[person]);
        let mut write = self.events.begin().await.unwrap();
        let new = NotificationInsert {
            user_id,
            note: &Note::PasswordChanged,
            task: None,
            at: self.clock.now(),
        };
        let id = notifications::insert(&mut write.tx, &new).await.unwrap();
        write.changed(Change::Notification { id, user: user_id });
        write.commit().await.unwrap();
        id
    }

    async fn queue(&self, person: usize) -> TaskId {
        let id = TaskId(Uuid::now_v7());
        let mut write = self.events.begin().await.unwrap();
        let new = TaskInsert {
            id,
            kind: TaskKind::SelfTest,
            actor_id: Some(self.people[person]),
            actor: "somebody",
            guest: None,
            target: "",
            input: "{}",
            secret: None,
            at: self.clock.now(),
            parent: None,
            is_parent: false,
            retry_of: None,
        };
        tasks::insert(&mut write.tx, &new).await.unwrap();
        task_steps::insert(&mut write.tx, id, &[StepName::Probe])
            .await
            .unwrap();
        write.changed(Change::Task(id));
        write.commit().await.unwrap();
        id
    }

    async fn log(&self, id: TaskId, at: DateTime<Utc>) {
        let mut write = self.events.begin().await.unwrap();
        let tx = &mut write.tx;
        task_steps::log(tx, id, Some(StepName::Probe), &Progress::Queued, at)
            .await
            .unwrap();
        write.changed(Change::Task(id));
        write.commit().await.unwrap();
    }
}

async fn next(items: &mut Items) -> Option<LiveItem> {
    let next = tokio::time::timeout(Duration::from_secs(10), items.next());
    next.await.expect("something is told within ten seconds")
}

async fn notification(items: &mut Items) -> i64 {
    let item = next(items).await.unwrap();
    match item.event() {
        LiveEvent::Notification(row) => row.id,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn each_is_told_what_is_theirs() {
    let world = World::new().await;
    let (mut ada, mut eve) = (world.open(0, None).await, world.open(1, None).await);
    let ones = world.notify(Some(0)).await;
    let all = world.notify(None).await;
    assert_eq!(
        [notification(&mut ada).await, notification(&mut ada).await],
        [ones, all]
    );
    assert_eq!(notification(&mut eve).await, all);

    // Ada sees every task; Eve only her own.
    let (hers, his) = (world.queue(1).await, world.queue(0).await);
    let mut seen = Vec::new();
    for _ in 0..2 {
        match next(&mut ada).await.unwrap().event() {
            LiveEvent::Task { task, .. } => seen.push(task.id),
            other => panic!("{other:?}"),
        }
    }
    seen.sort_unstable();
    assert_eq!(seen, [hers, his]);
    let item = next(&mut eve).await.unwrap();
    assert!(matches!(item.event(), LiveEvent::Task { task, .. } if task.id == hers));
    let last = world.notify(None).await;
    assert_eq!(notification(&mut eve).await, last);
}

#[tokio::test]
async fn a_busy_task_is_told_of_a_few_times_and_each_line_once() {
    let world = World::new().await;
    let mut ada = world.open(0, None).await;
    let id = world.queue(0).await;
    let mut lines = Vec::new();
    let mut items = 0;
    let writing = async {
        for _ in 0..40 {
            world.log(id, world.clock.now()).await;
        }
    };
    let reading = async {
        while lines.len() < 40 {
            let item = next(&mut ada).await.unwrap();
            let LiveEvent::Task { steps, log, .. } = item.event() else {
                panic!("{item:?}")
            };
            assert_eq!(steps.len(), 1);
            lines.extend(log.iter().map(|line| line.number));
            items += 1;
        }
    };
    let began = tokio::time::Instant::now();
    tokio::join!(writing, reading);
    assert_eq!(lines, (1..=40).collect::<Vec<_>>());
    let most = 2 + began.elapsed().as_millis() / 250;
    assert!(items <= most, "{items} items in {:?}", began.elapsed());
}

#[tokio::test]
async fn who_comes_back_is_told_what_was_missed() {
    let world = World::new().await;
    let mut ada = world.open(0, None).await;
    world.notify(Some(0)).await;
    let place = next(&mut ada).await.unwrap().id;
    assert!(place.is_some());
    drop(ada);
    let (missed, more) = (world.notify(Some(0)).await, world.notify(None).await);
    let mut ada = world.open(0, place).await;
    assert_eq!(
        [notification(&mut ada).await, notification(&mut ada).await],
        [missed, more]
    );
    let position = world.live.position(&world.context(0)).await.unwrap();
    let mut fresh = world.open(0, Some(position)).await;
    let later = world.notify(None).await;
    assert_eq!(notification(&mut fresh).await, later);
}

#[tokio::test]
async fn who_was_away_too_long_loads_everything_anew() {
    let world = World::new().await;
    world.notify(None).await;
    world.clock.advance(TimeDelta::hours(2));
    world.notify(None).await;
    world.events.prune(TimeDelta::hours(1)).await.unwrap();
    for foreign in [0, 99] {
        let mut ada = world.open(0, Some(foreign)).await;
        let item = next(&mut ada).await.unwrap();
        assert_eq!(
            (item.event(), item.id),
            (&LiveEvent::Resync, Some(2)),
            "{foreign}"
        );
    }
}

#[tokio::test]
async fn who_is_too_slow_loads_everything_anew() {
    let world = World::new().await;
    let mut ada = world.open(0, None).await;
    for _ in 0..2000 {
        world.events.tell(Change::NotificationsRead {
            user: world.people[0],
        });
    }
    assert_eq!(next(&mut ada).await.unwrap().event(), &LiveEvent::Resync);
    world.events.tell(Change::NotificationsRead {
        user: world.people[0],
    });
    assert_eq!(
        next(&mut ada).await.unwrap().event(),
        &LiveEvent::NotificationsChanged
    );
}

#[tokio::test]
async fn the_stream_of_a_session_that_ended_ends() {
    let world = World::new().await;
    let mut ada = world.open(0, None).await;
    let mut eve = world.open(1, None).await;
    let mut write = world.events.begin().await.unwrap();
    sessions::delete(&mut write.tx, world.people[1], session(world.people[1]))
        .await
        .unwrap();
    write.changed(Change::UserChanged {
        user: world.people[1],
    });
    write.commit().await.unwrap();
    assert_eq!(next(&mut eve).await.unwrap().event(), &LiveEvent::SignedOut);
    assert!(next(&mut eve).await.is_none());
    let all = world.notify(None).await;
    assert_eq!(notification(&mut ada).await, all);

    // Another that ran out without anybody saying so.
    world.clock.advance(TimeDelta::hours(9));
    let mut write = world.events.begin().await.unwrap();
    write.changed(Change::UserChanged {
        user: world.people[0],
    });
    write.commit().await.unwrap();
    assert_eq!(next(&mut ada).await.unwrap().event(), &LiveEvent::SignedOut);
}

#[tokio::test]
async fn a_user_is_told_when_they_were_changed_and_nobody_else_is() {
    let world = World::new().await;
    let mut ada = world.open(0, None).await;
    let mut eve = world.open(1, None).await;
    let mut write = world.events.begin().await.unwrap();
    write.changed(Change::UserChanged {
        user: world.people[1],
    });
    write.commit().await.unwrap();
    assert_eq!(next(&mut eve).await.unwrap().event(), &LiveEvent::UserChanged);
    let all = world.notify(None).await;
    assert_eq!(notification(&mut ada).await, all);
}

#[tokio::test]
async fn nobody_is_told_who_is_not_signed_in() {
    let world = World::new().await;
    let nobody = OpContext::anonymous(Uuid::nil(), String::new());
    assert!(world.live.subscribe(&nobody, Wanted::ALL, None).await.is_err());
    assert!(world.live.servers(&world.context(1)).is_err());
    assert!(world.live.servers(&world.context(0)).is_ok());
}
