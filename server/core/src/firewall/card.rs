//! What a server's firewall comes to, read from Proxmox this moment.

use drover_types::firewall::{ClusterOptions, Group, GuestFirewall, NicFirewall, NodeOptions};
use drover_types::guest::{GuestKind, GuestRow};
use drover_types::ids::GuestId;
use drover_types::permission::Permission;
use futures::stream::{self, StreamExt, TryStreamExt};
use futures::try_join;
use pve_client::{FirewallOf, GuestConfig, Properties, RulesOf};

use super::service::Firewall;
use super::wire;
use crate::clusters::Cluster;
use crate::context::{Actor, OpContext};
use crate::error::Result;
use crate::servers::upstream;
use crate::tasks::given;

/// How many groups are read at once.
const AT_ONCE: usize = 8;

/// A card with what it was made from.
pub(super) struct Card {
    pub firewall: GuestFirewall,
    pub cluster: ClusterOptions,
    pub node: NodeOptions,
}

impl Firewall {
    /// Whether a server is really filtered: every switch, the policies, and its list with the groups it names.
    ///
    /// # Errors
    /// [`Error::Denied`](crate::Error), [`Error::NotFound`](crate::Error), or the cluster's.
    pub async fn effective(&self, ctx: &OpContext, guest: &GuestId) -> Result<GuestFirewall> {
        let actor = ctx.require(Permission::ViewAll)?;
        let row = self.0.servers.row(actor, guest).await?;
        let cluster = self.0.clusters.named(Some(&guest.cluster))?;
        Ok(Box::pin(self.card(actor, cluster, &row)).await?.firewall)
    }

    /// The card of a server that was found.
    pub(super) async fn card(&self, actor: &Actor, cluster: &Cluster, row: &GuestRow) -> Result<Card> {
        let client = &cluster.client;
        let kind = match row.kind {
            GuestKind::Qemu => pve_client::GuestKind::Qemu,
            GuestKind::Lxc => pve_client::GuestKind::Lxc,
        };
        let of = FirewallOf::Guest {
            kind,
            node: &row.node,
            vmid: row.id.vmid,
        };
        let asked = async {
            try_join!(
                client.firewall_options(FirewallOf::Cluster),
                client.firewall_options(FirewallOf::Node(&row.node)),
                client.firewall_options(of),
                client.firewall_rules(RulesOf::Firewall(of)),
            )
            .map_err(upstream(cluster))
        };
        let (asked, groups, config) = try_join!(asked, self.groups_of(cluster), self.0.servers.config(row))?;
        let (of_cluster, of_node, of_guest, rules) = asked;
        let ours = given(&self.0.db, &row.id, &config).await?;
        let holders = self.holders(actor).await?;
        let mut named: Vec<&str> = rules.iter().filter_map(|rule| rule.spec.group_name()).collect();
        named.dedup();
        let mut wanted = Vec::new();
        for name in named {
            let is_new = !wanted
                .iter()
                .any(|one: &pve_client::FirewallGroup| one.group == name);
            // One that is not there is left out, as Proxmox leaves it out.
            if let Some(group) = groups.iter().find(|group| group.group == name && is_new) {
                wanted.push(group.clone());
            }
        }
        let holders = &holders;
        let groups = stream::iter(wanted.into_iter().map(|group| async move {
            let rules = client.firewall_rules(RulesOf::Group(&group.group)).await;
            let rules = rules.map_err(upstream(cluster))?;
            Ok::<Group, crate::Error>(super::groups::of_wire(cluster, group, &rules, holders))
        }));
        let groups: Vec<Group> = groups.buffered(AT_ONCE).try_collect().await?;
        let options = wire::guest_options(&of_guest);
        let node = wire::node_options(&of_node);
        let cluster_options = wire::cluster_options(&of_cluster);
        let cluster_enabled = cluster_options.enabled;
        let nics = nics(row, &config);
        let off = GuestFirewall::switches_off(
            (!cluster_enabled).then_some(&*cluster.name),
            (!node.is_enabled()).then_some(&*row.node),
            options.enabled,
            &nics,
        );
        let firewall = GuestFirewall {
            guest: row.id.clone(),
            node: row.node.clone(),
            filtered: cluster_enabled
                && options.enabled
                && !nics.is_empty()
                && nics.iter().all(|nic| nic.enabled),
            cluster_enabled,
            node_enabled: node.is_enabled(),
            guest_enabled: options.enabled,
            nics,
            policy_in: options.policy_in(),
            policy_out: options.policy_out(),
            options,
            chain: wire::chain(&rules, &ours),
            groups,
            given: ours,
            off,
            digest: wire::digest(&rules),
        };
        Ok(Card {
            firewall,
            cluster: cluster_options,
            node,
        })
    }
}

/// The network devices with their flags and the addresses that they are known to have.
fn nics(row: &GuestRow, config: &GuestConfig) -> Vec<NicFirewall> {
    let default_key = match row.kind {
        GuestKind::Qemu => "model",
        GuestKind::Lxc => "",
    };
    let plain = |address: &str| address.split('/').next().unwrap_or_default().to_owned();
    let mut nics: Vec<(u32, NicFirewall)> = config
        .values()
        .iter()
        .filter_map(|(key, value)| {
            let index: u32 = key.strip_prefix("net")?.parse().ok()?;
            let nic = Properties::parse(value, default_key).ok();
            let mac = nic.as_ref().and_then(|nic| {
                // A machine's stands behind its model, a container's under a name.
                let behind_model = nic.iter().find(|(_, value)| is_mac(value));
                nic.get("hwaddr")
                    .or(behind_model.map(|(_, value)| value))
                    .map(str::to_owned)
            });
            let mut addresses = Vec::new();
            let set = config
                .get(&format!("ipconfig{index}"))
                .and_then(|text| Properties::parse(text, "").ok());
            for of in nic.iter().chain(&set) {
                let given = [of.get("ip"), of.get("ip6")].into_iter().flatten().map(plain);
                // `dhcp` and the like are no addresses.
                addresses.extend(given.filter(|one| one.parse::<std::net::IpAddr>().is_ok()));
            }
            Some((
                index,
                NicFirewall {
                    interface: key.clone(),
                    enabled: nic.as_ref().is_some_and(|nic| nic.flag("firewall")),
                    mac: mac.unwrap_or_default(),
                    addresses,
                },
            ))
        })
        .collect();
    nics.sort_by_key(|(index, _)| *index);
    let mut nics: Vec<NicFirewall> = nics.into_iter().map(|(_, nic)| nic).collect();
    // What the guest agent tells is of the only device there is.
    if let [only] = nics.as_mut_slice()
        && only.addresses.is_empty()
    {
        only.addresses = row.addresses.iter().map(|address| plain(address)).collect();
    }
    nics
}

fn is_mac(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    parts.len() == 6
        && parts
            .iter()
            .all(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_hexdigit()))
}
