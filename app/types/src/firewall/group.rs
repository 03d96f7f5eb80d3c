//! Groups of rules. A cluster has its own, so a group is named by both.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::rule::Rule;
use crate::ids::GuestId;

/// Names one group among all clusters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GroupId {
    /// The name of the cluster in Drover's configuration.
    pub cluster: String,
    /// The group's name in it.
    pub name: String,
}

impl GroupId {
    /// The group `name` of `cluster`.
    pub fn new(cluster: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            cluster: cluster.into(),
            name: name.into(),
        }
    }
}

impl fmt::Display for GroupId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.cluster, self.name)
    }
}

/// A group as a row of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GroupSummary {
    /// The cluster it is in.
    pub cluster: String,
    /// Its name.
    pub name: String,
    /// What somebody noted.
    pub comment: String,
    /// How many rules it has, those that are off too.
    pub rules_count: u32,
    /// The servers that have it.
    pub servers: Vec<GuestId>,
}

impl GroupSummary {
    /// Which group.
    pub fn id(&self) -> GroupId {
        GroupId::new(self.cluster.clone(), self.name.clone())
    }
}

/// A group with its rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Group {
    /// The group.
    pub summary: GroupSummary,
    /// Its rules in order.
    pub rules: Vec<Rule>,
    /// Proxmox's digest of what was read; a change that sends it is refused where somebody else was faster.
    pub digest: String,
}
