//! The change itself: what stands against it, the one call, what of it waits, and the restart where that is wanted.

use drover_types::action::ActionOptions;
use drover_types::audit::{Action, FieldChange, ObjectKind};
use drover_types::configuration::{Apply, ConfigurationChange, ConfigurationChanged, NicEdit};
use drover_types::guest::{GuestKind, GuestRow, GuestStatus};
use drover_types::ids::GuestId;
use drover_types::permission::Permission;
use drover_types::task::{TaskKind, TaskRow};
use drover_types::text::Problem;
use pve_client::{ConfigChange, ConfigView, GuestConfig};

use super::differences;
use super::record::plain;
use crate::audit::{self, Entry};
use crate::clusters::Cluster;
use crate::context::{Actor, OpContext};
use crate::error::{Error, Result};
use crate::servers::service::{Servers, upstream};
use crate::servers::survey::Survey;
use crate::servers::work::Work;
use crate::store::reservations::{self, Standing};
use crate::store::tasks;
use crate::tasks::{Identity, NewTask, Tasks};

impl Servers {
    /// Changes what `change` names of a server's configuration. What a running server gets at its next start only
    /// waits for that, or is applied by a task that restarts it.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::NotFound`]; [`Error::Invalid`]; [`Error::Conflict`] where a task is at work on it,
    /// Proxmox has locked it, or another change came first; or the cluster's.
    pub async fn change_configuration(
        &self,
        ctx: &OpContext,
        id: &GuestId,
        change: &ConfigurationChange,
    ) -> Result<ConfigurationChanged> {
        let actor = ctx.require(Permission::ManageServer)?;
        let problems = change.problems();
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        let row = self.free_to_change(actor, id).await?;
        let cluster = self.cluster(Some(&id.cluster))?;
        let config = self.next_config(&row).await?;
        let digest = config.digest().unwrap_or_default();
        if change.digest.as_deref().is_some_and(|known| known != digest) {
            return Err(Error::Conflict(Problem::ConfigurationChanged));
        }
        let update = differences::between(row.kind, &config, change).map_err(Error::Invalid)?;
        stays_in_reach(actor, &row, change)?;
        let others = self.others(cluster, &row, &config, change).await?;
        self.check_surroundings(cluster, &row, &config, change, &others)
            .await
            .map_err(|error| self.concealed(actor, error))?;
        if !update.is_empty() {
            let taken = self.take(&row, &config, change, &others).await;
            let taken = taken.map_err(|error| self.concealed(actor, error))?;
            let sent = send(cluster, &row, update.clone().digest(digest)).await;
            // A call whose answer was lost may still arrive: what it gives and what it takes away both stay taken.
            if let Some(taken) = taken.filter(|_| !sent.as_ref().is_err_and(is_lost)) {
                self.answered(&row, &taken, sent.is_err()).await;
            }
            sent?;
            self.note_change(actor, &row, &config, &update).await?;
        }
        let read = Box::pin(self.read_configuration(&row)).await?;
        let waits = row.status != GuestStatus::Stopped && !read.pending.is_empty();
        let task = match change.apply {
            Some(Apply::Now) if waits => Some(self.apply(actor, &row).await?),
            _ => None,
        };
        Ok(ConfigurationChanged {
            reboot_required: waits,
            pending: read.pending,
            task,
            digest: read.digest,
        })
    }

    /// Writes down what was changed, in Proxmox's own words. The call has been made: this is a transaction of its own.
    async fn note_change(
        &self,
        actor: &Actor,
        row: &GuestRow,
        config: &GuestConfig,
        update: &ConfigChange,
    ) -> Result<()> {
        const SECRET: &str = "cipassword";
        let shown = |key: &str, value: &str| (if key == SECRET { "***" } else { value }).to_owned();
        let mut entry = Entry::done(Action::ChangeConfiguration, ObjectKind::Server, &row.name);
        let set = update
            .values()
            .iter()
            .map(|(key, value)| (key, Some(value.as_str())));
        for (key, after) in set.chain(update.deleted().iter().map(|key| (key, None))) {
            let before = config.get(key).map(|value| shown(key, value));
            let after = after.map(|value| shown(key, value));
            let (before, after) = (before.into(), after.into());
            entry.changes.insert(key.clone(), FieldChange { before, after });
        }
        let mut write = self.0.events.begin().await?;
        audit::record(&mut write.tx, actor.into(), &entry, self.0.clock.now()).await?;
        Ok(write.commit().await?)
    }

