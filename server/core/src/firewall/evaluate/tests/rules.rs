//! Switches, policies, and what a rule says: protocols, ports, macros.

use super::{case, check};

/// pve-firewall(8): "The firewall is completely disabled by default", "Enabling the Firewall for VMs and Containers";
/// `compile`, `compile_iptables_filter`.
#[test]
fn switches() {
    check(&[
        case("all on", "", "in tcp 22 from 192.0.2.5", "dropped by policy"),
        case(
            "cluster off",
            "[cluster] enable: 0",
            "in tcp 22 from 192.0.2.5",
            "not filtered: cluster lab",
        ),
        case(
            "cluster off beats a rule",
            "[cluster] enable: 0\nIN DROP",
            "in tcp 22 from 192.0.2.5",
            "not filtered: cluster lab",
        ),
        case(
            "node off leaves guests filtered",
            "[node] enable: 0",
            "in tcp 22 from 192.0.2.5",
            "dropped by policy",
        ),
        case(
            "guest off",
            "[options] enable: 0\nIN DROP",
            "in tcp 22 from 192.0.2.5",
            "not filtered: guest",
        ),
        case(
            "network device off",
            "[net0] firewall=0\nIN DROP",
            "in tcp 22 from 192.0.2.5",
            "not filtered: net0",
        ),
        case(
            "one of two network devices off",
            "[net1] firewall=0",
            "in tcp 22 from 192.0.2.5 on net1",
            "not filtered: net1",
        ),
        case(
            "the other is on",
            "[net1] firewall=0",
            "in tcp 22 from 192.0.2.5 on net0",
            "dropped by policy",
        ),
        case(
            "no such network device",
            "",
            "in tcp 22 from 192.0.2.5 on net7",
            "not filtered: no such device",
        ),
        case(
            "guests forward nothing",
            "",
            "forward tcp 22 from 192.0.2.5",
            "not filtered: no forwarding",
        ),
    ]);
}

/// `generate_tap_rules_direction`: policies of a guest; the cluster's are the nodes'.
#[test]
fn policies() {
    check(&[
        case(
            "in by default",
            "",
            "in tcp 80 from 192.0.2.5",
            "dropped by policy",
        ),
        case(
            "out by default",
            "",
            "out tcp 80 to 192.0.2.5",
            "passes by policy",
        ),
        case(
            "in set to accept",
            "[options] policy_in: ACCEPT",
            "in tcp 80 from 192.0.2.5",
            "passes by policy as set",
        ),
        case(
            "in set to reject",
            "[options] policy_in: REJECT",
            "in tcp 80 from 192.0.2.5",
            "rejected by policy as set",
        ),
        case(
            "out set to drop",
            "[options] policy_out: DROP",
            "out tcp 80 to 192.0.2.5",
            "dropped by policy as set",
        ),
        case(
            "out set to reject",
            "[options] policy_out: REJECT",
            "out udp 53 to 192.0.2.5",
            "rejected by policy as set",
        ),
        case(
            "the cluster's policy is the nodes'",
            "[cluster] policy_in: ACCEPT",
            "in tcp 80 from 192.0.2.5",
            "dropped by policy",
        ),
        case(
            "the last rule is not the policy",
            "IN DROP\n[options] policy_in: ACCEPT",
            "in tcp 80 from 192.0.2.5",
            "dropped by rule 0",
        ),
    ]);
}

