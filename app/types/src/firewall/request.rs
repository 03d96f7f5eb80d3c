//! What is asked of groups, sets, aliases, clusters and servers.

use serde::{Deserialize, Serialize};

use super::rule::RuleDraft;
use super::words::Action;
use crate::ids::{GuestId, TaskId};

/// A group to be made.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GroupDraft {
    /// The cluster; the first where nothing is said.
    #[serde(default)]
    pub cluster: Option<String>,
    /// Its name.
    pub name: String,
    /// What is noted.
    #[serde(default)]
    pub comment: String,
    /// The rules that it begins with, in order.
    #[serde(default)]
    pub rules: Vec<RuleDraft>,
}

/// A change to a name that Proxmox keeps: what is `None` stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Renaming {
    /// The new name.
    pub name: Option<String>,
    /// What is noted.
    pub comment: Option<String>,
}

/// Which groups a server gets in place of those that Drover has given it; none takes them away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// In the order in which they are looked at.
    pub groups: Vec<String>,
    /// Whether the server's own firewall is switched on.
    #[serde(default = "on")]
    pub enable: bool,
    /// Whether its network devices are filtered.
    #[serde(default = "on")]
    pub nics: bool,
}

const fn on() -> bool {
    true
}

impl Assignment {
    /// These groups, and everything of the server's switched on that has to be.
    pub const fn of(groups: Vec<String>) -> Self {
        Self {
            groups,
            enable: true,
            nics: true,
        }
    }
}

/// The groups that Drover has given a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssignedGroups {
    /// The server.
    pub guest: GuestId,
    /// In their order.
    pub groups: Vec<String>,
}

/// A change to the options of a cluster's firewall: what is `None` stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ClusterChange {
    /// The switch of the whole cluster.
    pub enabled: Option<bool>,
    /// What becomes of connections to a node that no rule is for.
    pub policy_in: Option<Action>,
    /// What becomes of connections from a node that no rule is for.
    pub policy_out: Option<Action>,
    /// Proxmox's digest of what was read.
    pub digest: Option<String>,
}

/// What became of a group that was to be deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupDeleted {
    /// The servers that it was taken off before.
    pub servers: Vec<String>,
    /// The task that took it off them.
    pub task: Option<TaskId>,
}
