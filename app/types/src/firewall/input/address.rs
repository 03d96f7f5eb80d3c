//! What a rule says for its source and its destination.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use super::name::{alias_name, ip_set_name, is_name};
use super::network::Network;
use crate::firewall::SetScope;
use crate::text::Problem;

/// The longest that Proxmox takes (`source` and `dest` of a rule).
const LONGEST: u32 = 512;

/// A source or a destination (`PVE::Firewall::parse_address_list`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AddressSpec {
    /// Addresses and networks of one family.
    Networks(Vec<Network>),
    /// All addresses from one to another.
    Range {
        /// The first.
        first: IpAddr,
        /// The last.
        last: IpAddr,
    },
    /// A set, `+name`.
    Set {
        /// Whose; `None` for the guest's or else the cluster's.
        scope: Option<SetScope>,
        /// Its name.
        name: String,
    },
    /// A set that Proxmox makes of its software-defined networks, `+sdn/name`.
    Sdn {
        /// Its name.
        name: String,
    },
    /// An alias, `name`.
    Alias {
        /// Whose; `None` for the guest's or else the cluster's.
        scope: Option<SetScope>,
        /// Its name.
        name: String,
    },
}

impl AddressSpec {
    /// Whether it is of IPv6; `None` for a name, whose addresses are elsewhere.
    pub fn is_ipv6(&self) -> Option<bool> {
        match self {
            Self::Networks(networks) => networks.first().map(|network| network.is_ipv6()),
            Self::Range { first, .. } => Some(first.is_ipv6()),
            Self::Set { .. } | Self::Sdn { .. } | Self::Alias { .. } => None,
        }
    }
}

/// Takes `dc/` or `guest/` off.
fn scoped(text: &str) -> (Option<SetScope>, &str) {
    if let Some(name) = text.strip_prefix("dc/") {
        (Some(SetScope::Cluster), name)
    } else if let Some(name) = text.strip_prefix("guest/") {
        (Some(SetScope::Guest), name)
    } else {
        (None, text)
    }
}

fn range(text: &str) -> Result<AddressSpec, Problem> {
    let given = || text.to_owned();
    let invalid = || Problem::InvalidAddressSpec { given: given() };
    let (first, last) = text.split_once('-').ok_or_else(invalid)?;
    let address = |text: &str| text.trim().parse::<IpAddr>().map_err(|_| invalid());
    let (first, last) = (address(first)?, address(last)?);
    if first.is_ipv6() != last.is_ipv6() {
        Err(Problem::AddressFamiliesMixed)
    } else if first > last {
        Err(Problem::AddressRangeReversed { given: given() })
    } else {
        Ok(AddressSpec::Range { first, last })
    }
}

impl FromStr for AddressSpec {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Problem::Required);
        }
        if text.len() > LONGEST as usize {
            return Err(Problem::TooLong { max: LONGEST });
        }
        if let Some(set) = text.strip_prefix('+').filter(|_| !text.contains(',')) {
            if let Some(name) = set.strip_prefix("sdn/") {
                ip_set_name(name)?;
                let name = name.to_owned();
                return Ok(Self::Sdn { name });
            }
            let (scope, name) = scoped(set);
            ip_set_name(name)?;
            let name = name.to_owned();
            return Ok(Self::Set { scope, name });
        }
        let (scope, name) = scoped(text);
        // An IPv6 address has a colon, so nothing is both.
        if is_name(name) || scope.is_some() {
            alias_name(name)?;
            let name = name.to_owned();
            return Ok(Self::Alias { scope, name });
        }
        let mut networks: Vec<Network> = Vec::new();
        for element in text.split(',').map(str::trim) {
            if element.contains('-') || element.starts_with('+') || is_name(scoped(element).1) {
                return if element == text {
                    range(text)
                } else {
                    Err(Problem::AddressRangeInList)
                };
            }
            let network = Network::exact(element)?;
            if networks.iter().any(|other| other.is_ipv6() != network.is_ipv6()) {
                return Err(Problem::AddressFamiliesMixed);
            }
            networks.push(network);
        }
        Ok(Self::Networks(networks))
    }
}

