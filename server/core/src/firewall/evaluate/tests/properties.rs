//! What holds for every scene and every question.

use std::net::IpAddr;

use drover_types::firewall::{
    Action, Because, ChainEntry, Direction, GroupReference, Outcome, Question, Rule, RuleDraft, Switch,
};
use proptest::prelude::*;

use super::fw::Files;
use crate::firewall::evaluate::evaluate;

fn text(of: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(of).prop_map(str::to_owned)
}

fn direction() -> impl Strategy<Value = Direction> {
    prop::sample::select(Direction::ALL)
}

fn rule() -> impl Strategy<Value = RuleDraft> {
    (
        (
            prop::sample::select(&[Direction::In, Direction::Out][..]),
            prop::sample::select(Action::ALL),
        ),
        any::<bool>(),
        text(&["", "", "", "SSH", "Web", "Ping", "DNS", "DHCPv6", "Nope"]),
        text(&["", "tcp", "udp", "icmp", "ipv6-icmp", "gre", "47", "nope"]),
        text(&[
            "",
            "",
            "192.0.2.0/24",
            "10.0.0.1-10.0.0.9",
            "+friends",
            "+nobody",
            "office",
            "::/0",
            "x.y",
        ]),
        text(&["", "", "", "192.0.2.10", "2001:db8::/32", "dc/office"]),
        (
            text(&["", "", "1024:65535", "53"]),
            text(&["", "22", "80,443", "1:1023", "echo-request", "no"]),
        ),
        (
            text(&["", "", "echo-request", "packet-too-big"]),
            text(&["", "", "net0", "net1"]),
        ),
    )
        .prop_map(
            |(what, enabled, macro_name, protocol, source, dest, ports, (icmp_type, interface))| RuleDraft {
                enabled,
                macro_name,
                protocol,
                source,
                dest,
                source_port: ports.0,
                dest_port: ports.1,
                icmp_type,
                interface,
                ..RuleDraft::new(what.0, what.1)
            },
        )
}

/// An entry of a list: a rule, or one of three groups.
fn entry() -> impl Strategy<Value = ChainEntry> {
    let group = (
        text(&["web", "closed", "gone"]),
        any::<bool>(),
        text(&["", "", "net1"]),
    );
    prop_oneof![
        4 => rule().prop_map(|rule| ChainEntry::Rule(rule.at(0))),
        1 => group.prop_map(|(group, enabled, interface)| ChainEntry::Group(GroupReference {
            pos: 0,
            group,
            enabled,
            interface,
            comment: String::new(),
            assigned_here: false,
        })),
    ]
}

/// Gives each entry its place.
fn numbered(mut chain: Vec<ChainEntry>) -> Vec<ChainEntry> {
    for (n, entry) in (0..).zip(&mut chain) {
        match entry {
            ChainEntry::Rule(rule) => rule.pos = n,
            ChainEntry::Group(group) => group.pos = n,
        }
    }
    chain
}

const NAMES: &str = "[group web] IN Web(ACCEPT)\n[group web] OUT DNS(DROP)\n[group closed] IN REJECT -source +friends\n\
                     [ipset friends] 10.0.0.0/8\n[ipset friends] !10.1.0.0/16\n[alias office] 192.0.2.0/24\n";

fn files() -> impl Strategy<Value = Files> {
    let on = || prop::bool::weighted(0.9);
    let set = || prop::option::of(any::<bool>());
    let policy = || prop::option::of(prop::sample::select(Action::ALL));
    (
        prop::collection::vec(entry(), 0..8),
        (on(), on(), on(), set()),
        (set(), set(), set(), set()),
        (policy(), policy()),
    )
        .prop_map(|(chain, switches, options, policies)| {
            let mut files = Files::filtered(NAMES);
            files.chain = numbered(chain);
            (
                files.cluster.enabled,
                files.guest.enabled,
                files.nics[0].enabled,
                files.node.nftables,
            ) = switches;
            (
                files.guest.dhcp,
                files.guest.ndp,
                files.guest.radv,
                files.guest.ipfilter,
            ) = options;
            (files.guest.policy_in, files.guest.policy_out) = policies;
            files
        })
}

fn address() -> impl Strategy<Value = IpAddr> {
    let some = [
        "192.0.2.5",
        "10.0.0.5",
        "10.1.0.5",
        "198.51.100.1",
        "2001:db8::5",
        "fe80::1",
        "ff02::1",
        "224.0.0.1",
    ];
    prop_oneof![
        4 => prop::sample::select(some.to_vec()).prop_map(|text| text.parse().unwrap()),
        1 => any::<u32>().prop_map(|bits| std::net::Ipv4Addr::from(bits).into()),
        1 => any::<u128>().prop_map(|bits| std::net::Ipv6Addr::from(bits).into()),
    ]
}

fn question() -> impl Strategy<Value = Question> {
    let port = || {
        prop::option::of(prop::sample::select(vec![
            22u16, 53, 67, 68, 80, 443, 546, 547, 0, 65_535,
        ]))
    };
    (
        direction(),
        text(&["tcp", "udp", "icmp", "ipv6-icmp", "gre", "6", "nope", ""]),
        (port(), port()),
        address(),
        prop::option::of(address()),
        prop::option::of(text(&["net0", "net1", "net7"])),
        prop::option::of(text(&[
            "echo-reply",
            "packet-too-big",
            "router-advertisement",
            "8",
            "300",
        ])),
    )
        .prop_map(
            |(direction, protocol, ports, peer, own, nic, icmp_type)| Question {
                direction,
                protocol,
                port: ports.0,
                source_port: ports.1,
                peer,
                own,
                nic,
                icmp_type,
            },
        )
}

