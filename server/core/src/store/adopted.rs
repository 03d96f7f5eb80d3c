//! Guests that were made elsewhere and have an owner here.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use drover_types::ids::GuestId;
use drover_types::role::RoleKey;

use super::{Db, Tx, execute, on_db};

/// A guest that was adopted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Adopted {
    /// Which one.
    pub guest: GuestId,
    /// Its name when it was last looked at.
    pub name: String,
    /// The name of its owner; `None` where that user is gone.
    pub owner: Option<String>,
    /// What it is there for.
    pub role: Option<RoleKey>,
}

/// Records a guest; `false` where it is on record already.
pub(crate) async fn insert(
    tx: &mut Tx,
    guest: &GuestId,
    name: &str,
    owner: i64,
    role: Option<&RoleKey>,
    at: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = execute!(
        tx,
        "INSERT INTO adopted_servers (cluster, vmid, name, owner_id, role, adopted_at) \
         VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (cluster, vmid) DO NOTHING",
        &guest.cluster,
        i64::from(guest.vmid),
        name,
        owner,
        role.map_or("", RoleKey::as_str),
        at,
    )
    .await?;
    Ok(done == 1)
}

/// Notes a guest's new name.
pub(crate) async fn rename(tx: &mut Tx, guest: &GuestId, name: &str) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "UPDATE adopted_servers SET name = $3 WHERE cluster = $1 AND vmid = $2",
        &guest.cluster,
        i64::from(guest.vmid),
        name,
    )
    .await
    .map(drop)
}

/// Notes what a guest is there for.
pub(crate) async fn set_role(
    tx: &mut Tx,
    guest: &GuestId,
    role: Option<&RoleKey>,
) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "UPDATE adopted_servers SET role = $3 WHERE cluster = $1 AND vmid = $2",
        &guest.cluster,
        i64::from(guest.vmid),
        role.map_or("", RoleKey::as_str),
    )
    .await
    .map(drop)
}

/// Notes the fixed addresses of a guest that is on record, in place of those before.
pub(crate) async fn set_addresses(
    tx: &mut Tx,
    guest: &GuestId,
    addresses: &BTreeSet<String>,
) -> Result<(), sqlx::Error> {
    let vmid = i64::from(guest.vmid);
    execute!(
        tx,
        "DELETE FROM adopted_addresses WHERE cluster = $1 AND vmid = $2",
        &guest.cluster,
        vmid,
    )
    .await?;
    for address in addresses {
        execute!(
            tx,
            "INSERT INTO adopted_addresses (cluster, vmid, address) VALUES ($1, $2, $3)",
            &guest.cluster,
            vmid,
            address,
        )
        .await?;
    }
    Ok(())
}

/// An address of an adopted guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AdoptedAddress {
    /// The guest's id in its cluster.
    pub vmid: u32,
    /// Its name when it was last looked at.
    pub name: String,
    /// The address.
    pub address: String,
}

/// The addresses of the adopted guests of a cluster, in order.
pub(crate) async fn addresses_in(db: &Db, cluster: &str) -> Result<Vec<AdoptedAddress>, sqlx::Error> {
    let rows: Vec<(i64, String, String)> = on_db!(db, |c| sqlx::query_as(
        "SELECT a.vmid, s.name, a.address FROM adopted_addresses a \
         JOIN adopted_servers s ON s.cluster = a.cluster AND s.vmid = a.vmid \
         WHERE a.cluster = $1 ORDER BY a.vmid, a.address"
    )
    .bind(cluster)
    .fetch_all(c))
    .await?;
    Ok(rows
        .into_iter()
        .map(|(vmid, name, address)| AdoptedAddress {
            vmid: u32::try_from(vmid).unwrap_or_default(),
            name,
            address,
        })
        .collect())
}

