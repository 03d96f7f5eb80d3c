//! A lab, a database, and processes of Drover's over both that can be killed.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use drover_core::ansible::{Ansible, AnsibleOptions};
use drover_core::backups::{BackupCollector, Backups, Catalog};
use drover_core::clusters::{ClusterConfig, Clusters};
use drover_core::firewall::Firewall;
use drover_core::inventory::Inventory;
use drover_core::monitoring::{Monitoring, Prometheus};
use drover_core::roles::{Roles, SshKey};
use drover_core::servers::Servers;
use drover_core::settings::Settings;
use drover_core::store::{Address, Db};
use drover_core::tasks::{Resources, TaskSettings, Tasks};
use drover_core::vault::Vault;
use drover_core::{Actor, Clock, Events, OpContext};
use drover_lab::{HoldState, Lab, LabOptions};
use drover_types::permission::{Grants, UserRole};
use drover_types::server::{CreateServer, DiskSpec, NicSpec};
use drover_types::task::{TaskDetail, TaskState};
use pve_client::{Client, ClientConfig, Credentials, Trust};
use secrecy::SecretString;
use serde_json::Value;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub use crate::process::Process;

/// The template on local storage, and the one on shared storage.
pub const LOCAL: u32 = 9000;
pub const SHARED: u32 = 9001;
/// The calls that change the new server, whatever its id.
pub const NEW: &str = r"/qemu/(?!9000|9001|8000|8001)\d+";

/// Short times, so that a test does not wait.
pub fn settings() -> TaskSettings {
    TaskSettings {
        heartbeat: Duration::from_millis(200),
        queue_poll: Duration::from_millis(50),
        proxmox_poll: Duration::from_millis(20),
        lock_patience: Duration::from_secs(10),
        outage_patience: Duration::from_secs(10),
        late_call: Duration::from_millis(100),
        undo_pause: Duration::from_millis(50),
        answer_limit: Duration::from_secs(20),
        sign_in_limit: Duration::from_secs(5),
        // A sandbox may answer for any address: only the guest agent counts.
        answer_port: 0,
        self_tests: true,
        ..TaskSettings::default()
    }
}

pub struct Stage {
    pub lab: Lab,
    /// The clusters of other stages that processes of this one know too.
    others: Vec<(&'static str, ClientConfig)>,
    folder: TempDir,
    /// The database that replicas share; a file of one process's own where there is none.
    shared: Option<SecretString>,
    /// How processes run roles.
    pub ansible: AnsibleOptions,
    pub ctx: OpContext,
}

/// What a cluster holds: guests by id, and every volume with its owner.
#[derive(Debug, PartialEq)]
pub struct Holdings {
    pub guests: BTreeMap<String, Value>,
    pub volumes: BTreeSet<String>,
}

impl Stage {
    pub async fn new(options: LabOptions) -> Self {
        Self::over(options, None).await
    }

    /// A stage whose processes share a database of PostgreSQL's.
    pub async fn shared(options: LabOptions, url: String) -> Self {
        Self::over(options, Some(SecretString::from(url))).await
    }

    async fn over(options: LabOptions, shared: Option<SecretString>) -> Self {
        let lab = Lab::start(options).await.unwrap();
        let grants = Grants::of(UserRole::Admin);
        let actor = Actor {
            must_change_password: false,
            origin: drover_core::context::Origin::default(),
            id: 1,
            username: "ann".into(),
            grants,
        };
        let ctx = OpContext::session(actor, Uuid::nil(), Uuid::nil(), String::new());
        let mut stage = Self {
            lab,
            others: Vec::new(),
            folder: tempfile::tempdir().unwrap(),
            shared,
            ansible: AnsibleOptions::default(),
            ctx,
        };
        stage.fresh_database().await;
        stage
    }

    /// The cluster as at the start, and an empty database.
    pub async fn reset(&mut self) {
        self.lab.reset().await.unwrap();
        self.fresh_database().await;
    }

    async fn fresh_database(&mut self) {
        const ANN: &str = "INSERT INTO users (id, username, password_hash, role, is_active, created_at, updated_at) \
             VALUES (1, 'ann', '', 'admin', TRUE, '2026-01-01T00:00:00+00:00', '2026-01-01T00:00:00+00:00')";
        self.folder = tempfile::tempdir().unwrap();
        match self.open().await {
            Db::Sqlite { write, .. } => drop(sqlx::query(ANN).execute(&write).await.unwrap()),
            Db::Postgres(pool) => drop(sqlx::query(ANN).execute(&pool).await.unwrap()),
        }
    }

    async fn open(&self) -> Db {
        if let Some(url) = &self.shared {
            return Db::open(&Address::parse(url).unwrap()).await.unwrap();
        }
        Db::open_file(&self.folder.path().join("drover.db"))
            .await
            .unwrap()
    }

