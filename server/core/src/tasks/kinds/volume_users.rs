//! Whether a volume is some guest's, whatever its name says: a volume that was attached to another guest keeps the
//! name of its first, and clusters may share a storage. Only reads.

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;
use pve_client::{
    ConfigView, GuestConfig, GuestKind, GuestResource, Resource, ResourceType, StorageStatus, VolumeId,
};

use super::purge_disks::PurgedDisk;
use crate::clusters::{Cluster, Clusters};
use crate::tasks::context::StepContext;
use crate::tasks::step::StepError;

/// How many guests are asked at once.
const AT_ONCE: usize = 16;

/// The guests of the clusters, with the volumes that they name; each node is read once, when it is first of interest.
pub(super) struct VolumeUsers {
    clusters: Clusters,
    own: Cluster,
    guests: BTreeMap<String, Vec<GuestResource>>,
    named: BTreeMap<(String, String), BTreeSet<String>>,
}

impl VolumeUsers {
    pub(super) const fn new(clusters: Clusters, own: Cluster) -> Self {
        Self {
            clusters,
            own,
            guests: BTreeMap::new(),
            named: BTreeMap::new(),
        }
    }

    /// Whether a guest has this id or names this volume, among those that may see its storage: of local storage
    /// those of its node, of a shared one all of every cluster.
    pub(super) async fn has(
        &mut self,
        cx: &StepContext,
        vmid: u32,
        disk: &PurgedDisk,
    ) -> Result<bool, StepError> {
        let own = self.own.clone();
        let storages = cx.ask_for(&own, || own.client.node_storages(&disk.node)).await?;
        let is_it = |one: &&StorageStatus| one.storage == disk.storage;
        if !storages.iter().find(is_it).is_some_and(|one| one.shared) {
            let nodes = BTreeSet::from([disk.node.clone()]);
            return self.names(cx, &own, nodes, |volume| volume == disk.volume).await;
        }
        for cluster in &self.clusters.clone() {
            let guests = self.guests(cx, cluster).await?;
            if guests.iter().any(|guest| guest.vmid == vmid) {
                return Ok(true);
            }
            let nodes = guests.iter().map(|guest| guest.node.clone()).collect();
            // Another cluster may call the storage otherwise.
            let is_own = cluster.name == own.name;
            let is_it = |volume: &str| volume == disk.volume || !is_own && file(volume) == file(&disk.volume);
            if self.names(cx, cluster, nodes, is_it).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn names(
        &mut self,
        cx: &StepContext,
        cluster: &Cluster,
        nodes: BTreeSet<String>,
        is_it: impl Fn(&str) -> bool,
    ) -> Result<bool, StepError> {
        for node in nodes {
            let key = (cluster.name.to_string(), node);
            if !self.named.contains_key(&key) {
                let guests = self.guests(cx, cluster).await?;
                let here: Vec<GuestResource> = guests
                    .iter()
                    .filter(|guest| guest.node == key.1)
                    .cloned()
                    .collect();
                let read = volumes_of(cx, cluster, &here).await?;
                self.named.insert(key.clone(), read);
            }
            if self
                .named
                .get(&key)
                .into_iter()
                .flatten()
                .any(|volume| is_it(volume))
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn guests(&mut self, cx: &StepContext, cluster: &Cluster) -> Result<Vec<GuestResource>, StepError> {
        let name = cluster.name.to_string();
        if let Some(known) = self.guests.get(&name) {
            return Ok(known.clone());
        }
        let all = cx
            .ask_for(cluster, || {
                cluster.client.cluster_resources(Some(ResourceType::Vm))
            })
            .await?;
        let guests: Vec<GuestResource> = all
            .into_iter()
            .filter_map(|one| match one {
                Resource::Guest(guest) => Some(guest),
                _ => None,
            })
            .collect();
        self.guests.insert(name, guests.clone());
        Ok(guests)
    }
}

/// The volumes that the configurations of these guests name, with what waits for their next start and without.
async fn volumes_of(
    cx: &StepContext,
    cluster: &Cluster,
    guests: &[GuestResource],
) -> Result<BTreeSet<String>, StepError> {
    let mut named = BTreeSet::new();
    for some in guests.chunks(AT_ONCE) {
        let views = [ConfigView::Current, ConfigView::Pending];
        let asked = some.iter().flat_map(|guest| views.map(|view| (guest, view)));
        let read = asked.map(|(guest, view)| {
            cx.ask(cluster, move || async move {
                match guest.kind {
                    GuestKind::Qemu => cluster.client.qemu_config(&guest.node, guest.vmid, view).await,
                    GuestKind::Lxc => cluster.client.lxc_config(&guest.node, guest.vmid, view).await,
                }
            })
        });
        for answer in join_all(read).await {
            match answer? {
                Ok(config) => named.extend(volumes(&config)),
                // It has gone meanwhile.
                Err(error) if error.is_not_found() => {}
                Err(error) => return Err(StepError::proxmox(&cluster.name, &error)),
            }
        }
    }
    Ok(named)
}

fn volumes(config: &GuestConfig) -> impl Iterator<Item = String> {
    let disks = config.disks().into_iter().chain(config.unused_disks());
    disks.filter_map(|disk| disk.volume.as_ref().map(VolumeId::to_string))
}

/// A volume without its storage.
fn file(volume: &str) -> &str {
    volume.split_once(':').map_or(volume, |(_, file)| file)
}