/// pve-firewall(8), "Firewall Rules": the examples of the chapter, and their order.
#[test]
fn rules_of_the_chapter() {
    check(&[
        case(
            "any SSH on a device",
            "IN SSH(ACCEPT) -i net0",
            "in tcp 22 from 192.0.2.5",
            "passes by rule 0",
        ),
        case(
            "on another device",
            "IN SSH(ACCEPT) -i net0",
            "in tcp 22 from 192.0.2.5 on net1",
            "dropped by policy",
        ),
        case(
            "one source",
            "IN SSH(ACCEPT) -i net0 -source 192.168.2.192",
            "in tcp 22 from 192.168.2.192",
            "passes by rule 0",
        ),
        case(
            "another source",
            "IN SSH(ACCEPT) -i net0 -source 192.168.2.192",
            "in tcp 22 from 192.168.2.193",
            "dropped by policy",
        ),
        case(
            "in a range",
            "IN SSH(ACCEPT) -source 10.0.0.1-10.0.0.10",
            "in tcp 22 from 10.0.0.10",
            "passes by rule 0",
        ),
        case(
            "behind a range",
            "IN SSH(ACCEPT) -source 10.0.0.1-10.0.0.10",
            "in tcp 22 from 10.0.0.11",
            "dropped by policy",
        ),
        case(
            "in a list",
            "IN SSH(ACCEPT) -source 10.0.0.1,10.0.0.2,10.0.0.3",
            "in tcp 22 from 10.0.0.3",
            "passes by rule 0",
        ),
        case(
            "not in a list",
            "IN SSH(ACCEPT) -source 10.0.0.1,10.0.0.2,10.0.0.3",
            "in tcp 22 from 10.0.0.4",
            "dropped by policy",
        ),
        case(
            "in a set",
            "[ipset mynetgroup] 10.1.0.0/16\nIN SSH(ACCEPT) -source +mynetgroup",
            "in tcp 22 from 10.1.2.3",
            "passes by rule 0",
        ),
        case(
            "an alias",
            "[alias myserveralias] 10.0.0.9\nIN SSH(ACCEPT) -source myserveralias",
            "in tcp 22 from 10.0.0.9",
            "passes by rule 0",
        ),
        case(
            "disabled",
            "|IN SSH(ACCEPT) -i net0",
            "in tcp 22 from 192.0.2.5",
            "dropped by policy",
        ),
        case(
            "drop all, accept all",
            "IN DROP\nOUT ACCEPT",
            "out tcp 25 to 192.0.2.5",
            "passes by rule 1",
        ),
        case(
            "the first decides",
            "IN ACCEPT -p tcp -dport 443\nIN DROP -p tcp -dport 443",
            "in tcp 443 from 192.0.2.5",
            "passes by rule 0",
        ),
        case(
            "also where it drops",
            "IN DROP -source 192.0.2.0/24\nIN ACCEPT -p tcp -dport 443",
            "in tcp 443 from 192.0.2.5",
            "dropped by rule 0",
        ),
        case(
            "a rule of the other direction",
            "OUT ACCEPT -p tcp -dport 443",
            "in tcp 443 from 192.0.2.5",
            "dropped by policy",
        ),
    ]);
}

