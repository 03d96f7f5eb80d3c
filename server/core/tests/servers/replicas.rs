//! Two replicas on one database of PostgreSQL's, where one is named by `TEST_POSTGRES_URL`.

use std::collections::BTreeSet;
use std::str::FromStr;

use drover_lab::LabOptions;
use drover_types::bulk::{CreateServers, expand};
use drover_types::server::CreateServer;
use drover_types::task::TaskState;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
use uuid::Uuid;

use crate::stage::{LOCAL, Stage};

fn request(names: &str) -> CreateServers {
    let base = CreateServer {
        name: names.into(),
        template: Some(LOCAL),
        cores: 1,
        memory_mb: 512,
        ..CreateServer::default()
    };
    CreateServers {
        servers: expand(&base, 1).unwrap(),
        leave_out: false,
    }
}

#[tokio::test]
async fn two_replicas_never_share_an_id() {
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
    let (first, second) = tokio::join!(
        one.servers.create_many(&stage.ctx, request("left-{1..8}")),
        two.servers.create_many(&stage.ctx, request("right-{1..8}")),
    );
    let mut vmids = BTreeSet::new();
    for made in [first.unwrap(), second.unwrap()] {
        let parent = one.end(made.task.id).await;
        assert_eq!(parent.task.state, TaskState::Completed, "{parent:#?}");
        for accepted in made.accepted {
            let child = two.tasks.get(&stage.ctx, accepted.task).await.unwrap();
            vmids.insert(child.task.guest.unwrap().vmid);
        }
    }
    assert_eq!(vmids.len(), 16);
    one.stop().await;
    two.stop().await;
    let drop = AssertSqlSafe(format!("DROP DATABASE {database} WITH (FORCE)"));
    connection.execute(drop).await.unwrap();
}
