//! What a task has to know to do something to a guest.

use drover_types::action::{ActionOptions, GuestAction};
use drover_types::guest::{GuestKind, GuestRow};
use drover_types::task::TaskKind;
use drover_types::text::Problem;
use pve_client::{ConfigView, GuestConfig};
use serde::Serialize;

use super::service::{Servers, upstream};
use crate::error::{Error, Result};
use crate::store::reservations;
use crate::tasks::{Identity, Machine, PowerInput, RemoveInput};

/// The input of a task.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Work {
    /// It is switched.
    Power(PowerInput),
    /// It is removed.
    Remove(RemoveInput),
}

impl Work {
    /// A guest that is known again by `identity` is switched.
    pub(super) fn switch(row: &GuestRow, identity: Identity, options: ActionOptions) -> Self {
        Self::Power(PowerInput {
            guest: row.id.clone(),
            kind: row.kind,
            node: row.node.clone(),
            identity: Some(identity),
            options,
        })
    }

    /// The kind of task that does it.
    pub(super) const fn kind(action: GuestAction) -> TaskKind {
        match action {
            GuestAction::Start => TaskKind::StartServer,
            GuestAction::Stop => TaskKind::StopServer,
            GuestAction::Shutdown => TaskKind::ShutdownServer,
            GuestAction::Reboot => TaskKind::RebootServer,
            GuestAction::Reset => TaskKind::ResetServer,
            GuestAction::Suspend => TaskKind::SuspendServer,
            GuestAction::Hibernate => TaskKind::HibernateServer,
            GuestAction::Resume => TaskKind::ResumeServer,
            GuestAction::Delete => TaskKind::DeleteServer,
        }
    }
}

impl Servers {
    /// What the task has to know: the guest is asked for what it is known again by.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] where the guest is protected; or the cluster's.
    pub(super) async fn work(
        &self,
        row: &GuestRow,
        action: GuestAction,
        options: ActionOptions,
    ) -> Result<Work> {
        let config = self.config(row).await?;
        if action != GuestAction::Delete {
            return Ok(Work::switch(row, Identity::of(&config), options));
        }
        if config.is_protected() {
            return Err(Error::Conflict(Problem::GuestProtected));
        }
        let reserved = reservations::at(&self.0.db, &row.id).await?;
        Ok(Work::Remove(RemoveInput {
            name: row.name.clone(),
            guest: row.id.clone(),
            machine: Some(machine(row, &config)),
            reservation: reserved.map(|reserved| reserved.task),
        }))
    }

    /// The guest's configuration.
    ///
    /// # Errors
    /// [`Error::NotFound`], or the cluster's.
    pub(crate) async fn config(&self, row: &GuestRow) -> Result<GuestConfig> {
        let cluster = self.cluster(Some(&row.id.cluster))?;
        let (client, vmid, view) = (&cluster.client, row.id.vmid, ConfigView::Current);
        let read = match row.kind {
            GuestKind::Qemu => client.qemu_config(&row.node, vmid, view).await,
            GuestKind::Lxc => client.lxc_config(&row.node, vmid, view).await,
        };
        match read {
            Err(error) if error.is_not_found() => Err(Error::NotFound(Problem::ServerNotFound {
                server: row.id.to_string(),
            })),
            other => {
                let config = other.map_err(upstream(cluster))?;
                self.0.inventory.note_config(&row.id, &config);
                Ok(config)
            }
        }
    }
}

/// The guest as it was found.
pub(super) fn machine(row: &GuestRow, config: &GuestConfig) -> Machine {
    Machine {
        kind: row.kind,
        node: row.node.clone(),
        identity: Identity::of(config),
    }
}
