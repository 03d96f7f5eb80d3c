//! Which firewall groups Drover has put on which guest. Proxmox's rules tell what a guest has; this tells whose they
//! are.

use std::collections::HashMap;

use drover_types::ids::GuestId;

use super::{Db, Tx, execute, on_db, on_tx};

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

/// Writes those of a guest anew.
pub(crate) async fn set(tx: &mut Tx, guest: &GuestId, names: &[String]) -> Result<(), sqlx::Error> {
    let vmid = i64::from(guest.vmid);
    execute!(
        tx,
        "DELETE FROM guest_firewall_groups WHERE cluster = $1 AND vmid = $2",
        &guest.cluster,
        vmid,
    )
    .await?;
    for (position, name) in (0_i64..).zip(names) {
        execute!(
            tx,
            "INSERT INTO guest_firewall_groups (cluster, vmid, position, name) VALUES ($1, $2, $3, $4)",
            &guest.cluster,
            vmid,
            position,
            name,
        )
        .await?;
    }
    Ok(())
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
            set(&mut tx, &one, &names(&["web", "ssh"])).await.unwrap();
            set(&mut tx, &other, &names(&["ssh"])).await.unwrap();
            set(&mut tx, &one, &names(&["ssh", "web"])).await.unwrap();
            rename(&mut tx, "lab", "ssh", "admin").await.unwrap();
            rename(&mut tx, "elsewhere", "web", "none").await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(of(&test.db, &one).await.unwrap(), ["admin", "web"]);
            let all = all(&test.db).await.unwrap();
            assert_eq!(all[&other], ["admin"]);
            let mut tx = test.db.begin().await.unwrap();
            set(&mut tx, &one, &[]).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(of(&test.db, &one).await.unwrap(), Vec::<String>::new());
        }
    }
}
