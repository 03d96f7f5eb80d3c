//! Reads scenes and questions as people write them. What can't be read is a mistake of the test's.

use drover_types::firewall::{
    Alias, Because, ChainEntry, CheckNote, ClusterOptions, Direction, FirewallOption, Group, GroupReference,
    GroupSummary, GuestOptions, IpSet, IpSetEntry, NicFirewall, NodeOptions, Outcome, Question, RuleDraft,
    SetScope, Switch,
};
use drover_types::guest::GuestKind;

use crate::firewall::evaluate::{Scene, evaluate};

/// What Proxmox has about a guest.
#[derive(Debug, Clone)]
pub(super) struct Files {
    pub cluster: ClusterOptions,
    pub node: NodeOptions,
    pub kind: GuestKind,
    pub guest: GuestOptions,
    pub nics: Vec<NicFirewall>,
    pub chain: Vec<ChainEntry>,
    pub groups: Vec<Group>,
    pub sets: Vec<IpSet>,
    pub aliases: Vec<Alias>,
}

impl Files {
    /// A virtual machine with two network devices, all switches on and an empty list, and what `text` says beside: a
    /// line is a rule of `<vmid>.fw`, or begins with what it belongs to in brackets.
    pub(super) fn filtered(text: &str) -> Self {
        let nic = |name: &str| NicFirewall {
            interface: name.to_owned(),
            enabled: true,
            ..NicFirewall::default()
        };
        let mut files = Self {
            cluster: ClusterOptions {
                enabled: true,
                ..ClusterOptions::default()
            },
            node: NodeOptions::default(),
            kind: GuestKind::Qemu,
            guest: GuestOptions {
                enabled: true,
                ..GuestOptions::default()
            },
            nics: vec![nic("net0"), nic("net1")],
            chain: Vec::new(),
            groups: Vec::new(),
            sets: Vec::new(),
            aliases: Vec::new(),
        };
        for line in text.lines().filter(|line| !line.is_empty()) {
            files.line(line);
        }
        files
    }

    pub(super) fn scene(&self) -> Scene<'_> {
        Scene {
            cluster: "lab",
            cluster_options: &self.cluster,
            node_options: &self.node,
            kind: self.kind,
            guest_options: &self.guest,
            nics: &self.nics,
            chain: &self.chain,
            groups: &self.groups,
            sets: &self.sets,
            aliases: &self.aliases,
        }
    }

    fn line(&mut self, line: &str) {
        let Some((section, rest)) = line.strip_prefix('[').map(|rest| rest.split_once(']').unwrap()) else {
            let pos = u32::try_from(self.chain.len()).unwrap();
            self.chain.push(entry(line, pos));
            return;
        };
        let rest = rest.trim();
        let words: Vec<&str> = section.split(' ').collect();
        let (scope, name) = match words.as_slice() {
            [_, "guest", name] => (SetScope::Guest, *name),
            [_, name] => (SetScope::Cluster, *name),
            _ => (SetScope::Cluster, ""),
        };
        match words[0] {
            "cluster" | "node" | "options" => self.option(words[0], rest),
            "container" => self.kind = GuestKind::Lxc,
            "group" => self.group_rule(name, rest),
            "ipset" => self.set_line(scope, name, rest),
            "alias" => self.aliases.push(Alias {
                name: name.to_owned(),
                scope,
                cidr: rest.to_owned(),
                comment: String::new(),
                digest: String::new(),
            }),
            device => {
                let nic = self.nics.iter_mut().find(|nic| nic.interface == device).unwrap();
                for word in rest.split(' ') {
                    match word.split_once('=').unwrap() {
                        ("firewall", flag) => nic.enabled = flag == "1",
                        ("mac", mac) => mac.clone_into(&mut nic.mac),
                        ("ip", ip) => nic.addresses.push(ip.to_owned()),
                        other => panic!("{other:?}"),
                    }
                }
            }
        }
    }

    fn option(&mut self, section: &str, text: &str) {
        let (name, value) = text.split_once(": ").unwrap();
        let on = value == "1";
        match (section, name) {
            ("cluster", "enable") => self.cluster.enabled = on,
            ("cluster", "policy_in") => self.cluster.policy_in = Some(value.parse().unwrap()),
            ("node", "enable") => self.node.enabled = Some(on),
            ("node", "nftables") => self.node.nftables = Some(on),
            ("options", "enable") => self.guest.enabled = on,
            ("options", "dhcp") => self.guest.dhcp = Some(on),
            ("options", "ndp") => self.guest.ndp = Some(on),
            ("options", "radv") => self.guest.radv = Some(on),
            ("options", "ipfilter") => self.guest.ipfilter = Some(on),
            ("options", "policy_in") => self.guest.policy_in = Some(value.parse().unwrap()),
            ("options", "policy_out") => self.guest.policy_out = Some(value.parse().unwrap()),
            other => panic!("{other:?}"),
        }
    }

    fn group_rule(&mut self, name: &str, text: &str) {
        let known = self.groups.iter().position(|group| group.summary.name == name);
        let place = known.unwrap_or_else(|| {
            self.groups.push(Group {
                summary: GroupSummary {
                    cluster: "lab".to_owned(),
                    name: name.to_owned(),
                    comment: String::new(),
                    rules_count: 0,
                    servers: Vec::new(),
                },
                rules: Vec::new(),
                digest: String::new(),
            });
            self.groups.len() - 1
        });
        let rules = &mut self.groups[place].rules;
        let ChainEntry::Rule(rule) = entry(text, u32::try_from(rules.len()).unwrap()) else {
            panic!("a group in a group");
        };
        rules.push(rule);
    }

    fn set_line(&mut self, scope: SetScope, name: &str, text: &str) {
        let is = |set: &IpSet| set.scope == scope && set.name == name;
        if !self.sets.iter().any(is) {
            self.sets.push(IpSet {
                name: name.to_owned(),
                scope,
                comment: String::new(),
                entries: Vec::new(),
                digest: String::new(),
            });
        }
        if text.is_empty() {
            return;
        }
        let nomatch = text.starts_with('!');
        let entry = IpSetEntry {
            cidr: text.trim_start_matches('!').to_owned(),
            nomatch,
            comment: String::new(),
        };
        let set = self.sets.iter_mut().find(|set| is(set)).unwrap();
        set.entries.push(entry);
    }
}

