//! The firewall of all clusters at once, for a page.

use drover_types::firewall::{ClusterFirewall, FirewallOverview, Group, SilentCluster};
use drover_types::permission::Permission;
use futures::future::{join_all, try_join};

use super::service::Firewall;
use crate::context::OpContext;
use crate::error::Result;

impl Firewall {
    /// Every group, switch, set and alias. A cluster that does not tell is named, and keeps nothing from the others.
    ///
    /// # Errors
    /// [`Error::Denied`], or what is not a cluster's.
    pub async fn overview(&self, ctx: &OpContext) -> Result<FirewallOverview> {
        ctx.require(Permission::ViewAll)?;
        let asked = self
            .0
            .clusters
            .iter()
            .map(|cluster| self.of_cluster(ctx, &cluster.name));
        let answers = join_all(asked).await;
        let mut overview = FirewallOverview::default();
        for (cluster, answer) in self.0.clusters.iter().zip(answers) {
            match answer {
                Ok((groups, of_cluster)) => {
                    overview.groups.extend(groups);
                    overview.clusters.push(of_cluster);
                }
                Err(error) => {
                    let Some(problem) = error.of_cluster() else {
                        return Err(error);
                    };
                    tracing::warn!(%error, "a cluster did not tell its firewall");
                    let cluster = cluster.name.to_string();
                    overview.silent.push(SilentCluster { cluster, problem });
                }
            }
        }
        Ok(overview)
    }

    async fn of_cluster(&self, ctx: &OpContext, name: &str) -> Result<(Vec<Group>, ClusterFirewall)> {
        let named = Some(name);
        let addresses = try_join(self.ip_sets(ctx, named), self.aliases(ctx, named));
        let rest = try_join(self.cluster_options(ctx, named), addresses);
        let (groups, (options, (ip_sets, aliases))) = try_join(self.groups(ctx, named), rest).await?;
        let of_cluster = ClusterFirewall {
            cluster: name.to_owned(),
            options,
            ip_sets,
            aliases,
        };
        Ok((groups, of_cluster))
    }
}
