//! All services of one process, made once and handed to every door.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use drover_types::ids::TaskId;
use drover_types::permission::Permission;
use drover_types::role::QueuedTask;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use crate::ansible::{Ansible, AnsibleError, AnsibleOptions};
use crate::audit::Audit;
use crate::backups::{BackupCollector, Backups, Catalog};
use crate::channels::{ChannelOptions, Channels};
use crate::cluster_info::ClusterInfo;
use crate::firewall::Firewall;
use crate::inventory::Inventory;
use crate::live::LiveEvents;
use crate::monitoring::{
    Grafana, Histories, Monitoring, Prometheus, PrometheusError, SourceOptions, Targets,
};
use crate::notifications::Notifications;
use crate::passwords::{PasswordRule, Passwords};
use crate::roles::{Roles, SshKey};
use crate::servers::Servers;
use crate::sessions::{SessionLimits, Sessions};
use crate::settings::Settings;
use crate::storage::Storage;
use crate::store::{Address, Db, OpenError};
use crate::tasks::{Resources, TaskSettings, Tasks};
use crate::tokens::Tokens;
use crate::users::{FirstAdmin, Users};
use crate::vault::{Vault, VaultError};
use crate::{Clock, Clusters, Events, OpContext, Result};

/// How long a change can be replayed to a browser that was away.
const KEEP_EVENTS: TimeDelta = TimeDelta::hours(1);

/// How often what has had its time is removed.
const HOUSEKEEPING: Duration = Duration::from_mins(10);

/// How often Proxmox is asked which of its own backups failed.
const HEARING: Duration = Duration::from_mins(1);

/// What the services are made from.
#[derive(Debug)]
pub struct Options {
    /// The folder of everything that is written.
    pub data: PathBuf,
    /// The database; `None` for a file in the data folder.
    pub database_url: Option<SecretString>,
    /// What stored secrets are sealed with; `None` for a key in the data folder.
    pub secret_key: Option<SecretString>,
    /// The clusters.
    pub clusters: Clusters,
    /// How long sessions last.
    pub sessions: SessionLimits,
    /// What new passwords must be.
    pub passwords: PasswordRule,
    /// Times and limits of tasks.
    pub tasks: TaskSettings,
    /// How often storages are asked for their backups.
    pub backup_refresh: Duration,
    /// How roles are run.
    pub ansible: AnsibleOptions,
    /// Where figures come from beside Proxmox.
    pub sources: SourceOptions,
    /// How notifications leave.
    pub channels: ChannelOptions,
}

impl Options {
    /// Where the database is.
    ///
    /// # Errors
    /// Where its address is not understood.
    pub fn database(&self) -> Result<Address, OpenError> {
        Address::of(self.database_url.as_ref(), &self.data)
    }
}

