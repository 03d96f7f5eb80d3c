//! What has decided, and what could have changed it, in words.

use drover_types::{
    firewall::{Because, CheckNote, FirewallOption, Switch},
    lang::Lang,
};

use super::switches::switch_name;
use crate::texts::{say, use_i18n};

/// A rule by its place as people count. Tracked.
fn rule_name(group: Option<&str>, pos: u32) -> String {
    let i18n = use_i18n();
    let number = pos + 1;
    match group {
        Some(group) => {
            let group = group.to_owned();
            say!(
                i18n,
                server_firewall.rule_of_group,
                number = number,
                group = group
            )
        }
        None => say!(i18n, server_firewall.rule_of_own, number = number),
    }
}

fn option_name(option: FirewallOption) -> &'static str {
    match option {
        FirewallOption::Dhcp => "dhcp",
        FirewallOption::Ndp => "ndp",
        FirewallOption::Radv => "radv",
        FirewallOption::Ipfilter => "ipfilter",
    }
}

/// What has decided. Tracked.
pub(super) fn because(because: &Because) -> String {
    let i18n = use_i18n();
    match because {
        Because::Rule { rule, group, .. } => {
            let name = rule_name(group.as_deref(), rule.pos);
            say!(i18n, server_firewall.by_rule, name = name)
        }
        Because::Policy { action, set } => {
            let action = action.as_str();
            if *set {
                say!(i18n, server_firewall.by_policy, action = action)
            } else {
                say!(i18n, server_firewall.by_own_policy, action = action)
            }
        }
        Because::Off { switch } => {
            let name = switch_name(switch);
            match switch {
                Switch::Cluster { .. } => say!(i18n, server_firewall.by_cluster_off, name = name),
                _ => say!(i18n, server_firewall.by_off, name = name),
            }
        }
        Because::Option { option } => say!(i18n, server_firewall.by_option, name = option_name(*option)),
        Because::Standard { policy } => say!(i18n, server_firewall.by_standard, action = policy.as_str()),
        Because::Blacklist => say!(i18n, server_firewall.by_blacklist),
        Because::NoForwarding => say!(i18n, server_firewall.no_forwarding),
        Because::NoSuchNic => say!(i18n, server_firewall.no_such_nic),
    }
}

/// What the form calls a field of the question; its own name where the form has none. Tracked.
fn field_name(field: &str) -> String {
    let i18n = use_i18n();
    match field {
        "protocol" => say!(i18n, server_firewall.protocol),
        "port" => say!(i18n, server_firewall.port),
        "peer" => say!(i18n, server_firewall.peer),
        "nic" => say!(i18n, server_firewall.which_nic),
        "source_port" => say!(i18n, server_firewall.source_port),
        "own" => say!(i18n, server_firewall.own_address),
        "icmp_type" => say!(i18n, server_firewall.icmp_type),
        other => other.to_owned(),
    }
}

/// What could have changed it. Tracked.
pub(super) fn note(note: &CheckNote, lang: Lang) -> String {
    let i18n = use_i18n();
    match note {
        CheckNote::UnknownGroup { pos, group } => {
            let (number, group) = (*pos + 1, group.clone());
            say!(
                i18n,
                server_firewall.note_unknown_group,
                number = number,
                group = group
            )
        }
        CheckNote::RuleLeftOut { group, pos, problem } => {
            let name = rule_name(group.as_deref(), *pos);
            let reason = problem.text(lang);
            say!(i18n, server_firewall.note_left_out, name = name, reason = reason)
        }
        CheckNote::OwnAddressUnknown { group, pos } => {
            let name = rule_name(group.as_deref(), *pos);
            say!(i18n, server_firewall.note_own_address, name = name)
        }
        CheckNote::IpfilterUnclear => say!(i18n, server_firewall.note_ipfilter),
        CheckNote::QuestionUnclear { field } => {
            say!(i18n, server_firewall.note_question, field = field_name(field))
        }
        CheckNote::Nftables => say!(i18n, server_firewall.note_nftables),
    }
}
