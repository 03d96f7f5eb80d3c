//! Tasks that have had their time. Their steps and logs go with them; what something else refers to stays: a
//! reservation tells which guests Drover made, a notification leads to its task, a retry to what it is one of. A
//! parent and its children go together, as one is told by the others.

use chrono::{DateTime, Utc};

use super::{Tx, execute};

/// Removes at most `limit` tasks that ended before `before`, the oldest first, and tells how many. Children are not
/// counted.
pub(crate) async fn prune(tx: &mut Tx, before: DateTime<Utc>, limit: i64) -> Result<u64, sqlx::Error> {
    execute!(
        tx,
        "DELETE FROM tasks WHERE id IN (SELECT t.id FROM tasks t \
         WHERE t.parent IS NULL AND t.created_at < $1 AND t.ended_at < $1 \
         AND t.id NOT IN (SELECT retry_of FROM tasks WHERE retry_of IS NOT NULL) \
         AND NOT EXISTS (SELECT 1 FROM tasks f WHERE (f.id = t.id OR f.parent = t.id) \
           AND (f.ended_at IS NULL OR f.ended_at >= $1 OR f.id IN (SELECT task_id FROM reservations) \
             OR f.id IN (SELECT task_id FROM notifications WHERE task_id IS NOT NULL))) \
         ORDER BY t.created_at LIMIT $2)",
        before,
        limit
    )
    .await
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use uuid::Uuid;

    use super::*;
    use crate::store::testing::databases;
    use crate::store::{Db, on_db};

    fn day(n: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap() + TimeDelta::days(n)
    }

    /// A task with a step and a line of log, which ended on a day or still runs.
    async fn task(db: &Db, id: u128, begun: i64, ended: Option<i64>) {
        let mut tx = db.begin().await.unwrap();
        let id = Uuid::from_u128(id);
        execute!(
            &mut tx,
            "INSERT INTO tasks (id, kind, state, undoing, actor, target, input, progress, message, created_at, \
             updated_at, ended_at) VALUES ($1, 'self_test', $2, $3, 'ann', '', 'null', 0, '{}', $4, $4, $5)",
            id,
            ended.map_or("running", |_| "completed"),
            false,
            day(begun),
            ended.map(day)
        )
        .await
        .unwrap();
        execute!(
            &mut tx,
            "INSERT INTO task_steps (task_id, position, name, state) VALUES ($1, 0, 'probe', 'done')",
            id
        )
        .await
        .unwrap();
        execute!(
            &mut tx,
            "INSERT INTO task_logs (task_id, number, at, message) VALUES ($1, 1, $2, '{}')",
            id,
            day(begun)
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }

    async fn left(db: &Db, table: &str) -> Vec<u128> {
        let sql = match table {
            "tasks" => "SELECT id FROM tasks ORDER BY id",
            "task_steps" => "SELECT task_id FROM task_steps ORDER BY task_id",
            _ => "SELECT task_id FROM task_logs ORDER BY task_id",
        };
        let ids: Vec<Uuid> = on_db!(db, |c| sqlx::query_scalar(sql).fetch_all(c))
            .await
            .unwrap();
        ids.iter().map(Uuid::as_u128).collect()
    }

    #[tokio::test]
    async fn what_ended_long_ago_goes_in_batches_unless_something_refers_to_it() {
        for test in databases().await {
            let (db, on) = (&test.db, test.name);
            for (id, begun, ended) in [
                (1, 0, Some(1)),
                (2, 0, None),
                (3, 0, Some(1)),
                (4, 0, Some(1)),
                (5, 0, Some(9)),
                (6, 2, Some(3)),
                (7, 9, Some(9)),
                (10, 0, Some(1)),
                (11, 0, Some(1)),
                (12, 0, Some(1)),
                (20, 2, Some(3)),
                (21, 2, Some(3)),
                (22, 2, Some(3)),
                (30, 0, Some(1)),
                (31, 9, Some(9)),
            ] {
                task(db, id, begun, ended).await;
            }
            let mut tx = db.begin().await.unwrap();
            // Two families, of which one has a child with a reservation, and a retry.
            for (child, parent) in [(11, 10), (12, 10), (21, 20), (22, 20)] {
                execute!(
                    &mut tx,
                    "UPDATE tasks SET parent = $2 WHERE id = $1",
                    Uuid::from_u128(child),
                    Uuid::from_u128(parent)
                )
                .await
                .unwrap();
            }
            execute!(
                &mut tx,
                "UPDATE tasks SET retry_of = $2 WHERE id = $1",
                Uuid::from_u128(31),
                Uuid::from_u128(30)
            )
            .await
            .unwrap();
            execute!(
                &mut tx,
                "INSERT INTO reservations (task_id, cluster, vmid, name, node, os_type, made, created_at) \
                 VALUES ($1, 'lab', 101, 'db', 'pve1', '', $2, $3)",
                Uuid::from_u128(12),
                true,
                day(0)
            )
            .await
            .unwrap();
            execute!(
                &mut tx,
                "INSERT INTO reservations (task_id, cluster, vmid, name, node, os_type, made, created_at) \
                 VALUES ($1, 'lab', 100, 'web', 'pve1', '', $2, $3)",
                Uuid::from_u128(3),
                true,
                day(0)
            )
            .await
            .unwrap();
            execute!(
                &mut tx,
                "INSERT INTO notifications (type, level, category, target, note, task_id, created_at) \
                 VALUES ('', '', '', '', '{}', $1, $2)",
                Uuid::from_u128(4),
                day(1)
            )
            .await
            .unwrap();
            for gone in [1, 1, 1, 0] {
                assert_eq!(prune(&mut tx, day(5), 1).await.unwrap(), gone, "{on}");
            }
            tx.commit().await.unwrap();
            for table in ["tasks", "task_steps", "task_logs"] {
                assert_eq!(
                    left(db, table).await,
                    [2, 3, 4, 5, 7, 10, 11, 12, 30, 31],
                    "{table} on {on}"
                );
            }
        }
    }
}