    /// The guest as it is this moment, where nothing is at work on it.
    pub(crate) async fn free_to_change(&self, actor: &Actor, id: &GuestId) -> Result<GuestRow> {
        self.listed(actor, id).await?;
        if let Some(task) = tasks::unended_of(&self.0.db, id).await? {
            return Err(Error::Conflict(Problem::TaskInTheWay { task }));
        }
        let row = self.row(actor, id).await?;
        match &row.lock {
            Some(lock) => Err(Error::Conflict(Problem::GuestLocked { lock: lock.clone() })),
            None => Ok(row),
        }
    }

    /// The configuration with what waits for the next start.
    pub(in crate::servers) async fn next_config(&self, row: &GuestRow) -> Result<GuestConfig> {
        let cluster = self.cluster(Some(&row.id.cluster))?;
        let (client, vmid, view) = (&cluster.client, row.id.vmid, ConfigView::Pending);
        let read = match row.kind {
            GuestKind::Qemu => client.qemu_config(&row.node, vmid, view).await,
            GuestKind::Lxc => client.lxc_config(&row.node, vmid, view).await,
        };
        read.map_err(upstream(cluster))
    }

    /// What others have of names and addresses, where the change gives any.
    async fn others(
        &self,
        cluster: &Cluster,
        row: &GuestRow,
        config: &GuestConfig,
        change: &ConfigurationChange,
    ) -> Result<Others> {
        let is_renamed = change
            .name
            .as_ref()
            .is_some_and(|name| config.name() != Some(name));
        if !is_renamed && change.addresses.is_empty() {
            return Ok(Others::default());
        }
        let alive = Survey::read(cluster).await?.vmids();
        let mut standing = reservations::in_cluster(&self.0.db, &cluster.name).await?;
        standing.retain(|one| {
            let stays = !one.ended || alive.contains(&one.taken.guest.vmid);
            stays && one.taken.guest != row.id
        });
        Ok(Others { alive, standing })
    }

    /// What only others can tell: whether the name is free and the bridges are there.
    async fn check_surroundings(
        &self,
        cluster: &Cluster,
        row: &GuestRow,
        config: &GuestConfig,
        change: &ConfigurationChange,
        others: &Others,
    ) -> Result<()> {
        if let Some(name) = change.name.as_ref().filter(|name| config.name() != Some(name)) {
            let picture = self.0.inventory.snapshot();
            let is_other = |other: &&GuestRow| other.id != row.id && other.name.eq_ignore_ascii_case(name);
            let is_promised = |other: &Standing| other.taken.name.eq_ignore_ascii_case(name);
            if picture.guests.iter().any(|other| is_other(&other)) || others.standing.iter().any(is_promised)
            {
                let name = name.clone();
                return Err(Error::field("name", Problem::NameTaken { name }));
            }
        }
        self.check_addresses(row, change, others)?;
        let mut bridges = None;
        for (n, edit) in change.nics.iter().enumerate() {
            let (NicEdit::Add { settings } | NicEdit::Change { settings, .. }) = edit else {
                continue;
            };
            if bridges.is_none() {
                let read = cluster.client.node_bridges(&row.node).await;
                bridges = Some(read.map_err(upstream(cluster))?);
            }
            if !bridges.iter().flatten().any(|one| one.iface == settings.bridge) {
                let (bridge, node) = (settings.bridge.clone(), row.node.clone());
                return Err(Error::field(
                    format!("nics[{n}].bridge"),
                    Problem::BridgeNotOnNode { bridge, node },
                ));
            }
        }
        Ok(())
    }

