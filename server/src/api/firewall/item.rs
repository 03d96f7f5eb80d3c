//! Groups and rules with the fields of every version of the API.

use drover_types::firewall::{Action, Direction, Group, LogLevel, Rule};
use drover_types::ids::GuestId;
use serde::Serialize;
use utoipa::ToSchema;

/// A firewall group.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GroupItem {
    /// Its name.
    name: String,
    /// What is noted.
    description: String,
    /// The cluster it is in.
    cluster: String,
    /// How many servers have it.
    instance_count: usize,
    /// The servers that have it, as far as the caller may see them.
    servers: Vec<GuestId>,
    /// How many rules it has.
    rules_count: u32,
    /// Its rules in order.
    rules: Vec<RuleItem>,
    /// Proxmox's mark of the rules: a change that sends it is refused where somebody else was faster.
    digest: String,
}

/// A group with what the older panel calls its information.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GroupDetail {
    /// The group.
    #[serde(flatten)]
    group: GroupItem,
    /// The same again.
    group_info: GroupInfo,
}

/// Two fields of a group under other names.
#[derive(Debug, Serialize, ToSchema)]
struct GroupInfo {
    /// What is noted.
    comment: String,
    /// How many rules it has.
    rules_count: u32,
}

/// A rule of a group.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RuleItem {
    /// Its place in the order, from 0; names the rule in addresses.
    rule_id: u32,
    /// The same.
    pos: u32,
    /// Which way: `in`, `out` or `forward`.
    direction: Direction,
    /// The same in Proxmox's word.
    r#type: Direction,
    /// What becomes of what it matches.
    action: Action,
    /// Whether it counts.
    enable: bool,
    /// The macro; empty for none.
    r#macro: String,
    /// The protocol; empty for any.
    protocol: String,
    /// The port it goes to; empty for any.
    port: String,
    /// The port it comes from; empty for any.
    source_port: String,
    /// Where it comes from; empty for anywhere.
    source_ip: String,
    /// The same under its older name.
    source: String,
    /// Where it goes to; empty for anywhere.
    dest_ip: String,
    /// The same under its older name.
    dest: String,
    /// The type of ICMP; empty for any.
    icmp_type: String,
    /// How loud a match is logged; null where it is not.
    log: Option<LogLevel>,
    /// What is noted.
    description: String,
    /// The same under Proxmox's name.
    comment: String,
}

impl From<Rule> for RuleItem {
    fn from(rule: Rule) -> Self {
        Self {
            rule_id: rule.pos,
            pos: rule.pos,
            direction: rule.direction,
            r#type: rule.direction,
            action: rule.action,
            enable: rule.enabled,
            r#macro: rule.macro_name,
            protocol: rule.protocol,
            port: rule.dest_port,
            source_port: rule.source_port,
            source_ip: rule.source.clone(),
            source: rule.source,
            dest_ip: rule.dest.clone(),
            dest: rule.dest,
            icmp_type: rule.icmp_type,
            log: rule.log,
            description: rule.comment.clone(),
            comment: rule.comment,
        }
    }
}

impl From<Group> for GroupItem {
    fn from(group: Group) -> Self {
        let summary = group.summary;
        Self {
            name: summary.name,
            description: summary.comment,
            cluster: summary.cluster,
            instance_count: summary.servers.len(),
            servers: summary.servers,
            rules_count: summary.rules_count,
            rules: group.rules.into_iter().map(RuleItem::from).collect(),
            digest: group.digest,
        }
    }
}

impl From<Group> for GroupDetail {
    fn from(group: Group) -> Self {
        Self {
            group_info: GroupInfo {
                comment: group.summary.comment.clone(),
                rules_count: group.summary.rules_count,
            },
            group: group.into(),
        }
    }
}
