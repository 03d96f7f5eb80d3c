//! Who has a group, by Proxmox's own rules: before it goes, nothing else counts.

use drover_types::ids::GuestId;
use drover_types::text::Problem;
use futures::stream::{self, StreamExt, TryStreamExt};
use pve_client::{FirewallOf, FirewallRule, GuestResource, Resource, ResourceType, RulesOf};

use super::service::Firewall;
use crate::clusters::Cluster;
use crate::context::Actor;
use crate::error::Result;
use crate::inventory::Inventory;
use crate::servers::upstream;

/// How many guests are asked at once.
const AT_ONCE: usize = 8;

/// A guest that has a group.
pub(super) struct User {
    pub id: GuestId,
    pub name: String,
    pub of: GuestResource,
}

/// Everything that names a group.
pub(super) struct Usage {
    /// The guests, by id.
    pub guests: Vec<User>,
    /// Nodes, and the cluster itself.
    pub elsewhere: Vec<String>,
}

impl Usage {
    /// Why the group can't go: it names the servers that the actor reaches, and counts the others.
    pub(super) fn problem(&self, actor: &Actor, inventory: &Inventory, group: &str) -> Problem {
        let seen = |user: &&User| {
            actor.grants.reach().is_everything() || inventory.guest_of(actor, &user.id).is_some()
        };
        let names = self.guests.iter().filter(seen).map(|user| user.name.clone());
        let servers: Vec<String> = names.chain(self.elsewhere.iter().cloned()).collect();
        let shown = servers.len() - self.elsewhere.len();
        Problem::FirewallGroupInUse {
            name: group.to_owned(),
            servers,
            others: u32::try_from(self.guests.len() - shown).unwrap_or(u32::MAX),
        }
    }
}

impl Firewall {
    /// Asks every guest and every node of the cluster whether it names the group. One that can't be asked is an
    /// error: it may.
    pub(super) async fn usage(&self, cluster: &Cluster, group: &str) -> Result<Usage> {
        let client = &cluster.client;
        let names = |rules: &[FirewallRule]| rules.iter().any(|rule| rule.spec.group_name() == Some(group));
        let all = client.cluster_resources(Some(ResourceType::Vm)).await;
        let mut all: Vec<GuestResource> = all
            .map_err(upstream(cluster))?
            .into_iter()
            .filter_map(|one| match one {
                Resource::Guest(guest) => Some(guest),
                _ => None,
            })
            .collect();
        all.sort_by_key(|guest| guest.vmid);
        let asked = stream::iter(all.into_iter().map(|guest| async move {
            let read = client
                .guest_firewall_rules(guest.kind, &guest.node, guest.vmid)
                .await;
            match read {
                Ok(rules) => Ok(Some((guest, rules))),
                Err(error) if error.is_not_found() => Ok(None),
                Err(error) => Err(upstream(cluster)(error)),
            }
        }));
        let asked: Vec<_> = asked.buffered(AT_ONCE).try_collect().await?;
        let users = asked.into_iter().flatten().filter(|(_, rules)| names(rules));
        let guests = users
            .map(|(of, _)| User {
                id: GuestId::new(cluster.name.to_string(), of.vmid),
                name: of.name.clone().unwrap_or_else(|| of.vmid.to_string()),
                of,
            })
            .collect();
        let mut elsewhere = Vec::new();
        let own = client
            .firewall_rules(RulesOf::Firewall(FirewallOf::Cluster))
            .await;
        if names(&own.map_err(upstream(cluster))?) {
            elsewhere.push(cluster.name.to_string());
        }
        for node in client.nodes().await.map_err(upstream(cluster))? {
            let of = RulesOf::Firewall(FirewallOf::Node(&node.node));
            if names(&client.firewall_rules(of).await.map_err(upstream(cluster))?) {
                elsewhere.push(node.node);
            }
        }
        Ok(Usage { guests, elsewhere })
    }
}
