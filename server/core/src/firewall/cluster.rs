//! The switch and the policies of a cluster's firewall, and the macros that its rules may name.

use drover_types::audit::{Action, FieldChanges};
use drover_types::firewall::{ClusterChange, ClusterOptions, Macro};
use drover_types::ids::GuestId;
use drover_types::permission::Permission;
use drover_types::text::Problem;
use pve_client::{ConfigChange, FirewallOf};

use super::service::Firewall;
use super::{conflict, rules, wire};
use crate::audit::changed;
use crate::clusters::Cluster;
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::servers::upstream;

impl Firewall {
    /// The options of a cluster's firewall.
    ///
    /// # Errors
    /// [`Error::Denied`], or the cluster's.
    pub async fn cluster_options(&self, ctx: &OpContext, cluster: Option<&str>) -> Result<ClusterOptions> {
        ctx.require(Permission::ViewAll)?;
        read(self.0.clusters.named(cluster)?).await
    }

    /// Changes the options of a cluster's firewall. Switching it on filters every guest and node whose own switch is
    /// on: nothing else in Drover does it.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Limited`], [`Error::Invalid`], [`Error::Edited`] where they are not those of
    /// `digest` any more, or the cluster's.
    pub async fn change_cluster(
        &self,
        ctx: &OpContext,
        cluster: Option<&str>,
        change: &ClusterChange,
    ) -> Result<ClusterOptions> {
        let actor = ctx.require_for_all(Permission::ManageFirewallGroups)?;
        let cluster = self.0.clusters.named(cluster)?;
        let before = read(cluster).await?;
        let known = change.digest.as_ref().unwrap_or(&before.digest);
        let mut update = ConfigChange::new();
        if let Some(on) = change.enabled {
            update = update.set("enable", u8::from(on));
        }
        for (key, policy) in [("policy_in", change.policy_in), ("policy_out", change.policy_out)] {
            if let Some(policy) = policy {
                update = update.set(key, policy);
            }
        }
        if update.is_empty() {
            return Err(Error::field("enabled", Problem::Required));
        }
        if !known.is_empty() {
            update = update.digest(known);
        }
        let sent = cluster
            .client
            .change_firewall_options(FirewallOf::Cluster, &update)
            .await;
        if let Err(error) = sent {
            if error.is_stale_digest() {
                return Err(conflict::edited(change, &read(cluster).await?)?);
            }
            return Err(conflict::refused(cluster, error));
        }
        let after = read(cluster).await?;
        if change.enabled.is_some_and(|on| on != after.enabled) {
            return Err(Error::Conflict(Problem::ReadBackDiffers {
                field: "enabled".to_owned(),
            }));
        }
        let mut changes = FieldChanges::new();
        changed(
            &mut changes,
            "enabled",
            Some(&before.enabled),
            Some(&after.enabled),
        );
        changed(
            &mut changes,
            "policy_in",
            Some(&before.policy_in),
            Some(&after.policy_in),
        );
        changed(
            &mut changes,
            "policy_out",
            Some(&before.policy_out),
            Some(&after.policy_out),
        );
        let action = Action::ChangeClusterFirewall;
        self.record(actor, action, &cluster.name, changes, None).await?;
        Ok(after)
    }

    /// That the switch of a server's cluster is off, where it is; for somebody who has found the server.
    ///
    /// # Errors
    /// The cluster's.
    pub async fn cluster_is_off(&self, guest: &GuestId) -> Result<Option<Problem>> {
        let cluster = self.0.clusters.named(Some(&guest.cluster))?;
        let is_on = read(cluster).await?.enabled;
        let cluster = cluster.name.to_string();
        Ok((!is_on).then_some(Problem::ClusterFirewallOff { cluster }))
    }

    /// The macros that a cluster's rules may name.
    ///
    /// # Errors
    /// [`Error::Denied`], or the cluster's.
    pub async fn macros(&self, ctx: &OpContext, cluster: Option<&str>) -> Result<Vec<Macro>> {
        ctx.require(Permission::ViewAll)?;
        rules::macros(self.0.clusters.named(cluster)?).await
    }
}

async fn read(cluster: &Cluster) -> Result<ClusterOptions> {
    let options = cluster.client.firewall_options(FirewallOf::Cluster).await;
    Ok(wire::cluster_options(&options.map_err(upstream(cluster))?))
}
