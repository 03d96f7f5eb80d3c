//! The application with a database of its own.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use chrono::{DateTime, TimeDelta};
use drover_core::Clock;
use drover_core::ansible::AnsibleOptions;
use drover_core::backups::DEFAULT_REFRESH;
use drover_core::channels::{Allow, ChannelOptions};
use drover_core::clusters::{ClusterConfig, Clusters};
use drover_core::drover::{Drover, Options as Services};
use drover_core::monitoring::{GrafanaOptions, PrometheusOptions, SourceOptions};
use drover_core::passwords::PasswordRule;
use drover_core::sessions::SessionLimits;
use drover_core::tasks::TaskSettings;
use drover_lab::{Lab, LabOptions};
use drover_types::text::Progress;
use pve_client::{ClientConfig, Credentials, Trust};
use secrecy::SecretString;
use serde_json::{Value, json};
use server::config::{Config, SessionConfig};
use server::router::{Server, router};
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::client::Client;
use super::site::site;

/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery";

/// How the application is set up.
#[derive(Default)]
pub struct Options {
    /// The Proxmox that it talks to; without one nothing answers at the address it knows.
    pub lab: Option<LabOptions>,
    /// Guests that the lab has beside its own.
    pub guests: Vec<Value>,
    /// The address that browsers use.
    pub public_url: Option<&'static str>,
    /// Other sites that may call.
    pub cors_origins: Vec<&'static str>,
    /// Whether self-tests are on.
    pub self_tests: bool,
    /// How many servers one request may make, where it is not as many as usual.
    pub bulk_limit: Option<u32>,
    /// What stands in for `ansible-playbook`; without it nothing can be installed.
    pub playbook: Option<&'static str>,
    /// Roles of the installation's own: their names, and what stands in their `role.toml`.
    pub own_roles: Vec<(&'static str, &'static str)>,
    /// Where Prometheus is.
    pub prometheus: Option<String>,
    /// The name and the password that it asks for.
    pub prometheus_login: Option<(&'static str, &'static str)>,
    /// Where Grafana is.
    pub grafana: Option<&'static str>,
    /// Whether time goes by itself; else it stands until the clock is advanced.
    pub real_time: bool,
}

pub struct TestApp {
    pub drover: Arc<Drover>,
    pub clock: Clock,
    pub stop: CancellationToken,
    router: Router,
    lab: Option<Lab>,
    running: TaskTracker,
    folder: TempDir,
}

impl TestApp {
    /// Without a Proxmox.
    pub async fn alone() -> Self {
        Self::start(Options::default()).await
    }

    /// With a small lab that has these guests too, and was heard.
    pub async fn with_lab(guests: Vec<Value>) -> Self {
        let lab = Some(LabOptions {
            guests: 4,
            ..LabOptions::default()
        });
        let app = Self::start(Options {
            lab,
            guests,
            real_time: true,
            ..Options::default()
        })
        .await;
        app.heard().await;
        app
    }

