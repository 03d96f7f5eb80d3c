//! Which firewall groups Drover has put on which guest. Proxmox's rules tell what a guest has; this tells whose they
//! are.

use std::collections::HashMap;

use drover_types::ids::GuestId;

use super::{Db, Tx, execute, on_db, on_tx};

/// Any number that nobody else locks by.
const LOCK: i64 = 0x0066_6972_6577;

const OF: &str = "SELECT name FROM guest_firewall_groups WHERE cluster = $1 AND vmid = $2 ORDER BY position";
const ALL: &str = "SELECT cluster, vmid, name FROM guest_firewall_groups ORDER BY cluster, vmid, position";

/// Those of a guest, in their order.
pub(crate) async fn of(db: &Db, guest: &GuestId) -> Result<Vec<String>, sqlx::Error> {
    on_db!(db, |c| sqlx::query_scalar(OF)
        .bind(&guest.cluster)
        .bind(i64::from(guest.vmid))
        .fetch_all(c))
    .await
}

/// The same, as it is for whoever writes.
pub(crate) async fn of_in(tx: &mut Tx, guest: &GuestId) -> Result<Vec<String>, sqlx::Error> {
    on_tx!(tx, |c| sqlx::query_scalar(OF)
        .bind(&guest.cluster)
        .bind(i64::from(guest.vmid))
        .fetch_all(c))
    .await
}

/// Those of every guest that has any, each in its order.
pub(crate) async fn all(db: &Db) -> Result<HashMap<GuestId, Vec<String>>, sqlx::Error> {
    Ok(by_guest(on_db!(db, |c| sqlx::query_as(ALL).fetch_all(c)).await?))
}

/// The same, as it is for whoever writes.
pub(crate) async fn all_in(tx: &mut Tx) -> Result<HashMap<GuestId, Vec<String>>, sqlx::Error> {
    Ok(by_guest(on_tx!(tx, |c| sqlx::query_as(ALL).fetch_all(c)).await?))
}

fn by_guest(rows: Vec<(String, i64, String)>) -> HashMap<GuestId, Vec<String>> {
    let mut groups: HashMap<GuestId, Vec<String>> = HashMap::new();
    for (cluster, vmid, name) in rows {
        // An id that Proxmox can't have was written by nobody.
        let Ok(vmid) = u32::try_from(vmid) else { continue };
        groups.entry(GuestId::new(cluster, vmid)).or_default().push(name);
    }
    groups
}

/// Makes whoever changes what guests have and whoever takes a group away wait for each other, so that what one has seen
/// the other can't undo meanwhile. On SQLite a transaction that may write is alone already.
pub(crate) async fn lock(tx: &mut Tx) -> Result<(), sqlx::Error> {
    if matches!(tx, Tx::Postgres(_)) {
        execute!(tx, "SELECT pg_advisory_xact_lock($1)", LOCK).await?;
    }
    Ok(())
}

/// Writes those of a guest anew; `identity` is what it is known again by.
pub(crate) async fn set(
    tx: &mut Tx,
    guest: &GuestId,
    names: &[String],
    identity: Option<&str>,
) -> Result<(), sqlx::Error> {
    forget(tx, guest).await?;
    for (position, name) in (0_i64..).zip(names) {
        execute!(
            tx,
            "INSERT INTO guest_firewall_groups (cluster, vmid, position, name, identity) \
             VALUES ($1, $2, $3, $4, $5)",
            &guest.cluster,
            i64::from(guest.vmid),
            position,
            name,
            identity,
        )
        .await?;
    }
    Ok(())
}

/// A guest has none any more; tells how many it had.
pub(crate) async fn forget(tx: &mut Tx, guest: &GuestId) -> Result<u64, sqlx::Error> {
    execute!(
        tx,
        "DELETE FROM guest_firewall_groups WHERE cluster = $1 AND vmid = $2",
        &guest.cluster,
        i64::from(guest.vmid),
    )
    .await
}

/// What the guest is known again by to which these were given; `None` where it has none, or that is not known.
pub(crate) async fn identity(db: &Db, guest: &GuestId) -> Result<Option<String>, sqlx::Error> {
    let found: Option<Option<String>> = on_db!(db, |c| sqlx::query_scalar(
        "SELECT identity FROM guest_firewall_groups WHERE cluster = $1 AND vmid = $2 ORDER BY position LIMIT 1"
    )
    .bind(&guest.cluster)
    .bind(i64::from(guest.vmid))
    .fetch_optional(c))
    .await?;
    Ok(found.flatten())
}

/// Forgets those that were given to a guest that was known by this.
pub(crate) async fn forget_of(tx: &mut Tx, guest: &GuestId, identity: &str) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "DELETE FROM guest_firewall_groups WHERE cluster = $1 AND vmid = $2 AND identity = $3",
        &guest.cluster,
        i64::from(guest.vmid),
        identity,
    )
    .await
    .map(drop)
}

/// A group is no more: no guest has it.
pub(crate) async fn forget_group(tx: &mut Tx, cluster: &str, name: &str) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "DELETE FROM guest_firewall_groups WHERE cluster = $1 AND name = $2",
        cluster,
        name,
    )
    .await
    .map(drop)
}

/// Follows a group that has another name now.
pub(crate) async fn rename(tx: &mut Tx, cluster: &str, name: &str, to: &str) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "UPDATE guest_firewall_groups SET name = $3 WHERE cluster = $1 AND name = $2",
        cluster,
        name,
        to,
    )
    .await
    .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::databases;

    #[tokio::test]
    async fn what_was_put_on_a_guest_is_known_in_its_order() {
        for test in databases().await {
            let (one, other) = (GuestId::new("lab", 100), GuestId::new("lab", 101));
            let names = |all: &[&str]| -> Vec<String> { all.iter().map(|&name| name.to_owned()).collect() };
            let mut tx = test.db.begin().await.unwrap();
            set(&mut tx, &one, &names(&["web", "ssh"]), None).await.unwrap();
            set(&mut tx, &other, &names(&["ssh"]), Some("first"))
                .await
                .unwrap();
            set(&mut tx, &one, &names(&["ssh", "web"]), None).await.unwrap();
            rename(&mut tx, "lab", "ssh", "admin").await.unwrap();
            rename(&mut tx, "elsewhere", "web", "none").await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(of(&test.db, &one).await.unwrap(), ["admin", "web"]);
            let all = all(&test.db).await.unwrap();
            assert_eq!(all[&other], ["admin"]);
            assert_eq!(identity(&test.db, &one).await.unwrap(), None);
            assert_eq!(
                identity(&test.db, &other).await.unwrap().as_deref(),
                Some("first")
            );
            let mut tx = test.db.begin().await.unwrap();
            lock(&mut tx).await.unwrap();
            forget_of(&mut tx, &other, "second").await.unwrap();
            assert_eq!(of_in(&mut tx, &other).await.unwrap(), ["admin"]);
            forget_of(&mut tx, &other, "first").await.unwrap();
            assert_eq!(of_in(&mut tx, &other).await.unwrap(), [""; 0]);
            forget_group(&mut tx, "lab", "admin").await.unwrap();
            assert_eq!(all_in(&mut tx).await.unwrap()[&one], ["web"]);
            assert_eq!(forget(&mut tx, &one).await.unwrap(), 1);
            tx.commit().await.unwrap();
            assert_eq!(of(&test.db, &one).await.unwrap(), Vec::<String>::new());
        }
    }
}
