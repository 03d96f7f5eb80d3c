//! Groups, names, families of addresses, what Proxmox itself adds, and what can't be read.

use super::fw::{Files, verdict};
use super::{case, check};

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
            "the port that is refused before the policy drops",
            "",
            "in tcp 43 from 2001:db8::5",
            "rejected before policy DROP",
        ),
        case(
            "no other protocol",
            "",
            "in udp 43 from 2001:db8::5",
            "dropped by policy",
        ),
        case(
            "nor over IPv4",
            "",
            "in tcp 43 from 192.0.2.5",
            "dropped by policy",
        ),
        case(
            "behind the rules of the guest",
            "IN DROP -p tcp -dport 43",
            "in tcp 43 from 2001:db8::5",
            "dropped by rule 0",
        ),
        case(
            "a policy that rejects refuses it by itself",
            "[options] policy_in: REJECT",
            "in tcp 43 from 2001:db8::5",
            "rejected by policy as set",
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
