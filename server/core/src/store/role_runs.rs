//! What was run of roles on servers.

use chrono::{DateTime, Utc};
use drover_types::ids::{GuestId, TaskId};
use drover_types::role::{RoleKey, RoleRun, RunKind, RunOutcome};
use uuid::Uuid;

use super::{Db, Tx, execute, on_db};

macro_rules! columns {
    () => {
        "SELECT cluster, vmid, task_id, role, kind, version, actor, started_at, ended_at, outcome, ok, \
         changed, failed, failed_task FROM role_runs"
    };
}

#[derive(sqlx::FromRow)]
struct Row {
    cluster: String,
    vmid: i64,
    task_id: Uuid,
    role: String,
    kind: String,
    version: String,
    actor: String,
    started_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    outcome: Option<String>,
    ok: i64,
    changed: i64,
    failed: i64,
    failed_task: String,
}

fn read(row: Row) -> Option<(GuestId, RoleRun)> {
    let count = |number: i64| u32::try_from(number).unwrap_or_default();
    let run = RoleRun {
        task: TaskId(row.task_id),
        role: RoleKey::parse(&row.role)?,
        kind: RunKind::parse(&row.kind)?,
        version: row.version,
        by: row.actor,
        started_at: row.started_at,
        ended_at: row.ended_at,
        outcome: row.outcome.as_deref().and_then(RunOutcome::parse),
        ok: count(row.ok),
        changed: count(row.changed),
        failed: count(row.failed),
        failed_task: row.failed_task,
    };
    Some((GuestId::new(row.cluster, u32::try_from(row.vmid).ok()?), run))
}

/// The latest runs of a server, the last first.
pub(crate) async fn of(db: &Db, guest: &GuestId, limit: i64) -> Result<Vec<RoleRun>, sqlx::Error> {
    let sql = concat!(
        columns!(),
        " WHERE cluster = $1 AND vmid = $2 ORDER BY started_at DESC, role DESC LIMIT $3"
    );
    let rows: Vec<Row> = on_db!(db, |c| sqlx::query_as(sql)
        .bind(&guest.cluster)
        .bind(i64::from(guest.vmid))
        .bind(limit)
        .fetch_all(c))
    .await?;
    Ok(rows.into_iter().filter_map(read).map(|(_, run)| run).collect())
}

/// What a task has run so far.
pub(crate) async fn of_task(db: &Db, task: TaskId) -> Result<Vec<RoleRun>, sqlx::Error> {
    let sql = concat!(columns!(), " WHERE task_id = $1 ORDER BY started_at, role");
    let rows: Vec<Row> = on_db!(db, |c| sqlx::query_as(sql).bind(task.0).fetch_all(c)).await?;
    Ok(rows.into_iter().filter_map(read).map(|(_, run)| run).collect())
}

/// The last run of each kind of each role of each server.
pub(crate) async fn last(db: &Db) -> Result<Vec<(GuestId, RoleRun)>, sqlx::Error> {
    let sql = concat!(
        columns!(),
        " r WHERE NOT EXISTS (SELECT 1 FROM role_runs o WHERE o.cluster = r.cluster AND o.vmid = r.vmid \
         AND o.role = r.role AND o.kind = r.kind AND o.started_at > r.started_at)"
    );
    let rows: Vec<Row> = on_db!(db, |c| sqlx::query_as(sql).fetch_all(c)).await?;
    Ok(rows.into_iter().filter_map(read).collect())
}

/// The last run of each kind of each role of one server.
pub(crate) async fn last_of(db: &Db, guest: &GuestId) -> Result<Vec<RoleRun>, sqlx::Error> {
    let sql = concat!(
        columns!(),
        " r WHERE cluster = $1 AND vmid = $2 AND NOT EXISTS (SELECT 1 FROM role_runs o WHERE o.cluster = r.cluster \
         AND o.vmid = r.vmid AND o.role = r.role AND o.kind = r.kind AND o.started_at > r.started_at)"
    );
    let rows: Vec<Row> = on_db!(db, |c| sqlx::query_as(sql)
        .bind(&guest.cluster)
        .bind(i64::from(guest.vmid))
        .fetch_all(c))
    .await?;
    Ok(rows.into_iter().filter_map(read).map(|(_, run)| run).collect())
}

/// Begins a run, or begins it anew after a restart.
pub(crate) async fn begin(tx: &mut Tx, guest: &GuestId, run: &RoleRun) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "INSERT INTO role_runs (task_id, role, cluster, vmid, kind, version, actor, started_at, ok, changed, failed, \
         failed_task) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, '') \
         ON CONFLICT (task_id, role) DO UPDATE SET version = $6, started_at = $8",
        run.task.0,
        run.role.as_str(),
        &guest.cluster,
        i64::from(guest.vmid),
        run.kind.as_str(),
        &run.version,
        &run.by,
        run.started_at,
    )
    .await
    .map(drop)
}

