//! Deletes the guest with its disks. It is looked at before each call: only the guest that was meant is deleted, and
//! once it is gone nothing is sent any more.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use drover_types::task::StepName;
use drover_types::text::{Problem, Progress};
use futures::FutureExt;
use futures::future::BoxFuture;
use pve_client::{DeleteGuest, GuestKind};

use super::found::Found;
use super::input::{Machine, Removal};
use crate::tasks::call::{Ended, Patience};
use crate::tasks::context::StepContext;
use crate::tasks::journal::Past;
use crate::tasks::kinds::guest::{self, task_failed};
use crate::tasks::kinds::locked::locked;
use crate::tasks::step::{Step, StepError};

const DESTROY: &str = "destroy";
/// How often it is asked for, beside the times when something else held the guest.
const ROUNDS: i32 = 3;

pub(super) struct Destroy(pub Arc<Removal>);

impl Step for Destroy {
    fn name(&self) -> StepName {
        StepName::Destroy
    }

    fn weight(&self) -> u32 {
        3
    }

    fn finishes(&self) -> bool {
        true
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            match &self.0.input.machine {
                Some(machine) => self.destroy(cx, machine).await,
                None => Ok(()),
            }
        }
        .boxed()
    }
}

impl Destroy {
    async fn destroy(&self, cx: &mut StepContext, machine: &Machine) -> Result<(), StepError> {
        let Removal { cluster, input } = &*self.0;
        if cx.past(DESTROY) == Past::Never {
            // Half a guest would be left of one whose deletion is called off later.
            cx.heed_cancel()?;
        }
        let mut patience = Patience::default();
        let mut ended = cx.settle(cluster, DESTROY).await?;
        let mut counted = 0_i32;
        loop {
            match ended.take() {
                None | Some(Ended::Done | Ended::Lost) => {}
                Some(Ended::Unanswered(at)) => self.let_it_arrive(cx, &machine.node, at).await?,
                Some(Ended::Refused(error)) if error.is_not_found() => {}
                Some(Ended::Refused(error)) => {
                    let problem = problem_of(&error.to_string());
                    return Err(problem.map_or_else(
                        || StepError::proxmox(&cluster.name, &error),
                        |problem| StepError::Failed {
                            problem,
                            cause: Some(error.to_string()),
                        },
                    ));
                }
                Some(Ended::Failed(reason)) => {
                    if let Some(error) = locked(&reason) {
                        cx.bide(cluster, &mut patience, &error).await?;
                        counted -= 1;
                    } else if let Some(problem) = problem_of(&reason) {
                        let cause = Some(reason);
                        return Err(StepError::Failed { problem, cause });
                    } else if !matches!(self.0.find(cx).await?, Found::Nobody) {
                        return Err(task_failed(kind_of_task(machine.kind()), reason));
                    }
                }
            }
            let node = match self.0.find(cx).await? {
                Found::Nobody => return Ok(()),
                Found::Another if cx.past(DESTROY) != Past::Never => {
                    // Ours is gone, and somebody was quick to take its id.
                    let guest = input.guest.clone();
                    return cx.log(Progress::LeftAlone { guest }).await;
                }
                Found::Changed | Found::Another => return Err(StepError::failed(Problem::GuestReplaced)),
                Found::Same { node, .. } => node,
            };
            if counted >= ROUNDS {
                return Err(StepError::failed(Problem::ReadBackDiffers {
                    field: "status".to_owned(),
                }));
            }
            ended = Some(self.send(cx, machine.kind(), &node).await?);
            counted += 1;
        }
    }

    async fn send(&self, cx: &mut StepContext, kind: GuestKind, node: &str) -> Result<Ended, StepError> {
        let Removal { cluster, input } = &*self.0;
        let (client, vmid) = (&cluster.client, input.guest.vmid);
        let guest = input.guest.clone();
        cx.log(Progress::DeletingGuest { guest }).await?;
        let how = DeleteGuest {
            purge: true,
            destroy_unreferenced_disks: true,
        };
        cx.change(cluster, DESTROY, || async {
            match kind {
                GuestKind::Qemu => client.delete_qemu(node, vmid, how).await,
                GuestKind::Lxc => client.delete_lxc(node, vmid, how).await,
            }
            .map(Some)
        })
        .await
    }

    /// Waits until a call that was sent at `at`, if at all, can't arrive any more, and what it started has ended:
    /// it must not meet a guest that gets the id later.
    async fn let_it_arrive(&self, cx: &StepContext, node: &str, at: DateTime<Utc>) -> Result<(), StepError> {
        let late = cx.settings().late_call;
        let left = (at + late - cx.now()).to_std().unwrap_or_default();
        cx.pause(left.min(late)).await?;
        guest::quiet(cx, &self.0.cluster, node, self.0.input.guest.vmid).await
    }
}

const fn kind_of_task(kind: GuestKind) -> &'static str {
    match kind {
        GuestKind::Qemu => "qmdestroy",
        GuestKind::Lxc => "vzdestroy",
    }
}

/// Why Proxmox does not delete, by the words of `PVE::QemuConfig::check_protection` and
/// `PVE::QemuServer::destroy_vm`.
fn problem_of(reason: &str) -> Option<Problem> {
    if reason.contains("protection mode enabled") {
        Some(Problem::GuestProtected)
    } else if reason.contains("is still in use by linked clone") {
        Some(Problem::TemplateInUse)
    } else {
        None
    }
}
