//! Types of ICMP, as `iptables -p icmp -h` and `ip6tables -p icmpv6 -h` list them (`PVE::Firewall`,
//! `$icmp_type_names` and `$icmpv6_type_names`), with the numbers that they have with IANA.

use super::protocol::Protocol;
use crate::text::Problem;

/// A name, its type and its code; without a code all codes of the type, without a type all types.
type Known = (&'static str, Option<u8>, Option<u8>);

/// Types of IPv4.
pub const ICMP_TYPES: &[Known] = &[
    ("any", None, None),
    ("echo-reply", Some(0), None),
    ("destination-unreachable", Some(3), None),
    ("network-unreachable", Some(3), Some(0)),
    ("host-unreachable", Some(3), Some(1)),
    ("protocol-unreachable", Some(3), Some(2)),
    ("port-unreachable", Some(3), Some(3)),
    ("fragmentation-needed", Some(3), Some(4)),
    ("source-route-failed", Some(3), Some(5)),
    ("network-unknown", Some(3), Some(6)),
    ("host-unknown", Some(3), Some(7)),
    ("network-prohibited", Some(3), Some(9)),
    ("host-prohibited", Some(3), Some(10)),
    ("TOS-network-unreachable", Some(3), Some(11)),
    ("TOS-host-unreachable", Some(3), Some(12)),
    ("communication-prohibited", Some(3), Some(13)),
    ("host-precedence-violation", Some(3), Some(14)),
    ("precedence-cutoff", Some(3), Some(15)),
    ("source-quench", Some(4), None),
    ("redirect", Some(5), None),
    ("network-redirect", Some(5), Some(0)),
    ("host-redirect", Some(5), Some(1)),
    ("TOS-network-redirect", Some(5), Some(2)),
    ("TOS-host-redirect", Some(5), Some(3)),
    ("echo-request", Some(8), None),
    ("router-advertisement", Some(9), None),
    ("router-solicitation", Some(10), None),
    ("time-exceeded", Some(11), None),
    ("ttl-zero-during-transit", Some(11), Some(0)),
    ("ttl-zero-during-reassembly", Some(11), Some(1)),
    ("parameter-problem", Some(12), None),
    ("ip-header-bad", Some(12), Some(0)),
    ("required-option-missing", Some(12), Some(1)),
    ("timestamp-request", Some(13), None),
    ("timestamp-reply", Some(14), None),
    ("address-mask-request", Some(17), None),
    ("address-mask-reply", Some(18), None),
];

/// Types of IPv6.
pub const ICMP_V6_TYPES: &[Known] = &[
    ("destination-unreachable", Some(1), None),
    ("no-route", Some(1), Some(0)),
    ("communication-prohibited", Some(1), Some(1)),
    ("beyond-scope", Some(1), Some(2)),
    ("address-unreachable", Some(1), Some(3)),
    ("port-unreachable", Some(1), Some(4)),
    ("failed-policy", Some(1), Some(5)),
    ("reject-route", Some(1), Some(6)),
    ("packet-too-big", Some(2), None),
    ("time-exceeded", Some(3), None),
    ("ttl-zero-during-transit", Some(3), Some(0)),
    ("ttl-zero-during-reassembly", Some(3), Some(1)),
    ("parameter-problem", Some(4), None),
    ("bad-header", Some(4), Some(0)),
    ("unknown-header-type", Some(4), Some(1)),
    ("unknown-option", Some(4), Some(2)),
    ("echo-request", Some(128), None),
    ("echo-reply", Some(129), None),
    ("router-solicitation", Some(133), None),
    ("router-advertisement", Some(134), None),
    ("neighbor-solicitation", Some(135), None),
    ("neighbour-solicitation", Some(135), None),
    ("neighbor-advertisement", Some(136), None),
    ("neighbour-advertisement", Some(136), None),
    ("redirect", Some(137), None),
];

/// A type of one family's ICMP, or several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IcmpType {
    kind: Option<u8>,
    code: Option<u8>,
}

impl IcmpType {
    /// A type by its name, as a rule may have it.
    ///
    /// # Errors
    /// The protocol has no such type.
    pub fn named(protocol: Protocol, name: &str) -> Result<Self, Problem> {
        let types = if protocol == Protocol::ICMP_V6 {
            ICMP_V6_TYPES
        } else {
            ICMP_TYPES
        };
        let known = types.iter().find(|(known, ..)| *known == name);
        let (_, kind, code) = known.ok_or_else(|| Problem::InvalidIcmpType {
            given: name.to_owned(),
            protocol: protocol.to_string(),
        })?;
        Ok(Self {
            kind: *kind,
            code: *code,
        })
    }

    /// A type by its name or its number, as a question or a rule of long ago may have it.
    ///
    /// # Errors
    /// The protocol has no such type.
    pub fn read(protocol: Protocol, text: &str) -> Result<Self, Problem> {
        match text.parse::<u8>() {
            Ok(number) if number.to_string() == text => Ok(Self {
                kind: Some(number),
                code: None,
            }),
            _ => Self::named(protocol, text),
        }
    }

    /// Whether all that `other` is, this is too.
    pub fn covers(self, other: Self) -> bool {
        match (self.kind, self.code) {
            (None, _) => true,
            (kind, None) => kind == other.kind,
            (kind, code) => kind == other.kind && code == other.code,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn v4(text: &str) -> IcmpType {
        IcmpType::read(Protocol::ICMP, text).unwrap()
    }

    #[test]
    fn a_type_is_of_its_protocol() {
        assert!(IcmpType::named(Protocol::ICMP, "fragmentation-needed").is_ok());
        let wrong = IcmpType::named(Protocol::ICMP_V6, "fragmentation-needed");
        let given = "fragmentation-needed".to_owned();
        let protocol = "ipv6-icmp".to_owned();
        assert_eq!(wrong, Err(Problem::InvalidIcmpType { given, protocol }));
        assert!(IcmpType::named(Protocol::ICMP_V6, "packet-too-big").is_ok());
        for text in ["", "8x", "256", "08", "-1", "Echo-Request"] {
            assert!(IcmpType::read(Protocol::ICMP, text).is_err(), "{text}");
        }
        // The API of Proxmox takes names alone.
        assert!(IcmpType::named(Protocol::ICMP, "8").is_err());
    }

    #[test]
    fn a_type_covers_its_codes() {
        assert!(v4("any").covers(v4("echo-request")));
        assert!(v4("8").covers(v4("echo-request")));
        assert!(v4("destination-unreachable").covers(v4("port-unreachable")));
        assert!(!v4("port-unreachable").covers(v4("destination-unreachable")));
        assert!(!v4("port-unreachable").covers(v4("host-unreachable")));
        assert!(!v4("echo-reply").covers(v4("echo-request")));
    }

    #[test]
    fn names_are_unique() {
        for types in [ICMP_TYPES, ICMP_V6_TYPES] {
            let mut names: Vec<_> = types.iter().map(|(name, ..)| name).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), types.len());
        }
    }
}
