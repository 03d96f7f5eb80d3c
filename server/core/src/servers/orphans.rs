//! Disks of guests that are not there any more: finding them, and having them deleted.

use std::collections::{BTreeMap, BTreeSet};

use chrono::DateTime;
use drover_types::action::GuestAction;
use drover_types::error::FieldProblems;
use drover_types::ids::GuestId;
use drover_types::removal::OrphanDisk;
use drover_types::task::{TaskKind, TaskRow};
use drover_types::text::Problem;
use pve_client::NodeState;

use super::service::{Servers, upstream};
use super::survey::Survey;
use crate::clusters::Cluster;
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::store::reservations;
use crate::tasks::{NewTask, PurgeInput, PurgedDisk, Tasks, is_disk};

impl Servers {
    /// The orphan disks of all clusters. Asks every storage of every node that is online.
    ///
    /// # Errors
    /// [`Error::Denied`] or [`Error::Limited`], or a cluster's.
    pub async fn orphan_disks(&self, ctx: &OpContext) -> Result<Vec<OrphanDisk>> {
        ctx.require_any_for_all(GuestAction::Delete.permissions())?;
        self.find_orphans().await
    }

    /// Queues the deletion of orphan disks, each named as its storage does: a task for each guest that they were of.
    ///
    /// # Errors
    /// [`Error::Denied`] or [`Error::Limited`]; [`Error::Invalid`] where one of them is no orphan; [`Error::Conflict`] where a task is at
    /// work on the guest's id; or a cluster's.
    pub async fn purge_disks(
        &self,
        ctx: &OpContext,
        cluster: Option<&str>,
        volumes: &[String],
    ) -> Result<Vec<TaskRow>> {
        let actor = ctx.require_any_for_all(GuestAction::Delete.permissions())?;
        if volumes.is_empty() {
            return Err(Error::field("volumes", Problem::Required));
        }
        let cluster = self.cluster(cluster)?.name.to_string();
        let orphans = self.find_orphans().await?;
        let mut of_guest: BTreeMap<GuestId, Vec<PurgedDisk>> = BTreeMap::new();
        let mut problems = FieldProblems::new();
        for (n, volume) in volumes.iter().enumerate() {
            let is_it = |disk: &&OrphanDisk| disk.cluster == cluster && disk.volume == *volume;
            let mut found = orphans.iter().filter(is_it).peekable();
            if found.peek().is_none() {
                let volume = volume.clone();
                problems.insert(format!("volumes[{n}]"), Problem::DiskUnknown { volume });
            }
            // Local storages of two nodes may have volumes of one name, which are orphans all the same.
            for disk in found {
                let disks = of_guest
                    .entry(GuestId::new(cluster.clone(), disk.vmid))
                    .or_default();
                let purged = PurgedDisk {
                    node: disk.node.clone(),
                    storage: disk.storage.clone(),
                    volume: disk.volume.clone(),
                };
                if !disks.contains(&purged) {
                    disks.push(purged);
                }
            }
        }
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        let mut write = self.0.events.begin().await?;
        let mut queued = Vec::new();
        for (guest, disks) in of_guest {
            let input = PurgeInput {
                guest: guest.clone(),
                disks,
            };
            let task = NewTask {
                id: Tasks::new_id(),
                kind: TaskKind::PurgeDisks,
                input: &input,
                secret: None,
                guest: Some(&guest),
                target: &guest.to_string(),
                actor,
                uses: &[],
                parent: None,
                retry_of: None,
            };
            queued.push(self.0.tasks.enqueue(&mut write, &task).await?);
        }
        write.commit().await?;
        Ok(queued)
    }

    async fn find_orphans(&self) -> Result<Vec<OrphanDisk>> {
        let mut volumes_of = Vec::new();
        for cluster in &self.0.clusters {
            volumes_of.push((cluster, volumes(cluster).await?));
        }
        let mut known: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
        for cluster in &self.0.clusters {
            // What is being made has its disks before Proxmox lists it.
            let standing = reservations::in_cluster(&self.0.db, &cluster.name).await?;
            let made = standing.iter().filter(|one| !one.ended);
            let mut vmids: BTreeSet<u32> = made.map(|one| one.taken.guest.vmid).collect();
            // Read last, so that a guest which came meanwhile is among them.
            vmids.extend(Survey::read(cluster).await?.vmids());
            known.insert(&cluster.name, vmids);
        }
        let mut found = Vec::new();
        for (cluster, volumes) in volumes_of {
            let is_known = |seen: &Seen| {
                // Clusters may share a storage; nothing tells which.
                known.iter().any(|(name, vmids)| {
                    (seen.is_shared || **name == *cluster.name) && vmids.contains(&seen.disk.vmid)
                })
            };
            let orphans = volumes.into_iter().filter(|seen| !is_known(seen));
            found.extend(orphans.map(|seen| seen.disk));
        }
        Ok(found)
    }
}

/// A volume, and whether its storage is shared.
struct Seen {
    disk: OrphanDisk,
    is_shared: bool,
}

/// Every guest's volumes, those of shared storages once.
async fn volumes(cluster: &Cluster) -> Result<Vec<Seen>> {
    let survey = Survey::read(cluster).await?;
    let mut shared: BTreeSet<String> = BTreeSet::new();
    let mut found = Vec::new();
    let online = survey
        .nodes
        .iter()
        .filter(|node| node.status == NodeState::Online);
    for node in online {
        let storages = cluster.client.node_storages(&node.node).await;
        for storage in storages.map_err(upstream(cluster))? {
            let holds = storage
                .content
                .iter()
                .any(|one| one == "images" || one == "rootdir");
            if !storage.active || !holds || (storage.shared && !shared.insert(storage.storage.clone())) {
                continue;
            }
            let content = cluster
                .client
                .storage_content(&node.node, &storage.storage, None, None)
                .await
                .map_err(upstream(cluster))?;
            for volume in content.into_iter().filter(is_disk) {
                let Some(vmid) = volume.vmid else { continue };
                let disk = OrphanDisk {
                    cluster: cluster.name.to_string(),
                    node: node.node.clone(),
                    storage: storage.storage.clone(),
                    volume: volume.volid,
                    vmid,
                    size_bytes: volume.size,
                    made_at: volume
                        .ctime
                        .and_then(|seconds| DateTime::from_timestamp(seconds, 0)),
                };
                found.push(Seen {
                    disk,
                    is_shared: storage.shared,
                });
            }
        }
    }
    Ok(found)
}
