//! All of a cluster's firewall but its groups, and everything for a first paint.

use serde::{Deserialize, Serialize};

use super::group::Group;
use super::options::ClusterOptions;
use super::set::{Alias, IpSet};
use crate::text::Problem;

/// A cluster's switch, policies and named addresses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterFirewall {
    /// The cluster.
    pub cluster: String,
    /// Its options.
    pub options: ClusterOptions,
    /// Its sets of addresses, by name.
    pub ip_sets: Vec<IpSet>,
    /// Its names for addresses.
    pub aliases: Vec<Alias>,
}

/// A cluster that did not tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SilentCluster {
    /// The cluster.
    pub cluster: String,
    /// Why.
    pub problem: Problem,
}

/// The firewall of every cluster.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FirewallOverview {
    /// Every group with its rules.
    pub groups: Vec<Group>,
    /// Every cluster that has told.
    pub clusters: Vec<ClusterFirewall>,
    /// Those that have not.
    pub silent: Vec<SilentCluster>,
}
