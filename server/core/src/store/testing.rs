//! Databases for tests: SQLite always, PostgreSQL where `TEST_POSTGRES_URL` names a server. Each test gets
//! databases of its own, which are dropped with it, passed or failed.

use std::str::FromStr;

use secrecy::SecretString;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};
use tempfile::TempDir;
use uuid::Uuid;

use super::{Address, Db};

/// A database of one test's own.
pub struct TestDb {
    /// Which it is, for a failed assertion's message.
    pub name: &'static str,
    /// The database, its schema up to date.
    pub db: Db,
    /// Where it is.
    pub address: Address,
    home: Home,
}

enum Home {
    /// Gone with its folder.
    Folder(#[expect(dead_code, reason = "held for its Drop")] TempDir),
    /// To be dropped by the server that made it.
    Server {
        server: Box<PgConnectOptions>,
        database: String,
    },
}

/// SQLite in a temporary folder and, where a server is named, PostgreSQL.
pub async fn databases() -> Vec<TestDb> {
    let mut all = vec![sqlite().await];
    if let Ok(url) = std::env::var("TEST_POSTGRES_URL") {
        all.push(postgres(&url).await);
    }
    all
}

/// SQLite alone, for tests of what does not depend on the database.
pub async fn sqlite() -> TestDb {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let address = Address::file(&folder.path().join("drover.db"));
    let db = Db::open(&address)
        .await
        .expect("a database in a temporary folder");
    TestDb {
        name: "SQLite",
        db,
        address,
        home: Home::Folder(folder),
    }
}

async fn postgres(url: &str) -> TestDb {
    let server = PgConnectOptions::from_str(url).expect("TEST_POSTGRES_URL is an address");
    let database = format!("drover_test_{}", Uuid::new_v4().simple());
    let mut connection = PgConnection::connect_with(&server)
        .await
        .expect("the server of TEST_POSTGRES_URL answers");
    connection
        .execute(AssertSqlSafe(format!("CREATE DATABASE {database}")))
        .await
        .expect("the user of TEST_POSTGRES_URL may create databases");
    let own = server.clone().database(&database).to_url_lossy();
    let address = Address::parse(&SecretString::from(own.to_string())).expect("an address");
    let db = Db::open(&address).await.expect("a new database opens");
    TestDb {
        name: "PostgreSQL",
        db,
        address,
        home: Home::Server {
            server: Box::new(server),
            database,
        },
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        let Home::Server { server, database } = &self.home else {
            return;
        };
        let (server, database) = (server.clone(), database.clone());
        // `drop` can't await, and the test's runtime may have one thread only: another thread does it.
        let dropped = std::thread::spawn(move || {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime")
                .block_on(async {
                    let mut connection = PgConnection::connect_with(&server).await?;
                    connection
                        .execute(AssertSqlSafe(format!("DROP DATABASE {database} WITH (FORCE)")))
                        .await
                })
        })
        .join();
        if let Ok(Err(error)) = dropped {
            eprintln!("a test's database stays behind: {error}");
        }
    }
}
