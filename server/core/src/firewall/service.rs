//! What the service is made of.

use std::sync::Arc;

use drover_types::audit::{Action, FieldChanges, ObjectKind};
use drover_types::firewall::GroupId;
use drover_types::text::{Note, Problem};

use crate::audit::{self, Entry};
use crate::clock::Clock;
use crate::clusters::{Cluster, Clusters};
use crate::context::Actor;
use crate::error::{Error, Result};
use crate::events::{Events, Write};
use crate::inventory::Inventory;
use crate::notifications::told;
use crate::servers::Servers;
use crate::store::Db;
use crate::tasks::Tasks;

/// The firewall. Cheap to clone.
#[derive(Clone)]
pub struct Firewall(pub(super) Arc<Parts>);

/// What the service works with.
pub(super) struct Parts {
    pub db: Db,
    pub clock: Clock,
    pub events: Events,
    pub clusters: Clusters,
    pub inventory: Inventory,
    pub servers: Servers,
    pub tasks: Tasks,
}

impl Firewall {
    /// The firewall of these clusters.
    pub fn new(
        db: Db,
        clock: Clock,
        events: Events,
        clusters: Clusters,
        inventory: Inventory,
        servers: Servers,
        tasks: Tasks,
    ) -> Self {
        Self(Arc::new(Parts {
            db,
            clock,
            events,
            clusters,
            inventory,
            servers,
            tasks,
        }))
    }

    /// The cluster of a group.
    pub(super) fn cluster_of(&self, group: &GroupId) -> Result<&Cluster> {
        self.0
            .clusters
            .get(&group.cluster)
            .ok_or_else(|| not_found(group))
    }

    /// Writes down what was done on Proxmox, in a transaction of its own: the call has been made.
    pub(super) async fn record(
        &self,
        actor: &Actor,
        action: Action,
        object: &str,
        changes: FieldChanges,
        note: Option<&Note>,
    ) -> Result<()> {
        let mut write = self.0.events.begin().await?;
        self.record_in(&mut write, actor, action, object, changes, note)
            .await?;
        Ok(write.commit().await?)
    }

    /// As [`Firewall::record`], together with something else.
    pub(super) async fn record_in(
        &self,
        write: &mut Write<'_>,
        actor: &Actor,
        action: Action,
        object: &str,
        changes: FieldChanges,
        note: Option<&Note>,
    ) -> Result<()> {
        let now = self.0.clock.now();
        let entry = Entry::done(action, ObjectKind::Firewall, object).changing(changes);
        audit::record(&mut write.tx, actor.into(), &entry, now).await?;
        if let Some(note) = note {
            told(write, Some(actor.id), note, None, now).await?;
        }
        Ok(())
    }
}

/// There is no such group.
pub(super) fn not_found(group: &GroupId) -> Error {
    let name = group.name.clone();
    Error::NotFound(Problem::FirewallGroupNotFound { name })
}