/// `ipt_rule_to_cmds`: `-p`, `--dport`, `--sport`, `multiport`.
#[test]
fn protocols_and_ports() {
    check(&[
        case(
            "a number",
            "IN ACCEPT -p tcp -dport 8080",
            "in tcp 8080 from 192.0.2.5",
            "passes by rule 0",
        ),
        case(
            "another protocol",
            "IN ACCEPT -p tcp -dport 53",
            "in udp 53 from 192.0.2.5",
            "dropped by policy",
        ),
        case(
            "any port",
            "IN ACCEPT -p tcp",
            "in tcp 9 from 192.0.2.5",
            "passes by rule 0",
        ),
        case(
            "first of a range",
            "IN ACCEPT -p tcp -dport 80:85",
            "in tcp 80 from 192.0.2.5",
            "passes by rule 0",
        ),
        case(
            "last of a range",
            "IN ACCEPT -p tcp -dport 80:85",
            "in tcp 85 from 192.0.2.5",
            "passes by rule 0",
        ),
        case(
            "behind a range",
            "IN ACCEPT -p tcp -dport 80:85",
            "in tcp 86 from 192.0.2.5",
            "dropped by policy",
        ),
        case(
            "a list with a range",
            "IN ACCEPT -p tcp -dport 22,80:85,443",
            "in tcp 443 from 192.0.2.5",
            "passes by rule 0",
        ),
        case(
            "a service's name",
            "IN ACCEPT -p tcp -dport https",
            "in tcp 443 from 192.0.2.5",
            "passes by rule 0",
        ),
        case(
            "a protocol's number",
            "IN ACCEPT -p 17 -dport 53",
            "in udp 53 from 192.0.2.5",
            "passes by rule 0",
        ),
        case(
            "no ports in it",
            "IN ACCEPT -p gre",
            "in gre from 192.0.2.5",
            "passes by rule 0",
        ),
        case(
            "sctp has ports",
            "IN ACCEPT -p sctp -dport 3868",
            "in sctp 3868 from 192.0.2.5",
            "passes by rule 0",
        ),
        case(
            "the port it comes from",
            "IN ACCEPT -p udp -sport 123 -dport 123",
            "in udp 123 from 192.0.2.5 sport 123",
            "passes by rule 0",
        ),
        case(
            "another port it comes from",
            "IN ACCEPT -p udp -sport 123 -dport 123",
            "in udp 123 from 192.0.2.5 sport 5000",
            "dropped by policy",
        ),
        case(
            "a program's own port",
            "IN ACCEPT -p tcp -sport 1024:65535 -dport 80",
            "in tcp 80 from 192.0.2.5",
            "passes by rule 0",
        ),
        case(
            "no program's own port",
            "IN ACCEPT -p tcp -sport 80 -dport 80",
            "in tcp 80 from 192.0.2.5",
            "dropped by policy",
        ),
    ]);
}

/// `$apply_macro`, `$pve_fw_macros`, `$pve_ipv6fw_macros`, `$pve_fw_macro_ipversion`.
#[test]
fn macros() {
    check(&[
        case(
            "its second line",
            "IN Web(ACCEPT)",
            "in tcp 443 from 192.0.2.5",
            "passes by rule 0",
        ),
        case(
            "none of its lines",
            "IN Web(ACCEPT)",
            "in tcp 8080 from 192.0.2.5",
            "dropped by policy",
        ),
        case(
            "whatever its case",
            "IN https(ACCEPT)",
            "in tcp 443 from 192.0.2.5",
            "passes by rule 0",
        ),
        case(
            "of two protocols",
            "IN DNS(DROP)\nIN ACCEPT",
            "in udp 53 from 192.0.2.5",
            "dropped by rule 0",
        ),
        case(
            "without ports",
            "IN PPtP(ACCEPT)",
            "in 47 from 192.0.2.5",
            "passes by rule 0",
        ),
        case(
            "with the port it comes from",
            "IN SMB(ACCEPT)",
            "in udp 2000 from 192.0.2.5 sport 137",
            "passes by rule 0",
        ),
        case(
            "ping",
            "IN Ping(ACCEPT)",
            "in icmp from 192.0.2.5",
            "passes by rule 0",
        ),
        case(
            "ping of IPv6",
            "IN Ping(ACCEPT)",
            "in icmpv6 from 2001:db8::5",
            "passes by rule 0",
        ),
        case(
            "no reply",
            "IN Ping(ACCEPT)",
            "in icmp from 192.0.2.5 type echo-reply",
            "dropped by policy",
        ),
        case(
            "of IPv6 alone",
            "IN DHCPv6(ACCEPT)\n[options] dhcp: 0",
            "in udp 546 from 192.0.2.5 sport 547",
            "dropped by policy",
        ),
        case(
            "unknown: left out",
            "IN Nope(ACCEPT)\nIN ACCEPT",
            "in tcp 1 from 192.0.2.5",
            "passes by rule 1; left out 0: unknown_macro",
        ),
        case(
            "said twice: left out",
            "IN SSH(ACCEPT) -p udp",
            "in tcp 22 from 192.0.2.5",
            "dropped by policy; left out 0: set_by_macro",
        ),
        case(
            "with a source",
            "IN SSH(ACCEPT) -source 192.0.2.0/24",
            "in tcp 22 from 198.51.100.1",
            "dropped by policy",
        ),
    ]);
}
