//! Two replicas on one database of PostgreSQL's, where one is named by `TEST_POSTGRES_URL`.

use std::collections::BTreeSet;
use std::str::FromStr;

use drover_core::Error;
use drover_lab::LabOptions;
use drover_types::bulk::{CreateServers, expand};
use drover_types::ids::TaskId;
use drover_types::server::{CreateServer, NicSpec};
use drover_types::task::TaskState;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
use uuid::Uuid;

use crate::stage::{LOCAL, Process, SHARED, Stage, address};

pub fn small(name: &str, template: u32) -> CreateServer {
    CreateServer {
        name: name.into(),
        template: Some(template),
        cores: 1,
        memory_mb: 512,
        ..CreateServer::default()
    }
}

/// A small server with an address of its own.
pub fn at(name: &str, last: u8) -> CreateServer {
    let nic = NicSpec {
        bridge: "vmbr0".into(),
        address: Some(address(last)),
        prefix: 24,
        gateway: Some(address(1)),
    };
    CreateServer {
        nics: vec![nic],
        ..small(name, LOCAL)
    }
}

fn many(names: &str) -> CreateServers {
    CreateServers {
        servers: expand(&small(names, LOCAL), 1).unwrap(),
        leave_out: false,
    }
}

/// Runs a test with two replicas over a database of their own; without PostgreSQL there is nothing to run.
pub async fn with_replicas(test: impl AsyncFnOnce(&Stage, &Process, &Process)) {
    let Ok(url) = std::env::var("TEST_POSTGRES_URL") else {
        return;
    };
    let server = PgConnectOptions::from_str(&url).unwrap();
    let database = format!("drover_test_{}", Uuid::new_v4().simple());
    let mut connection = PgConnection::connect_with(&server).await.unwrap();
    let create = AssertSqlSafe(format!("CREATE DATABASE {database}"));
    connection.execute(create).await.unwrap();
    let own = server.clone().database(&database).to_url_lossy();
    let options = LabOptions {
        guests: 8,
        ..LabOptions::default()
    };
    let stage = Stage::shared(options, own.to_string()).await;
    let (one, two) = (stage.process().await, stage.process().await);
    test(&stage, &one, &two).await;
    one.stop().await;
    two.stop().await;
    let drop = AssertSqlSafe(format!("DROP DATABASE {database} WITH (FORCE)"));
    connection.execute(drop).await.unwrap();
}

/// The id of what a task has made, as either replica tells it.
async fn made(process: &Process, task: TaskId) -> u32 {
    let detail = process.end(task).await;
    assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
    detail.task.guest.unwrap().vmid
}

#[tokio::test]
async fn two_replicas_never_share_an_id() {
    with_replicas(async |stage, one, two| {
        let (first, second) = tokio::join!(
            one.servers.create_many(&stage.ctx, many("left-{1..8}")),
            two.servers.create_many(&stage.ctx, many("right-{1..8}")),
        );
        let mut vmids = BTreeSet::new();
        for answer in [first.unwrap(), second.unwrap()] {
            let parent = one.end(answer.task.id).await;
            assert_eq!(parent.task.state, TaskState::Completed, "{parent:#?}");
            for accepted in answer.accepted {
                vmids.insert(made(two, accepted.task).await);
            }
        }
        assert_eq!(vmids.len(), 16);
    })
    .await;
}

#[tokio::test]
async fn nor_do_single_creations_at_the_same_moment() {
    const ROUNDS: u32 = 6;
    Box::pin(with_replicas(async |stage, one, two| {
        let before = stage.holdings().await;
        let mut tasks = Vec::new();
        for round in 0..ROUNDS {
            let template = if round % 2 == 0 { LOCAL } else { SHARED };
            let (left, right, few) = tokio::join!(
                one.servers
                    .create(&stage.ctx, small(&format!("left-{round}"), template)),
                two.servers
                    .create(&stage.ctx, small(&format!("right-{round}"), template)),
                two.servers
                    .create_many(&stage.ctx, many(&format!("few-{round}-{{1..2}}"))),
            );
            tasks.extend([left.unwrap().task.id, right.unwrap().task.id]);
            tasks.extend(few.unwrap().accepted.into_iter().map(|accepted| accepted.task));
        }
        let mut vmids = BTreeSet::new();
        for task in &tasks {
            vmids.insert(made(one, *task).await);
        }
        assert_eq!(vmids.len(), tasks.len());
        let after = stage.holdings().await;
        assert_eq!(after.guests.len(), before.guests.len() + tasks.len());
    }))
    .await;
}

#[tokio::test]
async fn a_name_and_an_address_go_to_one_of_them() {
    with_replicas(async |stage, one, two| {
        let wanted = |names: [&str; 2], last: [u8; 2]| CreateServers {
            servers: vec![at(names[0], last[0]), at(names[1], last[1])],
            leave_out: false,
        };
        for round in 0..4 {
            let last = 100 + round * 10;
            let (same, mine, theirs) = (
                format!("same-{round}"),
                format!("mine-{round}"),
                format!("theirs-{round}"),
            );
            // Even rounds want the same name, odd ones the same address.
            let (left, right) = if round % 2 == 0 {
                (
                    wanted([&mine, &same], [last, last + 1]),
                    wanted([&same, &theirs], [last + 2, last + 3]),
                )
            } else {
                (
                    wanted([&mine, &same], [last, last + 1]),
                    wanted([&theirs, &format!("other-{round}")], [last + 1, last + 2]),
                )
            };
            let (left, right) = tokio::join!(
                one.servers.create_many(&stage.ctx, left),
                two.servers.create_many(&stage.ctx, right),
            );
            let (good, refused): (Vec<_>, Vec<_>) = [left, right].into_iter().partition(Result::is_ok);
            let [Ok(good)] = good.as_slice() else {
                panic!("{good:?} {refused:?}")
            };
            let field = if round % 2 == 0 {
                "].name"
            } else {
                "].network_devices[0].ip_address"
            };
            assert!(
                matches!(refused.as_slice(), [Err(Error::Invalid(fields))]
                    if fields.len() == 1 && fields.keys().all(|key| key.ends_with(field))),
                "{refused:?}"
            );
            assert_eq!(two.end(good.task.id).await.task.state, TaskState::Completed);
        }
    })
    .await;
}
