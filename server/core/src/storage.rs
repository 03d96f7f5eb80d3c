//! Storages: what the clusters have, from the live picture, and which of them new disks go to where only their kind
//! is said. Nothing here touches what is stored.

use drover_types::audit::{Action, ObjectKind};
use drover_types::permission::Permission;
use drover_types::storage::{
    DefaultStorage, StorageDefaults, StorageOverview, StorageRefresh, StorageSummary, summaries,
};
use drover_types::text::Problem;

use crate::audit::{self, Entry, changed};
use crate::clusters::{Cluster, Clusters};
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::events::Events;
use crate::inventory::Inventory;
use crate::settings::{self, Settings};

/// The field of a request that names the storage for capacity.
pub const HDD_FIELD: &str = "hdd_datastore_id";
/// The field of a request that names the storage for speed.
pub const SSD_FIELD: &str = "ssd_datastore_id";

/// Tells about storages. Cheap to clone.
#[derive(Clone)]
pub struct Storage {
    clusters: Clusters,
    inventory: Inventory,
    settings: Settings,
    events: Events,
}

impl Storage {
    /// The storages of these clusters.
    pub fn new(clusters: Clusters, inventory: Inventory, settings: Settings, events: Events) -> Self {
        Self {
            clusters,
            inventory,
            settings,
            events,
        }
    }

    /// Every storage as each node sees it, and the defaults of each cluster.
    ///
    /// # Errors
    /// [`Error::Denied`], or [`Error::Proxmox`] where no cluster has ever been heard.
    pub async fn overview(&self, ctx: &OpContext) -> Result<StorageOverview> {
        ctx.require(Permission::ViewAll)?;
        self.hear_the_silent().await?;
        let mut all = Vec::new();
        for cluster in &self.clusters {
            all.push(defaults(&self.settings, cluster).await?);
        }
        Ok(StorageOverview {
            storages: self.inventory.snapshot().storages.clone(),
            defaults: all,
        })
    }

    /// Asks every cluster anew. What a cluster that does not answer has stays known.
    ///
    /// # Errors
    /// [`Error::Denied`], or [`Error::Proxmox`] where none answers.
    pub async fn refresh(&self, ctx: &OpContext) -> Result<StorageRefresh> {
        ctx.require(Permission::ManageStorage)?;
        let asked = self.clusters.iter().map(|cluster| self.ask(cluster));
        let answers = futures::future::join_all(asked).await;
        let mut failures: Vec<Error> = answers.into_iter().filter_map(Result::err).collect();
        if failures.len() == self.clusters.iter().len()
            && let Some(first) = failures.pop()
        {
            return Err(first);
        }
        let unreachable = failures.into_iter().filter_map(|error| {
            tracing::warn!(%error, "a cluster did not tell its storages anew");
            match error {
                Error::Proxmox { cluster, .. } => Some(cluster),
                _ => None,
            }
        });
        Ok(StorageRefresh {
            unreachable: unreachable.collect(),
            count: u32::try_from(self.known().len()).unwrap_or(u32::MAX),
        })
    }

    /// Says where disks of `cluster`, or of the first where none is named, go; `None` takes a kind back to what is
    /// configured.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`] for a storage that the cluster does not have, [`Error::Invalid`] for
    /// one that holds no disks; nothing is changed then.
    pub async fn set_defaults(
        &self,
        ctx: &OpContext,
        cluster: Option<&str>,
        hdd: Option<&str>,
        ssd: Option<&str>,
    ) -> Result<StorageDefaults> {
        let actor = ctx.require_for_all(Permission::ManageStorage)?;
        let cluster = self.clusters.named(cluster)?;
        for (field, name) in [(HDD_FIELD, hdd), (SSD_FIELD, ssd)] {
            if let Some(name) = name {
                self.check(cluster, field, name).await?;
            }
        }
        let (hdd, ssd) = (hdd.map(str::to_owned), ssd.map(str::to_owned));
        let mut write = self.events.begin().await?;
        let keys = [
            (settings::hdd_storage(&cluster.name), hdd),
            (settings::ssd_storage(&cluster.name), ssd),
        ];
        let mut entry = Entry::done(Action::SetDefaultStorage, ObjectKind::Setting, &cluster.name);
        for (field, (key, value)) in ["hdd", "ssd"].into_iter().zip(&keys) {
            let before: Option<String> = self.settings.get(key).await?;
            changed(&mut entry.changes, field, before.as_ref(), value.as_ref());
            self.settings.store(&mut write, key, value.as_ref()).await?;
        }
        let now = write.now();
        audit::record(&mut write.tx, actor.into(), &entry, now).await?;
        write.commit().await?;
        defaults(&self.settings, cluster).await
    }

    /// Whether the cluster has this storage, for disks.
    async fn check(&self, cluster: &Cluster, field: &str, name: &str) -> Result<()> {
        let found = |picture: &drover_types::inventory::Snapshot| {
            let mut rows = picture.storages.iter();
            let of_name = rows.find(|row| *row.cluster == *cluster.name && row.name == name);
            of_name.map(drover_types::cluster::StorageRow::holds_images)
        };
        let mut holds_images = found(&self.inventory.snapshot());
        if holds_images.is_none() {
            // It may be new, or the cluster not heard yet.
            self.ask(cluster).await?;
            holds_images = found(&self.inventory.snapshot());
        }
        let storage = name.to_owned();
        match holds_images {
            Some(true) => Ok(()),
            Some(false) => Err(Error::field(field, Problem::StorageWithoutImages { storage })),
            None => Err(Error::NotFound(Problem::StorageNotFound { storage })),
        }
    }

    async fn ask(&self, cluster: &Cluster) -> Result<()> {
        let asked = self.inventory.collect(cluster).await;
        asked.map_err(|source| Error::Proxmox {
            cluster: cluster.name.to_string(),
            source,
        })
    }

    fn known(&self) -> Vec<StorageSummary> {
        summaries(&self.inventory.snapshot().storages)
    }

    /// Asks the clusters that were never heard: that nothing is known of them does not mean that they have nothing.
    async fn hear_the_silent(&self) -> Result<()> {
        let picture = self.inventory.snapshot();
        let unheard = picture.clusters.iter().filter(|health| health.fetched_at == 0);
        let asked = unheard
            .filter_map(|health| self.clusters.get(&health.name))
            .map(|cluster| self.ask(cluster));
        let mut failures: Vec<Error> = futures::future::join_all(asked)
            .await
            .into_iter()
            .filter_map(Result::err)
            .collect();
        match failures.pop() {
            Some(error) if failures.len() + 1 == picture.clusters.len() => Err(error),
            _ => Ok(()),
        }
    }
}

/// Where disks of `cluster` go of which only the kind is said.
pub(crate) async fn defaults(settings: &Settings, cluster: &Cluster) -> Result<StorageDefaults> {
    let name = &*cluster.name;
    Ok(StorageDefaults {
        cluster: name.to_owned(),
        hdd: DefaultStorage {
            set: settings.get(&settings::hdd_storage(name)).await?,
            configured: cluster.defaults.hdd_storage.clone(),
        },
        ssd: DefaultStorage {
            set: settings.get(&settings::ssd_storage(name)).await?,
            configured: cluster.defaults.ssd_storage.clone(),
        },
    })
}
