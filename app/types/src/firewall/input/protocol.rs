//! Protocols by name and number.

use std::fmt;
use std::str::FromStr;

use crate::text::Problem;

/// Names with their numbers, as Debian's `/etc/protocols` lists them, which is what Proxmox looks them up in
/// (`PVE::Firewall::get_etc_protocols`).
const PROTOCOLS: &str = "\
    ip 0 hopopt 0 icmp 1 igmp 2 ggp 3 ipencap 4 st 5 tcp 6 egp 8 igp 9 pup 12 udp 17 hmp 20 xns-idp 22 \
    rdp 27 iso-tp4 29 dccp 33 xtp 36 ddp 37 idpr-cmtp 38 ipv6 41 ipv6-route 43 ipv6-frag 44 idrp 45 \
    rsvp 46 gre 47 esp 50 ah 51 skip 57 ipv6-icmp 58 ipv6-nonxt 59 ipv6-opts 60 rspf 73 vmtp 81 eigrp 88 \
    ospf 89 ax.25 93 ipip 94 etherip 97 encap 98 pim 103 ipcomp 108 vrrp 112 l2tp 115 isis 124 sctp 132 \
    fc 133 mobility-header 135 udplite 136 mpls-in-ip 137 manet 138 hip 139 shim6 140 wesp 141 rohc 142 \
    ethernet 143 mptcp 262";

/// The protocols that have ports, as a rule may name them (`PVE::Firewall`, `$PROTOCOLS_WITH_PORTS`).
pub const PROTOCOLS_WITH_PORTS: &[&str] = &["tcp", "udp", "sctp", "dccp", "udplite"];

/// A protocol that Proxmox knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Protocol(u8);

impl Protocol {
    /// Any protocol, as netfilter takes number 0.
    pub const ANY: Self = Self(0);
    /// ICMP of IPv4.
    pub const ICMP: Self = Self(1);
    /// TCP.
    pub const TCP: Self = Self(6);
    /// UDP.
    pub const UDP: Self = Self(17);
    /// ICMP of IPv6.
    pub const ICMP_V6: Self = Self(58);

    /// Its number.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// Whether it has ports.
    pub fn has_ports(self) -> bool {
        matches!(self.0, 6 | 17 | 33 | 132 | 136)
    }

    /// Whether it is ICMP of either family.
    pub fn is_icmp(self) -> bool {
        self == Self::ICMP || self == Self::ICMP_V6
    }
}

fn known() -> impl Iterator<Item = (&'static str, u8)> {
    let mut words = PROTOCOLS.split_ascii_whitespace();
    std::iter::from_fn(move || Some((words.next()?, words.next()?.parse().ok()?)))
}

impl FromStr for Protocol {
    type Err = Problem;

    /// By its name, whatever its case, or its number.
    fn from_str(text: &str) -> Result<Self, Problem> {
        let given = text.trim();
        // Proxmox has this name besides those of the file.
        if given.eq_ignore_ascii_case("icmpv6") {
            return Ok(Self::ICMP_V6);
        }
        known()
            .find(|(name, number)| name.eq_ignore_ascii_case(given) || number.to_string() == given)
            .map(|(_, number)| Self(number))
            .ok_or_else(|| Problem::UnknownProtocol {
                given: given.to_owned(),
            })
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match known().find(|(_, number)| *number == self.0) {
            Some((name, _)) => f.write_str(name),
            None => write!(f, "{}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protocols_are_read_by_name_and_number() {
        for (text, number, name) in [
            ("tcp", 6, "tcp"),
            ("UDP", 17, "udp"),
            (" 6 ", 6, "tcp"),
            ("icmp", 1, "icmp"),
            ("icmpv6", 58, "ipv6-icmp"),
            ("IPv6-ICMP", 58, "ipv6-icmp"),
            ("47", 47, "gre"),
            ("sctp", 132, "sctp"),
        ] {
            let protocol: Protocol = text.parse().unwrap();
            assert_eq!(protocol.number(), number, "{text}");
            assert_eq!(protocol.to_string(), name);
        }
        for text in ["", "http", "256", "-1", "06", "tcp,udp"] {
            let given = text.to_owned();
            assert_eq!(text.parse::<Protocol>(), Err(Problem::UnknownProtocol { given }));
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        for (_, number) in known() {
            let protocol = Protocol(number);
            assert_eq!(protocol.to_string().parse(), Ok(protocol));
        }
        for name in PROTOCOLS_WITH_PORTS {
            assert!(name.parse::<Protocol>().unwrap().has_ports(), "{name}");
        }
    }
}
