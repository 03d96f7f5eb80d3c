//! What is asked of groups, sets, aliases, clusters and servers.

use serde::{Deserialize, Serialize};

use super::rule::RuleDraft;
use super::words::{Action, LogLevel};
use crate::ids::{GuestId, TaskId};
use crate::permission::Permission;

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
    /// Those that Drover had given it when this was thought of: where it has given others since, nothing is done.
    /// `None` for whatever they are.
    #[serde(default)]
    pub expected: Option<Vec<String>>,
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
            expected: None,
        }
    }

    /// The groups that go, where nothing else is asked for: the others stay as they are, in their order.
    pub fn taken_off(&self) -> Option<Vec<String>> {
        let expected = self.expected.as_ref()?;
        let stays = |name: &&String| self.groups.contains(name);
        let is_shorter = self.groups.len() < expected.len() && expected.iter().filter(stays).eq(&self.groups);
        // Where none is left there is nothing to switch on for.
        let only = self.groups.is_empty() || !(self.enable || self.nics);
        let goes = || expected.iter().filter(|name| !stays(name)).cloned().collect();
        (is_shorter && only).then(goes)
    }

    /// Whether the groups that there are stay, and what is off is switched on.
    pub fn keeps_groups(&self) -> bool {
        self.expected.as_ref() == Some(&self.groups)
    }

    /// What somebody needs for it: taking away needs less than giving.
    pub fn permission(&self) -> Permission {
        let is_none = self.groups.is_empty() && !self.keeps_groups();
        if is_none || self.taken_off().is_some() {
            Permission::RemoveFirewallGroups
        } else {
            Permission::AssignFirewallGroups
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

/// A change to the options of a guest's firewall: what is not said stays.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct GuestChange {
    /// The guest's switch.
    pub enabled: Option<bool>,
    /// What becomes of connections to it that no rule is for.
    pub policy_in: Option<Action>,
    /// What becomes of connections from it that no rule is for.
    pub policy_out: Option<Action>,
    /// How loud what the policy stops inbound is logged.
    pub log_in: Option<LogLevel>,
    /// How loud what the policy stops outbound is logged.
    pub log_out: Option<LogLevel>,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn assignment(expected: Option<&str>, groups: &str, enable: bool) -> Assignment {
        let names = |text: &str| text.split_whitespace().map(str::to_owned).collect();
        Assignment {
            groups: names(groups),
            enable,
            nics: enable,
            expected: expected.map(names),
        }
    }

    #[test]
    fn taking_away_needs_less_than_giving() {
        for (expected, groups, enable, goes) in [
            (Some("a b c"), "a c", false, Some("b")),
            (Some("a b"), "", true, Some("a b")),
            // Nothing goes, something comes, the order is another, or something is switched on besides.
            (Some("a b"), "a b", false, None),
            (Some("a b"), "c", false, None),
            (Some("a b c"), "c a", false, None),
            (Some("a b"), "a a", false, None),
            (Some("a b"), "a", true, None),
            (None, "a", false, None),
        ] {
            let asked = assignment(expected, groups, enable);
            let found = asked.taken_off().map(|names| names.join(" "));
            assert_eq!(found.as_deref(), goes, "{asked:?}");
            let needed = if goes.is_some() {
                Permission::RemoveFirewallGroups
            } else {
                Permission::AssignFirewallGroups
            };
            assert_eq!(asked.permission(), needed, "{asked:?}");
        }
        // Whatever there is goes.
        assert_eq!(
            assignment(None, "", true).permission(),
            Permission::RemoveFirewallGroups
        );
        // Nothing goes, and what is off is switched on.
        assert_eq!(
            assignment(Some(""), "", true).permission(),
            Permission::AssignFirewallGroups
        );
    }
}