    #[expect(
        clippy::too_many_lines,
        reason = "everything that an application is made of, once"
    )]
    pub async fn start(options: Options) -> Self {
        let tasks = quick_tasks(&options);
        let folder = tempfile::tempdir().unwrap();
        let lab = match options.lab {
            Some(options) => Some(Lab::start(options).await.unwrap()),
            None => None,
        };
        for guest in options.guests {
            lab.as_ref()
                .expect("guests are in a lab")
                .add_guest(guest)
                .await
                .unwrap();
        }
        let clusters = clusters(lab.as_ref());
        let clock = if options.real_time {
            Clock::system()
        } else {
            Clock::set(DateTime::from_timestamp(1_800_000_000, 0).unwrap())
        };
        let limits = SessionLimits {
            idle: TimeDelta::hours(8),
            absolute: TimeDelta::hours(24),
        };
        let ansible = ansible(folder.path(), options.playbook, &options.own_roles);
        let login = options
            .prometheus_login
            .map(|(name, password)| (name.to_owned(), SecretString::from(password)));
        let sources = SourceOptions {
            prometheus: options.prometheus.map(|url| PrometheusOptions { url, login }),
            grafana: options.grafana.map(|base_url| GrafanaOptions {
                base_url: base_url.to_owned(),
                dashboard_uid: None,
                org_id: 1,
            }),
            targets: folder.path().join("prometheus/targets.json"),
        };
        let allow = Allow::parse(["127.0.0.1"]).unwrap();
        let services = Services {
            data: folder.path().to_owned(),
            database_url: None,
            secret_key: Some(SecretString::from("a passphrase of some length")),
            clusters: clusters.clone(),
            sessions: limits,
            tasks,
            passwords: PasswordRule::default(),
            backup_refresh: DEFAULT_REFRESH,
            ansible: ansible.clone(),
            sources: sources.clone(),
            channels: ChannelOptions {
                allow: allow.clone(),
                public_url: options.public_url.map(str::to_owned),
                poll: Duration::from_millis(50),
            },
        };
        let drover = Drover::start(services, clock.clone()).await.unwrap();
        drover.ensure_admin(Some(&PASSWORD.into())).await.unwrap();
        let config = Config {
            listen: "127.0.0.1:0".parse().unwrap(),
            data: folder.path().to_owned(),
            database_url: None,
            admin_password: None,
            public_url: options.public_url.map(str::to_owned),
            trusted_proxies: Vec::new(),
            secret_key: None,
            cors_origins: options
                .cors_origins
                .iter()
                .map(|&origin| origin.to_owned())
                .collect(),
            self_tests: options.self_tests,
            metrics_token: None,
            session: SessionConfig {
                idle: limits.idle,
                max: limits.absolute,
            },
            task_retention_days: 90,
            bulk_limit: TaskSettings::default().bulk_limit,
            answer_port: 0,
            passwords: PasswordRule::default(),
            backup_refresh: DEFAULT_REFRESH,
            backup_limit: TaskSettings::default().backup_limit,
            ansible,
            sources,
            webhook_allow: allow,
            clusters,
        };
        let stop = CancellationToken::new();
        let site = site(&folder.path().join("site"));
        let router = router(&Server::new(drover.clone(), site, config, stop.clone())).unwrap();
        let app = Self {
            drover,
            clock,
            stop,
            router,
            lab,
            running: TaskTracker::new(),
            folder,
        };
        app.add_users().await;
        app.run();
        app
    }

    /// The Proxmox.
    pub fn lab(&self) -> &Lab {
        self.lab.as_ref().expect("the application was started with a lab")
    }

    /// Nobody in particular.
    pub fn anonymous(&self) -> Client {
        Client::new(self.router.clone())
    }

    /// Whoever is signed in as `username`: `admin`, `viewer` who sees everything, or `nobody` who may do nothing.
    pub async fn client(&self, username: &str) -> Client {
        let mut client = self.anonymous();
        client.sign_in(username).await;
        client
    }

    /// Waits until every cluster was heard.
    pub async fn heard(&self) {
        let mut deltas = self.drover.inventory.subscribe();
        while self
            .drover
            .inventory
            .snapshot()
            .clusters
            .iter()
            .any(|health| health.fetched_at == 0)
        {
            deltas.recv().await.expect("the inventory runs");
        }
    }

    /// Asks anew with every change of the picture, until it is so.
    pub async fn until(&self, what: &str, is_so: impl AsyncFn() -> bool) {
        let mut deltas = self.drover.inventory.subscribe();
        let waiting = async {
            while !is_so().await {
                deltas.recv().await.expect("the inventory runs");
            }
        };
        tokio::time::timeout(Duration::from_mins(1), waiting)
            .await
            .unwrap_or_else(|_| panic!("{what}"));
    }

    /// Adds two users with the administrator's password, without the work of hashing it twice more for every test.
    async fn add_users(&self) {
        let mut db = self.database().await;
        for statement in [
            "INSERT INTO users (username, password_hash, role, is_active, created_at, updated_at) \
             SELECT 'viewer', password_hash, 'viewer', TRUE, created_at, updated_at FROM users WHERE username = 'admin'",
            "INSERT INTO users (username, password_hash, role, is_active, created_at, updated_at) \
             SELECT 'nobody', password_hash, 'viewer', TRUE, created_at, updated_at FROM users WHERE username = 'admin'",
            "INSERT INTO user_permissions (user_id, permission) SELECT id, 'view_all' FROM users WHERE username = 'viewer'",
        ] {
            sqlx::query(statement).execute(&mut db).await.unwrap();
        }
        db.close().await.unwrap();
    }

    /// Gives a user a permission; sessions that are open keep those they had.
    pub async fn grant(&self, username: &str, permission: &str) {
        let mut db = self.database().await;
        sqlx::query(
            "INSERT INTO user_permissions (user_id, permission) SELECT id, $2 FROM users WHERE username = $1",
        )
        .bind(username)
        .bind(permission)
        .execute(&mut db)
        .await
        .unwrap();
        db.close().await.unwrap();
    }

    /// Adds rows to the audit, as years of use would.
    pub async fn fill_audit(&self, count: i64) {
        let mut db = self.database().await;
        sqlx::query(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
             INSERT INTO audit (at, username, address, action, object_kind, object, changes, result)
             SELECT '2027-01-15T08:00:00+00:00', 'somebody', '192.0.2.9', 'user.change', 'user', '=1+1', '{}', 'done'
             FROM n",
        )
        .bind(count)
        .execute(&mut db)
        .await
        .unwrap();
        db.close().await.unwrap();
    }

    /// Adds lines to a task's log, as a long run would.
    pub async fn fill_log(&self, task: &str, lines: impl Iterator<Item = Progress>) {
        let mut db = self.database().await;
        for line in lines {
            sqlx::query(
                "INSERT INTO task_logs (task_id, number, at, message)
                 SELECT $1, COALESCE(MAX(number), 0) + 1, '2027-01-15T08:00:00+00:00', $2
                 FROM task_logs WHERE task_id = $1",
            )
            .bind(task.parse::<uuid::Uuid>().unwrap())
            .bind(serde_json::to_string(&line).unwrap())
            .execute(&mut db)
            .await
            .unwrap();
        }
        db.close().await.unwrap();
    }

    /// Whether a file of the data folder, the database among them, holds this text.
    pub fn keeps(&self, text: &str) -> bool {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        files
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_file())
            .any(|path| {
                let bytes = std::fs::read(path).unwrap();
                bytes.windows(text.len()).any(|part| part == text.as_bytes())
            })
    }

    /// A file of the data folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Says of a server of the lab that it has the node exporter, as a run of the role would.
    pub async fn has_exporter(&self, vmid: u32, port: u16) {
        let mut db = self.database().await;
        sqlx::query(
            "INSERT INTO server_roles (cluster, vmid, role, identity, variables, digest, state, version, assigned_by, \
             assigned_at) VALUES ('lab', $1, 'node_exporter', '{}', $2, '', 'applied', '1', 'admin', \
             '2027-01-15T08:00:00+00:00')",
        )
        .bind(vmid)
        .bind(json!({"listen_address": "0.0.0.0", "port": port}).to_string())
        .execute(&mut db)
        .await
        .unwrap();
        db.close().await.unwrap();
    }

    /// Forgets that a server has it.
    pub async fn has_no_exporter(&self, vmid: u32) {
        let mut db = self.database().await;
        sqlx::query("DELETE FROM server_roles WHERE vmid = $1")
            .bind(vmid)
            .execute(&mut db)
            .await
            .unwrap();
        db.close().await.unwrap();
    }

    /// Its database, for what no door can do.
    pub async fn database(&self) -> SqliteConnection {
        let file = self.folder.path().join("drover.db");
        let url = format!("sqlite://{}", file.display());
        SqliteConnection::connect(&url).await.unwrap()
    }

    fn run(&self) {
        let (drover, stop) = (self.drover.clone(), self.stop.clone());
        self.running
            .spawn(async move { Box::pin(drover.run(stop)).await });
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn clusters(lab: Option<&Lab>) -> Clusters {
    let client = if let Some(lab) = lab {
        let mut client = ClientConfig::new(lab.api.clone(), Credentials::token(&lab.token).unwrap());
        client.trust = Trust::Fingerprints(vec![lab.fingerprint.parse().unwrap()]);
        client
    } else {
        let credentials = Credentials::token("drover@pve!main=secret").unwrap();
        ClientConfig::new(vec!["http://127.0.0.1:1".to_owned()], credentials)
    };
    let config = ClusterConfig {
        name: "lab".to_owned(),
        client,
        node: None,
        hdd_storage: None,
        ssd_storage: None,
        templates: std::collections::BTreeMap::new(),
    };
    Clusters::connect(vec![config]).unwrap()
}

/// A script in the place of `ansible-playbook`, or a name that nothing has: what this machine has counts for nothing.
fn ansible(folder: &Path, playbook: Option<&str>, own: &[(&str, &str)]) -> AnsibleOptions {
    let program = folder.join("ansible-playbook");
    if let Some(script) = playbook {
        std::fs::write(&program, script).unwrap();
        std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
    }
    let roles = folder.join("own-roles");
    for (name, manifest) in own {
        let tasks = roles.join(name).join("tasks");
        std::fs::create_dir_all(&tasks).unwrap();
        std::fs::write(roles.join(name).join("role.toml"), manifest).unwrap();
        std::fs::write(tasks.join("main.yml"), "---\n").unwrap();
    }
    AnsibleOptions {
        playbook: Some(program),
        own_roles: (!own.is_empty()).then_some(roles),
        ..AnsibleOptions::default()
    }
}

fn quick_tasks(options: &Options) -> TaskSettings {
    let usual = TaskSettings::default();
    TaskSettings {
        sign_in_limit: Duration::ZERO,
        queue_poll: Duration::from_millis(50),
        proxmox_poll: Duration::from_millis(20),
        // A sandbox may answer for any address: only the guest agent counts.
        answer_port: 0,
        self_tests: options.self_tests,
        bulk_limit: options.bulk_limit.unwrap_or(usual.bulk_limit),
        ..usual
    }
}
