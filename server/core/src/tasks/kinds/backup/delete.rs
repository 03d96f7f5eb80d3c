//! Deletes backups of one guest. Each is looked at before: one that was protected meanwhile stays, and so does one that
//! is not the guest's.

use std::collections::BTreeMap;

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
            let before = self.there(cx).await?;
            let count = self.input.backups.len().max(1);
            for (done, doomed) in self.input.backups.iter().enumerate() {
                cx.check()?;
                self.delete(cx, doomed, &before).await?;
                cx.percent(u8::try_from((done + 1) * 100 / count).unwrap_or(100))
                    .await?;
            }
            let after = self.there(cx).await?;
            for doomed in &self.input.backups {
                if after.iter().any(|one| is_it(one, doomed)) {
                    let field = doomed.volume.clone();
                    return Err(StepError::failed(Problem::ReadBackDiffers { field }));
                }
                self.catalog
                    .deleted(&self.cluster.name, &doomed.place, &doomed.volume);
            }
            Ok(())
        }
        .boxed()
    }
}

impl DeleteBackups {
    async fn delete(
        &self,
        cx: &mut StepContext,
        doomed: &Doomed,
        before: &[(Place, Volume)],
    ) -> Result<(), StepError> {
        let Doomed { place, node, volume } = doomed;
        let client = &self.cluster.client;
        let ended = cx.settle(&self.cluster, volume).await?;
        let Some((_, found)) = before.iter().find(|one| is_it(one, doomed)) else {
            return Ok(());
        };
        // Proxmox refuses one that is protected since.
        if found.protected {
            let volume = volume.clone();
            return Err(StepError::failed(Problem::BackupProtected { volume }));
        }
        let ended = match ended {
            Some(ended @ (Ended::Failed(_) | Ended::Done)) => ended,
            _ => {
                cx.change(&self.cluster, volume, || {
                    client.delete_volume(node, &place.storage, volume)
                })
                .await?
            }
        };
        match ended {
            Ended::Refused(error) if !error.is_not_found() => {
                Err(StepError::proxmox(&self.cluster.name, &error))
            }
            Ended::Failed(reason) => Err(task_failed("imgdel", reason)),
            _ => {
                let volume = volume.clone();
                cx.log(Progress::RemovedVolume { volume }).await
            }
        }
    }

    /// What the storages hold of the guest: each is asked once, however many backups are deleted.
    async fn there(&self, cx: &StepContext) -> Result<Vec<(Place, Volume)>, StepError> {
        let places: BTreeMap<&Place, &str> = self
            .input
            .backups
            .iter()
            .map(|doomed| (&doomed.place, doomed.node.as_str()))
            .collect();
        let (client, vmid) = (&self.cluster.client, self.input.guest.vmid);
        let mut all = Vec::new();
        for (place, node) in places {
            let content = cx.ask_for(&self.cluster, || {
                client.storage_content(node, &place.storage, Some("backup"), Some(vmid))
            });
            all.extend(content.await?.into_iter().map(|one| (place.clone(), one)));
        }
        Ok(all)
    }
}

/// Whether what a storage lists is the backup that is to go.
fn is_it((place, volume): &(Place, Volume), doomed: &Doomed) -> bool {
    *place == doomed.place && volume.volid == doomed.volume
}
