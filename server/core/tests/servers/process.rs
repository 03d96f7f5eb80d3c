//! A process of Drover's, which can be killed.

use std::time::Duration;

use drover_core::OpContext;
use drover_core::backups::Backups;
use drover_core::firewall::Firewall;
use drover_core::inventory::Inventory;
use drover_core::monitoring::Monitoring;
use drover_core::roles::Roles;
use drover_core::servers::Servers;
use drover_core::store::Db;
use drover_core::tasks::Tasks;
use drover_types::guest::GuestRow;
use drover_types::ids::{GuestId, TaskId};
use drover_types::server::CreateServer;
use drover_types::task::TaskDetail;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

pub struct Process {
    pub tasks: Tasks,
    pub servers: Servers,
    pub firewall: Firewall,
    pub roles: Roles,
    pub backups: Backups,
    pub monitoring: Monitoring,
    pub inventory: Inventory,
    pub db: Db,
    pub ctx: OpContext,
    pub stop: CancellationToken,
    pub running: JoinHandle<()>,
}

impl Process {
    /// As `kill -9`: nothing is cleaned up.
    pub async fn kill(self) {
        self.running.abort();
        assert!(self.running.await.unwrap_err().is_cancelled());
    }

    pub async fn stop(self) {
        self.stop.cancel();
        tokio::time::timeout(Duration::from_secs(10), self.running)
            .await
            .unwrap()
            .unwrap();
    }

    pub async fn until(&self, id: TaskId, good: impl Fn(&TaskDetail) -> bool) -> TaskDetail {
        for _ in 0..2000 {
            let detail = self.tasks.get(&self.ctx, id).await.unwrap();
            if good(&detail) {
                return detail;
            }
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
        panic!(
            "it never came: {:#?}",
            self.tasks.get(&self.ctx, id).await.unwrap()
        );
    }

    pub async fn end(&self, id: TaskId) -> TaskDetail {
        self.until(id, |detail| detail.task.state.has_ended()).await
    }

    pub async fn create(&self, request: CreateServer) -> TaskId {
        self.servers.create(&self.ctx, request).await.unwrap().task.id
    }

    /// Waits until the inventory shows a guest.
    pub async fn seen(&self, vmid: u32) -> GuestId {
        let id = GuestId::new("lab", vmid);
        for _ in 0..1000 {
            if self.inventory.guest(&id).is_some() {
                return id;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{id} is not seen");
    }

    /// Waits until the inventory shows a guest so.
    pub async fn shows(&self, id: &GuestId, is_so: impl Fn(&GuestRow) -> bool) {
        for _ in 0..2000 {
            if self.inventory.guest(id).is_some_and(|row| is_so(&row)) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{:?}", self.inventory.guest(id));
    }

    /// Waits until a table has so many rows.
    pub async fn comes_to(&self, table: &'static str, rows: i64) {
        for _ in 0..4000 {
            if self.count(table).await == rows {
                return;
            }
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
        panic!("{table} has {} rows", self.count(table).await);
    }

    /// Lets a change whose end nobody saw be one that can't come any more.
    pub async fn a_minute_after_the_change(&self) {
        const AGE: &str = "UPDATE reservations SET unsettled_at = '2026-01-01T00:00:00+00:00' \
             WHERE unsettled_at IS NOT NULL";
        match &self.db {
            Db::Sqlite { write, .. } => drop(sqlx::query(AGE).execute(write).await.unwrap()),
            Db::Postgres(pool) => drop(sqlx::query(AGE).execute(pool).await.unwrap()),
        }
    }

    /// Lets every run of a role be one of last year's.
    pub async fn all_runs_are_old(&self) {
        const AGE: &str = "UPDATE role_runs SET started_at = '2025-01-01T00:00:00+00:00'";
        match &self.db {
            Db::Sqlite { write, .. } => drop(sqlx::query(AGE).execute(write).await.unwrap()),
            Db::Postgres(pool) => drop(sqlx::query(AGE).execute(pool).await.unwrap()),
        }
    }

    /// Whether a text stands in what a table keeps for tasks, roles, notifications and the audit.
    pub async fn holds(&self, table: &'static str, text: &str) -> bool {
        let sql = match table {
            "tasks" => "SELECT COUNT(*) FROM tasks WHERE input LIKE $1 OR secret LIKE $1",
            "audit" => "SELECT COUNT(*) FROM audit WHERE changes LIKE $1",
            "notifications" => "SELECT COUNT(*) FROM notifications WHERE note LIKE $1",
            _ => "SELECT COUNT(*) FROM server_roles WHERE variables LIKE $1 OR secret LIKE $1",
        };
        let like = format!("%{text}%");
        let count: i64 = match &self.db {
            Db::Sqlite { read, .. } => sqlx::query_scalar(sql).bind(like).fetch_one(read).await.unwrap(),
            Db::Postgres(pool) => sqlx::query_scalar(sql).bind(like).fetch_one(pool).await.unwrap(),
        };
        count > 0
    }

    /// How many rows a table has.
    pub async fn count(&self, table: &'static str) -> i64 {
        let sql = match table {
            "reservations" => "SELECT COUNT(*) FROM reservations",
            "task_slots" => "SELECT COUNT(*) FROM task_slots",
            "reservation_addresses" => "SELECT COUNT(*) FROM reservation_addresses",
            "overdue" => "SELECT COUNT(*) FROM notifications WHERE type = 'backup_overdue'",
            "failed backups" => "SELECT COUNT(*) FROM notifications WHERE type = 'backup_failed'",
            "task alerts" => {
                "SELECT COUNT(*) FROM alerts WHERE metric = 'task_failed' AND resolved_at IS NULL"
            }
            "unsettled" => "SELECT COUNT(*) FROM reservations WHERE unsettled_at IS NOT NULL",
            _ => "SELECT COUNT(*) FROM tasks WHERE secret IS NOT NULL",
        };
        match &self.db {
            Db::Sqlite { read, .. } => sqlx::query_scalar(sql).fetch_one(read).await.unwrap(),
            Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        }
    }
}
