//! The addresses that tasks have given to the servers they made.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use drover_types::ids::TaskId;
use uuid::Uuid;

use super::reservations::Reservation;
use super::{Db, Tx, execute, on_db};

/// The addresses of one task's server, in their order.
pub(crate) async fn of(db: &Db, task: TaskId) -> Result<Vec<String>, sqlx::Error> {
    on_db!(db, |c| sqlx::query_scalar(
        "SELECT address FROM reservation_addresses WHERE task_id = $1 ORDER BY address"
    )
    .bind(task.0)
    .fetch_all(c))
    .await
}

/// The addresses of one task's server, each with when it was taken where the server was not made with it.
pub(crate) async fn with_times(
    db: &Db,
    task: TaskId,
) -> Result<Vec<(String, Option<DateTime<Utc>>)>, sqlx::Error> {
    on_db!(db, |c| sqlx::query_as(
        "SELECT address, taken_at FROM reservation_addresses WHERE task_id = $1 ORDER BY address"
    )
    .bind(task.0)
    .fetch_all(c))
    .await
}

/// Takes one more address for a server.
///
/// # Errors
/// A violation of uniqueness where it is taken.
pub(crate) async fn add(
    tx: &mut Tx,
    taken: &Reservation,
    address: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "INSERT INTO reservation_addresses (cluster, address, task_id, taken_at) VALUES ($1, $2, $3, $4)",
        &taken.guest.cluster,
        address,
        taken.task.0,
        now,
    )
    .await
    .map(drop)
}

/// Gives one address back.
pub(crate) async fn remove(tx: &mut Tx, task: TaskId, address: &str) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "DELETE FROM reservation_addresses WHERE task_id = $1 AND address = $2",
        task.0,
        address,
    )
    .await
    .map(drop)
}

/// The addresses of every task's server.
pub(crate) async fn by_task(db: &Db) -> Result<HashMap<TaskId, Vec<String>>, sqlx::Error> {
    let rows: Vec<(Uuid, String)> = on_db!(db, |c| sqlx::query_as(
        "SELECT task_id, address FROM reservation_addresses ORDER BY task_id, address"
    )
    .fetch_all(c))
    .await?;
    let mut all: HashMap<TaskId, Vec<String>> = HashMap::new();
    for (task, address) in rows {
        all.entry(TaskId(task)).or_default().push(address);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use drover_types::ids::GuestId;
    use drover_types::permission::UserRole;
    use drover_types::task::TaskKind;

    use super::*;
    use crate::store::reservations;
    use crate::store::tasks::{self, TaskInsert};
    use crate::store::testing::databases;
    use crate::store::users::{self, UserInsert};
    use crate::store::{Unique, violated};

    #[tokio::test]
    async fn addresses_are_told_by_task_and_go_with_the_reservation() {
        for test in &databases().await {
            let (db, on) = (&test.db, test.name);
            let at: DateTime<Utc> = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
            let mut tx = db.begin().await.unwrap();
            let new = UserInsert {
                username: "ada",
                password_hash: "",
                role: UserRole::Admin,
                permissions: &[],
                at,
            };
            let actor_id = users::insert(&mut tx, &new).await.unwrap();
            let given: [&[&str]; 3] = [&["10.0.0.9", "10.0.0.5"], &["10.0.0.7"], &[]];
            let mut ids = Vec::new();
            for (vmid, addresses) in (100..).zip(given) {
                let id = TaskId(Uuid::from_u128(u128::from(vmid)));
                let task = TaskInsert {
                    id,
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
                tasks::insert(&mut tx, &task).await.unwrap();
                let taken = Reservation {
                    task: id,
                    guest: GuestId::new("lab", vmid),
                    name: format!("web-{vmid}"),
                    node: "pve1".into(),
                    os_type: String::new(),
                    made: false,
                };
                let addresses: Vec<String> = addresses.iter().map(|text| (*text).to_owned()).collect();
                reservations::insert(&mut tx, &taken, &addresses, at)
                    .await
                    .unwrap();
                ids.push(id);
            }
            tx.commit().await.unwrap();

            assert_eq!(of(db, ids[0]).await.unwrap(), ["10.0.0.5", "10.0.0.9"], "{on}");
            assert_eq!(of(db, ids[2]).await.unwrap(), [""; 0], "{on}");
            let all = by_task(db).await.unwrap();
            assert_eq!(all.len(), 2, "{on}");
            assert_eq!(all[&ids[1]], ["10.0.0.7"], "{on}");

            let first = reservations::of(db, ids[0]).await.unwrap().unwrap();
            let mut tx = db.begin().await.unwrap();
            add(&mut tx, &first, "10.0.0.11", at).await.unwrap();
            remove(&mut tx, ids[0], "10.0.0.9").await.unwrap();
            // Another's.
            remove(&mut tx, ids[0], "10.0.0.7").await.unwrap();
            reservations::rename(&mut tx, ids[0], "shop").await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(of(db, ids[0]).await.unwrap(), ["10.0.0.11", "10.0.0.5"], "{on}");
            let since = [("10.0.0.11".to_owned(), Some(at)), ("10.0.0.5".to_owned(), None)];
            assert_eq!(with_times(db, ids[0]).await.unwrap(), since, "{on}");
            assert_eq!(of(db, ids[1]).await.unwrap(), ["10.0.0.7"], "{on}");
            assert_eq!(
                reservations::of(db, ids[0]).await.unwrap().unwrap().name,
                "shop",
                "{on}"
            );
            let mut tx = db.begin().await.unwrap();
            let refused = add(&mut tx, &first, "10.0.0.7", at).await.unwrap_err();
            assert_eq!(violated(&refused), Some(Unique::ReservedAddress), "{on}");
            drop(tx);
            let mut tx = db.begin().await.unwrap();
            let refused = reservations::rename(&mut tx, ids[0], "web-101")
                .await
                .unwrap_err();
            assert_eq!(violated(&refused), Some(Unique::ReservedName), "{on}");
            drop(tx);
            let mut tx = db.begin().await.unwrap();
            let refused = reservations::rename(&mut tx, ids[0], "WEB-101")
                .await
                .unwrap_err();
            assert_eq!(violated(&refused), Some(Unique::ReservedName), "{on}");
            drop(tx);

            let mut tx = db.begin().await.unwrap();
            reservations::release(&mut tx, ids[0]).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(of(db, ids[0]).await.unwrap(), [""; 0], "{on}");
        }
    }
}
