//! Which roles servers were given, and how far those are.

use chrono::{DateTime, Utc};
use drover_types::ids::GuestId;
use drover_types::role::{RoleKey, StandingState};

use super::{Db, Tx, execute, on_db, on_tx};

macro_rules! columns {
    () => {
        "SELECT cluster, vmid, role, identity, variables, secret, digest, state, version, assigned_by, \
         assigned_at FROM server_roles"
    };
}

/// A role of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RoleRecord {
    /// The server.
    pub guest: GuestId,
    /// The role.
    pub role: RoleKey,
    /// What the server is known again by.
    pub identity: String,
    /// The variables that are not secret, as JSON.
    pub variables: String,
    /// Those that are, sealed.
    pub secret: Option<String>,
    /// A hash of all of them.
    pub digest: String,
    /// How far it is.
    pub state: StandingState,
    /// The version that was installed last; empty for none.
    pub version: String,
    /// Who asked for it.
    pub assigned_by: String,
    /// When.
    pub assigned_at: DateTime<Utc>,
}

type Row = (
    String,
    i64,
    String,
    String,
    String,
    Option<String>,
    String,
    String,
    String,
    String,
    DateTime<Utc>,
);

fn read(row: Row) -> Option<RoleRecord> {
    let (cluster, vmid, role, identity, variables, secret, digest, state, version, assigned_by, assigned_at) =
        row;
    Some(RoleRecord {
        guest: GuestId::new(cluster, u32::try_from(vmid).ok()?),
        role: RoleKey::parse(&role)?,
        identity,
        variables,
        secret,
        digest,
        // A newer replica's word is one for something that is not installed, as far as this one knows.
        state: StandingState::parse(&state).unwrap_or(StandingState::Pending),
        version,
        assigned_by,
        assigned_at,
    })
}

/// The roles of every server, in the order in which they were given.
pub(crate) async fn all(db: &Db) -> Result<Vec<RoleRecord>, sqlx::Error> {
    let sql = concat!(columns!(), " ORDER BY cluster, vmid, assigned_at, role");
    let rows: Vec<Row> = on_db!(db, |c| sqlx::query_as(sql).fetch_all(c)).await?;
    Ok(rows.into_iter().filter_map(read).collect())
}

/// The roles of one server, in the order in which they were given.
pub(crate) async fn of(db: &Db, guest: &GuestId) -> Result<Vec<RoleRecord>, sqlx::Error> {
    let sql = concat!(
        columns!(),
        " WHERE cluster = $1 AND vmid = $2 ORDER BY assigned_at, role"
    );
    let rows: Vec<Row> = on_db!(db, |c| sqlx::query_as(sql)
        .bind(&guest.cluster)
        .bind(i64::from(guest.vmid))
        .fetch_all(c))
    .await?;
    Ok(rows.into_iter().filter_map(read).collect())
}

/// The roles of one server, as they are for whoever writes.
pub(crate) async fn of_in(tx: &mut Tx, guest: &GuestId) -> Result<Vec<RoleRecord>, sqlx::Error> {
    let sql = concat!(
        columns!(),
        " WHERE cluster = $1 AND vmid = $2 ORDER BY assigned_at, role"
    );
    let rows: Vec<Row> = on_tx!(tx, |c| sqlx::query_as(sql)
        .bind(&guest.cluster)
        .bind(i64::from(guest.vmid))
        .fetch_all(c))
    .await?;
    Ok(rows.into_iter().filter_map(read).collect())
}

/// The role that each server is there for: the one that it was given last.
pub(crate) async fn purposes(db: &Db) -> Result<Vec<(GuestId, RoleKey)>, sqlx::Error> {
    let rows: Vec<(String, i64, String)> = on_db!(db, |c| sqlx::query_as(
        "SELECT cluster, vmid, role FROM server_roles ORDER BY cluster, vmid, assigned_at, role"
    )
    .fetch_all(c))
    .await?;
    let mut all: Vec<(GuestId, RoleKey)> = Vec::new();
    for (cluster, vmid, role) in rows {
        let (Ok(vmid), Some(role)) = (u32::try_from(vmid), RoleKey::parse(&role)) else {
            continue;
        };
        if !role.is_purpose() {
            continue;
        }
        let guest = GuestId::new(cluster, vmid);
        match all.last_mut() {
            Some((before, purpose)) if *before == guest => *purpose = role,
            _ => all.push((guest, role)),
        }
    }
    Ok(all)
}

