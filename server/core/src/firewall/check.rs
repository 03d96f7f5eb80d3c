//! Would a connection pass? Reads what decides from Proxmox this moment, and asks the evaluator.

use drover_types::firewall::{Question, SetScope, Verdict};
use drover_types::guest::GuestKind;
use drover_types::ids::GuestId;
use drover_types::permission::Permission;
use futures::try_join;
use pve_client::FirewallOf;

use super::aliases::read_aliases;
use super::evaluate::{Scene, evaluate};
use super::ip_sets::read_sets;
use super::service::Firewall;
use crate::context::OpContext;
use crate::error::{Error, Result};

impl Firewall {
    /// What becomes of a new connection to or from a server, and what decides.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::Invalid`] for the question, or the cluster's.
    pub async fn check(&self, ctx: &OpContext, guest: &GuestId, question: &Question) -> Result<Verdict> {
        let actor = ctx.require(Permission::ViewAll)?;
        let problems = question.problems();
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        let row = self.0.servers.row(actor, guest).await?;
        let cluster = self.0.clusters.named(Some(&guest.cluster))?;
        let kind = match row.kind {
            GuestKind::Qemu => pve_client::GuestKind::Qemu,
            GuestKind::Lxc => pve_client::GuestKind::Lxc,
        };
        let of = FirewallOf::Guest {
            kind,
            node: &row.node,
            vmid: row.id.vmid,
        };
        let all = FirewallOf::Cluster;
        let (card, mut sets, own_sets, mut aliases, own_aliases) = try_join!(
            self.card(actor, cluster, &row),
            read_sets(cluster, all, SetScope::Cluster),
            read_sets(cluster, of, SetScope::Guest),
            read_aliases(cluster, all, SetScope::Cluster),
            read_aliases(cluster, of, SetScope::Guest),
        )?;
        sets.extend(own_sets);
        aliases.extend(own_aliases);
        let scene = Scene {
            cluster: &cluster.name,
            cluster_options: &card.cluster,
            node_options: &card.node,
            kind: row.kind,
            guest_options: &card.firewall.options,
            nics: &card.firewall.nics,
            chain: &card.firewall.chain,
            groups: &card.firewall.groups,
            sets: &sets,
            aliases: &aliases,
        };
        Ok(evaluate(&scene, question))
    }
}
