//! What tasks have taken so that no other takes it: ids, names and addresses. Proxmox's `/cluster/nextid` is
//! only a hint; these rows and their unique constraints decide. A row stays as long as its guest does.

use chrono::{DateTime, Utc};
use drover_types::ids::{GuestId, TaskId};
use sqlx::FromRow;
use uuid::Uuid;

use super::{Db, Tx, execute, on_db, on_tx, reserved_addresses};

/// What one task has taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reservation {
    /// Whose it is.
    pub task: TaskId,
    /// The id.
    pub guest: GuestId,
    /// The name.
    pub name: String,
    /// The node the guest is made on.
    pub node: String,
    /// The system; empty where it is not known.
    pub os_type: String,
    /// Whether the guest has been made.
    pub made: bool,
}

#[derive(FromRow)]
struct Raw {
    task_id: Uuid,
    cluster: String,
    vmid: i64,
    name: String,
    node: String,
    os_type: String,
    made: bool,
}

impl From<Raw> for Reservation {
    fn from(raw: Raw) -> Self {
        Self {
            task: TaskId(raw.task_id),
            guest: GuestId {
                cluster: raw.cluster,
                // Written from a `u32`.
                vmid: u32::try_from(raw.vmid).unwrap_or_default(),
            },
            name: raw.name,
            node: raw.node,
            os_type: raw.os_type,
            made: raw.made,
        }
    }
}

/// Takes id, name and addresses, not made yet.
///
/// # Errors
/// A violation of uniqueness where one of them is taken; `violated` tells which.
pub(crate) async fn insert(
    tx: &mut Tx,
    taken: &Reservation,
    addresses: &[String],
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    execute!(
        &mut *tx,
        "INSERT INTO reservations (task_id, cluster, vmid, name, node, os_type, made, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        taken.task.0,
        &taken.guest.cluster,
        i64::from(taken.guest.vmid),
        &taken.name,
        &taken.node,
        &taken.os_type,
        taken.made,
        now,
    )
    .await?;
    for address in addresses {
        execute!(
            &mut *tx,
            "INSERT INTO reservation_addresses (cluster, address, task_id) VALUES ($1, $2, $3)",
            &taken.guest.cluster,
            address,
            taken.task.0,
        )
        .await?;
    }
    Ok(())
}

/// Takes another id instead.
///
/// # Errors
/// A violation of uniqueness where that is taken too.
pub(crate) async fn set_vmid(tx: &mut Tx, task: TaskId, vmid: u32) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "UPDATE reservations SET vmid = $2 WHERE task_id = $1",
        task.0,
        i64::from(vmid)
    )
    .await
    .map(drop)
}

/// Takes another name instead.
///
/// # Errors
/// A violation of uniqueness where that is taken.
pub(crate) async fn rename(tx: &mut Tx, task: TaskId, name: &str) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "UPDATE reservations SET name = $2 WHERE task_id = $1",
        task.0,
        name
    )
    .await
    .map(drop)
}

/// Notes that the guest has been made.
pub(crate) async fn set_made(tx: &mut Tx, task: TaskId) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "UPDATE reservations SET made = $2 WHERE task_id = $1",
        task.0,
        true
    )
    .await
    .map(drop)
}

/// Gives everything back that a task has taken.
pub(crate) async fn release(tx: &mut Tx, task: TaskId) -> Result<(), sqlx::Error> {
    execute!(tx, "DELETE FROM reservations WHERE task_id = $1", task.0)
        .await
        .map(drop)
}

/// Gives back what was taken for guests of `cluster` that are gone: those of ended tasks that are not `alive`.
pub(crate) async fn release_gone(tx: &mut Tx, cluster: &str, alive: &[u32]) -> Result<u64, sqlx::Error> {
    let ended: Vec<(Uuid, i64)> = on_tx!(&mut *tx, |c| sqlx::query_as(
        "SELECT r.task_id, r.vmid FROM reservations r JOIN tasks t ON t.id = r.task_id \
         WHERE r.cluster = $1 AND t.ended_at IS NOT NULL"
    )
    .bind(cluster)
    .fetch_all(c))
    .await?;
    let mut gone = 0;
    for (task, vmid) in ended {
        if !alive.iter().any(|have| i64::from(*have) == vmid) {
            gone += execute!(&mut *tx, "DELETE FROM reservations WHERE task_id = $1", task).await?;
        }
    }
    Ok(gone)
}

