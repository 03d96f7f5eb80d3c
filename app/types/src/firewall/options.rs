//! The firewall's options of a cluster, a node and a guest.
//!
//! `None` is an option that nobody has set. The methods say what Proxmox then does, which is not always what its
//! schema says.

use serde::{Deserialize, Serialize};

use super::words::{Action, LogLevel};

/// The options of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct ClusterOptions {
    /// The switch of the whole cluster, off at first.
    pub enabled: bool,
    /// Whether frames that are not IP are filtered too.
    pub ebtables: Option<bool>,
    /// What becomes of connections to a node that no rule is for.
    pub policy_in: Option<Action>,
    /// What becomes of connections from a node that no rule is for.
    pub policy_out: Option<Action>,
    /// What becomes of connections through a node that no rule is for.
    pub policy_forward: Option<Action>,
    /// Proxmox's digest of what was read.
    pub digest: String,
}

/// The options of a node.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct NodeOptions {
    /// Whether the node itself is filtered.
    pub enabled: Option<bool>,
    /// Whether the service with nftables filters in place of the one with iptables.
    pub nftables: Option<bool>,
    /// Whether neighbour discovery passes.
    pub ndp: Option<bool>,
    /// Proxmox's digest of what was read.
    pub digest: String,
}

impl NodeOptions {
    /// Whether the node itself is filtered, as it is unless somebody has switched it off.
    pub fn is_enabled(&self) -> bool {
        self.enabled.unwrap_or(true)
    }

    /// Whether nftables filter.
    pub fn has_nftables(&self) -> bool {
        self.nftables.unwrap_or(false)
    }
}

/// The options of a guest.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct GuestOptions {
    /// The guest's switch, off at first.
    pub enabled: bool,
    /// Whether it may ask for an address.
    pub dhcp: Option<bool>,
    /// Whether neighbour discovery passes.
    pub ndp: Option<bool>,
    /// Whether it may advertise itself as a router.
    pub radv: Option<bool>,
    /// Whether it may send from its own MAC address only.
    pub macfilter: Option<bool>,
    /// Whether it may send from its own addresses only.
    pub ipfilter: Option<bool>,
    /// What becomes of connections to it that no rule is for.
    pub policy_in: Option<Action>,
    /// What becomes of connections from it that no rule is for.
    pub policy_out: Option<Action>,
    /// How loud what the policy stops inbound is logged.
    pub log_in: Option<LogLevel>,
    /// How loud what the policy stops outbound is logged.
    pub log_out: Option<LogLevel>,
    /// Proxmox's digest of what was read.
    pub digest: String,
}

impl GuestOptions {
    /// Inbound: dropped, unless somebody has said otherwise.
    pub fn policy_in(&self) -> Action {
        self.policy_in.unwrap_or(Action::Drop)
    }

    /// Outbound: accepted, unless somebody has said otherwise.
    pub fn policy_out(&self) -> Action {
        self.policy_out.unwrap_or(Action::Accept)
    }
}
