//! Deletes backups of one guest. Each is looked at before: one that was protected meanwhile stays, and so does one that
//! is not the guest's.

use drover_types::guest::GuestKind;
use drover_types::ids::GuestId;
use drover_types::task::StepName;
use drover_types::text::{Problem, Progress};
use futures::FutureExt;
use futures::future::BoxFuture;
use pve_client::Volume;
use serde::{Deserialize, Serialize};

use crate::backups::{Catalog, Place};
use crate::clusters::Cluster;
use crate::tasks::call::Ended;
use crate::tasks::context::StepContext;
use crate::tasks::kinds::guest::task_failed;
use crate::tasks::step::{Step, StepError};

/// Backups to be deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DeleteInput {
    /// The guest, which may be gone.
    pub guest: GuestId,
    /// What it is or was; `None` where its archives' names do not tell.
    pub kind: Option<GuestKind>,
    /// Its backups.
    pub backups: Vec<Doomed>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Doomed {
    /// Where it is.
    pub place: Place,
    /// A node that sees it.
    pub node: String,
    /// Its volume.
    pub volume: String,
}

pub(in crate::tasks::kinds) struct DeleteBackups {
    pub cluster: Cluster,
    pub catalog: Catalog,
    pub input: DeleteInput,
}

impl Step for DeleteBackups {
    fn name(&self) -> StepName {
        StepName::DeleteBackups
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            let count = self.input.backups.len().max(1);
            for (done, doomed) in self.input.backups.iter().enumerate() {
                cx.check()?;
                self.delete(cx, doomed).await?;
                cx.percent(u8::try_from((done + 1) * 100 / count).unwrap_or(100))
                    .await?;
            }
            Ok(())
        }
        .boxed()
    }
}

impl DeleteBackups {
    async fn delete(&self, cx: &mut StepContext, doomed: &Doomed) -> Result<(), StepError> {
        let Doomed { place, node, volume } = doomed;
        let client = &self.cluster.client;
        let ended = cx.settle(&self.cluster, volume).await?;
        let Some(found) = self.look(cx, doomed).await? else {
            self.catalog.deleted(&self.cluster.name, place, volume);
            return Ok(());
        };
        if found.protected {
            let volume = volume.clone();
            return Err(StepError::failed(Problem::BackupProtected { volume }));
        }
        let ended = match ended {
            Some(Ended::Failed(reason)) => Ended::Failed(reason),
            _ => {
                cx.change(&self.cluster, volume, || {
                    client.delete_volume(node, &place.storage, volume)
                })
                .await?
            }
        };
        match ended {
            Ended::Refused(error) if !error.is_not_found() => {
                return Err(StepError::proxmox(&self.cluster.name, &error));
            }
            Ended::Failed(reason) => return Err(task_failed("imgdel", reason)),
            _ => {}
        }
        if self.look(cx, doomed).await?.is_some() {
            let field = volume.clone();
            return Err(StepError::failed(Problem::ReadBackDiffers { field }));
        }
        self.catalog.deleted(&self.cluster.name, place, volume);
        let volume = volume.clone();
        cx.log(Progress::RemovedVolume { volume }).await
    }

    /// The backup as its storage lists it; `None` where it is gone.
    async fn look(&self, cx: &StepContext, doomed: &Doomed) -> Result<Option<Volume>, StepError> {
        let (client, storage) = (&self.cluster.client, &doomed.place.storage);
        let content = cx.ask_for(&self.cluster, || {
            client.storage_content(&doomed.node, storage, Some("backup"), Some(self.input.guest.vmid))
        });
        Ok(content.await?.into_iter().find(|one| one.volid == doomed.volume))
    }
}
