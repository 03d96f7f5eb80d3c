//! What decides about a guest's connections.

use drover_types::firewall::{
    Alias, ChainEntry, ClusterOptions, Group, GuestOptions, IpSet, NicFirewall, NodeOptions,
};
use drover_types::guest::GuestKind;

/// Everything that decides about the connections of one guest.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'a> {
    /// The name of the cluster.
    pub cluster: &'a str,
    /// Its options.
    pub cluster_options: &'a ClusterOptions,
    /// The options of the guest's node.
    pub node_options: &'a NodeOptions,
    /// Virtual machine or container: only a container's configured addresses are its own to the filter of addresses.
    pub kind: GuestKind,
    /// The guest's options.
    pub guest_options: &'a GuestOptions,
    /// Its network devices. The addresses of a container are those of its configuration.
    pub nics: &'a [NicFirewall],
    /// Its list in order.
    pub chain: &'a [ChainEntry],
    /// The cluster's groups, at least those that the list names.
    pub groups: &'a [Group],
    /// The sets of the cluster and of the guest.
    pub sets: &'a [IpSet],
    /// The aliases of the cluster and of the guest.
    pub aliases: &'a [Alias],
}