/// A line of `[RULES]`: `|IN MACRO(ACTION) -option value`.
fn entry(line: &str, pos: u32) -> ChainEntry {
    let enabled = !line.starts_with('|');
    let mut words = line.trim_start_matches('|').split(' ');
    let kind = words.next().unwrap();
    let action = words.next().unwrap();
    let options: Vec<&str> = words.collect();
    let options = options.chunks(2).map(|pair| (pair[0], pair[1].to_owned()));
    if kind == "GROUP" {
        let mut interface = options.map(|(name, value)| {
            assert_eq!(name, "-i");
            value
        });
        return ChainEntry::Group(GroupReference {
            pos,
            group: action.to_owned(),
            enabled,
            interface: interface.next().unwrap_or_default(),
            comment: String::new(),
            assigned_here: true,
        });
    }
    let (name, action) = match action.split_once('(') {
        Some((name, action)) => (name, action.trim_end_matches(')')),
        None => ("", action),
    };
    let mut rule = RuleDraft {
        enabled,
        macro_name: name.to_owned(),
        ..RuleDraft::new(kind.parse().unwrap(), action.parse().unwrap())
    };
    for (name, value) in options {
        match name {
            "-i" => rule.interface = value,
            "-p" => rule.protocol = value,
            "-source" => rule.source = value,
            "-dest" => rule.dest = value,
            "-sport" => rule.source_port = value,
            "-dport" => rule.dest_port = value,
            "-icmp-type" => rule.icmp_type = value,
            other => panic!("{other}"),
        }
    }
    ChainEntry::Rule(rule.at(pos))
}

/// `in tcp 22 from 192.0.2.5 on net0`, with `sport`, `own` and `type` behind it.
pub(super) fn question(text: &str) -> Question {
    let mut words = text.split(' ').peekable();
    let direction: Direction = words.next().unwrap().parse().unwrap();
    let protocol = words.next().unwrap().to_owned();
    let port = words.peek().and_then(|word| word.parse().ok());
    if port.is_some() {
        words.next();
    }
    let mut question = Question {
        direction,
        protocol,
        port,
        source_port: None,
        peer: "192.0.2.1".parse().unwrap(),
        own: None,
        nic: None,
        icmp_type: None,
    };
    while let (Some(word), Some(value)) = (words.next(), words.next()) {
        match word {
            "from" | "to" => question.peer = value.parse().unwrap(),
            "on" => question.nic = Some(value.to_owned()),
            "sport" => question.source_port = Some(value.parse().unwrap()),
            "own" => question.own = Some(value.parse().unwrap()),
            "type" => question.icmp_type = Some(value.to_owned()),
            other => panic!("{other}"),
        }
    }
    question
}

/// What becomes of it, as a line.
pub(super) fn verdict(files: &Files, asked: &str) -> String {
    let verdict = evaluate(&files.scene(), &question(asked));
    let outcome = match verdict.outcome {
        Outcome::Passes => "passes",
        Outcome::Dropped => "dropped",
        Outcome::Rejected => "rejected",
        Outcome::NotFiltered => "not filtered",
    };
    let because = match &verdict.because {
        Because::Rule {
            rule,
            group: Some(group),
            pos: at,
        } => format!(" by {group} {} at {at}", rule.pos),
        Because::Rule { rule, .. } => format!(" by rule {}", rule.pos),
        Because::Policy { set: true, .. } => " by policy as set".to_owned(),
        Because::Policy { set: false, .. } => " by policy".to_owned(),
        Because::Standard { policy } => format!(" before policy {policy}"),
        Because::Off { switch } => match switch {
            Switch::Cluster { cluster } => format!(": cluster {cluster}"),
            Switch::Node { node } => format!(": node {node}"),
            Switch::Guest => ": guest".to_owned(),
            Switch::Nic { interface } => format!(": {interface}"),
        },
        Because::Option { option } => match option {
            FirewallOption::Dhcp => " by dhcp".to_owned(),
            FirewallOption::Ndp => " by ndp".to_owned(),
            FirewallOption::Radv => " by radv".to_owned(),
            FirewallOption::Ipfilter => " by ipfilter".to_owned(),
        },
        Because::Blacklist => " by blacklist".to_owned(),
        Because::NoForwarding => ": no forwarding".to_owned(),
        Because::NoSuchNic => ": no such device".to_owned(),
    };
    let of = |group: &Option<String>| group.as_ref().map_or(String::new(), |group| format!("{group} "));
    let notes = verdict.notes.iter().map(|note| match note {
        CheckNote::UnknownGroup { pos, group } => format!("; no group {group} at {pos}"),
        CheckNote::RuleLeftOut { group, pos, problem } => {
            format!("; left out {}{pos}: {}", of(group), problem.name())
        }
        CheckNote::OwnAddressUnknown { group, pos } => format!("; own address {}at {pos}", of(group)),
        CheckNote::IpfilterUnclear => "; ipfilter unclear".to_owned(),
        CheckNote::QuestionUnclear { field } => format!("; unclear {field}"),
        CheckNote::Nftables => "; nftables".to_owned(),
    });
    format!("{outcome}{because}{}", notes.collect::<String>())
}
