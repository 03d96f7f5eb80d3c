//! Which rules are refused, and on which field.

use super::*;
use crate::firewall::LogLevel;

fn draft(fields: &[(&str, &str)]) -> RuleDraft {
    let mut draft = RuleDraft::new(Direction::In, Action::Accept);
    for &(field, text) in fields {
        let text = text.to_owned();
        match field {
            "direction" => draft.direction = text.parse().unwrap(),
            "action" => draft.action = text.parse().unwrap(),
            "macro" => draft.macro_name = text,
            "protocol" => draft.protocol = text,
            "source" => draft.source = text,
            "dest" => draft.dest = text,
            "source_port" => draft.source_port = text,
            "dest_port" => draft.dest_port = text,
            "icmp_type" => draft.icmp_type = text,
            "interface" => draft.interface = text,
            "comment" => draft.comment = text,
            _ => panic!("{field}"),
        }
    }
    draft
}

fn macros() -> Vec<Macro> {
    let line = |protocol: &str, dest_port: &str| MacroLine {
        protocol: protocol.into(),
        dest_port: dest_port.into(),
        ..MacroLine::default()
    };
    let known = |name: &str, lines: Vec<MacroLine>| Macro {
        name: name.into(),
        lines,
        ..Macro::default()
    };
    vec![
        known("SSH", vec![line("tcp", "22")]),
        known("DNS", vec![line("udp", "53"), line("tcp", "53")]),
        known("GRE", vec![line("47", "")]),
        known("Newer", vec![]),
    ]
}

fn names(draft: &RuleDraft, place: RulePlace) -> String {
    let problems = draft.problems(place, Some(&macros()));
    let said: Vec<String> = problems
        .iter()
        .map(|(field, problem)| format!("{field}: {}", problem.name()))
        .collect();
    said.join(", ")
}

#[test]
fn rules_that_are_fine() {
    for fields in [
        &[][..],
        &[("protocol", "tcp"), ("dest_port", "80,443")],
        &[
            ("protocol", "TCP"),
            ("dest_port", "8000-8080"),
            ("source_port", "1024:65535"),
        ],
        &[
            ("protocol", "icmp"),
            ("icmp_type", "echo-request"),
            ("source", "192.0.2.0/24"),
        ],
        &[
            ("protocol", "ipv6-icmp"),
            ("icmp_type", "packet-too-big"),
            ("source", "2001:db8::/32"),
        ],
        &[("protocol", "icmpv6"), ("source", "+office")],
        &[("macro", "ssh"), ("source", "office")],
        &[("macro", "SSH"), ("protocol", "tcp")],
        &[("macro", "DNS"), ("protocol", ""), ("dest_port", "")],
        &[("macro", "Newer"), ("protocol", "tcp"), ("dest_port", "1")],
        &[("protocol", "gre")],
        &[
            ("direction", "out"),
            ("action", "REJECT"),
            ("dest", "192.0.2.1-192.0.2.9"),
        ],
        &[("comment", "사무실")],
    ] {
        assert_eq!(names(&draft(fields), RulePlace::Group), "", "{fields:?}");
        assert_eq!(names(&draft(fields), RulePlace::Server), "", "{fields:?}");
    }
    assert_eq!(names(&draft(&[("interface", "net31")]), RulePlace::Server), "");
    let forward = draft(&[("direction", "forward"), ("action", "DROP")]);
    assert_eq!(names(&forward, RulePlace::Group), "");
}

