//! From Proxmox's words to Drover's, and back.

use drover_types::firewall::{
    Action, Alias, ChainEntry, ClusterOptions, GroupReference, GuestOptions, IpSet, IpSetEntry, NodeOptions,
    Rule, RuleDraft, SetScope,
};
use pve_client::{
    FirewallAlias, FirewallIpSet, FirewallIpSetEntry, FirewallOptions, FirewallRule, FirewallRuleSpec,
};

/// A rule; `None` for a reference to a group, and for words that Drover does not know.
pub(super) fn rule(of: &FirewallRule) -> Option<Rule> {
    let spec = &of.spec;
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    Some(Rule {
        pos: of.pos,
        direction: spec.direction.as_deref()?.parse().ok()?,
        action: spec.action.as_deref()?.parse().ok()?,
        enabled: spec.enable,
        macro_name: text(&spec.macro_name),
        protocol: text(&spec.proto),
        source: text(&spec.source),
        dest: text(&spec.dest),
        source_port: text(&spec.sport),
        dest_port: text(&spec.dport),
        icmp_type: text(&spec.icmp_type),
        interface: text(&spec.iface),
        log: spec.log.as_deref().and_then(|level| level.parse().ok()),
        comment: text(&spec.comment),
    })
}

/// The rules of a list.
pub(super) fn rules(all: &[FirewallRule]) -> Vec<Rule> {
    all.iter().filter_map(rule).collect()
}

/// The digest of a list of rules; empty for an empty list, which has none.
pub(super) fn digest(all: &[FirewallRule]) -> String {
    all.iter()
        .find_map(|rule| rule.digest.clone())
        .unwrap_or_default()
}

/// What stands in a guest's list; `ours` are the groups that Drover has put there.
pub(super) fn chain(all: &[FirewallRule], ours: &[String]) -> Vec<ChainEntry> {
    let entry = |of: &FirewallRule| match of.spec.group_name() {
        Some(group) => Some(ChainEntry::Group(GroupReference {
            pos: of.pos,
            group: group.to_owned(),
            enabled: of.spec.enable,
            interface: of.spec.iface.clone().unwrap_or_default(),
            comment: of.spec.comment.clone().unwrap_or_default(),
            assigned_here: of.spec.iface.is_none() && ours.iter().any(|name| name == group),
        })),
        None => rule(of).map(ChainEntry::Rule),
    };
    all.iter().filter_map(entry).collect()
}

/// A rule as it is sent.
pub(super) fn spec(of: &RuleDraft) -> FirewallRuleSpec {
    let said = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    FirewallRuleSpec {
        direction: Some(of.direction.to_string()),
        action: Some(of.action.to_string()),
        enable: of.enabled,
        macro_name: said(&of.macro_name),
        source: said(&of.source),
        dest: said(&of.dest),
        proto: said(&of.protocol),
        sport: said(&of.source_port),
        dport: said(&of.dest_port),
        icmp_type: said(&of.icmp_type),
        iface: said(&of.interface),
        log: of.log.map(|level| level.to_string()),
        comment: said(&of.comment),
    }
}

/// Drover's name of a field of a rule that Proxmox names so.
pub(super) fn field(of: &str) -> &str {
    match of {
        "type" => "direction",
        "proto" => "protocol",
        "sport" => "source_port",
        "dport" => "dest_port",
        "icmp-type" => "icmp_type",
        "iface" => "interface",
        "enable" => "enabled",
        other => other,
    }
}

fn action(of: &FirewallOptions, key: &str) -> Option<Action> {
    of.get(key).and_then(|word| word.parse().ok())
}

fn options_digest(of: &FirewallOptions) -> String {
    of.digest().unwrap_or_default().to_owned()
}

/// The options of a cluster.
pub(super) fn cluster_options(of: &FirewallOptions) -> ClusterOptions {
    ClusterOptions {
        enabled: of.flag("enable").unwrap_or(false),
        ebtables: of.flag("ebtables"),
        policy_in: action(of, "policy_in"),
        policy_out: action(of, "policy_out"),
        policy_forward: action(of, "policy_forward"),
        digest: options_digest(of),
    }
}

/// The options of a node.
pub(super) fn node_options(of: &FirewallOptions) -> NodeOptions {
    NodeOptions {
        enabled: of.flag("enable"),
        nftables: of.flag("nftables"),
        ndp: of.flag("ndp"),
        digest: options_digest(of),
    }
}

/// The options of a guest.
pub(super) fn guest_options(of: &FirewallOptions) -> GuestOptions {
    let level = |key: &str| of.get(key).and_then(|word| word.parse().ok());
    GuestOptions {
        enabled: of.flag("enable").unwrap_or(false),
        dhcp: of.flag("dhcp"),
        ndp: of.flag("ndp"),
        radv: of.flag("radv"),
        macfilter: of.flag("macfilter"),
        ipfilter: of.flag("ipfilter"),
        policy_in: action(of, "policy_in"),
        policy_out: action(of, "policy_out"),
        log_in: level("log_level_in"),
        log_out: level("log_level_out"),
        digest: options_digest(of),
    }
}

/// An alias.
pub(super) fn alias(of: FirewallAlias, scope: SetScope) -> Alias {
    Alias {
        name: of.name,
        scope,
        cidr: of.cidr,
        comment: of.comment.unwrap_or_default(),
        digest: of.digest.unwrap_or_default(),
    }
}

/// A set with its lines.
pub(super) fn ip_set(of: FirewallIpSet, entries: Vec<FirewallIpSetEntry>, scope: SetScope) -> IpSet {
    IpSet {
        name: of.name,
        scope,
        comment: of.comment.unwrap_or_default(),
        digest: entries
            .iter()
            .find_map(|entry| entry.digest.clone())
            .unwrap_or_default(),
        entries: entries
            .into_iter()
            .map(|entry| IpSetEntry {
                cidr: entry.cidr,
                nomatch: entry.nomatch,
                comment: entry.comment.unwrap_or_default(),
            })
            .collect(),
    }
}