    /// Whether addresses are free that the server does not have yet: no guest shows them, no creation was promised them.
    fn check_addresses(&self, row: &GuestRow, change: &ConfigurationChange, others: &Others) -> Result<()> {
        let picture = self.0.inventory.snapshot();
        for (n, of) in change.addresses.iter().enumerate() {
            for (field, text) in [("ip", &of.ip), ("ip6", &of.ip6)] {
                // As it is written otherwise it is the same address.
                let Some(address) = plain(text) else { continue };
                let has = |all: &[String]| all.iter().any(|one| plain(one).as_ref() == Some(&address));
                let shown = picture.guests.iter().find(|other| {
                    other.id.cluster == row.id.cluster && other.id != row.id && has(&other.addresses)
                });
                let promised = others.standing.iter().find(|other| has(&other.addresses));
                let by = shown
                    .map(|other| other.name.clone())
                    .or_else(|| promised.map(|other| other.taken.name.clone()));
                if let Some(by) = by {
                    return Err(Error::field(
                        format!("addresses[{n}].{field}"),
                        Problem::AddressTaken { address, by },
                    ));
                }
            }
        }
        Ok(())
    }

    async fn apply(&self, actor: &Actor, row: &GuestRow) -> Result<TaskRow> {
        let options = ActionOptions {
            timeout_seconds: None,
            force_stop: true,
        };
        let input = Work::switch(row, Identity::of(&self.config(row).await?), options);
        let mut write = self.0.events.begin().await?;
        let task = NewTask {
            id: Tasks::new_id(),
            kind: TaskKind::ApplyConfiguration,
            input: &input,
            secret: None,
            guest: Some(&row.id),
            target: &row.name,
            actor,
            uses: &[],
            parent: None,
            retry_of: None,
        };
        let queued = self.0.tasks.enqueue(&mut write, &task).await?;
        write.commit().await?;
        Ok(queued)
    }
}

/// What others have: the ids of the guests that are there, and what is reserved for other servers that are, or are
/// being made.
#[derive(Default)]
pub(super) struct Others {
    pub alive: Vec<u32>,
    standing: Vec<Standing>,
}

/// Whether Proxmox may have got a change, or get it still, and nobody knows.
/// Whoever is limited to some servers does not lose one by naming or tagging it otherwise.
fn stays_in_reach(actor: &Actor, row: &GuestRow, change: &ConfigurationChange) -> Result<()> {
    let changed = GuestRow {
        name: change.name.clone().unwrap_or_else(|| row.name.clone()),
        tags: change.tags.clone().unwrap_or_else(|| row.tags.clone()),
        ..row.clone()
    };
    if actor.grants.cover(&changed) {
        return Ok(());
    }
    let field = if change.tags.is_some() { "tags" } else { "name" };
    let scope = actor.grants.reach().to_string();
    Err(Error::field(field, Problem::OutsideScope { scope }))
}

fn is_lost(error: &Error) -> bool {
    matches!(error, Error::Proxmox { source, .. } if source.is_unavailable() && source.was_sent())
}

/// Sends a change; one that came too late is told from what Proxmox refuses.
async fn send(cluster: &Cluster, row: &GuestRow, update: ConfigChange) -> Result<()> {
    let (client, vmid) = (&cluster.client, row.id.vmid);
    let sent = match row.kind {
        GuestKind::Qemu => client.update_qemu(&row.node, vmid, &update).await,
        GuestKind::Lxc => client.update_lxc(&row.node, vmid, &update).await,
    };
    sent.map_err(|error| match error {
        error if error.is_stale_digest() => Error::Conflict(Problem::ConfigurationChanged),
        pve_client::Error::Locked { lock, .. } => Error::Conflict(Problem::GuestLocked {
            lock: lock.unwrap_or_else(|| "config".to_owned()),
        }),
        // Which types there are only Proxmox knows.
        pve_client::Error::Invalid { errors, .. } if errors.contains_key("cpu") => {
            let given = update.values().get("cpu").cloned().unwrap_or_default();
            Error::field("cpu.type", Problem::InvalidCpuType { given })
        }
        error => upstream(cluster)(error),
    })
}
