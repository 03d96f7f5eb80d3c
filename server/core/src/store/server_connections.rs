//! How Drover signs in to servers, and the keys by which it knows their hosts again.

use chrono::{DateTime, Utc};
use drover_types::ids::GuestId;
use drover_types::role::ConnectionChange;

use super::{Db, Tx, execute, on_db};

/// What is on record of one server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ConnectionRecord {
    /// What the server is known again by.
    pub identity: String,
    /// What was set by hand.
    pub set: ConnectionChange,
    /// The host's keys, one a line: type and key.
    pub host_keys: String,
    /// When they were seen first.
    pub pinned_at: Option<DateTime<Utc>>,
}

type Row = (
    String,
    Option<String>,
    Option<String>,
    Option<i64>,
    String,
    Option<DateTime<Utc>>,
);

/// What is on record of a server.
pub(crate) async fn of(db: &Db, guest: &GuestId) -> Result<Option<ConnectionRecord>, sqlx::Error> {
    let row: Option<Row> = on_db!(db, |c| sqlx::query_as(
        "SELECT identity, address, username, port, host_keys, pinned_at FROM server_connections \
         WHERE cluster = $1 AND vmid = $2"
    )
    .bind(&guest.cluster)
    .bind(i64::from(guest.vmid))
    .fetch_optional(c))
    .await?;
    Ok(row.map(
        |(identity, address, user, port, host_keys, pinned_at)| ConnectionRecord {
            identity,
            set: ConnectionChange {
                address,
                user,
                port: port.and_then(|port| u16::try_from(port).ok()),
            },
            host_keys,
            pinned_at,
        },
    ))
}

/// The addresses that were set by hand, by server.
pub(crate) async fn addresses(db: &Db) -> Result<Vec<(GuestId, String)>, sqlx::Error> {
    let rows: Vec<(String, i64, String)> = on_db!(db, |c| sqlx::query_as(
        "SELECT cluster, vmid, address FROM server_connections WHERE address IS NOT NULL"
    )
    .fetch_all(c))
    .await?;
    let known = rows.into_iter().filter_map(|(cluster, vmid, address)| {
        Some((GuestId::new(cluster, u32::try_from(vmid).ok()?), address))
    });
    Ok(known.collect())
}

/// Writes what is set by hand.
pub(crate) async fn set(
    tx: &mut Tx,
    guest: &GuestId,
    identity: &str,
    set: &ConnectionChange,
) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "INSERT INTO server_connections (cluster, vmid, identity, address, username, port, host_keys) \
         VALUES ($1, $2, $3, $4, $5, $6, '') \
         ON CONFLICT (cluster, vmid) DO UPDATE SET identity = $3, address = $4, username = $5, port = $6",
        &guest.cluster,
        i64::from(guest.vmid),
        identity,
        set.address.as_deref(),
        set.user.as_deref(),
        set.port.map(i64::from),
    )
    .await
    .map(drop)
}

/// Remembers the host's keys where none are known; `false` where some are.
pub(crate) async fn pin(
    tx: &mut Tx,
    guest: &GuestId,
    identity: &str,
    host_keys: &str,
    at: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = execute!(
        tx,
        "INSERT INTO server_connections (cluster, vmid, identity, host_keys, pinned_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (cluster, vmid) DO UPDATE SET identity = $3, host_keys = $4, pinned_at = $5 \
         WHERE server_connections.host_keys = ''",
        &guest.cluster,
        i64::from(guest.vmid),
        identity,
        host_keys,
        at,
    )
    .await?;
    Ok(done == 1)
}

/// Forgets the host's keys; `false` where none are known.
pub(crate) async fn unpin(tx: &mut Tx, guest: &GuestId) -> Result<bool, sqlx::Error> {
    let done = execute!(
        tx,
        "UPDATE server_connections SET host_keys = '', pinned_at = NULL \
         WHERE cluster = $1 AND vmid = $2 AND host_keys <> ''",
        &guest.cluster,
        i64::from(guest.vmid),
    )
    .await?;
    Ok(done == 1)
}

/// Forgets everything of a server.
pub(crate) async fn forget(tx: &mut Tx, guest: &GuestId) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "DELETE FROM server_connections WHERE cluster = $1 AND vmid = $2",
        &guest.cluster,
        i64::from(guest.vmid),
    )
    .await
    .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::databases;

    #[tokio::test]
    async fn keys_are_pinned_once_until_they_are_forgotten() {
        for test in &databases().await {
            let (db, on) = (&test.db, test.name);
            let guest = GuestId::new("lab", 100);
            let at = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
            let by_hand = ConnectionChange {
                address: Some("10.0.0.5".into()),
                user: None,
                port: Some(2222),
            };
            let mut tx = db.begin().await.unwrap();
            set(&mut tx, &guest, "{}", &by_hand).await.unwrap();
            assert!(
                pin(&mut tx, &guest, "{}", "ssh-ed25519 AAAA", at).await.unwrap(),
                "{on}"
            );
            assert!(
                !pin(&mut tx, &guest, "{}", "ssh-ed25519 BBBB", at).await.unwrap(),
                "{on}"
            );
            tx.commit().await.unwrap();
            let found = of(db, &guest).await.unwrap().unwrap();
            assert_eq!(found.set, by_hand, "{on}");
            let known = addresses(db).await.unwrap();
            assert_eq!(known, [(guest.clone(), "10.0.0.5".to_owned())], "{on}");
            assert_eq!(
                (found.host_keys.as_str(), found.pinned_at),
                ("ssh-ed25519 AAAA", Some(at)),
                "{on}"
            );
            let mut tx = db.begin().await.unwrap();
            assert!(unpin(&mut tx, &guest).await.unwrap(), "{on}");
            assert!(!unpin(&mut tx, &guest).await.unwrap(), "{on}");
            assert!(
                pin(&mut tx, &guest, "{}", "ssh-ed25519 BBBB", at).await.unwrap(),
                "{on}"
            );
            forget(&mut tx, &guest).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(of(db, &guest).await.unwrap(), None, "{on}");
        }
    }
}