#[test]
fn rules_that_are_not() {
    for (fields, expected) in [
        (&[("dest_port", "80")][..], "protocol: ports_need_protocol"),
        (&[("source_port", "80")], "protocol: ports_need_protocol"),
        (
            &[("protocol", "gre"), ("dest_port", "80")],
            "protocol: ports_need_protocol",
        ),
        (
            &[("protocol", "xyz"), ("dest_port", "80")],
            "protocol: unknown_protocol",
        ),
        (
            &[("protocol", "tcp"), ("dest_port", "0")],
            "dest_port: invalid_port",
        ),
        (
            &[("protocol", "tcp"), ("dest_port", "65536")],
            "dest_port: invalid_port",
        ),
        (
            &[("protocol", "udp"), ("dest_port", "90:80")],
            "dest_port: port_range_reversed",
        ),
        (
            &[("protocol", "icmp"), ("dest_port", "80")],
            "dest_port: icmp_has_no_ports",
        ),
        (
            &[("protocol", "icmp"), ("dest_port", "echo-request")],
            "dest_port: icmp_has_no_ports",
        ),
        (
            &[("protocol", "ipv6-icmp"), ("source_port", "80")],
            "source_port: icmp_has_no_ports",
        ),
        (
            &[("icmp_type", "echo-request")],
            "icmp_type: icmp_type_needs_icmp",
        ),
        (
            &[("protocol", "tcp"), ("icmp_type", "any")],
            "icmp_type: icmp_type_needs_icmp",
        ),
        (
            &[("protocol", "icmp"), ("icmp_type", "packet-too-big")],
            "icmp_type: invalid_icmp_type",
        ),
        (
            &[("protocol", "icmp"), ("icmp_type", "8")],
            "icmp_type: invalid_icmp_type",
        ),
        (
            &[("protocol", "icmp"), ("source", "2001:db8::1")],
            "protocol: icmp_of_other_family",
        ),
        (
            &[("protocol", "icmpv6"), ("dest", "192.0.2.1")],
            "protocol: icmp_of_other_family",
        ),
        (
            &[("source", "192.0.2.1"), ("dest", "2001:db8::1")],
            "dest: address_families_mixed",
        ),
        (
            &[("source", "192.0.2.9-192.0.2.1")],
            "source: address_range_reversed",
        ),
        (&[("source", "192.0.2.1/24")], "source: host_bits_set"),
        (&[("dest", "192.0.2.1/40")], "dest: invalid_address_spec"),
        (&[("macro", "Nope")], "macro: unknown_macro"),
        (&[("macro", "SSH"), ("protocol", "udp")], "protocol: set_by_macro"),
        (
            &[("macro", "SSH"), ("protocol", "tcp"), ("dest_port", "2222")],
            "dest_port: set_by_macro",
        ),
        (&[("macro", "DNS"), ("protocol", "udp")], "protocol: set_by_macro"),
        (&[("comment", "a\nb")], "comment: no_line_breaks"),
        (
            &[
                ("protocol", "tcp"),
                ("dest_port", "x"),
                ("source", "y.z"),
                ("comment", "\r"),
            ],
            "comment: no_line_breaks, dest_port: invalid_port, source: invalid_address_spec",
        ),
    ] {
        assert_eq!(names(&draft(fields), RulePlace::Group), expected, "{fields:?}");
    }
}

#[test]
fn where_it_stands_matters() {
    let nic = draft(&[("interface", "net0")]);
    assert_eq!(names(&nic, RulePlace::Group), "interface: no_interface_in_group");
    for name in ["vmbr0", "net", "net32", "net01", "NET0"] {
        let nic = draft(&[("interface", name)]);
        assert_eq!(
            names(&nic, RulePlace::Server),
            "interface: invalid_firewall_interface"
        );
    }
    let forward = draft(&[("direction", "forward")]);
    assert_eq!(
        names(&forward, RulePlace::Server),
        "direction: no_forward_on_server"
    );
    let reject = draft(&[("direction", "forward"), ("action", "REJECT")]);
    assert_eq!(names(&reject, RulePlace::Group), "action: no_reject_of_forwarded");
}

#[test]
fn without_a_list_no_macro_is_unknown() {
    let draft = draft(&[("macro", "Nope")]);
    assert!(draft.problems(RulePlace::Group, None).is_empty());
}

#[test]
fn a_rule_is_sent_tidy() {
    let given = RuleDraft {
        log: Some(LogLevel::Info),
        ..draft(&[
            ("macro", " dns "),
            ("protocol", "UDP"),
            ("source", " 192.0.2.7/32, 198.51.100.0/24"),
            ("dest", "no address"),
            ("dest_port", "80 - 85, 443"),
            ("comment", " x "),
        ])
    };
    let expected = RuleDraft {
        log: Some(LogLevel::Info),
        ..draft(&[
            ("macro", "DNS"),
            ("protocol", "udp"),
            ("source", "192.0.2.7,198.51.100.0/24"),
            ("dest", "no address"),
            ("dest_port", "80:85,443"),
            ("comment", "x"),
        ])
    };
    assert_eq!(given.tidied(Some(&macros())), expected);
}