const ALL: &str = "SELECT task_id, cluster, vmid, name, node, os_type, made FROM reservations";
const BY_TASK: &str =
    "SELECT task_id, cluster, vmid, name, node, os_type, made FROM reservations WHERE task_id = $1";

/// What a task has taken.
pub(crate) async fn of(db: &Db, task: TaskId) -> Result<Option<Reservation>, sqlx::Error> {
    let raw: Option<Raw> = on_db!(db, |c| sqlx::query_as(BY_TASK).bind(task.0).fetch_optional(c)).await?;
    Ok(raw.map(Reservation::from))
}

/// What is taken for a guest.
pub(crate) async fn at(db: &Db, guest: &GuestId) -> Result<Option<Reservation>, sqlx::Error> {
    let raw: Option<Raw> = on_db!(db, |c| sqlx::query_as(
        "SELECT task_id, cluster, vmid, name, node, os_type, made FROM reservations \
         WHERE cluster = $1 AND vmid = $2"
    )
    .bind(&guest.cluster)
    .bind(i64::from(guest.vmid))
    .fetch_optional(c))
    .await?;
    Ok(raw.map(Reservation::from))
}

/// What all tasks have taken.
pub(crate) async fn all(db: &Db) -> Result<Vec<Reservation>, sqlx::Error> {
    let rows: Vec<Raw> = on_db!(db, |c| sqlx::query_as(ALL).fetch_all(c)).await?;
    Ok(rows.into_iter().map(Reservation::from).collect())
}

/// The origin of a guest.
pub(crate) struct OriginRow {
    pub guest: GuestId,
    pub os_type: String,
    pub created_at: DateTime<Utc>,
    /// The name of who asked for it.
    pub actor: String,
}

/// The origin of every guest that was made here, or is being made.
pub(crate) async fn origins(db: &Db) -> Result<Vec<OriginRow>, sqlx::Error> {
    let rows: Vec<(String, i64, String, DateTime<Utc>, String)> = on_db!(db, |c| sqlx::query_as(
        "SELECT r.cluster, r.vmid, r.os_type, r.created_at, t.actor \
         FROM reservations r JOIN tasks t ON t.id = r.task_id"
    )
    .fetch_all(c))
    .await?;
    Ok(rows
        .into_iter()
        .map(|(cluster, vmid, os_type, created_at, actor)| OriginRow {
            guest: GuestId::new(cluster, u32::try_from(vmid).unwrap_or_default()),
            os_type,
            created_at,
            actor,
        })
        .collect())
}

/// A reservation as the next creation in its cluster meets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standing {
    /// What was taken.
    pub taken: Reservation,
    /// The addresses that came with it.
    pub addresses: Vec<String>,
    /// Whether its task has ended, so that it goes once its guest is gone.
    pub ended: bool,
    /// Whether its task has left a server behind that is not as it was asked for.
    pub partial: bool,
}

#[derive(FromRow)]
struct RawStanding {
    #[sqlx(flatten)]
    taken: Raw,
    ended: bool,
    partial: bool,
}

/// What stands in a cluster.
pub(crate) async fn in_cluster(db: &Db, cluster: &str) -> Result<Vec<Standing>, sqlx::Error> {
    let rows: Vec<RawStanding> = on_db!(db, |c| sqlx::query_as(
        "SELECT r.task_id, r.cluster, r.vmid, r.name, r.node, r.os_type, r.made, t.ended_at IS NOT NULL AS ended, \
         t.state = 'partial' AS partial \
         FROM reservations r JOIN tasks t ON t.id = r.task_id WHERE r.cluster = $1"
    )
    .bind(cluster)
    .fetch_all(c))
    .await?;
    // Read later, so that no reservation is seen without the addresses that came with it.
    let mut addresses = reserved_addresses::by_task(db).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let taken = Reservation::from(row.taken);
            Standing {
                addresses: addresses.remove(&taken.task).unwrap_or_default(),
                taken,
                ended: row.ended,
                partial: row.partial,
            }
        })
        .collect())
}
