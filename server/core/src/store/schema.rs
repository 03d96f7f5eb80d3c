//! The schema: brought up to date at a start, or only looked at.

use std::path::Path;
use std::time::Duration;

use sqlx::migrate::{Migrate, MigrateError, Migrator};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};

use super::address::{Address, Place};
use super::db::{Db, OpenError};

static SQLITE: Migrator = sqlx::migrate!("../../migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("../../migrations/postgres");

/// How long a look may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A database's schema, compared with this binary's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// There is none; the next start makes it.
    Missing,
    /// The next start brings it up to date.
    Behind {
        /// The version that is there; 0 where it is empty.
        has: i64,
        /// This binary's version.
        needs: i64,
    },
    /// It is this binary's.
    Current(i64),
}

impl Schema {
    /// Looks at the database and changes nothing: a file that is not there is not made.
    ///
    /// # Errors
    /// Where it can't be opened, was written by a newer Drover, or can't be brought up to date.
    pub async fn look(address: &Address) -> Result<Self, OpenError> {
        let look = async {
            match &address.0 {
                Place::Sqlite(options) => {
                    if !options.get_filename().exists() {
                        return Ok(Self::Missing);
                    }
                    let mut connection = looking(options).await.map_err(OpenError::Connect)?;
                    let there = "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = '_sqlx_migrations')";
                    let there: bool = sqlx::query_scalar(there)
                        .fetch_one(&mut connection)
                        .await
                        .map_err(OpenError::Connect)?;
                    let compared = compare(&mut connection, there, &SQLITE).await;
                    // Whoever closes a file last tidies up, and a reader can't.
                    drop(connection.close().await);
                    compared
                }
                Place::Postgres(options) => {
                    let mut connection = options.connect().await.map_err(OpenError::Connect)?;
                    let there = "SELECT to_regclass('_sqlx_migrations') IS NOT NULL";
                    let there: bool = sqlx::query_scalar(there)
                        .fetch_one(&mut connection)
                        .await
                        .map_err(OpenError::Connect)?;
                    let compared = compare(&mut connection, there, &POSTGRES).await;
                    drop(connection.close().await);
                    compared
                }
            }
        };
        match tokio::time::timeout(PATIENCE, look).await {
            Ok(schema) => schema,
            Err(_) => Err(OpenError::Connect(sqlx::Error::PoolTimedOut)),
        }
    }
}

/// A connection that leaves the folder as it is. Where there is a log, somebody may be at work, and the log is read
/// too; where there is none, even the files that readers share are not made.
async fn looking(options: &SqliteConnectOptions) -> Result<SqliteConnection, sqlx::Error> {
    let mut log = options.get_filename().as_os_str().to_owned();
    log.push("-wal");
    options
        .clone()
        .create_if_missing(false)
        .read_only(true)
        .immutable(!Path::new(&log).exists())
        .connect()
        .await
}

async fn compare<C: Migrate>(connection: &mut C, there: bool, ours: &Migrator) -> Result<Schema, OpenError> {
    if !there {
        return Ok(Schema::Missing);
    }
    if let Some(version) = connection
        .dirty_version(&ours.table_name)
        .await
        .map_err(OpenError::Migrate)?
    {
        return Err(OpenError::Migrate(MigrateError::Dirty(version)));
    }
    let applied = connection
        .list_applied_migrations(&ours.table_name)
        .await
        .map_err(OpenError::Migrate)?;
    for one in &applied {
        match ours.iter().find(|known| known.version == one.version) {
            None => return Err(OpenError::Newer(one.version)),
            Some(known) if known.checksum != one.checksum => {
                return Err(OpenError::Migrate(MigrateError::VersionMismatch(one.version)));
            }
            Some(_) => {}
        }
    }
    let needs = ours.iter().map(|known| known.version).max().unwrap_or_default();
    let has = applied.iter().map(|one| one.version).max().unwrap_or_default();
    Ok(if applied.len() == ours.iter().count() {
        Schema::Current(needs)
    } else {
        Schema::Behind { has, needs }
    })
}

