//! Notifications, and for each reader a receipt of what was read or dismissed. A notification without a user is
//! everybody's, so reading or dismissing one never touches the notification itself.

use chrono::{DateTime, Utc};
use drover_types::ids::TaskId;
use drover_types::notification::{Level, NotificationRow};
use drover_types::text::Note;
use sqlx::FromRow;
use uuid::Uuid;

use super::tasks::{decode, encode};
use super::{Db, Tx, execute, on_db, on_tx};
use crate::error::Result;

/// A notification to be added.
pub(crate) struct NotificationInsert<'a> {
    /// Whose; `None` for everybody's.
    pub user_id: Option<i64>,
    pub note: &'a Note,
    pub task: Option<TaskId>,
    pub at: DateTime<Utc>,
}

/// Which of a reader's notifications are wanted. What is empty or `None` doesn't matter.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Wanted<'a> {
    pub unread_only: bool,
    pub level: Option<Level>,
    pub category: &'a str,
    /// The API's type.
    pub of_type: &'a str,
    /// Part of the name of the server that it is about, in any case.
    pub target: &'a str,
    pub before: Option<i64>,
    pub since: Option<DateTime<Utc>>,
}

#[derive(FromRow)]
struct Raw {
    id: i64,
    note: String,
    task_id: Option<Uuid>,
    created_at: DateTime<Utc>,
    read_at: Option<DateTime<Utc>>,
}

impl Raw {
    fn read(self) -> Result<NotificationRow> {
        Ok(NotificationRow {
            id: self.id,
            note: decode("a notification", &self.note)?,
            read: self.read_at.is_some(),
            created_at: self.created_at,
            task: self.task_id.map(TaskId),
        })
    }
}

/// What a reader may see and has not dismissed; `$1` is the reader.
macro_rules! visible {
    () => {
        "FROM notifications n
         LEFT JOIN notification_receipts r ON r.notification_id = n.id AND r.user_id = $1
         WHERE (n.user_id = $1 OR n.user_id IS NULL) AND r.dismissed_at IS NULL"
    };
}

/// [`visible`], narrowed to what is wanted; `$2` to `$8` are [`Wanted`]'s fields in order.
macro_rules! wanted {
    () => {
        concat!(
            visible!(),
            " AND ($2 = FALSE OR r.read_at IS NULL)
              AND ($3 = '' OR n.level = $3)
              AND ($4 = '' OR n.category = $4)
              AND ($5 = '' OR n.type = $5)
              AND ($6 = '' OR LOWER(n.target) LIKE $6 ESCAPE '!')
              AND ($7 = 0 OR n.id < $7)
              AND n.created_at >= $8"
        )
    };
}

/// Binds a reader and [`Wanted`] as `wanted` numbers them.
macro_rules! bind {
    ($query:expr, $reader:expr, $wanted:expr) => {
        $query
            .bind($reader)
            .bind($wanted.unread_only)
            .bind($wanted.level.map_or("", Level::as_str))
            .bind($wanted.category)
            .bind($wanted.of_type)
            .bind(containing($wanted.target))
            .bind($wanted.before.unwrap_or(0))
            .bind($wanted.since.unwrap_or(DateTime::UNIX_EPOCH))
    };
}

/// A pattern for `LIKE` of what contains `text`; empty for an empty one. Names of servers are ASCII, so both
/// databases agree on their lower case.
fn containing(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c.to_ascii_lowercase());
    }
    pattern.push('%');
    pattern
}

/// Adds a notification and tells its id.
pub(crate) async fn insert(tx: &mut Tx, new: &NotificationInsert<'_>) -> Result<i64> {
    let note = encode(new.note)?;
    Ok(on_tx!(tx, |c| sqlx::query_scalar(
        "INSERT INTO notifications (user_id, type, level, category, target, note, task_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id"
    )
    .bind(new.user_id)
    .bind(new.note.type_name())
    .bind(new.note.level().as_str())
    .bind(new.note.category())
    .bind(new.note.target())
    .bind(&note)
    .bind(new.task.map(|task| task.0))
    .bind(new.at)
    .fetch_one(c))
    .await?)
}

/// A reader's notifications, newest first.
pub(crate) async fn list(
    db: &Db,
    reader: i64,
    wanted: &Wanted<'_>,
    limit: i64,
    skip: i64,
) -> Result<Vec<NotificationRow>> {
    let rows: Vec<Raw> = on_db!(db, |c| bind!(
        sqlx::query_as(concat!(
            "SELECT n.id, n.note, n.task_id, n.created_at, r.read_at ",
            wanted!(),
            " ORDER BY n.id DESC LIMIT $9 OFFSET $10"
        )),
        reader,
        wanted
    )
    .bind(limit)
    .bind(skip)
    .fetch_all(c))
    .await?;
    rows.into_iter().map(Raw::read).collect()
}

/// How many of a reader's notifications are wanted.
pub(crate) async fn count(db: &Db, reader: i64, wanted: &Wanted<'_>) -> Result<i64, sqlx::Error> {
    on_db!(db, |c| bind!(
        sqlx::query_scalar(concat!("SELECT COUNT(*) ", wanted!())),
        reader,
        wanted
    )
    .fetch_one(c))
    .await
}

