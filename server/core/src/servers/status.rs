//! How one guest is this moment, in Proxmox's own figures.

use drover_types::guest::{GuestKind, GuestRow, GuestStatus as Doing};
use drover_types::ids::GuestId;
use drover_types::permission::Permission;
use drover_types::text::Problem;
use pve_client::GuestStatus;

use super::service::{Servers, upstream};
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::inventory::guest_status;

/// A guest as Drover lists it, and as its node describes it now.
#[derive(Debug, Clone)]
pub struct ServerStatus {
    /// The row of the list, its status as the node says.
    pub row: GuestRow,
    /// What the node says.
    pub now: GuestStatus,
}

impl Servers {
    /// Asks the guest's node.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], or the cluster's.
    pub async fn status(&self, ctx: &OpContext, id: &GuestId) -> Result<ServerStatus> {
        ctx.require(Permission::ViewAll)?;
        let mut row = self.get(ctx, id).await?;
        let gone = || {
            Error::NotFound(Problem::ServerNotFound {
                server: id.to_string(),
            })
        };
        let cluster = self.cluster(Some(&id.cluster)).map_err(|_| gone())?;
        let asked = match row.kind {
            GuestKind::Qemu => cluster.client.qemu_status(&row.node, id.vmid).await,
            GuestKind::Lxc => cluster.client.lxc_status(&row.node, id.vmid).await,
        };
        match asked {
            Ok(now) => {
                row.status = doing(row.status, &now);
                Ok(ServerStatus { row, now })
            }
            Err(error) if error.is_not_found() => Err(gone()),
            Err(error) => Err(upstream(cluster)(error)),
        }
    }
}

/// What the node says: it knows before the picture does that a task has ended. That a guest is being made or
/// deleted only we know.
fn doing(listed: Doing, now: &GuestStatus) -> Doing {
    match listed {
        Doing::Creating | Doing::Deleting => listed,
        _ => guest_status(now.status, now.qmpstatus.as_deref(), now.lock.as_deref()),
    }
}