/// How a run ended.
pub(crate) struct Ended<'a> {
    /// How.
    pub outcome: RunOutcome,
    /// Tasks that found everything as it should be.
    pub ok: u32,
    /// Tasks that changed something, or would.
    pub changed: u32,
    /// Tasks that failed.
    pub failed: u32,
    /// The first of those; empty for none.
    pub failed_task: &'a str,
    /// When.
    pub at: DateTime<Utc>,
}

/// Ends a run.
pub(crate) async fn end(
    tx: &mut Tx,
    task: TaskId,
    role: &RoleKey,
    ended: &Ended<'_>,
) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "UPDATE role_runs SET ended_at = $3, outcome = $4, ok = $5, changed = $6, failed = $7, failed_task = $8 \
         WHERE task_id = $1 AND role = $2",
        task.0,
        role.as_str(),
        ended.at,
        ended.outcome.as_str(),
        i64::from(ended.ok),
        i64::from(ended.changed),
        i64::from(ended.failed),
        ended.failed_task,
    )
    .await
    .map(drop)
}

/// Forgets the runs of a server.
pub(crate) async fn forget(tx: &mut Tx, guest: &GuestId) -> Result<(), sqlx::Error> {
    execute!(
        tx,
        "DELETE FROM role_runs WHERE cluster = $1 AND vmid = $2",
        &guest.cluster,
        i64::from(guest.vmid),
    )
    .await
    .map(drop)
}

/// Forgets runs that ended before this, but the last of each kind of each role of each server.
pub(crate) async fn prune(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64, sqlx::Error> {
    execute!(
        tx,
        "DELETE FROM role_runs WHERE ended_at < $1 AND EXISTS (SELECT 1 FROM role_runs o \
         WHERE o.cluster = role_runs.cluster AND o.vmid = role_runs.vmid AND o.role = role_runs.role \
         AND o.kind = role_runs.kind AND o.started_at > role_runs.started_at)",
        before,
    )
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::databases;

    fn run(n: u128, kind: RunKind) -> RoleRun {
        RoleRun {
            task: TaskId(Uuid::from_u128(n)),
            role: RoleKey::parse("web").unwrap(),
            kind,
            version: "v1".into(),
            by: "ada".into(),
            started_at: DateTime::from_timestamp(1_800_000_000 + i64::try_from(n).unwrap(), 0).unwrap(),
            ended_at: None,
            outcome: None,
            ok: 0,
            changed: 0,
            failed: 0,
            failed_task: String::new(),
        }
    }

    #[tokio::test]
    async fn runs_begin_end_and_are_forgotten_but_for_the_last() {
        for test in &databases().await {
            let (db, on) = (&test.db, test.name);
            let guest = GuestId::new("lab", 100);
            let (first, check, last_one) = (
                run(1, RunKind::Apply),
                run(2, RunKind::Check),
                run(3, RunKind::Apply),
            );
            let mut tx = db.begin().await.unwrap();
            for one in [&first, &check, &last_one, &last_one] {
                begin(&mut tx, &guest, one).await.unwrap();
            }
            let at = DateTime::from_timestamp(1_800_000_100, 0).unwrap();
            for one in [&first, &last_one] {
                let ended = Ended {
                    outcome: RunOutcome::Failed,
                    ok: 4,
                    changed: 2,
                    failed: 1,
                    failed_task: "Install nginx",
                    at,
                };
                end(&mut tx, one.task, &one.role, &ended).await.unwrap();
            }
            tx.commit().await.unwrap();
            let runs = of(db, &guest, 10).await.unwrap();
            assert_eq!(
                runs.iter().map(|one| one.task).collect::<Vec<_>>(),
                [last_one.task, check.task, first.task],
                "{on}"
            );
            assert_eq!(
                (runs[0].changed, runs[0].failed_task.as_str()),
                (2, "Install nginx"),
                "{on}"
            );
            assert_eq!(
                (runs[0].outcome, runs[1].outcome),
                (Some(RunOutcome::Failed), None),
                "{on}"
            );
            assert_eq!(of(db, &guest, 1).await.unwrap().len(), 1, "{on}");
            let lasts_of = last_of(db, &guest).await.unwrap();
            assert_eq!(lasts_of.len(), 2, "{on}");
            let mut lasts: Vec<_> = last(db)
                .await
                .unwrap()
                .into_iter()
                .map(|(_, run)| run.task)
                .collect();
            lasts.sort_unstable();
            assert_eq!(lasts, [check.task, last_one.task], "{on}");
            let mut tx = db.begin().await.unwrap();
            let later = at + chrono::TimeDelta::days(1);
            assert_eq!(prune(&mut tx, later).await.unwrap(), 1, "{on}");
            tx.commit().await.unwrap();
            assert_eq!(of(db, &guest, 10).await.unwrap().len(), 2, "{on}");
            let mut tx = db.begin().await.unwrap();
            forget(&mut tx, &guest).await.unwrap();
            tx.commit().await.unwrap();
            assert!(of(db, &guest, 10).await.unwrap().is_empty(), "{on}");
        }
    }
}