/// One notification, if the reader may see it and has not dismissed it.
pub(crate) async fn find(db: &Db, reader: i64, id: i64) -> Result<Option<NotificationRow>> {
    let raw: Option<Raw> = on_db!(db, |c| sqlx::query_as(concat!(
        "SELECT n.id, n.note, n.task_id, n.created_at, r.read_at ",
        visible!(),
        " AND n.id = $2"
    ))
    .bind(reader)
    .bind(id)
    .fetch_optional(c))
    .await?;
    raw.map(Raw::read).transpose()
}

/// Marks what the reader sees as read: the notification `id`, or all. Tells how many were unread.
pub(crate) async fn mark_read(
    tx: &mut Tx,
    reader: i64,
    id: Option<i64>,
    at: DateTime<Utc>,
) -> Result<u64, sqlx::Error> {
    execute!(
        tx,
        concat!(
            "INSERT INTO notification_receipts (notification_id, user_id, read_at)
             SELECT n.id, $1, $2 ",
            visible!(),
            " AND r.read_at IS NULL AND ($3 = 0 OR n.id = $3)
             ON CONFLICT (notification_id, user_id) DO UPDATE SET read_at = excluded.read_at"
        ),
        reader,
        at,
        id.unwrap_or(0)
    )
    .await
}

/// Takes what the reader sees out of their sight, read: the notification `id`, or all. Tells how many were seen.
pub(crate) async fn dismiss(
    tx: &mut Tx,
    reader: i64,
    id: Option<i64>,
    at: DateTime<Utc>,
) -> Result<u64, sqlx::Error> {
    execute!(
        tx,
        concat!(
            "INSERT INTO notification_receipts (notification_id, user_id, read_at, dismissed_at)
             SELECT n.id, $1, COALESCE(r.read_at, $2), $2 ",
            visible!(),
            " AND ($3 = 0 OR n.id = $3)
             ON CONFLICT (notification_id, user_id)
             DO UPDATE SET read_at = excluded.read_at, dismissed_at = excluded.dismissed_at"
        ),
        reader,
        at,
        id.unwrap_or(0)
    )
    .await
}

