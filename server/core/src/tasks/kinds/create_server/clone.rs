//! Clones the template to the reserved id, and deletes the clone again.

use std::sync::Arc;

use drover_types::task::StepName;
use drover_types::text::{Problem, Progress};
use futures::FutureExt;
use futures::future::BoxFuture;
use pve_client::{CloneQemu, GuestKind};
use tokio::time::Instant;

use super::holder::{Holder, QMCLONE, clones_over, holder};
use super::plan::Plan;
use crate::store::reservations::{self, Reservation};
use crate::tasks::call::Ended;
use crate::tasks::context::StepContext;
use crate::tasks::journal::Past;
use crate::tasks::kinds::guest::{self, task_failed};
use crate::tasks::kinds::made;
use crate::tasks::kinds::reserve::{self, reserved};
use crate::tasks::step::{Step, StepError};

/// The clone itself.
const CLONE: &str = "clone";
/// Notes that a clone was once sent without an answer, and when.
const LATE: &str = "late";
/// How often a clone is sent.
const ROUNDS: u32 = 20;

pub(super) struct CloneTemplate(pub Arc<Plan>);

impl Step for CloneTemplate {
    fn name(&self) -> StepName {
        StepName::Clone
    }

    fn weight(&self) -> u32 {
        10
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        self.clone_template(cx).boxed()
    }

    fn undo<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        self.remove(cx).boxed()
    }
}

impl CloneTemplate {
    async fn clone_template(&self, cx: &mut StepContext) -> Result<(), StepError> {
        for _ in 0..ROUNDS {
            let reserved = reserved(cx).await?;
            let ended = match cx.past(CLONE) {
                Past::Never => self.send(cx, &reserved).await?,
                _ => cx.settle(&self.0.cluster, CLONE).await?.unwrap_or(Ended::Done),
            };
            let taken = match ended {
                Ended::Done => false,
                Ended::Lost => {
                    self.let_late_ones_end(cx).await?;
                    false
                }
                Ended::Unanswered(at) => {
                    cx.note(LATE, at).await?;
                    clones_over(&self.0, cx, at).await?;
                    match holder(&self.0, cx, &reserved).await? {
                        Holder::Nobody => {
                            cx.forget(CLONE).await?;
                            continue;
                        }
                        Holder::Ours { .. } => false,
                        Holder::Other => true,
                    }
                }
                Ended::Refused(error) if error.is_vmid_taken() => true,
                Ended::Refused(error) => return Err(StepError::proxmox(&self.0.cluster.name, &error)),
                Ended::Failed(reason) if is_taken(&reason) => true,
                Ended::Failed(reason) => return Err(task_failed(QMCLONE, reason)),
            };
            if taken {
                // It may have been taken by a clone of this very task that arrived late.
                self.let_late_ones_end(cx).await?;
            }
            match holder(&self.0, cx, &reserved).await? {
                Holder::Ours { node, lock, .. } => return self.keep(cx, &reserved, &node, lock).await,
                Holder::Nobody if taken => cx.forget(CLONE).await?,
                Holder::Nobody => {
                    return Err(StepError::failed(Problem::ProxmoxTaskLost {
                        kind: QMCLONE.to_owned(),
                    }));
                }
                Holder::Other => reserve::next(&self.0.cluster, cx, reserved.guest.vmid, CLONE).await?,
            }
        }
        Err(StepError::failed(Problem::NoFreeVmid))
    }

    async fn send(&self, cx: &mut StepContext, reserved: &Reservation) -> Result<Ended, StepError> {
        let Plan { cluster, input, .. } = &*self.0;
        let guest = reserved.guest.clone();
        let template = input.template_name.clone();
        cx.log(Progress::Cloning { template, guest }).await?;
        let into = CloneQemu {
            newid: reserved.guest.vmid,
            name: Some(input.name.clone()),
            description: Some(input.marked_description(cx.task())),
            full: Some(true),
            storage: input.clone_storage.clone(),
            target: (reserved.node != input.template_node).then(|| reserved.node.clone()),
            ..CloneQemu::default()
        };
        cx.change(cluster, CLONE, || async {
            cluster
                .client
                .clone_qemu(&input.template_node, input.template, &into)
                .await
                .map(Some)
        })
        .await
    }

    async fn let_late_ones_end(&self, cx: &StepContext) -> Result<(), StepError> {
        match cx.past(LATE) {
            Past::Unanswered(at) => clones_over(&self.0, cx, at).await,
            _ => Ok(()),
        }
    }

    /// Waits until Proxmox lets go of the new guest, and notes that it is there.
    async fn keep(
        &self,
        cx: &mut StepContext,
        reserved: &Reservation,
        node: &str,
        mut lock: Option<String>,
    ) -> Result<(), StepError> {
        let since = Instant::now();
        while let Some(name) = lock {
            if since.elapsed() >= cx.settings().lock_patience {
                return Err(StepError::failed(Problem::GuestLocked { lock: name }));
            }
            cx.pause(cx.settings().proxmox_poll).await?;
            let config = guest::config(cx, &self.0.cluster, node, reserved.guest.vmid).await?;
            let config = config.ok_or_else(|| StepError::failed(Problem::GuestGone))?;
            lock = config.lock().map(str::to_owned);
        }
        let mut write = cx.write().await?;
        reservations::set_made(&mut write.tx, cx.task()).await?;
        write.commit().await?;
        Ok(())
    }

    /// Stops the clone and deletes what is there of it, if it is this task's.
    async fn remove(&self, cx: &mut StepContext) -> Result<(), StepError> {
        let cluster = &self.0.cluster;
        cx.halt(cluster).await?;
        for key in [CLONE, LATE] {
            if let Past::Unanswered(at) = cx.past(key) {
                // What was sent may still arrive; after that it shows as a running clone.
                let late = cx.settings().late_call;
                let left = at + late - cx.now();
                cx.pause(left.to_std().unwrap_or_default().min(late)).await?;
                clones_over(&self.0, cx, at).await?;
            }
        }
        let Some(reserved) = reservations::of(cx.db(), cx.task()).await? else {
            return Ok(());
        };
        let vmid = reserved.guest.vmid;
        match holder(&self.0, cx, &reserved).await? {
            Holder::Nobody => Ok(()),
            Holder::Other => {
                cx.log(Progress::LeftAlone {
                    guest: reserved.guest,
                })
                .await
            }
            Holder::Ours { node, .. } => {
                guest::quiet(cx, cluster, &node, vmid).await?;
                made::delete(cx, cluster, GuestKind::Qemu, (&node, vmid)).await?;
                match holder(&self.0, cx, &reserved).await? {
                    Holder::Ours { lock, .. } => Err(StepError::failed(Problem::GuestLocked {
                        lock: lock.unwrap_or_default(),
                    })),
                    _ => {
                        cx.log(Progress::RemovedGuest {
                            guest: reserved.guest,
                        })
                        .await
                    }
                }
            }
        }
    }
}

/// Whether a clone or a restore failed because its id was taken, by the words of
/// `PVE::AbstractConfig::create_and_lock_config`.
pub(in crate::tasks::kinds) fn is_taken(reason: &str) -> bool {
    reason.contains("config file already exists")
        || (reason.contains("unable to create VM") && reason.contains("already exists"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_id_is_told_from_other_failures() {
        assert!(is_taken("unable to create VM 101: config file already exists"));
        assert!(is_taken(
            "clone failed: unable to create VM 101 - VM 101 already exists on node 'pve2'"
        ));
        assert!(!is_taken("clone failed: disk went away"));
    }
}
