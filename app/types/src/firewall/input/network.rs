//! An address or a network.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::text::Problem;

/// A network; an address is one with its full prefix. It has no host bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// The network that `address` is in; `None` for a prefix longer than the address.
    pub fn of(address: IpAddr, prefix: u8) -> Option<Self> {
        let address = match address {
            IpAddr::V4(v4) if prefix <= 32 => {
                let mask = u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0);
                Ipv4Addr::from(u32::from(v4) & mask).into()
            }
            IpAddr::V6(v6) if prefix <= 128 => {
                let mask = u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0);
                Ipv6Addr::from(u128::from(v6) & mask).into()
            }
            _ => return None,
        };
        Some(Self { address, prefix })
    }

    /// The network of an address alone.
    pub const fn host(address: IpAddr) -> Self {
        let prefix = if address.is_ipv4() { 32 } else { 128 };
        Self { address, prefix }
    }

    /// How many leading bits it fixes.
    pub const fn prefix(self) -> u8 {
        self.prefix
    }

    /// Whether it is of IPv6.
    pub const fn is_ipv6(self) -> bool {
        self.address.is_ipv6()
    }

    /// Whether an address is in it.
    pub fn contains(self, address: IpAddr) -> bool {
        address.is_ipv6() == self.is_ipv6() && Self::of(address, self.prefix) == Some(self)
    }

    /// An address or a network as a rule says it: bits beyond the prefix are refused, as Proxmox refuses them
    /// (`Net::IP`).
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn exact(text: &str) -> Result<Self, Problem> {
        let network = Self::cleaned(text)?;
        let address = text.trim().split('/').next().unwrap_or_default();
        if address.parse() == Ok(network.address) {
            return Ok(network);
        }
        Err(Problem::HostBitsSet {
            network: network.to_string(),
        })
    }

    /// An address or a network as a set or an alias takes it: bits beyond the prefix are dropped, as Proxmox drops
    /// them (`PVE::Firewall::clean_cidr`).
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn cleaned(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        let invalid = || Problem::InvalidAddressSpec {
            given: text.to_owned(),
        };
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| invalid())?;
        let Some(prefix) = prefix else {
            return Ok(Self::host(address));
        };
        let digits = !prefix.is_empty() && prefix.bytes().all(|b| b.is_ascii_digit());
        let prefix = prefix.parse().ok().filter(|_| digits);
        prefix
            .and_then(|prefix| Self::of(address, prefix))
            .ok_or_else(invalid)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::host(self.address) {
            self.address.fmt(f)
        } else {
            write!(f, "{}/{}", self.address, self.prefix)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_read() {
        for (text, said) in [
            ("192.0.2.7", "192.0.2.7"),
            ("192.0.2.7/32", "192.0.2.7"),
            ("192.0.2.0/24", "192.0.2.0/24"),
            ("0.0.0.0/0", "0.0.0.0/0"),
            ("2001:DB8::/32", "2001:db8::/32"),
            ("::1", "::1"),
            ("::/0", "::/0"),
        ] {
            assert_eq!(Network::exact(text).unwrap().to_string(), said);
        }
        for text in [
            "",
            "x",
            "192.0.2",
            "192.0.2.0/33",
            "192.0.2.0/",
            "192.0.2.0/+8",
            "::/129",
            "192.0.2.256",
            "192.0.2.0/24/8",
            "010.0.0.1",
        ] {
            let given = text.to_owned();
            assert_eq!(Network::exact(text), Err(Problem::InvalidAddressSpec { given }));
        }
    }

    #[test]
    fn bits_beyond_the_prefix() {
        let network = "192.0.2.0/24".to_owned();
        assert_eq!(
            Network::exact("192.0.2.7/24"),
            Err(Problem::HostBitsSet { network })
        );
        assert_eq!(
            Network::cleaned("192.0.2.7/24").unwrap().to_string(),
            "192.0.2.0/24"
        );
    }

    #[test]
    fn an_address_is_in_its_network_alone() {
        let network = Network::exact("192.0.2.0/24").unwrap();
        assert!(network.contains("192.0.2.255".parse().unwrap()));
        assert!(!network.contains("192.0.3.0".parse().unwrap()));
        assert!(!network.contains("2001:db8::1".parse().unwrap()));
        assert!(
            Network::exact("::/0")
                .unwrap()
                .contains("2001:db8::1".parse().unwrap())
        );
        assert!(
            !Network::exact("::/0")
                .unwrap()
                .contains("192.0.2.1".parse().unwrap())
        );
    }
}