/// Writes a role of a server anew.
pub(crate) async fn put(tx: &mut Tx, record: &RoleRecord) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "INSERT INTO server_roles (cluster, vmid, role, identity, variables, secret, digest, state, version, \
         assigned_by, assigned_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
         ON CONFLICT (cluster, vmid, role) DO UPDATE SET identity = $4, variables = $5, secret = $6, digest = $7, \
         state = $8, version = $9, assigned_by = $10, assigned_at = $11",
        &record.guest.cluster,
        i64::from(record.guest.vmid),
        record.role.as_str(),
        &record.identity,
        &record.variables,
        record.secret.as_deref(),
        &record.digest,
        record.state.as_str(),
        &record.version,
        &record.assigned_by,
        record.assigned_at,
    )
    .await
    .map(drop)
}

/// Says how far a role is; with a version where that is installed now.
pub(crate) async fn set_state(
    tx: &mut Tx,
    guest: &GuestId,
    role: &RoleKey,
    state: StandingState,
    version: Option<&str>,
) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "UPDATE server_roles SET state = $4, version = COALESCE($5, version) \
         WHERE cluster = $1 AND vmid = $2 AND role = $3",
        &guest.cluster,
        i64::from(guest.vmid),
        role.as_str(),
        state.as_str(),
        version,
    )
    .await
    .map(drop)
}

/// Takes one role off a server's record; `false` where it has none such.
pub(crate) async fn remove(tx: &mut Tx, guest: &GuestId, role: &RoleKey) -> Result<bool, sqlx::Error> {
    let done = execute!(
        tx,
        "DELETE FROM server_roles WHERE cluster = $1 AND vmid = $2 AND role = $3",
        &guest.cluster,
        i64::from(guest.vmid),
        role.as_str(),
    )
    .await?;
    Ok(done == 1)
}

/// Forgets all roles of a server; tells how many it had.
pub(crate) async fn forget(tx: &mut Tx, guest: &GuestId) -> Result<u64, sqlx::Error> {
    execute!(
        tx,
        "DELETE FROM server_roles WHERE cluster = $1 AND vmid = $2",
        &guest.cluster,
        i64::from(guest.vmid),
    )
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::databases;

    fn record(role: &str, seconds: i64) -> RoleRecord {
        RoleRecord {
            guest: GuestId::new("lab", 100),
            role: RoleKey::parse(role).unwrap(),
            identity: "{}".into(),
            variables: r#"{"port":80}"#.into(),
            secret: Some("sealed".into()),
            digest: "d1".into(),
            state: StandingState::Pending,
            version: String::new(),
            assigned_by: "ada".into(),
            assigned_at: DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap(),
        }
    }

    #[tokio::test]
    async fn a_role_is_given_gets_further_and_goes() {
        for test in &databases().await {
            let (db, on) = (&test.db, test.name);
            let (web, node) = (record("web", 0), record("node_exporter", 9));
            let mut tx = db.begin().await.unwrap();
            for one in [&web, &node, &web] {
                put(&mut tx, one).await.unwrap();
            }
            set_state(&mut tx, &web.guest, &web.role, StandingState::Applied, Some("v1"))
                .await
                .unwrap();
            set_state(&mut tx, &web.guest, &web.role, StandingState::Failed, None)
                .await
                .unwrap();
            let on_record = of_in(&mut tx, &web.guest).await.unwrap();
            let found = on_record.iter().find(|one| one.role == web.role).unwrap();
            assert_eq!(
                (found.state, found.version.as_str()),
                (StandingState::Failed, "v1"),
                "{on}"
            );
            tx.commit().await.unwrap();
            let roles = of(db, &web.guest).await.unwrap();
            assert_eq!(
                roles.iter().map(|one| one.role.as_str()).collect::<Vec<_>>(),
                ["web", "node_exporter"],
                "{on}"
            );
            assert_eq!(roles[1], node, "{on}");
            assert_eq!(
                purposes(db).await.unwrap(),
                [(web.guest.clone(), web.role.clone())],
                "{on}"
            );

            let ftp = record("ftp", 5);
            let mut tx = db.begin().await.unwrap();
            put(&mut tx, &ftp).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(
                purposes(db).await.unwrap(),
                [(ftp.guest.clone(), ftp.role.clone())],
                "the last one, {on}"
            );

            let mut tx = db.begin().await.unwrap();
            assert!(remove(&mut tx, &web.guest, &web.role).await.unwrap(), "{on}");
            assert!(!remove(&mut tx, &web.guest, &web.role).await.unwrap(), "{on}");
            assert_eq!(forget(&mut tx, &web.guest).await.unwrap(), 2, "{on}");
            tx.commit().await.unwrap();
            assert!(all(db).await.unwrap().is_empty(), "{on}");
        }
    }
}
