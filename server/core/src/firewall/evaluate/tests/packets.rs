//! What is not a plain connection: messages of ICMP, a guest's options, its own addresses.

use super::{case, check};

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
