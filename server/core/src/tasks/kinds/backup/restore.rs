//! What both ways of restoring share: looking at the backup, and the call from its sending to its end.

use drover_types::guest::GuestKind;
use drover_types::text::{Problem, Progress};
use pve_client::Restore;

use super::begin::Begin;
use super::reading::Reading;
use crate::backups::Place;
use crate::clusters::Cluster;
use crate::tasks::call::{Ended, Patience};
use crate::tasks::context::StepContext;
use crate::tasks::kinds::locked::locked;
use crate::tasks::step::StepError;

/// The one call of a restore.
pub(super) const RESTORE: &str = "restore";

/// The type of Proxmox's task.
pub(super) const fn task(kind: GuestKind) -> &'static str {
    match kind {
        GuestKind::Qemu => "qmrestore",
        GuestKind::Lxc => "vzrestore",
    }
}

/// Looks whether the backup is there still, as `node` sees it.
pub(super) async fn look(
    cx: &StepContext,
    cluster: &Cluster,
    node: &str,
    vmid: u32,
    (place, volume): (&Place, &str),
) -> Result<(), StepError> {
    let gone = || {
        let volume = volume.to_owned();
        StepError::failed(Problem::BackupNotFound { volume })
    };
    if place.node.as_deref().is_some_and(|own| own != node) {
        // The server has moved away from the storage of one node.
        return Err(gone());
    }
    let content = cx.ask_for(cluster, || {
        cluster
            .client
            .storage_content(node, &place.storage, Some("backup"), Some(vmid))
    });
    let is_there = content.await?.iter().any(|one| one.volid == volume);
    if is_there { Ok(()) } else { Err(gone()) }
}

/// Sends the call where that was not done, and waits for the end of its task.
///
/// # Errors
/// Where it fails; where something else held the guest it is sent again for a while.
pub(super) async fn carry_through(
    cx: &mut StepContext,
    call: &Begin<'_>,
    kind: GuestKind,
    how: &Restore,
    message: &Progress,
) -> Result<(), StepError> {
    let (client, node, vmid) = (&call.cluster.client, call.node, call.vmid);
    let mut patience = Patience::default();
    loop {
        let begun = call.task(cx, message, || async move {
            match kind {
                GuestKind::Qemu => client.restore_qemu(node, vmid, how).await,
                GuestKind::Lxc => client.restore_lxc(node, vmid, how).await,
            }
        });
        let upid = begun.await?;
        let (mut reading, limit) = (Reading::default(), cx.settings().backup_limit);
        let ended = cx
            .follow_log(call.cluster, (RESTORE, &upid), limit, &mut reading)
            .await?;
        // Whether one that Proxmox has forgotten came to something shows the guest.
        let Ended::Failed(reason) = ended else {
            return Ok(());
        };
        let Some(error) = locked(&reason) else {
            return Err(StepError::Failed {
                problem: reading.problem(&reason, how.storage.as_deref().unwrap_or_default(), call.task),
                cause: Some(reason),
            });
        };
        cx.forget(RESTORE).await?;
        cx.bide(call.cluster, &mut patience, &error).await?;
    }
}
