//! A guest's figures over time, as Proxmox keeps them.

use drover_types::guest::{GuestKind, GuestRow};
use drover_types::ids::GuestId;
use drover_types::metrics::{GuestMetrics, Timeframe};
use drover_types::text::Problem;
use pve_client::RrdPoint;

use super::service::{Servers, upstream};
use crate::context::OpContext;
use crate::error::{Error, Result};

impl Servers {
    /// A guest's figures over `timeframe`.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], or the cluster's.
    pub async fn metrics(&self, ctx: &OpContext, id: &GuestId, timeframe: Timeframe) -> Result<GuestMetrics> {
        let row = self.get(ctx, id).await?;
        self.0.inventory.attend(id);
        Ok(side_by_side(&self.rrd(&row, timeframe).await?))
    }

    /// What Proxmox keeps of a guest's figures over `timeframe`.
    ///
    /// # Errors
    /// [`Error::NotFound`], or the cluster's.
    pub(crate) async fn rrd(&self, row: &GuestRow, timeframe: Timeframe) -> Result<Vec<RrdPoint>> {
        let id = &row.id;
        let gone = || {
            Error::NotFound(Problem::ServerNotFound {
                server: id.to_string(),
            })
        };
        let cluster = self.cluster(Some(&id.cluster)).map_err(|_| gone())?;
        let kind = match row.kind {
            GuestKind::Qemu => pve_client::GuestKind::Qemu,
            GuestKind::Lxc => pve_client::GuestKind::Lxc,
        };
        let span = match timeframe {
            Timeframe::Hour => pve_client::Timeframe::Hour,
            Timeframe::Day => pve_client::Timeframe::Day,
            Timeframe::Week => pve_client::Timeframe::Week,
            Timeframe::Month => pve_client::Timeframe::Month,
            Timeframe::Year => pve_client::Timeframe::Year,
        };
        match cluster.client.guest_rrddata(kind, &row.node, id.vmid, span).await {
            Ok(points) => Ok(points),
            Err(error) if error.is_not_found() => Err(gone()),
            Err(error) => Err(upstream(cluster)(error)),
        }
    }
}

fn side_by_side(points: &[RrdPoint]) -> GuestMetrics {
    let column = |name: &str| points.iter().map(|point| point.get(name)).collect::<Vec<_>>();
    let percent = |share: Option<f64>| share.map(|share| share * 100.0);
    GuestMetrics {
        times: points.iter().map(|point| point.time).collect(),
        cpu_percent: column("cpu").into_iter().map(percent).collect(),
        memory_used: column("mem"),
        memory_total: column("maxmem"),
        network_in: column("netin"),
        network_out: column("netout"),
        disk_read: column("diskread"),
        disk_write: column("diskwrite"),
    }
}
