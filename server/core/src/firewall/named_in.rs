//! Where a set or an alias of a cluster is named. Proxmox deletes and renames them whoever names them
//! (`PVE::API2::Firewall::IPSet`, `::Aliases`) and leaves a rule out that it then can't make sense of, so that is asked
//! before. The lists of guests are not: that would be a call for each.

use drover_types::firewall::{NamedIn, SetScope};
use drover_types::text::Problem;
use futures::stream::{self, StreamExt, TryStreamExt};
use pve_client::{FirewallOf, FirewallRule, RulesOf};

use super::ip_sets::read_sets;
use super::service::Firewall;
use crate::clusters::Cluster;
use crate::error::{Error, Result};
use crate::servers::upstream;

/// How many groups are read at once.
const AT_ONCE: usize = 8;

/// What is named.
#[derive(Clone, Copy)]
pub(super) enum Named<'a> {
    Set(&'a str),
    Alias(&'a str),
}

impl Named<'_> {
    /// Whether this is its name, with the cluster's prefix or without.
    fn is(self, text: &str) -> bool {
        let (text, name) = match self {
            Self::Set(name) => match text.strip_prefix('+') {
                Some(text) => (text, name),
                None => return false,
            },
            Self::Alias(name) => (text, name),
        };
        text.strip_prefix("dc/")
            .unwrap_or(text)
            .eq_ignore_ascii_case(name)
    }

    fn is_in(self, rules: &[FirewallRule]) -> bool {
        let is = |text: &Option<String>| text.as_deref().is_some_and(|text| self.is(text));
        rules
            .iter()
            .any(|rule| is(&rule.spec.source) || is(&rule.spec.dest))
    }
}

impl Firewall {
    /// Fails where a rule of a group, of a node or of the cluster itself, or a line of a set, names this.
    pub(super) async fn unused(&self, cluster: &Cluster, named: Named<'_>) -> Result<()> {
        let client = &cluster.client;
        let all = client.firewall_groups().await.map_err(upstream(cluster))?;
        let asked = stream::iter(all.into_iter().map(|group| async move {
            let rules = client.firewall_rules(RulesOf::Group(&group.group)).await;
            match rules {
                Ok(rules) => Ok(named.is_in(&rules).then_some(group.group)),
                // It went since the list was read.
                Err(error) if error.is_not_found() => Ok(None),
                Err(error) => Err(upstream(cluster)(error)),
            }
        }));
        let groups: Vec<Option<String>> = asked.buffered(AT_ONCE).try_collect().await?;
        let mut places: Vec<NamedIn> = groups.into_iter().flatten().map(NamedIn::Group).collect();
        let own = client
            .firewall_rules(RulesOf::Firewall(FirewallOf::Cluster))
            .await;
        if named.is_in(&own.map_err(upstream(cluster))?) {
            places.push(NamedIn::Firewall(cluster.name.to_string()));
        }
        for node in client.nodes().await.map_err(upstream(cluster))? {
            let of = RulesOf::Firewall(FirewallOf::Node(&node.node));
            let rules = client.firewall_rules(of).await;
            if named.is_in(&rules.map_err(upstream(cluster))?) {
                places.push(NamedIn::Firewall(node.node));
            }
        }
        if let Named::Alias(_) = named {
            let all = read_sets(cluster, FirewallOf::Cluster, SetScope::Cluster).await?;
            let uses = all
                .into_iter()
                .filter(|set| set.entries.iter().any(|line| named.is(&line.cidr)));
            places.extend(uses.map(|set| NamedIn::IpSet(set.name)));
        }
        if places.is_empty() {
            return Ok(());
        }
        let (Named::Set(name) | Named::Alias(name)) = named;
        Err(Error::Conflict(Problem::FirewallNameInUse {
            name: name.to_owned(),
            places,
        }))
    }
}