    fn client(&self, credentials: Credentials) -> ClientConfig {
        let mut client = ClientConfig::new(self.lab.api.clone(), credentials);
        client.trust = Trust::Fingerprints(vec![self.lab.fingerprint.parse().unwrap()]);
        client
    }

    /// A client of somebody who is not Drover.
    pub fn person(&self) -> Client {
        let password = SecretString::from(self.lab.password.as_str());
        let credentials = Credentials::password(&self.lab.username, password).unwrap();
        Client::new(self.client(credentials)).unwrap()
    }

    fn own(&self) -> ClientConfig {
        self.client(Credentials::token(&self.lab.token).unwrap())
    }

    /// Lets the processes know the cluster of `other` as `name`.
    pub fn join(&mut self, name: &'static str, other: &Self) {
        self.others.push((name, other.own()));
    }

    pub fn clusters(&self) -> Clusters {
        let config = |(name, client): (&str, ClientConfig)| ClusterConfig {
            name: name.into(),
            client,
            node: None,
            hdd_storage: None,
            ssd_storage: None,
            templates: std::collections::BTreeMap::new(),
        };
        let all = std::iter::once(("lab", self.own())).chain(self.others.iter().cloned());
        Clusters::connect(all.map(config).collect()).unwrap()
    }

    pub async fn process(&self) -> Process {
        self.process_with(settings()).await
    }

    #[expect(clippy::disallowed_methods, reason = "the test owns the processes it starts")]
    #[expect(clippy::too_many_lines, reason = "one service after another")]
    pub async fn process_with(&self, settings: TaskSettings) -> Process {
        let (db, clock, clusters) = (self.open().await, Clock::system(), self.clusters());
        let events = Events::new(db.clone(), clock.clone());
        let vault = Vault::from_key(&SecretString::from("a passphrase of some length")).unwrap();
        let inventory = Inventory::new(clusters.clone(), db.clone(), events.clone(), clock.clone());
        let catalog = Catalog::default();
        let kept = Settings::new(db.clone(), clock.clone());
        let ansible = Ansible::open(self.ansible.clone(), self.folder.path()).unwrap();
        let key = SshKey::new(kept.clone(), events.clone(), vault.clone());
        let resources = Resources {
            clusters: clusters.clone(),
            vault: vault.clone(),
            catalog: catalog.clone(),
            ansible: ansible.clone(),
            key: key.clone(),
        };
        let tasks = Tasks::new(
            db.clone(),
            clock.clone(),
            events.clone(),
            inventory.clone(),
            resources,
            settings,
        );
        let servers = Servers::new(
            db.clone(),
            clock.clone(),
            events.clone(),
            clusters.clone(),
            inventory.clone(),
            kept.clone(),
            tasks.clone(),
            vault.clone(),
            ansible.clone(),
            key.clone(),
        );
        let roles = Roles::new(
            db.clone(),
            clock.clone(),
            events.clone(),
            inventory.clone(),
            kept.clone(),
            servers.clone(),
            tasks.clone(),
            vault,
            ansible,
            key,
        );
        let collector = BackupCollector::new(
            clusters.clone(),
            inventory.clone(),
            catalog.clone(),
            clock.clone(),
            Duration::from_hours(1),
        );
        let backups = Backups::new(
            db.clone(),
            clock.clone(),
            events.clone(),
            clusters.clone(),
            inventory.clone(),
            kept.clone(),
            servers.clone(),
            tasks.clone(),
            catalog,
            collector.clone(),
        );
        let monitoring = Monitoring::new(
            db.clone(),
            clock.clone(),
            events.clone(),
            clusters.clone(),
            inventory.clone(),
            kept,
            Prometheus::new(None).unwrap(),
        );
        let firewall = Firewall::new(
            db.clone(),
            clock,
            events,
            clusters,
            inventory.clone(),
            servers.clone(),
            tasks.clone(),
        );
        let stop = CancellationToken::new();
        let (engine, picture, until) = (tasks.clone(), inventory.clone(), stop.clone());
        let records = servers.clone();
        let running = tokio::spawn(async move {
            tokio::join!(
                engine.run(until.clone()),
                picture.run(until.clone()),
                collector.run(until.clone()),
                records.run(until)
            );
        });
        Process {
            tasks,
            servers,
            firewall,
            roles,
            backups,
            monitoring,
            inventory,
            db,
            stop,
            running,
            ctx: self.ctx.clone(),
        }
    }

