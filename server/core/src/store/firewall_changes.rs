//! Groups that are being deleted or renamed in Proxmox, noted before the first call: meanwhile no guest is given one of
//! them, and a name that has changed is followed even where the process was killed in between.

use chrono::{DateTime, Utc};
use drover_types::ids::{GuestId, TaskId};
use drover_types::task::TaskKind;
use uuid::Uuid;

use super::{Db, Tx, execute, on_db, on_tx};

/// A group that gets another name.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct NewName {
    /// What it was called.
    pub name: String,
    /// What it is to be called.
    pub new_name: String,
    /// When it will have been done, or have come to nothing.
    pub ends_at: DateTime<Utc>,
}

/// Notes that a group is about to get another name, or to go, until `ends_at` at most.
pub(crate) async fn begin(
    tx: &mut Tx,
    cluster: &str,
    name: &str,
    new_name: Option<&str>,
    ends_at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "INSERT INTO firewall_groups_in_change (cluster, name, new_name, ends_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (cluster, name) DO UPDATE SET new_name = excluded.new_name, ends_at = excluded.ends_at",
        cluster,
        name,
        new_name,
        ends_at,
    )
    .await
    .map(drop)
}

/// Nothing is about to happen to it any more.
pub(crate) async fn end(tx: &mut Tx, cluster: &str, name: &str) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "DELETE FROM firewall_groups_in_change WHERE cluster = $1 AND name = $2",
        cluster,
        name,
    )
    .await
    .map(drop)
}

/// The groups of a cluster that are in change at `now`.
pub(crate) async fn under_way(
    tx: &mut Tx,
    cluster: &str,
    now: DateTime<Utc>,
) -> Result<Vec<String>, sqlx::Error> {
    on_tx!(tx, |c| sqlx::query_scalar(
        "SELECT name FROM firewall_groups_in_change WHERE cluster = $1 AND ends_at > $2 ORDER BY name"
    )
    .bind(cluster)
    .bind(now)
    .fetch_all(c))
    .await
}

/// The tasks that may be giving or taking groups in a cluster, with their guests.
pub(crate) async fn tasks(db: &Db, cluster: &str) -> Result<Vec<(GuestId, TaskId)>, sqlx::Error> {
    let kinds = [
        TaskKind::AssignFirewall,
        TaskKind::RemoveFirewall,
        TaskKind::CreateServer,
    ];
    let [assign, remove, create] = kinds.map(TaskKind::as_str);
    let rows: Vec<(i64, Uuid)> = on_db!(db, |c| sqlx::query_as(
        "SELECT vmid, id FROM tasks WHERE cluster = $1 AND vmid IS NOT NULL AND state IN ('queued', 'running') \
         AND kind IN ($2, $3, $4) ORDER BY id"
    )
    .bind(cluster)
    .bind(assign)
    .bind(remove)
    .bind(create)
    .fetch_all(c))
    .await?;
    let of = |(vmid, id)| Some((GuestId::new(cluster, u32::try_from(vmid).ok()?), TaskId(id)));
    Ok(rows.into_iter().filter_map(of).collect())
}

/// The new names that are not known to have been given.
pub(crate) async fn new_names(db: &Db, cluster: &str) -> Result<Vec<NewName>, sqlx::Error> {
    on_db!(db, |c| sqlx::query_as(
        "SELECT name, new_name, ends_at FROM firewall_groups_in_change \
         WHERE cluster = $1 AND new_name IS NOT NULL ORDER BY name"
    )
    .bind(cluster)
    .fetch_all(c))
    .await
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::store::testing::databases;

    #[tokio::test]
    async fn what_is_about_to_happen_is_known_until_it_ends() {
        for test in databases().await {
            let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
            let later = now + TimeDelta::minutes(2);
            let mut tx = test.db.begin().await.unwrap();
            begin(&mut tx, "lab", "old", None, now).await.unwrap();
            begin(&mut tx, "lab", "web", None, now).await.unwrap();
            begin(&mut tx, "lab", "web", Some("www"), later).await.unwrap();
            begin(&mut tx, "other", "ssh", None, later).await.unwrap();
            assert_eq!(under_way(&mut tx, "lab", now).await.unwrap(), ["web"]);
            tx.commit().await.unwrap();
            let named = NewName {
                name: "web".into(),
                new_name: "www".into(),
                ends_at: later,
            };
            assert_eq!(new_names(&test.db, "lab").await.unwrap(), [named]);
            let mut tx = test.db.begin().await.unwrap();
            end(&mut tx, "lab", "web").await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(new_names(&test.db, "lab").await.unwrap(), []);
        }
    }
}
