//! A question to a guest's firewall, and its verdict.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::card::Switch;
use super::rule::Rule;
use super::words::{Action, Direction};
use crate::text::Problem;

/// Would a new connection pass? What belongs to one that is there already is let through before any rule.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Question {
    /// To the guest or from it.
    #[serde(default)]
    pub direction: Direction,
    /// Name or number of the protocol, such as `tcp`, `udp`, `icmp` or `ipv6-icmp`.
    pub protocol: String,
    /// The port that it goes to.
    #[serde(default)]
    pub port: Option<u16>,
    /// The port that it comes from; without it, any of those that programs are given for their own connections.
    #[serde(default)]
    pub source_port: Option<u16>,
    /// The address at the other end.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub peer: IpAddr,
    /// The guest's own address; without it, the first that its network device is known to have.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub own: Option<IpAddr>,
    /// The guest's network device, such as `net0`; without it, the first.
    #[serde(default)]
    pub nic: Option<String>,
    /// The type of ICMP by name or number; without it, an echo request.
    #[serde(default)]
    pub icmp_type: Option<String>,
}

/// What becomes of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The firewall lets it through.
    Passes,
    /// It vanishes.
    Dropped,
    /// It is refused with an answer.
    Rejected,
    /// No firewall looks at it, so it passes.
    NotFiltered,
}

impl Outcome {
    /// Whether the connection is made.
    pub const fn passes(self) -> bool {
        matches!(self, Self::Passes | Self::NotFiltered)
    }
}

/// An option of a guest that decides before its rules do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FirewallOption {
    /// Asking for an address.
    Dhcp,
    /// Neighbour discovery.
    Ndp,
    /// Advertising itself as a router.
    Radv,
    /// Sending from its own addresses only.
    Ipfilter,
}

/// What decided.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Because {
    /// A rule.
    Rule {
        /// The rule, with its place in its own list: the group's, where it is one's.
        rule: Box<Rule>,
        /// The group it is of; `None` for one of the guest's own.
        group: Option<String>,
        /// The place in the guest's list, where the rule or the reference to its group stands.
        pos: u32,
    },
    /// No rule was for it.
    Policy {
        /// What the policy says.
        action: Action,
        /// Whether somebody has set it; else it is Proxmox's own.
        set: bool,
    },
    /// A switch is off.
    Off {
        /// Which.
        switch: Switch,
    },
    /// An option of the guest.
    Option {
        /// Which.
        option: FirewallOption,
    },
    /// What a policy of Proxmox's does before it drops or rejects: it lets errors of ICMP through, for one.
    Standard {
        /// The policy.
        policy: Action,
    },
    /// The cluster's set `blacklist` has the address at the other end. It counts while the guest's switch is off, too.
    Blacklist,
    /// A guest has no list for what is forwarded.
    NoForwarding,
    /// The guest has no such network device.
    NoSuchNic,
}

/// Something on the way to the verdict that could have changed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CheckNote {
    /// The guest's list names a group that is not there; Proxmox leaves it out.
    UnknownGroup {
        /// The place in the guest's list.
        pos: u32,
        /// Its name.
        group: String,
    },
    /// A rule names a macro, a set or an alias that is not known, or says what can't be read. Proxmox leaves such a
    /// rule out, and so does the verdict.
    RuleLeftOut {
        /// The group it is of.
        group: Option<String>,
        /// Its place in its own list.
        pos: u32,
        /// What is wrong with it.
        #[cfg_attr(feature = "openapi", schema(value_type = Object))]
        problem: Problem,
    },
    /// A rule is for one of the guest's addresses, and which it has is not known; it was left out.
    OwnAddressUnknown {
        /// The group it is of.
        group: Option<String>,
        /// Its place in its own list.
        pos: u32,
    },
    /// The guest may send from its own addresses only, and which it has is not known.
    IpfilterUnclear,
    /// A field of the question is missing or can't be read; rules that are about it were taken not to match.
    QuestionUnclear {
        /// Which field.
        field: String,
    },
    /// The node filters by nftables, which treats messages of ICMP in its own way: it lets errors through before any
    /// rule, and refuses what is rejected with an answer. The verdict is that of iptables.
    Nftables,
}

/// What becomes of the connection, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Verdict {
    /// What becomes of it.
    pub outcome: Outcome,
    /// What decided.
    pub because: Because,
    /// What could have changed it.
    #[serde(default)]
    pub notes: Vec<CheckNote>,
}