/// Removes what is older, for everybody, and tells how many.
pub(crate) async fn prune(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    execute!(tx, "DELETE FROM notifications WHERE created_at < $1", before).await
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use drover_types::permission::UserRole;
    use drover_types::task::TaskKind;
    use drover_types::text::Problem;

    use super::*;
    use crate::store::testing::{TestDb, databases};
    use crate::store::users::{self, UserInsert};

    fn at(minute: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap() + TimeDelta::minutes(minute)
    }

    /// Two people and six notifications: 0 and 1 for Ada, 2 for Grace, 3 to 5 for everybody.
    async fn filled(test: &TestDb) -> ([i64; 2], [i64; 6]) {
        let mut tx = test.db.begin().await.unwrap();
        let mut people = [0; 2];
        for (person, username) in people.iter_mut().zip(["ada", "grace"]) {
            let new = UserInsert {
                username,
                password_hash: "",
                role: UserRole::Viewer,
                permissions: &[],
                at: at(0),
            };
            *person = users::insert(&mut tx, &new).await.unwrap();
        }
        let kind = TaskKind::CreateServer;
        let notes = [
            (Some(people[0]), Note::PasswordChanged),
            (
                Some(people[0]),
                Note::SignedIn {
                    address: "::1".into(),
                },
            ),
            (Some(people[1]), Note::PasswordChanged),
            (
                None,
                Note::TaskCompleted {
                    kind,
                    target: "Web_01".into(),
                },
            ),
            (
                None,
                Note::TaskFailed {
                    kind,
                    target: "web-02".into(),
                    problem: Problem::GuestGone,
                },
            ),
            (
                None,
                Note::TaskCompleted {
                    kind: TaskKind::StartServer,
                    target: "db".into(),
                },
            ),
        ];
        let mut ids = [0; 6];
        for (n, (user_id, note)) in notes.iter().enumerate() {
            let new = NotificationInsert {
                user_id: *user_id,
                note,
                task: (n == 3).then(|| TaskId(Uuid::from_u128(7))),
                at: at(i64::try_from(n).unwrap()),
            };
            ids[n] = insert(&mut tx, &new).await.unwrap();
        }
        tx.commit().await.unwrap();
        (people, ids)
    }

    #[tokio::test]
    async fn each_reader_has_their_own_view() {
        for test in &databases().await {
            let (db, on) = (&test.db, test.name);
            let ([ada, grace], ids) = filled(test).await;
            let listed = async |reader, wanted: Wanted<'_>| -> Vec<i64> {
                let rows = list(db, reader, &wanted, i64::MAX, 0).await.unwrap();
                let counted = count(db, reader, &wanted).await.unwrap();
                assert_eq!(usize::try_from(counted).unwrap(), rows.len(), "{on}: {wanted:?}");
                rows.into_iter().map(|row| row.id).collect()
            };
            let all = Wanted::default();
            let unread = Wanted {
                unread_only: true,
                ..all
            };
            assert_eq!(
                listed(ada, all).await,
                [ids[5], ids[4], ids[3], ids[1], ids[0]],
                "{on}"
            );
            assert_eq!(listed(grace, all).await, [ids[5], ids[4], ids[3], ids[2]], "{on}");

            let found = find(db, ada, ids[3]).await.unwrap().unwrap();
            assert_eq!(found.task, Some(TaskId(Uuid::from_u128(7))), "{on}");
            assert_eq!((found.note.target(), found.read), ("Web_01", false), "{on}");
            assert_eq!(found.created_at, at(3), "{on}");
            assert_eq!(find(db, ada, ids[2]).await.unwrap(), None, "{on}: another's");

            let mut tx = db.begin().await.unwrap();
            assert_eq!(
                mark_read(&mut tx, ada, Some(ids[3]), at(9)).await.unwrap(),
                1,
                "{on}"
            );
            assert_eq!(
                mark_read(&mut tx, ada, Some(ids[3]), at(9)).await.unwrap(),
                0,
                "{on}"
            );
            assert_eq!(
                mark_read(&mut tx, ada, Some(ids[2]), at(9)).await.unwrap(),
                0,
                "{on}"
            );
            assert_eq!(
                dismiss(&mut tx, ada, Some(ids[4]), at(9)).await.unwrap(),
                1,
                "{on}"
            );
            assert_eq!(
                dismiss(&mut tx, ada, Some(ids[4]), at(9)).await.unwrap(),
                0,
                "{on}"
            );
            assert_eq!(
                dismiss(&mut tx, ada, Some(ids[2]), at(9)).await.unwrap(),
                0,
                "{on}"
            );
            tx.commit().await.unwrap();
            assert_eq!(listed(ada, all).await, [ids[5], ids[3], ids[1], ids[0]], "{on}");
            assert_eq!(listed(ada, unread).await, [ids[5], ids[1], ids[0]], "{on}");
            assert!(find(db, ada, ids[3]).await.unwrap().unwrap().read, "{on}");
            assert_eq!(find(db, ada, ids[4]).await.unwrap(), None, "{on}");
            assert_eq!(
                listed(grace, unread).await.len(),
                4,
                "{on}: the other's view stays"
            );

            let mut tx = db.begin().await.unwrap();
            assert_eq!(mark_read(&mut tx, ada, None, at(9)).await.unwrap(), 3, "{on}");
            tx.commit().await.unwrap();
            assert_eq!(listed(ada, unread).await, [0; 0], "{on}");
            let mut tx = db.begin().await.unwrap();
            assert_eq!(dismiss(&mut tx, ada, None, at(9)).await.unwrap(), 4, "{on}");
            tx.commit().await.unwrap();
            assert_eq!(listed(ada, all).await, [0; 0], "{on}");
            assert_eq!(listed(grace, unread).await.len(), 4, "{on}");

            let mut tx = db.begin().await.unwrap();
            assert_eq!(prune(&mut tx, at(4)).await.unwrap(), 4, "{on}");
            tx.commit().await.unwrap();
            assert_eq!(listed(grace, all).await, [ids[5], ids[4]], "{on}");
        }
    }

    #[tokio::test]
    async fn notifications_are_searched_and_paged() {
        for test in &databases().await {
            let (db, on) = (&test.db, test.name);
            let ([ada, _], ids) = filled(test).await;
            let all = Wanted::default();
            let cases: [(Wanted<'_>, &[i64]); 8] = [
                (
                    Wanted {
                        level: Some(Level::Error),
                        ..all
                    },
                    &[ids[4]],
                ),
                (
                    Wanted {
                        category: "user",
                        ..all
                    },
                    &[ids[1], ids[0]],
                ),
                (
                    Wanted {
                        of_type: "server_creation",
                        ..all
                    },
                    &[ids[4], ids[3]],
                ),
                (Wanted { target: "WEB", ..all }, &[ids[4], ids[3]]),
                // Not a wildcard.
                (Wanted { target: "b_0", ..all }, &[ids[3]]),
                (Wanted { target: "%", ..all }, &[]),
                (
                    Wanted {
                        before: Some(ids[1]),
                        ..all
                    },
                    &[ids[0]],
                ),
                (
                    Wanted {
                        since: Some(at(4)),
                        ..all
                    },
                    &[ids[5], ids[4]],
                ),
            ];
            for (wanted, expected) in cases {
                let rows = list(db, ada, &wanted, 10, 0).await.unwrap();
                let found: Vec<i64> = rows.into_iter().map(|row| row.id).collect();
                assert_eq!(found, expected, "{on}: {wanted:?}");
            }
            let rows = list(db, ada, &all, 2, 1).await.unwrap();
            let page: Vec<i64> = rows.into_iter().map(|row| row.id).collect();
            assert_eq!(page, [ids[4], ids[3]], "{on}");
        }
    }
}
