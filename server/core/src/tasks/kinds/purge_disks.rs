//! Deletes volumes of a guest that is not there. Proxmox would delete those of one that is, so each is looked at
//! before, and so is who else may have it; the task holds the guest's id, so that Drover makes none with it meanwhile.

use drover_types::ids::GuestId;
use drover_types::task::StepName;
use drover_types::text::{Problem, Progress};
use futures::FutureExt;
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use super::guest::task_failed;
use super::volume_users::VolumeUsers;
use crate::clusters::{Cluster, Clusters};
use crate::tasks::call::Ended;
use crate::tasks::context::StepContext;
use crate::tasks::step::{Step, StepError};

/// Volumes to be deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PurgeInput {
    /// The guest that is not there.
    pub guest: GuestId,
    /// Its volumes.
    pub disks: Vec<PurgedDisk>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PurgedDisk {
    /// A node that sees it.
    pub node: String,
    /// The storage.
    pub storage: String,
    /// The volume, as Proxmox names it.
    pub volume: String,
}

pub(super) struct Purge {
    pub cluster: Cluster,
    /// All of them: some may share a storage.
    pub clusters: Clusters,
    pub input: PurgeInput,
}

impl Step for Purge {
    fn name(&self) -> StepName {
        StepName::Purge
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            let mut users = VolumeUsers::new(self.clusters.clone(), self.cluster.clone());
            for disk in &self.input.disks {
                self.purge(cx, &mut users, disk).await?;
            }
            Ok(())
        }
        .boxed()
    }
}

impl Purge {
    async fn purge(
        &self,
        cx: &mut StepContext,
        users: &mut VolumeUsers,
        disk: &PurgedDisk,
    ) -> Result<(), StepError> {
        let PurgedDisk {
            node,
            storage,
            volume,
        } = disk;
        let (client, vmid) = (&self.cluster.client, self.input.guest.vmid);
        let mut ended = cx.settle(&self.cluster, volume).await?;
        if !self.is_there(cx, disk).await? {
            return Ok(());
        }
        if ended.is_none() || matches!(ended, Some(Ended::Unanswered(_) | Ended::Lost)) {
            // The list of guests may lag behind this.
            if !cx.ask_for(&self.cluster, || client.vmid_is_free(vmid)).await?
                || users.has(cx, vmid, disk).await?
            {
                let volume = volume.clone();
                return Err(StepError::failed(Problem::DiskInUse { volume }));
            }
            ended = Some(
                cx.change(&self.cluster, volume, || {
                    client.delete_volume(node, storage, volume)
                })
                .await?,
            );
        }
        match ended {
            Some(Ended::Refused(error)) if !error.is_not_found() => {
                return Err(StepError::proxmox(&self.cluster.name, &error));
            }
            Some(Ended::Failed(reason)) => return Err(task_failed("imgdel", reason)),
            _ => {}
        }
        if self.is_there(cx, disk).await? {
            let field = volume.clone();
            return Err(StepError::failed(Problem::ReadBackDiffers { field }));
        }
        let volume = volume.clone();
        cx.log(Progress::RemovedVolume { volume }).await
    }

    async fn is_there(&self, cx: &StepContext, disk: &PurgedDisk) -> Result<bool, StepError> {
        let (client, vmid) = (&self.cluster.client, self.input.guest.vmid);
        let found = cx
            .ask_for(&self.cluster, || {
                client.storage_content(&disk.node, &disk.storage, None, Some(vmid))
            })
            .await?;
        Ok(found.iter().any(|one| one.volid == disk.volume))
    }
}