/// The place in the guest's list that decided, where one did.
fn decided_at(because: &Because) -> Option<usize> {
    match because {
        Because::Rule { pos, .. } => usize::try_from(*pos).ok(),
        _ => None,
    }
}

/// The rule that decided, whatever its place.
fn deciding(because: &Because) -> Option<(Option<String>, Rule)> {
    match because {
        Because::Rule { rule, group, .. } => {
            let pos = if group.is_some() { rule.pos } else { 0 };
            Some((
                group.clone(),
                Rule {
                    pos,
                    ..(**rule).clone()
                },
            ))
        }
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Nothing that Proxmox can hold or somebody can ask makes it fail, and the answer is always the same.
    #[test]
    fn there_is_always_a_verdict(files in files(), question in question()) {
        let verdict = evaluate(&files.scene(), &question);
        prop_assert_eq!(&evaluate(&files.scene(), &question), &verdict);
        let off = matches!(
            verdict.because,
            Because::Off { .. } | Because::NoForwarding | Because::NoSuchNic
        );
        prop_assert_eq!(verdict.outcome == Outcome::NotFiltered, off);
    }

    #[test]
    fn a_disabled_rule_changes_nothing(
        files in files(),
        question in question(),
        rule in rule(),
        place in any::<prop::sample::Index>(),
    ) {
        let before = evaluate(&files.scene(), &question);
        let mut with = files;
        let rule = RuleDraft { enabled: false, ..rule };
        let place = place.index(with.chain.len() + 1);
        with.chain.insert(place, ChainEntry::Rule(rule.at(0)));
        with.chain = numbered(with.chain);
        let after = evaluate(&with.scene(), &question);
        prop_assert_eq!(after.outcome, before.outcome);
        prop_assert_eq!(deciding(&after.because), deciding(&before.because));
    }

    #[test]
    fn what_stands_behind_the_deciding_rule_changes_nothing(
        files in files(),
        question in question(),
        more in prop::collection::vec(entry(), 0..4),
    ) {
        let before = evaluate(&files.scene(), &question);
        if let Some(at) = decided_at(&before.because) {
            let mut cut = files;
            cut.chain.truncate(at + 1);
            prop_assert_eq!(&evaluate(&cut.scene(), &question), &before);
            cut.chain.extend(more);
            cut.chain = numbered(cut.chain);
            prop_assert_eq!(&evaluate(&cut.scene(), &question), &before);
        }
    }

    #[test]
    fn with_the_clusters_switch_off_all_passes(mut files in files(), question in question()) {
        files.cluster.enabled = false;
        let verdict = evaluate(&files.scene(), &question);
        prop_assert!(verdict.outcome.passes());
        let switch = Switch::Cluster { cluster: "lab".into() };
        let forward = question.direction == Direction::Forward;
        prop_assert_eq!(verdict.because, if forward { Because::NoForwarding } else { Because::Off { switch } });
    }

    #[test]
    fn accepting_all_first_passes_all_but_what_the_options_stop(mut files in files(), question in question()) {
        for direction in [Direction::In, Direction::Out] {
            let all = RuleDraft::new(direction, Action::Accept);
            files.chain.insert(0, ChainEntry::Rule(all.at(0)));
        }
        files.chain = numbered(files.chain);
        let verdict = evaluate(&files.scene(), &question);
        let by_option = matches!(verdict.because, Because::Option { .. });
        prop_assert!(verdict.outcome.passes() || by_option);
    }

    #[test]
    fn dropping_all_first_leaves_what_the_options_let_through(mut files in files(), question in question()) {
        for direction in [Direction::In, Direction::Out] {
            let all = RuleDraft::new(direction, Action::Drop);
            files.chain.insert(0, ChainEntry::Rule(all.at(0)));
        }
        files.chain = numbered(files.chain);
        let verdict = evaluate(&files.scene(), &question);
        let by_option = matches!(verdict.because, Because::Option { .. });
        prop_assert!(!verdict.outcome.passes() || by_option || verdict.outcome == Outcome::NotFiltered);
    }

    #[test]
    fn the_nodes_switch_is_not_the_guests(mut files in files(), question in question()) {
        let before = evaluate(&files.scene(), &question);
        files.node.enabled = Some(!files.node.is_enabled());
        prop_assert_eq!(evaluate(&files.scene(), &question), before);
    }

    #[test]
    fn a_group_does_what_its_rules_in_its_place_would(files in files(), question in question()) {
        let mut flat = files.clone();
        flat.chain = files
            .chain
            .iter()
            .flat_map(|entry| match entry {
                ChainEntry::Group(reference) => {
                    let group = files.groups.iter().find(|group| group.summary.name == reference.group);
                    let rules = group.map(|group| group.rules.clone()).unwrap_or_default();
                    let here = |rule: Rule| Rule {
                        enabled: rule.enabled && reference.enabled,
                        interface: reference.interface.clone(),
                        ..rule
                    };
                    rules.into_iter().map(|rule| ChainEntry::Rule(here(rule))).collect()
                }
                rule @ ChainEntry::Rule(_) => vec![rule.clone()],
            })
            .collect();
        flat.chain = numbered(flat.chain);
        let outcome = evaluate(&files.scene(), &question).outcome;
        prop_assert_eq!(evaluate(&flat.scene(), &question).outcome, outcome);
    }
}
