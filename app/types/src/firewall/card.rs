//! Whether a guest is really filtered: every switch, the policies and the list.

use serde::{Deserialize, Serialize};

use super::group::Group;
use super::options::GuestOptions;
use super::rule::ChainEntry;
use super::words::Action;
use crate::ids::GuestId;

/// A network device of a guest.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NicFirewall {
    /// Its name, such as `net0`.
    pub interface: String,
    /// Whether what passes it is filtered.
    pub enabled: bool,
    /// Its MAC address; empty where it is not known.
    #[serde(default)]
    pub mac: String,
    /// The addresses it has, as far as they are known, without the prefix length.
    #[serde(default)]
    pub addresses: Vec<String>,
}

/// A switch that has to be on for a guest to be filtered.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Switch {
    /// The cluster's: while it is off nothing is filtered anywhere in it.
    Cluster {
        /// The cluster.
        cluster: String,
    },
    /// The node's: it is for the node itself, its guests are filtered all the same.
    Node {
        /// The node.
        node: String,
    },
    /// The guest's: while it is off none of its rules counts.
    Guest,
    /// A network device's: while it is off what passes it is not filtered.
    Nic {
        /// Its name, such as `net0`.
        interface: String,
    },
}

/// What a guest's firewall comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct GuestFirewall {
    /// Which guest.
    pub guest: GuestId,
    /// The node it is on.
    pub node: String,
    /// Whether connections to it are filtered on each of its network devices.
    pub filtered: bool,
    /// The cluster's switch.
    pub cluster_enabled: bool,
    /// The node's switch, which is for the node itself.
    pub node_enabled: bool,
    /// The guest's switch.
    pub guest_enabled: bool,
    /// Its network devices with theirs.
    pub nics: Vec<NicFirewall>,
    /// What becomes of connections to it that no rule is for.
    pub policy_in: Action,
    /// What becomes of connections from it that no rule is for.
    pub policy_out: Action,
    /// Its options as they are set.
    pub options: GuestOptions,
    /// What stands in its list, in the order in which it is looked at.
    pub chain: Vec<ChainEntry>,
    /// The groups that its list names, each once.
    pub groups: Vec<Group>,
    /// The groups that Drover has given it, by its own record: what an assignment expects is compared with these.
    pub given: Vec<String>,
    /// The switches that are off.
    pub off: Vec<Switch>,
    /// Proxmox's digest of its list.
    pub digest: String,
}

impl GuestFirewall {
    /// The groups that stand in its list and are Drover's, each once, in order.
    pub fn assigned(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for entry in &self.chain {
            if let ChainEntry::Group(group) = entry
                && group.assigned_here
                && !names.contains(&group.group)
            {
                names.push(group.group.clone());
            }
        }
        names
    }

    /// The switches among these that are off, the widest first.
    pub fn switches_off(
        cluster: Option<&str>,
        node: Option<&str>,
        guest_enabled: bool,
        nics: &[NicFirewall],
    ) -> Vec<Switch> {
        let named = |name: &str| name.to_owned();
        let cluster = cluster.map(|name| Switch::Cluster { cluster: named(name) });
        let node = node.map(|name| Switch::Node { node: named(name) });
        let guest = (!guest_enabled).then_some(Switch::Guest);
        let nics = nics.iter().filter(|nic| !nic.enabled).map(|nic| Switch::Nic {
            interface: nic.interface.clone(),
        });
        cluster.into_iter().chain(node).chain(guest).chain(nics).collect()
    }
}
