//! Takes away a guest that a task has made and that is to be gone again. The caller has made sure that it is its own.

use pve_client::{ConfigChange, DeleteGuest, GuestKind, GuestState};

use super::guest::{self, task_failed};
use crate::clusters::Cluster;
use crate::tasks::call::Ended;
use crate::tasks::context::StepContext;
use crate::tasks::step::StepError;

const STOP: &str = "stop";
const UNPROTECT: &str = "unprotect";
const DELETE: &str = "delete";

/// Switches it off where it runs, and deletes it with its disks.
pub(super) async fn delete(
    cx: &mut StepContext,
    cluster: &Cluster,
    kind: GuestKind,
    (node, vmid): (&str, u32),
) -> Result<(), StepError> {
    let client = &cluster.client;
    let status = cx.ask_for(cluster, || async {
        match kind {
            GuestKind::Qemu => client.qemu_status(node, vmid).await,
            GuestKind::Lxc => client.lxc_status(node, vmid).await,
        }
    });
    if status.await?.status == GuestState::Running {
        let ended = cx.change(cluster, STOP, || async {
            match kind {
                GuestKind::Qemu => client.stop_qemu(node, vmid).await,
                GuestKind::Lxc => client.stop_lxc(node, vmid).await,
            }
            .map(Some)
        });
        let ended = ended.await?;
        succeeded(&cluster.name, "qmstop", ended)?;
    }
    unprotect(cx, cluster, kind, (node, vmid)).await?;
    let how = DeleteGuest {
        purge: true,
        destroy_unreferenced_disks: true,
    };
    let ended = cx.change(cluster, DELETE, || async {
        match kind {
            GuestKind::Qemu => client.delete_qemu(node, vmid, how).await,
            GuestKind::Lxc => client.delete_lxc(node, vmid, how).await,
        }
        .map(Some)
    });
    let ended = ended.await?;
    if matches!(ended, Ended::Unanswered(_)) {
        return guest::quiet(cx, cluster, node, vmid).await;
    }
    succeeded(&cluster.name, "qmdestroy", ended)
}

/// What comes from a protected guest is protected too.
async fn unprotect(
    cx: &mut StepContext,
    cluster: &Cluster,
    kind: GuestKind,
    (node, vmid): (&str, u32),
) -> Result<(), StepError> {
    let config = guest::config_of(cx, cluster, kind, (node, vmid)).await?;
    if config.is_none_or(|config| !config.is_protected()) {
        return Ok(());
    }
    let (client, change) = (&cluster.client, ConfigChange::new().delete("protection"));
    let ended = cx.change(cluster, UNPROTECT, || async {
        match kind {
            GuestKind::Qemu => client.update_qemu(node, vmid, &change).await,
            GuestKind::Lxc => client.update_lxc(node, vmid, &change).await,
        }
        .map(|()| None)
    });
    let ended = ended.await?;
    succeeded(&cluster.name, "qmconfig", ended)
}

/// Whether a call did what it was for, as far as is known.
fn succeeded(cluster: &str, kind: &str, ended: Ended) -> Result<(), StepError> {
    match ended {
        Ended::Done | Ended::Lost | Ended::Unanswered(_) => Ok(()),
        Ended::Refused(error) if error.is_not_found() => Ok(()),
        Ended::Refused(error) => Err(StepError::proxmox(cluster, &error)),
        Ended::Failed(reason) => Err(task_failed(kind, reason)),
    }
}
