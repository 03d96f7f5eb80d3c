//! What Proxmox does before a policy drops or rejects, and what becomes of what is rejected (`$pve_std_chains_conf`:
//! `PVEFW-Drop`, `PVEFW-Reject`, `PVEFW-reject`, `PVEFW-DropBroadcast`).

use std::net::{IpAddr, Ipv4Addr};

use drover_types::firewall::input::Protocol;
use drover_types::firewall::{Action, Outcome};

use super::packet::Packet;

/// What a policy comes to, and whether one of these exceptions decided.
pub(super) fn policy(action: Action, packet: &Packet) -> (Outcome, bool) {
    match action {
        Action::Accept => (Outcome::Passes, false),
        Action::Drop if is_refused_first(packet) => (rejected(packet), true),
        Action::Drop if is_many(packet.dest()) => (Outcome::Dropped, false),
        Action::Reject if is_many(packet.dest()) => (Outcome::Dropped, true),
        Action::Drop | Action::Reject if is_critical(packet) => (Outcome::Passes, true),
        // The noise that `PVEFW-Drop` drops first is dropped for not being logged.
        Action::Drop => (Outcome::Dropped, false),
        Action::Reject if is_dropped_quietly(packet) => (Outcome::Dropped, true),
        Action::Reject => (rejected(packet), false),
    }
}

/// What becomes of what is rejected: messages of ICMP and what comes from many are dropped, as nobody is to be
/// answered (`PVEFW-reject`).
pub(super) fn rejected(packet: &Packet) -> Outcome {
    let from_many = matches!(packet.source(), Some(IpAddr::V4(from)) if from.is_multicast());
    let icmp = packet.protocol.is_some_and(Protocol::is_icmp);
    if icmp || from_many || is_broadcast(packet.dest()) {
        Outcome::Dropped
    } else {
        Outcome::Rejected
    }
}

fn is_broadcast(address: Option<IpAddr>) -> bool {
    address == Some(IpAddr::V4(Ipv4Addr::BROADCAST))
}

/// Whether it goes to many (`PVEFW-DropBroadcast`). Which addresses are the broadcast of a network is the node's to
/// know, but for the one that always is.
fn is_many(address: Option<IpAddr>) -> bool {
    is_broadcast(address) || address.is_some_and(|address| address.is_multicast())
}

/// What is refused before anything else, so that whoever asks does not wait for the end of its patience. It is for who
/// is at the other end (`auth`), though the port that stands there is another; the list for IPv4 has lost it since.
fn is_refused_first(packet: &Packet) -> bool {
    packet.is_ipv6() && packet.is(Protocol::TCP) && packet.dest_port == Some(43)
}

/// The errors of ICMP without which connections hang ("ACCEPT critical ICMP types").
fn is_critical(packet: &Packet) -> bool {
    let (protocol, names): (_, &[&str]) = if packet.is_ipv6() {
        let names = &["destination-unreachable", "time-exceeded", "packet-too-big"];
        (Protocol::ICMP_V6, names)
    } else {
        (Protocol::ICMP, &["fragmentation-needed", "time-exceeded"])
    };
    packet.is(protocol) && names.iter().any(|name| packet.is_message(name))
}

/// What looks for devices (port 1900), and what looks like the answer of a name server.
fn is_dropped_quietly(packet: &Packet) -> bool {
    packet.is(Protocol::UDP) && (packet.dest_port == Some(1900) || packet.source_ports == (53, 53))
}
