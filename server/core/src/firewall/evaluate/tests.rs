//! Which connections pass: a table of cases, each with where Proxmox says so. Scenes are written as Proxmox writes its
//! files; [`fw`] reads them.

mod fw;
mod properties;

use fw::{Files, verdict};

/// A case: its name, the files beside those of [`Files::filtered`], the question and what becomes of it.
struct Case {
    name: &'static str,
    files: &'static str,
    asked: &'static str,
    expected: &'static str,
}

const fn case(name: &'static str, files: &'static str, asked: &'static str, expected: &'static str) -> Case {
    Case {
        name,
        files,
        asked,
        expected,
    }
}

fn check(cases: &[Case]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let got = verdict(&Files::filtered(case.files), case.asked);
            let line = format!("{}: {} is {got}, not {}", case.name, case.asked, case.expected);
            (got != case.expected).then_some(line)
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

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

/// `--icmp-type`, and what `PVEFW-Drop` and `PVEFW-reject` do with messages of ICMP.
#[test]
fn icmp() {
    check(&[
        case(
            "one type",
            "IN ACCEPT -p icmp -icmp-type echo-request",
            "in icmp from 192.0.2.5",
            "passes by rule 0",
        ),
        case(
            "another type",
            "IN ACCEPT -p icmp -icmp-type echo-request",
            "in icmp from 192.0.2.5 type timestamp-request",
            "dropped by policy",
        ),
        case(
            "any type",
            "IN ACCEPT -p icmp",
            "in icmp from 192.0.2.5 type 13",
            "passes by rule 0",
        ),
        case(
            "any by name",
            "IN ACCEPT -p icmp -icmp-type any",
            "in icmp from 192.0.2.5 type redirect",
            "passes by rule 0",
        ),
        case(
            "a code of a type",
            "IN DROP -p icmp -icmp-type destination-unreachable",
            "in icmp from 192.0.2.5 type port-unreachable",
            "dropped by rule 0",
        ),
        case(
            "the type in place of the port",
            "IN ACCEPT -p icmp -dport echo-request",
            "in icmp from 192.0.2.5",
            "passes by rule 0",
        ),
        case(
            "rejecting drops it",
            "IN REJECT -p icmp",
            "in icmp from 192.0.2.5",
            "dropped by rule 0",
        ),
        case(
            "errors pass the policy",
            "",
            "in icmp from 192.0.2.5 type fragmentation-needed",
            "passes before policy DROP",
        ),
        case(
            "unless a rule comes first",
            "IN DROP -p icmp",
            "in icmp from 192.0.2.5 type fragmentation-needed",
            "dropped by rule 0",
        ),
        case(
            "errors of IPv6 pass the policy",
            "",
            "in ipv6-icmp from 2001:db8::5 type packet-too-big",
            "passes before policy DROP",
        ),
        case(
            "other errors do not",
            "",
            "in icmp from 192.0.2.5 type host-unreachable",
            "dropped by policy",
        ),
        case(
            "a node with nftables",
            "[node] nftables: 1",
            "in icmp from 192.0.2.5",
            "dropped by policy; nftables",
        ),
    ]);
}

/// `ruleset_create_vm_chain`, `ruleset_chain_add_ndp`; pve-firewall(8), "Notes on IPv6".
#[test]
fn options() {
    check(&[
        case(
            "asking for an address",
            "OUT DROP",
            "out udp 67 to 192.0.2.1 sport 68",
            "passes by dhcp",
        ),
        case(
            "the answer",
            "IN DROP",
            "in udp 68 from 192.0.2.1 sport 67",
            "passes by dhcp",
        ),
        case(
            "from another port",
            "",
            "in udp 68 from 192.0.2.1 sport 5000",
            "dropped by policy",
        ),
        case(
            "switched off",
            "[options] dhcp: 0",
            "in udp 68 from 192.0.2.1 sport 67",
            "dropped by policy",
        ),
        case(
            "of IPv6",
            "OUT DROP",
            "out udp 547 to 2001:db8::1 sport 546",
            "passes by dhcp",
        ),
        case(
            "discovery",
            "IN DROP",
            "in icmpv6 from 2001:db8::5 type neighbor-solicitation",
            "passes by ndp",
        ),
        case(
            "discovery, outbound",
            "OUT DROP",
            "out icmpv6 to 2001:db8::5 type router-solicitation",
            "passes by ndp",
        ),
        case(
            "discovery switched off",
            "[options] ndp: 0",
            "in icmpv6 from 2001:db8::5 type neighbor-solicitation",
            "dropped by policy",
        ),
        case(
            "hearing a router",
            "IN DROP",
            "in icmpv6 from fe80::1 type router-advertisement",
            "passes by ndp",
        ),
        case(
            "being a router",
            "OUT ACCEPT",
            "out icmpv6 to ff02::1 type router-advertisement",
            "dropped by radv",
        ),
        case(
            "allowed to be one",
            "[options] radv: 1\nOUT DROP",
            "out icmpv6 to ff02::1 type router-advertisement",
            "passes by ndp",
        ),
    ]);
}

/// pve-firewall(8), "Standard IP set 'ipfilter-net*'"; `compile_ipsets`.
#[test]
fn own_addresses() {
    check(&[
        case(
            "its own address",
            "[ipset guest ipfilter-net0] 192.0.2.10",
            "out tcp 80 to 198.51.100.1 own 192.0.2.10",
            "passes by policy",
        ),
        case(
            "an address that is not its own",
            "[ipset guest ipfilter-net0] 192.0.2.10\nOUT ACCEPT",
            "out tcp 80 to 198.51.100.1 own 192.0.2.11",
            "dropped by ipfilter",
        ),
        case(
            "the set of another device",
            "[ipset guest ipfilter-net1] 192.0.2.10",
            "out tcp 80 to 198.51.100.1 own 192.0.2.11",
            "passes by policy",
        ),
        case(
            "the option alone lets no IPv4 of a virtual machine through",
            "[options] ipfilter: 1",
            "out tcp 80 to 198.51.100.1 own 192.0.2.10",
            "dropped by ipfilter",
        ),
        case(
            "but a container's configured address",
            "[options] ipfilter: 1\n[container]\n[net0] firewall=1 ip=192.0.2.10",
            "out tcp 80 to 198.51.100.1",
            "passes by policy",
        ),
        case(
            "and the link-local address of the MAC",
            "[options] ipfilter: 1\n[net0] firewall=1 mac=BC:24:11:00:00:01",
            "out tcp 80 to fe80::1 own fe80::be24:11ff:fe00:1",
            "passes by policy",
        ),
        case(
            "no other link-local address",
            "[options] ipfilter: 1\n[net0] firewall=1 mac=BC:24:11:00:00:01",
            "out tcp 80 to fe80::1 own fe80::2",
            "dropped by ipfilter",
        ),
        case(
            "inbound is not filtered by it",
            "[options] ipfilter: 1\nIN ACCEPT",
            "in tcp 80 from 198.51.100.1 own 192.0.2.10",
            "passes by rule 0",
        ),
        case(
            "an address that is not known",
            "[options] ipfilter: 1",
            "out tcp 80 to 198.51.100.1",
            "passes by policy; ipfilter unclear",
        ),
    ]);
}

/// pve-firewall(8), "Security Groups"; `ruleset_add_group_rule`, `generate_group_rules`.
#[test]
fn groups() {
    const WEB: &str =
        "[group webserver] IN ACCEPT -p tcp -dport 80\n[group webserver] IN ACCEPT -p tcp -dport 443\n";
    let with = |files: &str| format!("{WEB}{files}");
    for (name, files, asked, expected) in [
        (
            "its second rule",
            "GROUP webserver",
            "in tcp 443 from 192.0.2.5",
            "passes by webserver 1 at 0",
        ),
        (
            "none of its rules",
            "GROUP webserver",
            "in tcp 22 from 192.0.2.5",
            "dropped by policy",
        ),
        (
            "not in the list",
            "",
            "in tcp 443 from 192.0.2.5",
            "dropped by policy",
        ),
        (
            "disabled",
            "|GROUP webserver",
            "in tcp 443 from 192.0.2.5",
            "dropped by policy",
        ),
        (
            "for its device",
            "GROUP webserver -i net1",
            "in tcp 443 from 192.0.2.5 on net1",
            "passes by webserver 1 at 0",
        ),
        (
            "for another device",
            "GROUP webserver -i net1",
            "in tcp 443 from 192.0.2.5 on net0",
            "dropped by policy",
        ),
        (
            "a rule before it",
            "IN DROP -source 192.0.2.0/24\nGROUP webserver",
            "in tcp 443 from 192.0.2.5",
            "dropped by rule 0",
        ),
        (
            "a rule behind it",
            "GROUP webserver\nIN DROP",
            "in tcp 443 from 192.0.2.5",
            "passes by webserver 1 at 0",
        ),
        (
            "behind it, for what it leaves",
            "GROUP webserver\nIN REJECT",
            "in tcp 22 from 192.0.2.5",
            "rejected by rule 1",
        ),
        (
            "a group that drops",
            "[group closed] IN DROP -p tcp\nGROUP closed\nGROUP webserver",
            "in tcp 443 from 192.0.2.5",
            "dropped by closed 0 at 0",
        ),
        (
            "a disabled rule of it",
            "[group half] |IN DROP\n[group half] IN ACCEPT -p tcp\nGROUP half",
            "in tcp 443 from 192.0.2.5",
            "passes by half 1 at 0",
        ),
        (
            "its outbound rules",
            "[group quiet] OUT DROP -p tcp -dport 25\nGROUP quiet",
            "out tcp 25 to 192.0.2.5",
            "dropped by quiet 0 at 0",
        ),
        (
            "not there",
            "GROUP gone\nIN ACCEPT",
            "in tcp 443 from 192.0.2.5",
            "passes by rule 1; no group gone at 0",
        ),
        (
            "two of them in order",
            "[group closed] IN DROP\nGROUP webserver\nGROUP closed",
            "in tcp 443 from 192.0.2.5",
            "passes by webserver 1 at 0",
        ),
        (
            "names of the cluster alone",
            "[alias guest office] 192.0.2.5\n[group byname] IN ACCEPT -source office\nGROUP byname",
            "in tcp 443 from 192.0.2.5",
            "dropped by policy; left out byname 0: alias_not_found",
        ),
    ] {
        let got = verdict(&Files::filtered(&with(files)), asked);
        assert_eq!(got, expected, "{name}: {asked}");
    }
}

/// pve-firewall(8), "IP Aliases", "IP Sets"; ipset(8) on `nomatch`; `ipt_gen_src_or_dst_match`.
#[test]
fn names() {
    check(&[
        case(
            "an alias whatever its case",
            "[alias Office] 192.0.2.0/24\nIN ACCEPT -source oFFice",
            "in tcp 1 from 192.0.2.5",
            "passes by rule 0",
        ),
        case(
            "the guest's before the cluster's",
            "[alias office] 192.0.2.5\n[alias guest office] 198.51.100.5\nIN ACCEPT -source office",
            "in tcp 1 from 192.0.2.5",
            "dropped by policy",
        ),
        case(
            "the cluster's where it is said",
            "[alias office] 192.0.2.5\n[alias guest office] 198.51.100.5\nIN ACCEPT -source dc/office",
            "in tcp 1 from 192.0.2.5",
            "passes by rule 0",
        ),
        case(
            "the guest's alone where it is said",
            "[alias office] 192.0.2.5\nIN ACCEPT -source guest/office",
            "in tcp 1 from 192.0.2.5",
            "dropped by policy; left out 0: alias_not_found",
        ),
        case(
            "the guest's set before the cluster's",
            "[ipset friends] 192.0.2.5\n[ipset guest friends] 198.51.100.5\nIN ACCEPT -source +friends",
            "in tcp 1 from 192.0.2.5",
            "dropped by policy",
        ),
        case(
            "a set of both families",
            "[ipset friends] 192.0.2.5\n[ipset friends] 2001:db8::/32\nIN ACCEPT -source +friends",
            "in tcp 1 from 2001:db8::5",
            "passes by rule 0",
        ),
        case(
            "taken out of a set",
            "[ipset friends] 192.0.2.0/24\n[ipset friends] !192.0.2.5\nIN ACCEPT -source +friends",
            "in tcp 1 from 192.0.2.5",
            "dropped by policy",
        ),
        case(
            "the rest of it",
            "[ipset friends] 192.0.2.0/24\n[ipset friends] !192.0.2.5\nIN ACCEPT -source +friends",
            "in tcp 1 from 192.0.2.6",
            "passes by rule 0",
        ),
        case(
            "and put in again",
            "[ipset friends] 10.0.0.0/8\n[ipset friends] !10.1.0.0/16\n[ipset friends] 10.1.2.0/24\n\
             IN ACCEPT -source +friends",
            "in tcp 1 from 10.1.2.3",
            "passes by rule 0",
        ),
        case(
            "an alias in a set",
            "[alias office] 192.0.2.0/24\n[ipset friends] office\nIN ACCEPT -source +friends",
            "in tcp 1 from 192.0.2.5",
            "passes by rule 0",
        ),
        case(
            "an empty set",
            "[ipset friends]\nIN ACCEPT -source +friends",
            "in tcp 1 from 192.0.2.5",
            "dropped by policy",
        ),
        case(
            "no such set: left out",
            "IN ACCEPT -source +nobody\nIN REJECT",
            "in tcp 1 from 192.0.2.5",
            "rejected by rule 1; left out 0: ip_set_not_found",
        ),
        case(
            "no such set in a rule for something else",
            "IN ACCEPT -source +nobody -p udp",
            "in tcp 1 from 192.0.2.5",
            "dropped by policy",
        ),
    ]);
}

/// pve-firewall(8), "Standard IP set 'blacklist'"; `ruleset_chain_add_input_filters`.
#[test]
fn blacklist() {
    check(&[
        case(
            "blacklisted",
            "[ipset blacklist] 77.240.159.182\nIN ACCEPT",
            "in tcp 1 from 77.240.159.182",
            "dropped by blacklist",
        ),
        case(
            "blacklisted while the guest's switch is off",
            "[ipset blacklist] 213.87.123.0/24\n[options] enable: 0",
            "in tcp 1 from 213.87.123.9",
            "dropped by blacklist",
        ),
        case(
            "blacklisted, and its device is off",
            "[ipset blacklist] 213.87.123.0/24\n[net0] firewall=0",
            "in tcp 1 from 213.87.123.9",
            "not filtered: net0",
        ),
        case(
            "to one who is blacklisted",
            "[ipset blacklist] 213.87.123.0/24",
            "out tcp 1 to 213.87.123.9",
            "passes by policy",
        ),
    ]);
}

/// `verify_rule`, `$set_ip_version`: a rule with addresses of one family is none for the other.
#[test]
fn families_and_the_guests_own_address() {
    check(&[
        case(
            "IPv4 for IPv6",
            "IN ACCEPT -source 0.0.0.0/0",
            "in tcp 22 from 2001:db8::5",
            "dropped by policy",
        ),
        case(
            "IPv6 for IPv4",
            "IN ACCEPT -source ::/0",
            "in tcp 22 from 192.0.2.5",
            "dropped by policy",
        ),
        case(
            "neither",
            "IN SSH(ACCEPT)",
            "in tcp 22 from 2001:db8::5",
            "passes by rule 0",
        ),
        case(
            "a network of IPv6",
            "IN ACCEPT -source 2001:db8::/32",
            "in tcp 22 from 2001:db8:1::5",
            "passes by rule 0",
        ),
        case(
            "ICMP of IPv4 for IPv6",
            "IN ACCEPT -p icmp",
            "in icmpv6 from 2001:db8::5",
            "dropped by policy",
        ),
        case(
            "the address it goes to",
            "IN ACCEPT -dest 192.0.2.10",
            "in tcp 22 from 192.0.2.5 own 192.0.2.10",
            "passes by rule 0",
        ),
        case(
            "another address it goes to",
            "IN ACCEPT -dest 192.0.2.10",
            "in tcp 22 from 192.0.2.5 own 192.0.2.11",
            "dropped by policy",
        ),
        case(
            "the device's address where none is asked for",
            "[net0] firewall=1 ip=2001:db8::9 ip=192.0.2.10\nIN ACCEPT -dest 192.0.2.10",
            "in tcp 22 from 192.0.2.5",
            "passes by rule 0",
        ),
        case(
            "an address that is not known",
            "IN ACCEPT -dest 192.0.2.10",
            "in tcp 22 from 192.0.2.5",
            "dropped by policy; own address at 0",
        ),
        case(
            "nor needed",
            "IN ACCEPT -dest 2001:db8::10\nIN ACCEPT -dest 192.0.2.10 -p udp",
            "in tcp 22 from 192.0.2.5",
            "dropped by policy",
        ),
        case(
            "the destination of what goes out",
            "OUT REJECT -dest 198.51.100.0/24",
            "out tcp 25 to 198.51.100.9",
            "rejected by rule 0",
        ),
        case(
            "the source of what goes out",
            "OUT REJECT -source 192.0.2.10",
            "out tcp 25 to 198.51.100.9 own 192.0.2.10",
            "rejected by rule 0",
        ),
        case(
            "both families in one rule: left out",
            "IN ACCEPT -source 192.0.2.5 -dest guestnet\n[alias guestnet] 2001:db8::/32\nIN DROP",
            "in tcp 22 from 192.0.2.5",
            "dropped by rule 1",
        ),
    ]);
}

/// `$pve_std_chains_conf`: what is dropped without a word where the policy rejects, and never answered.
#[test]
fn standard_actions() {
    check(&[
        case(
            "noise is dropped either way",
            "",
            "in tcp 445 from 192.0.2.5",
            "dropped by policy",
        ),
        case(
            "noise is rejected where all is",
            "[options] policy_in: REJECT",
            "in tcp 445 from 192.0.2.5",
            "rejected by policy as set",
        ),
        case(
            "UPnP is not",
            "[options] policy_in: REJECT",
            "in udp 1900 from 192.0.2.5",
            "dropped before policy REJECT",
        ),
        case(
            "nor late answers of a name server",
            "[options] policy_in: REJECT",
            "in udp 40000 from 192.0.2.5 sport 53",
            "dropped before policy REJECT",
        ),
        case(
            "nor what goes to many",
            "[options] policy_out: REJECT",
            "out udp 5353 to 224.0.0.251",
            "dropped before policy REJECT",
        ),
        case(
            "nor ICMP",
            "[options] policy_in: REJECT",
            "in icmp from 192.0.2.5",
            "dropped by policy as set",
        ),
        case(
            "errors pass that, too",
            "[options] policy_out: REJECT",
            "out icmp to 192.0.2.5 type time-exceeded",
            "passes before policy REJECT",
        ),
        case(
            "many of IPv6",
            "[options] policy_out: DROP",
            "out ipv6-icmp to ff02::1 type packet-too-big",
            "dropped by policy as set",
        ),
    ]);
}

/// Rules that somebody wrote into Proxmox's files by hand, and questions that make little sense.
#[test]
fn what_can_not_be_read() {
    check(&[
        case(
            "a port without a protocol",
            "IN ACCEPT -dport 22",
            "in tcp 22 from 192.0.2.5",
            "dropped by policy; left out 0: ports_need_protocol",
        ),
        case(
            "a port of a protocol without",
            "IN ACCEPT -p gre -dport 22",
            "in gre from 192.0.2.5",
            "dropped by policy; left out 0: ports_need_protocol",
        ),
        case(
            "an unknown protocol",
            "IN ACCEPT -p nope",
            "in tcp 22 from 192.0.2.5",
            "dropped by policy; left out 0: unknown_protocol",
        ),
        case(
            "an unknown type",
            "IN ACCEPT -p icmp -icmp-type packet-too-big",
            "in icmp from 192.0.2.5",
            "dropped by policy; left out 0: invalid_icmp_type",
        ),
        case(
            "no address",
            "IN ACCEPT -source 192.0.2.300",
            "in tcp 22 from 192.0.2.5",
            "dropped by policy; left out 0: invalid_address_spec",
        ),
        case(
            "a device in a group's rule",
            "[group half] IN ACCEPT -i net0\nGROUP half",
            "in tcp 22 from 192.0.2.5",
            "dropped by policy; left out half 0: no_interface_in_group",
        ),
        case(
            "Proxmox takes port 0",
            "IN ACCEPT -p tcp -dport 0:1023",
            "in tcp 22 from 192.0.2.5",
            "passes by rule 0",
        ),
        case(
            "a question without a port",
            "IN ACCEPT -p tcp -dport 22\nIN REJECT -p tcp",
            "in tcp from 192.0.2.5",
            "rejected by rule 1; unclear port",
        ),
        case(
            "a question about no protocol",
            "IN ACCEPT -p tcp -dport 22\nIN REJECT",
            "in nope 22 from 192.0.2.5",
            "rejected by rule 1; unclear protocol",
        ),
    ]);
}