/// Brings the schema up to date.
pub(super) async fn migrate(db: &Db) -> Result<(), OpenError> {
    let result = match db {
        Db::Sqlite { write, .. } => SQLITE.run(write).await,
        Db::Postgres(pool) => POSTGRES.run(pool).await,
    };
    result.map_err(|error| match error {
        MigrateError::VersionMissing(version) => OpenError::Newer(version),
        other => OpenError::Migrate(other),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chrono::{DateTime, Utc};
    use drover_types::ids::{GuestId, TaskId};
    use drover_types::permission::UserRole;
    use drover_types::task::TaskKind;
    use drover_types::text::{Note, Problem};
    use uuid::Uuid;

    use super::*;
    use crate::store::reservations::{self, Reservation};
    use crate::store::tasks::{self, TaskInsert, decode};
    use crate::store::testing::databases;
    use crate::store::users::{self, UserInsert};
    use crate::store::{execute, on_db};

    /// Every file of a folder with what it holds.
    fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
        std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                let name = entry.file_name().to_string_lossy().into_owned();
                (name, std::fs::read(entry.path()).unwrap())
            })
            .collect()
    }

    #[tokio::test]
    async fn a_look_tells_how_old_the_schema_is() {
        for test in databases().await {
            let (db, on, address) = (&test.db, test.name, &test.address);
            let current = Schema::look(address).await.unwrap();
            let Schema::Current(needs) = current else {
                panic!("{on}: {current:?}")
            };
            let mut tx = db.begin().await.unwrap();
            execute!(
                &mut tx,
                "UPDATE _sqlx_migrations SET version = 4711 WHERE version = $1",
                needs
            )
            .await
            .unwrap();
            tx.commit().await.unwrap();
            let newer = Schema::look(address).await;
            assert!(matches!(newer, Err(OpenError::Newer(4711))), "{on}: {newer:?}");
            let mut tx = db.begin().await.unwrap();
            execute!(
                &mut tx,
                "DELETE FROM _sqlx_migrations WHERE version = $1",
                4711_i64
            )
            .await
            .unwrap();
            tx.commit().await.unwrap();
            let Schema::Behind { has, needs: ours } = Schema::look(address).await.unwrap() else {
                panic!("{on}: it is not behind")
            };
            assert!(has < ours && ours == needs, "{on}");
        }
    }

    #[tokio::test]
    async fn names_on_record_that_differ_by_case_are_told_apart() {
        for test in databases().await {
            let (db, on) = (&test.db, test.name);
            let at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
            let mut tx = db.begin().await.unwrap();
            execute!(&mut tx, "DROP INDEX reservations_name").await.unwrap();
            execute!(&mut tx, "DELETE FROM _sqlx_migrations WHERE version = 8")
                .await
                .unwrap();
            let ada = UserInsert {
                username: "ada",
                password_hash: "",
                role: UserRole::Admin,
                permissions: &[],
                at,
            };
            let actor_id = users::insert(&mut tx, &ada).await.unwrap();
            for (vmid, name) in [(102, "WEB"), (100, "Web"), (101, "web"), (103, "db")] {
                let task = TaskId(Uuid::from_u128(u128::from(vmid)));
                let made = TaskInsert {
                    id: task,
                    kind: TaskKind::CreateServer,
                    actor_id: Some(actor_id),
                    actor: "ada",
                    guest: None,
                    target: "",
                    input: "{}",
                    secret: None,
                    at,
                    parent: None,
                    is_parent: false,
                    retry_of: None,
                };
                tasks::insert(&mut tx, &made).await.unwrap();
                let taken = Reservation {
                    task,
                    guest: GuestId::new("lab", vmid),
                    name: name.into(),
                    node: "pve1".into(),
                    os_type: String::new(),
                    made: true,
                };
                reservations::insert(&mut tx, &taken, &[], at).await.unwrap();
            }
            tx.commit().await.unwrap();
            migrate(db).await.unwrap();
            let mut all = reservations::all(db).await.unwrap();
            all.sort_by_key(|one| one.guest.vmid);
            let names: Vec<_> = all.iter().map(|one| one.name.as_str()).collect();
            assert_eq!(names, ["Web", "web (101)", "WEB (102)", "db"], "{on}");
        }
    }

    #[tokio::test]
    async fn a_look_leaves_everything_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let address = Address::file(&folder.path().join("drover.db"));
        assert_eq!(Schema::look(&address).await.unwrap(), Schema::Missing);
        assert_eq!(files(folder.path()).len(), 0);

        let db = Db::open(&address).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        execute!(&mut tx, "DELETE FROM _sqlx_migrations").await.unwrap();
        tx.commit().await.unwrap();
        // What was just written stands in the log.
        let beside = Schema::look(&address).await.unwrap();
        assert!(matches!(beside, Schema::Behind { has: 0, .. }), "{beside:?}");
        db.close().await;

        let before = files(folder.path());
        let alone = Schema::look(&address).await.unwrap();
        assert!(matches!(alone, Schema::Behind { has: 0, .. }), "{alone:?}");
        assert!(files(folder.path()) == before, "something was written");
    }

    #[tokio::test]
    async fn what_was_kept_in_the_older_form_is_brought_into_the_newer_one() {
        // Without parameters, with them, with a problem of either kind within, and as it is kept now.
        let kept = [
            r#"{"code":"internal"}"#,
            r#"{"code":"task_completed","kind":"create_server","target":"web"}"#,
            r#"{"code":"task_failed","kind":"create_server","target":"web","problem":{"code":"internal"}}"#,
            r#"{"code":"task_failed","kind":"create_server","target":"web","problem":{"code":"node_offline","node":"pve1"}}"#,
            r#"{"task_completed":{"kind":"create_server","target":"db"}}"#,
        ];
        let offline = Problem::NodeOffline { node: "pve1".into() };
        for test in databases().await {
            let (db, on) = (&test.db, test.name);
            let mut tx = db.begin().await.unwrap();
            for note in kept {
                execute!(
                    &mut tx,
                    "INSERT INTO notifications (type, level, category, target, note, created_at)
                     VALUES ('x', 'info', 'x', 'x', $1, $2)",
                    note,
                    DateTime::<Utc>::UNIX_EPOCH
                )
                .await
                .unwrap();
            }
            tx.commit().await.unwrap();
            let done = match db {
                Db::Sqlite { write, .. } => sqlx::raw_sql(include_str!(
                    "../../../../migrations/sqlite/0007_codes_around_parameters.sql"
                ))
                .execute(write)
                .await
                .map(drop),
                Db::Postgres(pool) => sqlx::raw_sql(include_str!(
                    "../../../../migrations/postgres/0007_codes_around_parameters.sql"
                ))
                .execute(pool)
                .await
                .map(drop),
            };
            done.unwrap_or_else(|error| panic!("{on}: {error}"));
            let now: Vec<(String,)> = on_db!(db, |c| sqlx::query_as(
                "SELECT note FROM notifications ORDER BY id"
            )
            .fetch_all(c))
            .await
            .unwrap();
            let [(alone,), notes @ ..] = now.as_slice() else {
                panic!("{on}: {now:?}")
            };
            assert_eq!(decode::<Problem>(on, alone).unwrap(), Problem::Internal);
            let notes: Vec<Note> = notes.iter().map(|(note,)| decode(on, note).unwrap()).collect();
            let completed = |target: &str| Note::TaskCompleted {
                kind: TaskKind::CreateServer,
                target: target.into(),
            };
            let failed = |problem| Note::TaskFailed {
                kind: TaskKind::CreateServer,
                target: "web".into(),
                problem,
            };
            let expected = [
                completed("web"),
                failed(Problem::Internal),
                failed(offline.clone()),
                completed("db"),
            ];
            assert_eq!(notes, expected, "{on}");
        }
    }
}