/// Forgets a guest with its addresses; `false` where it was not on record.
pub(crate) async fn delete(tx: &mut Tx, guest: &GuestId) -> Result<bool, sqlx::Error> {
    let done = execute!(
        tx,
        "DELETE FROM adopted_servers WHERE cluster = $1 AND vmid = $2",
        &guest.cluster,
        i64::from(guest.vmid),
    )
    .await?;
    Ok(done == 1)
}

/// Every guest that was adopted, in order.
pub(crate) async fn all(db: &Db) -> Result<Vec<Adopted>, sqlx::Error> {
    let rows: Vec<(String, i64, String, Option<String>, String)> = on_db!(db, |c| sqlx::query_as(
        "SELECT a.cluster, a.vmid, a.name, u.username, a.role FROM adopted_servers a \
         LEFT JOIN users u ON u.id = a.owner_id ORDER BY a.cluster, a.vmid"
    )
    .fetch_all(c))
    .await?;
    Ok(rows
        .into_iter()
        .map(|(cluster, vmid, name, owner, role)| Adopted {
            guest: GuestId::new(cluster, u32::try_from(vmid).unwrap_or_default()),
            name,
            owner,
            role: RoleKey::parse(&role),
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use drover_types::permission::UserRole;

    use super::*;
    use crate::store::testing::databases;
    use crate::store::users::{self, UserInsert};

    #[tokio::test]
    async fn a_guest_is_adopted_once_renamed_and_forgotten() {
        for test in &databases().await {
            let (db, on) = (&test.db, test.name);
            let at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
            let guest = GuestId::new("lab", 100);
            let mut tx = db.begin().await.unwrap();
            let new = UserInsert {
                username: "ada",
                password_hash: "",
                role: UserRole::Admin,
                permissions: &[],
                at,
            };
            let ada = users::insert(&mut tx, &new).await.unwrap();
            assert!(
                insert(&mut tx, &guest, "web", ada, RoleKey::parse("web").as_ref(), at)
                    .await
                    .unwrap(),
                "{on}"
            );
            assert!(
                !insert(&mut tx, &guest, "www", ada, None, at).await.unwrap(),
                "{on}"
            );
            tx.commit().await.unwrap();
            let found = all(db).await.unwrap();
            assert_eq!(
                (found[0].name.as_str(), found[0].owner.as_deref()),
                ("web", Some("ada")),
                "{on}"
            );
            assert_eq!(found[0].role, RoleKey::parse("web"), "{on}");
            let mut tx = db.begin().await.unwrap();
            rename(&mut tx, &guest, "www").await.unwrap();
            set_role(&mut tx, &guest, None).await.unwrap();
            tx.commit().await.unwrap();
            let found = all(db).await.unwrap();
            assert_eq!(
                (found[0].name.as_str(), found[0].role.clone()),
                ("www", None),
                "{on}"
            );
            let mut tx = db.begin().await.unwrap();
            for addresses in [["10.0.0.4", "10.0.0.5"], ["10.0.0.5", "fd00::5"]] {
                let addresses = addresses.map(str::to_owned).into();
                set_addresses(&mut tx, &guest, &addresses).await.unwrap();
            }
            tx.commit().await.unwrap();
            let held = addresses_in(db, "lab").await.unwrap();
            let held: Vec<_> = held
                .iter()
                .map(|one| (one.vmid, &*one.name, &*one.address))
                .collect();
            assert_eq!(held, [(100, "www", "10.0.0.5"), (100, "www", "fd00::5")], "{on}");
            assert!(addresses_in(db, "other").await.unwrap().is_empty(), "{on}");
            let mut tx = db.begin().await.unwrap();
            assert!(delete(&mut tx, &guest).await.unwrap(), "{on}");
            assert!(!delete(&mut tx, &guest).await.unwrap(), "{on}");
            tx.commit().await.unwrap();
            assert!(all(db).await.unwrap().is_empty(), "{on}");
            assert!(addresses_in(db, "lab").await.unwrap().is_empty(), "{on}");
        }
    }
}