impl fmt::Display for AddressSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |scope: Option<SetScope>| match scope {
            None => "",
            Some(SetScope::Cluster) => "dc/",
            Some(SetScope::Guest) => "guest/",
        };
        match self {
            Self::Networks(networks) => {
                for (n, network) in networks.iter().enumerate() {
                    let comma = if n == 0 { "" } else { "," };
                    write!(f, "{comma}{network}")?;
                }
                Ok(())
            }
            Self::Range { first, last } => write!(f, "{first}-{last}"),
            Self::Set { scope, name } => write!(f, "+{}{name}", of(*scope)),
            Self::Sdn { name } => write!(f, "+sdn/{name}"),
            Self::Alias { scope, name } => write!(f, "{}{name}", of(*scope)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_rule_may_say() {
        for (text, said) in [
            ("192.0.2.7", "192.0.2.7"),
            (" 192.0.2.0/24 ", "192.0.2.0/24"),
            ("192.0.2.7/32, 198.51.100.0/24", "192.0.2.7,198.51.100.0/24"),
            ("2001:db8::1,2001:DB8:1::/48", "2001:db8::1,2001:db8:1::/48"),
            ("192.0.2.7-192.0.2.9", "192.0.2.7-192.0.2.9"),
            ("192.0.2.7 - 192.0.2.7", "192.0.2.7-192.0.2.7"),
            ("2001:db8::1-2001:db8::ff", "2001:db8::1-2001:db8::ff"),
            ("+office", "+office"),
            ("+dc/office", "+dc/office"),
            ("+guest/office", "+guest/office"),
            ("+sdn/zone-all", "+sdn/zone-all"),
            ("office", "office"),
            ("dc/office", "dc/office"),
            ("guest/office-2", "guest/office-2"),
        ] {
            assert_eq!(text.parse::<AddressSpec>().unwrap().to_string(), said);
        }
    }

    #[test]
    fn what_it_may_not() {
        let invalid = |given: &str| Problem::InvalidAddressSpec {
            given: given.to_owned(),
        };
        let reversed = |given: &str| Problem::AddressRangeReversed {
            given: given.to_owned(),
        };
        for (text, problem) in [
            ("", Problem::Required),
            ("192.0.2.300", invalid("192.0.2.300")),
            ("192.0.2.0/33", invalid("192.0.2.0/33")),
            (
                "192.0.2.7/24",
                Problem::HostBitsSet {
                    network: "192.0.2.0/24".into(),
                },
            ),
            ("192.0.2.9-192.0.2.7", reversed("192.0.2.9-192.0.2.7")),
            ("2001:db8::2-2001:db8::1", reversed("2001:db8::2-2001:db8::1")),
            ("192.0.2.0/24-192.0.2.9", invalid("192.0.2.0/24-192.0.2.9")),
            ("192.0.2.1-2-3", invalid("192.0.2.1-2-3")),
            ("192.0.2.1-2001:db8::1", Problem::AddressFamiliesMixed),
            ("192.0.2.1,2001:db8::1", Problem::AddressFamiliesMixed),
            ("192.0.2.1,192.0.2.3-192.0.2.5", Problem::AddressRangeInList),
            ("192.0.2.1,office", Problem::AddressRangeInList),
            ("192.0.2.1,+office", Problem::AddressRangeInList),
            ("+office,192.0.2.1", Problem::AddressRangeInList),
            ("192.0.2.1,", invalid("")),
            ("+", Problem::Required),
            ("+1office", Problem::InvalidFirewallName),
            ("+dc/", Problem::Required),
            ("x", Problem::TooShort { min: 2 }),
            ("dc/1x", Problem::InvalidFirewallName),
            ("example.com", invalid("example.com")),
        ] {
            assert_eq!(text.parse::<AddressSpec>(), Err(problem), "{text:?}");
        }
        let long = ["192.0.2.100"; 50].join(",");
        assert_eq!(long.parse::<AddressSpec>(), Err(Problem::TooLong { max: 512 }));
    }

    fn spec() -> impl Strategy<Value = AddressSpec> {
        let scope = prop::option::of(prop_oneof![Just(SetScope::Cluster), Just(SetScope::Guest)]);
        let name = "[A-Za-z][A-Za-z0-9_-]{1,20}";
        let v4 = (any::<u32>(), 0u8..=32)
            .prop_map(|(bits, prefix)| Network::of(std::net::Ipv4Addr::from(bits).into(), prefix).unwrap());
        let v6 = (any::<u128>(), 0u8..=128)
            .prop_map(|(bits, prefix)| Network::of(std::net::Ipv6Addr::from(bits).into(), prefix).unwrap());
        prop_oneof![
            prop::collection::vec(v4, 1..8).prop_map(AddressSpec::Networks),
            prop::collection::vec(v6, 1..4).prop_map(AddressSpec::Networks),
            (any::<u32>(), any::<u32>()).prop_map(|(a, b)| AddressSpec::Range {
                first: std::net::Ipv4Addr::from(a.min(b)).into(),
                last: std::net::Ipv4Addr::from(a.max(b)).into(),
            }),
            (scope.clone(), name).prop_map(|(scope, name)| AddressSpec::Set { scope, name }),
            (scope, name).prop_map(|(scope, name)| AddressSpec::Alias { scope, name }),
            name.prop_map(|name| AddressSpec::Sdn { name }),
        ]
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(spec in spec()) {
            prop_assert_eq!(spec.to_string().parse::<AddressSpec>(), Ok(spec));
        }

        #[test]
        fn what_is_read_is_written_as_it_is_read(text in "[+]?[a-f0-9.:/,dc-]{0,24}") {
            if let Ok(spec) = text.parse::<AddressSpec>() {
                prop_assert_eq!(spec.to_string().parse::<AddressSpec>(), Ok(spec));
            }
        }
    }
}
