//! When schedules fall due. Proxmox reads them by the clock of the node that starts the job, and only Proxmox: so the
//! days on which clocks are set forward and back are as they will be.

use std::collections::BTreeSet;
use std::sync::PoisonError;
use std::time::Duration;

use drover_types::backup::NextRuns;
use drover_types::permission::Permission;
use drover_types::text::Problem;
use futures::future::join_all;
use tokio::time::Instant;

use super::service::Backups;
use crate::clusters::Cluster;
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::servers::upstream;

/// How many of the next runs are told.
const RUNS: u32 = 5;
/// For how long the zones of a cluster's clocks are taken for true: nodes move seldom.
const BELIEVED: Duration = Duration::from_mins(10);

impl Backups {
    /// When a schedule falls due next, as Proxmox reads it, and by the clocks of which zones.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Limited`], [`Error::Invalid`] where Proxmox can't read it, or the cluster's.
    pub async fn next_runs(&self, ctx: &OpContext, cluster: &str, schedule: &str) -> Result<NextRuns> {
        ctx.require_for_all(Permission::BackupManagement)?;
        let cluster = self.0.clusters.named(Some(cluster))?;
        if schedule.is_empty() {
            return Err(Error::field("schedule", Problem::Required));
        }
        Ok(NextRuns {
            runs: runs(cluster, schedule).await?,
            zones: self.zones(cluster).await,
        })
    }

    /// The time zones of a cluster's nodes; those that don't tell are left out.
    async fn zones(&self, cluster: &Cluster) -> Vec<String> {
        let known = {
            let all = self.0.zones.lock().unwrap_or_else(PoisonError::into_inner);
            all.get(&*cluster.name).cloned()
        };
        if let Some((at, zones)) = known
            && at.elapsed() < BELIEVED
        {
            return zones;
        }
        let picture = self.0.inventory.snapshot();
        let nodes = picture.nodes.iter();
        let nodes = nodes.filter(|node| *node.cluster == *cluster.name && node.online);
        let asked = join_all(nodes.map(|node| cluster.client.node_zone(&node.name))).await;
        let told = asked.into_iter().filter_map(|answer| {
            answer
                .inspect_err(|error| tracing::debug!(%error, "a node does not tell its time zone"))
                .ok()
        });
        let zones: BTreeSet<String> = told.collect();
        let zones: Vec<String> = zones.into_iter().collect();
        if !zones.is_empty() {
            let mut all = self.0.zones.lock().unwrap_or_else(PoisonError::into_inner);
            all.insert(cluster.name.to_string(), (Instant::now(), zones.clone()));
        }
        zones
    }
}

/// The next runs of a schedule, in seconds since 1970.
///
/// # Errors
/// [`Error::Invalid`] where Proxmox can't read it, or the cluster's.
pub(super) async fn runs(cluster: &Cluster, schedule: &str) -> Result<Vec<i64>> {
    match cluster.client.analyze_schedule(schedule, None, RUNS).await {
        Err(
            pve_client::Error::Invalid { .. }
            | pve_client::Error::Api {
                status: 400 | 500, ..
            },
        ) => {
            let given = schedule.to_owned();
            Err(Error::field("schedule", Problem::InvalidSchedule { given }))
        }
        other => other.map_err(upstream(cluster)),
    }
}
