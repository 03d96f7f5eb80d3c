//! One handle for both databases. A statement is written once, with `$1`, and run by [`on_db`] or [`on_tx`].

use std::path::Path;
use std::time::Duration;

use sqlx::migrate::MigrateError;
use sqlx::postgres::PgPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};

use super::address::{Address, Place};
use super::schema;

/// The database. Cheap to clone.
#[derive(Clone)]
pub enum Db {
    /// A file beside the server.
    Sqlite {
        /// Readers, many at a time: write-ahead logging lets them go on beside the writer. They can't write.
        read: SqlitePool,
        /// The one writer, so that "database is locked" can't happen inside the process.
        write: SqlitePool,
    },
    /// A server that several replicas share.
    Postgres(PgPool),
}

/// A transaction that may write.
pub enum Tx {
    /// Of SQLite, begun with the write lock in hand.
    Sqlite(Transaction<'static, Sqlite>),
    /// Of PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

/// Why the database can't be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address is no address.
    #[error(
        "DATABASE_URL is not understood: use sqlite:///path/to/file or postgres://user:password@host/database"
    )]
    Url,
    /// It is gone with the process.
    #[error("DATABASE_URL names a database in memory, which forgets its tasks; use sqlite:///path/to/file")]
    Memory,
    /// It does not answer.
    #[error("the database can't be opened: {0}")]
    Connect(#[source] sqlx::Error),
    /// A newer Drover has been at work on it.
    #[error(
        "the database was written by a newer version of Drover (its schema is {0}); start that version, or restore a backup"
    )]
    Newer(i64),
    /// A migration failed; its transaction was rolled back.
    #[error("the database's schema can't be brought up to date: {0}")]
    Migrate(#[source] MigrateError),
}

impl Db {
    /// Opens the database, making the file where there is none, and brings its schema up to date.
    ///
    /// # Errors
    /// Where it can't be opened, or was written by a newer Drover.
    pub async fn open(address: &Address) -> Result<Self, OpenError> {
        let db = match &address.0 {
            Place::Sqlite(options) => Self::sqlite((**options).clone()).await?,
            Place::Postgres(options) => {
                let pool = PgPoolOptions::new()
                    .max_connections(16)
                    .acquire_timeout(Duration::from_secs(10))
                    .connect_with((**options).clone())
                    .await
                    .map_err(OpenError::Connect)?;
                Self::Postgres(pool)
            }
        };
        schema::migrate(&db).await?;
        Ok(db)
    }

    /// As [`Db::open`], of the SQLite file at `path`.
    ///
    /// # Errors
    /// As [`Db::open`].
    pub async fn open_file(path: &Path) -> Result<Self, OpenError> {
        Self::open(&Address::file(path)).await
    }

    async fn sqlite(options: SqliteConnectOptions) -> Result<Self, OpenError> {
        let options = options
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            // With write-ahead logging a power cut may lose the last transactions at `normal`; a lost intent
            // would let a task repeat a call, so every commit is on disk.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(10));
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone())
            .await
            .map_err(OpenError::Connect)?;
        let read = SqlitePoolOptions::new()
            .max_connections(4)
            .connect_with(options.read_only(true))
            .await
            .map_err(OpenError::Connect)?;
        Ok(Self::Sqlite { read, write })
    }

    /// Begins a transaction that may write.
    ///
    /// # Errors
    /// Where no connection is to be had in time.
    pub async fn begin(&self) -> Result<Tx, sqlx::Error> {
        Ok(match self {
            // `BEGIN IMMEDIATE` takes the write lock now: a read that turns into a write later could find
            // another writer in between.
            Self::Sqlite { write, .. } => Tx::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Whether several replicas may share this database.
    pub const fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Closes every connection once it is idle.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    /// Makes everything that was written durable and visible.
    ///
    /// # Errors
    /// Where it could not be; nothing was written then.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
    }
}

/// Runs a reading statement on whichever database it is:
/// `on_db!(&self.db, |c| sqlx::query_as::<_, Row>("…").bind(id).fetch_optional(c)).await?`.
macro_rules! on_db {
    ($db:expr, |$c:ident| $body:expr) => {
        async {
            match $db {
                $crate::store::Db::Sqlite { read: $c, .. } => $body.await,
                $crate::store::Db::Postgres($c) => $body.await,
            }
        }
    };
}
pub(crate) use on_db;

/// Runs a statement that returns rows in a transaction, as [`on_db`] does outside of one.
macro_rules! on_tx {
    ($tx:expr, |$c:ident| $body:expr) => {
        async {
            match $tx {
                $crate::store::Tx::Sqlite(tx) => {
                    let $c = &mut **tx;
                    $body.await
                }
                $crate::store::Tx::Postgres(tx) => {
                    let $c = &mut **tx;
                    $body.await
                }
            }
        }
    };
}
pub(crate) use on_tx;

/// Runs a statement in a transaction and tells how many rows it changed: `execute!(tx, "…", id, now).await?`.
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        async {
            match $tx {
                $crate::store::Tx::Sqlite(tx) => sqlx::query($sql)$(.bind($bind))*
                    .execute(&mut **tx)
                    .await
                    .map(|done| done.rows_affected()),
                $crate::store::Tx::Postgres(tx) => sqlx::query($sql)$(.bind($bind))*
                    .execute(&mut **tx)
                    .await
                    .map(|done| done.rows_affected()),
            }
        }
    };
}
pub(crate) use execute;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn readers_see_what_is_committed_and_write_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("drover.db");
        // The second time, the file has no log beside it.
        for round in 0..2_i64 {
            let db = Db::open_file(&path).await.unwrap();
            let Db::Sqlite { read, .. } = &db else {
                panic!("not SQLite")
            };
            let count = async || -> i64 {
                on_db!(&db, |c| sqlx::query_scalar("SELECT COUNT(*) FROM settings")
                    .fetch_one(c))
                .await
                .unwrap()
            };
            assert_eq!(count().await, round);
            let refused = sqlx::query("DELETE FROM settings").execute(read).await;
            let refused = refused.unwrap_err().to_string();
            assert!(refused.contains("readonly"), "{refused}");
            let mut tx = db.begin().await.unwrap();
            execute!(
                &mut tx,
                "INSERT INTO settings (key, value, updated_at) VALUES ($1, '1', '')",
                format!("round {round}")
            )
            .await
            .unwrap();
            assert_eq!(count().await, round, "not before it is committed");
            tx.commit().await.unwrap();
            assert_eq!(count().await, round + 1);
            db.close().await;
        }
    }
}