    /// What the cluster holds now.
    pub async fn holdings(&self) -> Holdings {
        let state = self.lab.state().await.unwrap();
        let guests = state["guests"].as_object().unwrap();
        let mut volumes = BTreeSet::new();
        for (storage, store) in state["storages"].as_object().unwrap() {
            for (name, volume) in store["volumes"].as_object().unwrap() {
                volumes.insert(format!("{storage}:{name} of {}", volume["vmid"]));
            }
        }
        let steady = |guest: &Value| {
            let mut guest = guest.clone();
            // Guests that nobody touches go on booting meanwhile.
            guest.as_object_mut().unwrap().remove("agent_up");
            guest
        };
        Holdings {
            guests: guests
                .iter()
                .map(|(vmid, guest)| (vmid.clone(), steady(guest)))
                .collect(),
            volumes,
        }
    }

    /// Holds the next request that fits, on one side of being acted upon.
    pub async fn hold(&self, action: &str, method: &str, path: &str, skip: u32) {
        let rule = serde_json::json!({
            "match": {"method": method, "path": path}, "action": action, "skip": skip,
        });
        self.lab.fault(rule).await.unwrap();
    }

    /// Waits until a request is held; gives its number.
    pub async fn held(&self, path: &str) -> u64 {
        let wait = Duration::from_secs(20);
        self.lab.wait_for_hold(path, HoldState::Held, wait).await.unwrap()[0].id
    }
}

pub fn address(last: u8) -> std::net::IpAddr {
    std::net::IpAddr::from([10, 77, 0, last])
}

/// A server that makes every step do something.
pub fn shop() -> CreateServer {
    CreateServer {
        name: "shop".into(),
        template: Some(LOCAL),
        cores: 4,
        memory_mb: 3072,
        disks: vec![
            DiskSpec {
                interface: "scsi0".into(),
                size_gb: 24,
                storage: None,
            },
            DiskSpec {
                interface: "scsi1".into(),
                size_gb: 7,
                storage: None,
            },
        ],
        nics: vec![
            NicSpec {
                bridge: "vmbr0".into(),
                address: Some(address(5)),
                prefix: 24,
                gateway: Some(address(1)),
            },
            NicSpec {
                bridge: "vmbr1".into(),
                ..NicSpec::default()
            },
        ],
        username: Some("ops".into()),
        password: Some("hush hush hush".into()),
        ssh_keys: Some("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA ops@example.org\n".into()),
        description: Some("the shop".into()),
        tags: vec!["web".into(), "live".into()],
        ..CreateServer::default()
    }
}

/// That there is exactly one new guest, and that it is the shop as it was asked for.
pub fn assert_shop(before: &Holdings, after: &Holdings, detail: &TaskDetail) -> String {
    assert_eq!(detail.task.state, TaskState::Completed, "{detail:#?}");
    let new: Vec<&String> = after
        .guests
        .keys()
        .filter(|vmid| !before.guests.contains_key(*vmid))
        .collect();
    assert_eq!(new.len(), 1, "{new:?}");
    let vmid = new[0].clone();
    for (other, guest) in &before.guests {
        assert_eq!(after.guests.get(other), Some(guest), "{other} was touched");
    }
    let guest = &after.guests[&vmid];
    let config = &guest["config"];
    assert_eq!(guest["status"], "running");
    assert_eq!(guest["lock"], Value::Null);
    assert_eq!(config["name"], "shop");
    assert_eq!(config["cores"].to_string().trim_matches('"'), "4");
    assert_eq!(config["memory"].to_string().trim_matches('"'), "3072");
    assert_eq!(config["tags"], "live;web");
    let disk = |key: &str| config[key].as_str().unwrap_or_default().to_owned();
    assert_eq!(disk("scsi0"), format!("local-lvm:vm-{vmid}-disk-0,size=24G"));
    assert_eq!(disk("scsi1"), format!("local-lvm:vm-{vmid}-disk-1,size=7G"));
    assert!(
        disk("net0").contains("bridge=vmbr0") && disk("net1").contains("bridge=vmbr1"),
        "{config}"
    );
    assert_eq!(disk("ipconfig0"), "ip=10.77.0.5/24,gw=10.77.0.1");
    assert_eq!(disk("ipconfig1"), "ip=dhcp");
    assert_eq!(disk("ciuser"), "ops");
    assert!(disk("cipassword").starts_with("$6$"), "{config}");
    assert!(disk("sshkeys").contains("ops%40example"), "{config}");
    assert!(disk("description").starts_with("the shop") && disk("description").contains("<!-- drover task"));
    let own: Vec<_> = after.volumes.difference(&before.volumes).cloned().collect();
    assert_eq!(
        own,
        [
            format!("local-lvm:vm-{vmid}-cloudinit of {vmid}"),
            format!("local-lvm:vm-{vmid}-disk-0 of {vmid}"),
            format!("local-lvm:vm-{vmid}-disk-1 of {vmid}"),
        ]
    );
    assert!(before.volumes.is_subset(&after.volumes));
    vmid
}
