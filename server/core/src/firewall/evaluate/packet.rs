//! The first packet of the connection that is asked about.

use std::net::IpAddr;

use drover_types::firewall::input::{IcmpType, Protocol};
use drover_types::firewall::{CheckNote, Direction, NicFirewall, Question};

/// The ports that Linux gives to programs for their own connections (`net.ipv4.ip_local_port_range`).
const EPHEMERAL: (u16, u16) = (32_768, 60_999);

/// The first packet of a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Packet {
    pub direction: Direction,
    /// `None` where the question names none that can be read: then only rules for all protocols match.
    pub protocol: Option<Protocol>,
    pub icmp: Option<IcmpType>,
    pub dest_port: Option<u16>,
    /// The first and the last that it may come from.
    pub source_ports: (u16, u16),
    pub peer: IpAddr,
    /// The guest's own address, where it is known.
    pub own: Option<IpAddr>,
}

impl Packet {
    pub(super) fn new(question: &Question, nic: &NicFirewall, notes: &mut Vec<CheckNote>) -> Self {
        let mut unclear = |field: &str| {
            let field = field.to_owned();
            notes.push(CheckNote::QuestionUnclear { field });
        };
        let protocol: Option<Protocol> = question.protocol.parse().ok();
        if protocol.is_none() {
            unclear("protocol");
        }
        let icmp = protocol
            .filter(|protocol| protocol.is_icmp())
            .and_then(|protocol| {
                let text = question.icmp_type.as_deref().unwrap_or("echo-request");
                let read = IcmpType::read(protocol, text).ok();
                if read.is_none() {
                    unclear("icmp_type");
                }
                read
            });
        let with_ports = protocol.is_some_and(Protocol::has_ports);
        if with_ports && question.port.is_none() {
            unclear("port");
        }
        let of_family = |address: &IpAddr| address.is_ipv6() == question.peer.is_ipv6();
        let known = || {
            nic.addresses
                .iter()
                .filter_map(|text| text.parse().ok())
                .find(of_family)
        };
        Self {
            direction: question.direction,
            protocol,
            icmp,
            dest_port: question.port.filter(|_| with_ports),
            source_ports: question.source_port.map_or(EPHEMERAL, |port| (port, port)),
            peer: question.peer,
            own: question.own.filter(of_family).or_else(known),
        }
    }

    pub(super) const fn is_ipv6(&self) -> bool {
        self.peer.is_ipv6()
    }

    pub(super) fn is(&self, protocol: Protocol) -> bool {
        self.protocol == Some(protocol)
    }

    /// Whether it is the one message of ICMP, by its name.
    pub(super) fn is_message(&self, name: &str) -> bool {
        let (Some(protocol), Some(icmp)) = (self.protocol, self.icmp) else {
            return false;
        };
        IcmpType::named(protocol, name).is_ok_and(|kind| kind.covers(icmp))
    }

    /// Where it comes from.
    pub(super) fn source(&self) -> Option<IpAddr> {
        match self.direction {
            Direction::Out => self.own,
            Direction::In | Direction::Forward => Some(self.peer),
        }
    }

    /// Where it goes to.
    pub(super) fn dest(&self) -> Option<IpAddr> {
        match self.direction {
            Direction::Out => Some(self.peer),
            Direction::In | Direction::Forward => self.own,
        }
    }
}
