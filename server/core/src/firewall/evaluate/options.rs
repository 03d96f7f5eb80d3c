//! What a guest's options decide before its list does (`PVE::Firewall::ruleset_create_vm_chain`).

use std::net::{IpAddr, Ipv6Addr};

use drover_types::firewall::input::Protocol;
use drover_types::firewall::{
    CheckNote, Direction, FirewallOption, IpSetEntry, NicFirewall, Outcome, SetScope,
};
use drover_types::guest::GuestKind;

use super::addresses::Names;
use super::packet::Packet;
use super::scene::Scene;

/// What an option makes of a packet; `None` where it is left to the list.
pub(super) fn decide(
    scene: &Scene<'_>,
    nic: &NicFirewall,
    packet: &Packet,
    notes: &mut Vec<CheckNote>,
) -> Option<(Outcome, FirewallOption)> {
    let options = scene.guest_options;
    let out = packet.direction == Direction::Out;
    // On unless it is set to 0: `!(defined($options->{dhcp}) && $options->{dhcp} == 0)`, though the API's schema calls 0
    // the default.
    if options.dhcp.unwrap_or(true) && is_dhcp(packet, out) {
        return Some((Outcome::Passes, FirewallOption::Dhcp));
    }
    // The filter of MAC addresses stands here; a guest that sends from its own passes it.
    if out && options.radv != Some(true) && is_v6_message(packet, "router-advertisement") {
        return Some((Outcome::Dropped, FirewallOption::Radv));
    }
    if out && is_spoofed(scene, nic, packet, notes) {
        return Some((Outcome::Dropped, FirewallOption::Ipfilter));
    }
    // On unless it is set to 0 (`ruleset_chain_add_ndp`; pve-firewall(8), "Notes on IPv6").
    if options.ndp.unwrap_or(true) && is_discovery(packet, out, options.radv == Some(true)) {
        return Some((Outcome::Passes, FirewallOption::Ndp));
    }
    None
}

/// Asking for an address, and the answer: both ports are fixed.
fn is_dhcp(packet: &Packet, out: bool) -> bool {
    let (server, client) = if packet.is_ipv6() { (547, 546) } else { (67, 68) };
    let (from, to) = if out { (client, server) } else { (server, client) };
    packet.is(Protocol::UDP) && packet.source_ports == (from, from) && packet.dest_port == Some(to)
}

fn is_v6_message(packet: &Packet, name: &str) -> bool {
    packet.is(Protocol::ICMP_V6) && packet.is_message(name)
}

fn is_discovery(packet: &Packet, out: bool, radv: bool) -> bool {
    [
        "router-solicitation",
        "neighbor-solicitation",
        "neighbor-advertisement",
    ]
    .iter()
    .any(|name| is_v6_message(packet, name))
        || ((!out || radv) && is_v6_message(packet, "router-advertisement"))
}

/// Whether the guest sends from an address that is not its own: there is a set `ipfilter-net0`, or the option makes one
/// (`generate_tap_rules_direction`), which has the link-local address of the MAC and a container's configured addresses
/// besides (`compile_ipsets`). A virtual machine's set has no address of IPv4 but what somebody has put into it.
fn is_spoofed(scene: &Scene<'_>, nic: &NicFirewall, packet: &Packet, notes: &mut Vec<CheckNote>) -> bool {
    let names = Names::of_guest(scene);
    let set = names.set(Some(SetScope::Guest), &format!("ipfilter-{}", nic.interface));
    if set.is_none() && scene.guest_options.ipfilter != Some(true) {
        return false;
    }
    let Some(own) = packet.own else {
        notes.push(CheckNote::IpfilterUnclear);
        return false;
    };
    let entry = |cidr: String, nomatch| IpSetEntry {
        cidr,
        nomatch,
        comment: String::new(),
    };
    let mut entries: Vec<IpSetEntry> = set.map(|set| set.entries.clone()).unwrap_or_default();
    entries.extend(link_local(&nic.mac).map(|address| entry(address.to_string(), false)));
    entries.push(entry("fe80::/10".to_owned(), true));
    if scene.kind == GuestKind::Lxc {
        entries.extend(nic.addresses.iter().map(|address| entry(address.clone(), false)));
    }
    !names.has(&entries, own)
}

/// The link-local address that a MAC address makes (RFC 4291, `mac_to_linklocal`).
fn link_local(mac: &str) -> Option<IpAddr> {
    let parts: Result<Vec<u8>, _> = mac.split(':').map(|part| u8::from_str_radix(part, 16)).collect();
    let parts: [u8; 6] = parts.ok()?.try_into().ok()?;
    let mut bytes = [0; 16];
    bytes[..2].copy_from_slice(&[0xfe, 0x80]);
    bytes[8..11].copy_from_slice(&parts[..3]);
    bytes[11..13].copy_from_slice(&[0xff, 0xfe]);
    bytes[13..].copy_from_slice(&parts[3..]);
    bytes[8] ^= 2;
    let address = Ipv6Addr::from(bytes);
    Some(address.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mac_makes_a_link_local_address() {
        let address = link_local("BC:24:11:00:00:01").unwrap();
        assert_eq!(address.to_string(), "fe80::be24:11ff:fe00:1");
        assert_eq!(link_local(""), None);
        assert_eq!(link_local("BC:24:11:00:00"), None);
    }
}
