//! What would happen where a server is deleted now. Touches nothing.

use drover_types::action::GuestAction;
use drover_types::guest::{GuestKind as Kind, GuestStatus};
use drover_types::ids::GuestId;
use drover_types::removal::{DeletePlan, Reference, RemovedDisk};
use drover_types::text::Problem;
use pve_client::{GuestKind, Volume};

use super::service::{Servers, upstream};
use crate::context::OpContext;
use crate::error::Result;
use crate::store::tasks;
use crate::tasks::Goes;

impl Servers {
    /// The plan.
    ///
    /// # Errors
    /// [`Error::Denied`](crate::Error::Denied), [`Error::NotFound`](crate::Error::NotFound), or the cluster's. What
    /// forbids the deletion is part of the plan.
    pub async fn plan_delete(&self, ctx: &OpContext, guest: &GuestId) -> Result<DeletePlan> {
        let action = GuestAction::Delete;
        let actor = ctx.require_any(action.permissions())?;
        let row = self.row(actor, guest).await?;
        let config = self.config(&row).await?;
        let cluster = self.cluster(Some(&guest.cluster))?;
        let goes = Goes {
            cluster,
            kind: match row.kind {
                Kind::Qemu => GuestKind::Qemu,
                Kind::Lxc => GuestKind::Lxc,
            },
            node: &row.node,
            vmid: guest.vmid,
            pool: row.pool.as_deref(),
        };
        let (references, volumes) =
            tokio::try_join!(self.references(&goes), goes.volumes()).map_err(upstream(cluster))?;
        let refusal = match tasks::unended_of(&self.0.db, guest).await? {
            Some(task) => Some(Problem::TaskInTheWay { task }),
            None if config.is_protected() => Some(Problem::GuestProtected),
            None => action.refusal(&row, &actor.grants),
        };
        Ok(DeletePlan {
            guest: guest.clone(),
            kind: row.kind,
            stops_first: !matches!(row.status, GuestStatus::Stopped | GuestStatus::Suspended),
            disks: with_volumes(goes.disks(&config), &volumes),
            references,
            refusal,
            name: row.name,
            node: row.node.clone(),
        })
    }

    async fn references(&self, goes: &Goes<'_>) -> pve_client::Result<Vec<Reference>> {
        let client = &goes.cluster.client;
        let status = match goes.kind {
            GuestKind::Qemu => client.qemu_status(goes.node, goes.vmid).await?,
            GuestKind::Lxc => client.lxc_status(goes.node, goes.vmid).await?,
        };
        goes.references(&status).await
    }
}

/// The disks of the configuration, then the volumes with the guest's id that it does not name.
fn with_volumes(mut disks: Vec<RemovedDisk>, volumes: &[Volume]) -> Vec<RemovedDisk> {
    for volume in volumes {
        match disks.iter_mut().find(|disk| disk.volume == volume.volid) {
            Some(disk) => disk.size_bytes = disk.size_bytes.or(volume.size),
            None if volume.volid.ends_with("cloudinit") || volume.volid.contains("cloudinit.") => {}
            None => disks.push(RemovedDisk {
                interface: None,
                volume: volume.volid.clone(),
                size_bytes: volume.size,
            }),
        }
    }
    disks
}