/// Why the services can't be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database can't be used.
    #[error(transparent)]
    Database(#[from] OpenError),
    /// The key that secrets are sealed with can't be used.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Ansible can't be used.
    #[error(transparent)]
    Ansible(#[from] AnsibleError),
    /// What Drover begins with could not be written.
    #[error(transparent)]
    First(#[from] crate::Error),
    /// Prometheus can't be asked.
    #[error(transparent)]
    Prometheus(#[from] PrometheusError),
}

/// The services.
#[derive(Clone)]
pub struct Drover {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Clock,
    /// What changed.
    pub events: Events,
    /// The clusters.
    pub clusters: Clusters,
    /// The live picture of all guests.
    pub inventory: Inventory,
    /// Backups: what storages hold of them, making, restoring, deleting, jobs.
    pub backups: Backups,
    /// Keeps what is known of backups up to date.
    pub backup_collector: BackupCollector,
    /// Channels by which notifications leave.
    pub channels: Channels,
    /// Nodes, templates, storages, bridges, and the overview.
    pub cluster_info: ClusterInfo,
    /// Servers: plan, create, act.
    pub servers: Servers,
    /// Firewall groups, and what a server's firewall comes to.
    pub firewall: Firewall,
    /// Roles: what servers are for, installed and kept by Ansible.
    pub roles: Roles,
    /// Storages, and which new disks go to.
    pub storage: Storage,
    /// Tasks.
    pub tasks: Tasks,
    /// Users.
    pub users: Users,
    /// Sessions.
    pub sessions: Sessions,
    /// API tokens.
    pub tokens: Tokens,
    /// Who did what.
    pub audit: Audit,
    /// Health and alerts.
    pub monitoring: Monitoring,
    /// Notifications.
    pub notifications: Notifications,
    /// Streams of events.
    pub live: LiveEvents,
    /// Prometheus, where there is one.
    pub prometheus: Prometheus,
    /// What Prometheus is told to watch.
    pub targets: Targets,
    /// Figures over time.
    pub history: Histories,
    /// Grafana, where there is one.
    pub grafana: Grafana,
}

impl Drover {
    /// Opens the database and makes the services. Nothing runs by itself before [`Drover::run`].
    ///
    /// # Errors
    /// Where the database or the key can't be used.
    #[expect(
        clippy::too_many_lines,
        reason = "one service after another, each made of those before it"
    )]
    pub async fn start(options: Options, clock: Clock) -> Result<Arc<Self>, StartError> {
        let db = Db::open(&options.database()?).await?;
        let vault = match &options.secret_key {
            Some(key) => Vault::from_key(key)?,
            None => Vault::load_or_create(&options.data)?,
        };
        let clusters = options.clusters;
        let events = Events::new(db.clone(), clock.clone());
        let settings = Settings::new(db.clone(), clock.clone());
        let passwords = Passwords::new(options.passwords);
        let inventory = Inventory::new(clusters.clone(), db.clone(), events.clone(), clock.clone());
        let catalog = Catalog::default();
        let backup_collector = BackupCollector::new(
            clusters.clone(),
            inventory.clone(),
            catalog.clone(),
            clock.clone(),
            options.backup_refresh,
        );
        let cluster_info = ClusterInfo::new(clusters.clone(), inventory.clone());
        let notifications = Notifications::new(
            db.clone(),
            clock.clone(),
            events.clone(),
            settings.clone(),
            options.tasks.self_tests,
        );
        let channels = Channels::new(
            db.clone(),
            clock.clone(),
            events.clone(),
            inventory.clone(),
            settings.clone(),
            vault.clone(),
            options.channels,
        );
        let ansible = Ansible::open(options.ansible, &options.data)?;
        let key = SshKey::new(settings.clone(), events.clone(), vault.clone());
        let tasks = Tasks::new(
            db.clone(),
            clock.clone(),
            events.clone(),
            inventory.clone(),
            Resources {
                clusters: clusters.clone(),
                vault: vault.clone(),
                catalog: catalog.clone(),
                ansible: ansible.clone(),
                key: key.clone(),
            },
            options.tasks,
        );
        let storage = Storage::new(
            clusters.clone(),
            inventory.clone(),
            settings.clone(),
            events.clone(),
        );
        let servers = Servers::new(
            db.clone(),
            clock.clone(),
            events.clone(),
            clusters.clone(),
            inventory.clone(),
            settings.clone(),
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
            settings.clone(),
            servers.clone(),
            tasks.clone(),
            vault,
            ansible,
            key,
        );
        let backups = Backups::new(
            db.clone(),
            clock.clone(),
            events.clone(),
            clusters.clone(),
            inventory.clone(),
            settings.clone(),
            servers.clone(),
            tasks.clone(),
            catalog,
            backup_collector.clone(),
        );
        let firewall = Firewall::new(
            db.clone(),
            clock.clone(),
            events.clone(),
            clusters.clone(),
            inventory.clone(),
            servers.clone(),
            tasks.clone(),
        );
        let prometheus = Prometheus::new(options.sources.prometheus)?;
        let monitoring = Monitoring::new(
            db.clone(),
            clock.clone(),
            events.clone(),
            clusters.clone(),
            inventory.clone(),
            settings.clone(),
            prometheus.clone(),
        );
        monitoring.ensure_rules().await?;
        let audit = Audit::new(db.clone(), clock.clone(), events.clone(), settings.clone());
        let tokens = Tokens::new(db.clone(), clock.clone(), events.clone());
        let limits = options.sessions;
        let users = Users::new(
            db.clone(),
            clock.clone(),
            events.clone(),
            notifications.clone(),
            passwords.clone(),
            limits,
        );
        let sessions = Sessions::new(
            db.clone(),
            clock.clone(),
            events.clone(),
            notifications.clone(),
            passwords,
            limits,
        );
        let live = LiveEvents::new(
            db.clone(),
            clock.clone(),
            events.clone(),
            inventory.clone(),
            limits.idle,
            limits.absolute,
        );
        let targets = Targets::new(
            db.clone(),
            events.clone(),
            inventory.clone(),
            options.sources.targets,
        );
        let history = Histories::new(clock.clone(), servers.clone(), prometheus.clone());
        let grafana = Grafana::new(options.sources.grafana, inventory.clone(), prometheus.clone());
        Ok(Arc::new(Self {
            db,
            clock,
            events,
            clusters,
            inventory,
            backups,
            backup_collector,
            channels,
            cluster_info,
            servers,
            firewall,
            roles,
            storage,
            tasks,
            users,
            sessions,
            tokens,
            audit,
            monitoring,
            notifications,
            live,
            prometheus,
            targets,
            history,
            grafana,
        }))
    }

    /// Makes the first administrator where there is no user yet; see [`Users::ensure_admin`].
    ///
    /// # Errors
    /// Where the password breaks the rule, or the database does not answer.
    pub async fn ensure_admin(&self, given: Option<&SecretString>) -> Result<FirstAdmin> {
        self.users.ensure_admin(given).await
    }

    /// Asks for a task again, as what it does is asked for.
    ///
    /// # Errors
    /// As [`Servers::retry`] and [`Roles::retry`].
    pub async fn retry(&self, ctx: &OpContext, id: TaskId, password: Option<&str>) -> Result<QueuedTask> {
        // Whoever may do none of it is not told whether there is such a task.
        ctx.require_any(&[
            Permission::CreateServer,
            Permission::AssignRoles,
            Permission::RemoveRole,
        ])?;
        let kind = self.tasks.get(ctx, id).await?.task.kind;
        if Roles::retries(kind) {
            self.roles.retry(ctx, id).await.map(QueuedTask::from)
        } else {
            self.servers.retry(ctx, id, password).await
        }
    }

    /// Runs tasks, the collectors and housekeeping until `stop`, then gives back what is held.
    pub async fn run(&self, stop: CancellationToken) {
        tokio::join!(
            self.events.listen(stop.clone()),
            self.inventory.run(stop.clone()),
            self.backup_collector.run(stop.clone()),
            self.tasks.run(stop.clone()),
            self.servers.run(stop.clone()),
            self.monitoring.run(stop.clone()),
            self.targets.run(stop.clone()),
            self.channels.run(stop.clone()),
            self.hear_backups(stop.clone()),
            self.keep_house(stop),
        );
        self.db.close().await;
    }

    /// Tells of failed backups of Proxmox's own, where no other replica does.
    async fn hear_backups(&self, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(HEARING);
        let hears = async {
            loop {
                ticks.tick().await;
                let heard = match self.monitoring.is_on_watch().await {
                    Ok(true) => self.backups.tell_failed().await,
                    other => other.map(drop),
                };
                if let Err(error) = heard {
                    tracing::warn!(%error, "failed backups of Proxmox's own could not be told");
                }
            }
        };
        let _: Option<()> = stop.run_until_cancelled(hears).await;
    }

    async fn keep_house(&self, stop: CancellationToken) {
        let mut ticks = tokio::time::interval(HOUSEKEEPING);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = ticks.tick() => {}
            }
            if let Err(error) = self.events.prune(KEEP_EVENTS).await {
                tracing::warn!(%error, "old events could not be removed");
            }
            match self.monitoring.is_quiet_now().await {
                // They are told once the night is over.
                Ok(true) => {}
                Ok(false) => {
                    if let Err(error) = self.backups.tell_overdue().await {
                        tracing::warn!(%error, "overdue backups could not be told");
                    }
                }
                Err(error) => tracing::warn!(%error, "whether it is quiet can't be read"),
            }
            if let Err(error) = self.roles.check_due().await {
                tracing::warn!(%error, "roles could not be compared");
            }
            if let Err(error) = self.notifications.prune().await {
                tracing::warn!(%error, "old notifications could not be removed");
            }
            if let Err(error) = self.monitoring.prune().await {
                tracing::warn!(%error, "old alerts could not be removed");
            }
            if let Err(error) = self.channels.prune().await {
                tracing::warn!(%error, "old deliveries could not be removed");
            }
            if let Err(error) = self.audit.prune().await {
                tracing::warn!(%error, "old rows of the audit could not be removed");
            }
            // After the notifications, which keep the tasks that they lead to.
            if let Err(error) = self.tasks.prune().await {
                tracing::warn!(%error, "old tasks could not be removed");
            }
            if let Err(error) = self.servers.forget_gone().await {
                tracing::warn!(%error, "adopted servers that are gone could not be forgotten");
            }
            if let Err(error) = self.sessions.prune().await {
                tracing::warn!(%error, "ended sessions could not be removed");
            }
        }
    }
}
