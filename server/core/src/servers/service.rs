//! What the service is made of.

use std::sync::Arc;

use crate::ansible::Ansible;
use crate::clock::Clock;
use crate::clusters::{Cluster, Clusters};
use crate::error::{Error, Result};
use crate::events::Events;
use crate::inventory::Inventory;
use crate::roles::SshKey;
use crate::settings::Settings;
use crate::store::Db;
use crate::tasks::Tasks;
use crate::vault::Vault;

/// The servers. Cheap to clone.
#[derive(Clone)]
pub struct Servers(pub(super) Arc<Parts>);

/// What the service works with.
pub(super) struct Parts {
    pub db: Db,
    pub clock: Clock,
    pub events: Events,
    pub clusters: Clusters,
    pub inventory: Inventory,
    pub settings: Settings,
    pub tasks: Tasks,
    pub vault: Vault,
    pub ansible: Ansible,
    pub key: SshKey,
}

impl Servers {
    /// The servers of these clusters.
    #[expect(
        clippy::too_many_arguments,
        reason = "it is put together once, from the services of the process"
    )]
    pub fn new(
        db: Db,
        clock: Clock,
        events: Events,
        clusters: Clusters,
        inventory: Inventory,
        settings: Settings,
        tasks: Tasks,
        vault: Vault,
        ansible: Ansible,
        key: SshKey,
    ) -> Self {
        Self(Arc::new(Parts {
            db,
            clock,
            events,
            clusters,
            inventory,
            settings,
            tasks,
            vault,
            ansible,
            key,
        }))
    }

    /// The cluster that is named, or the first.
    pub(super) fn cluster(&self, name: Option<&str>) -> Result<&Cluster> {
        self.0.clusters.named(name)
    }
}

/// What a cluster's client says, as an error of this crate.
pub(crate) fn upstream(cluster: &Cluster) -> impl Fn(pve_client::Error) -> Error + '_ {
    |source| Error::Proxmox {
        cluster: cluster.name.to_string(),
        source,
    }
}
