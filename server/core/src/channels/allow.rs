//! Which inner addresses notifications may be sent to all the same.

use std::net::IpAddr;

/// Hosts and networks that the configuration names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allow {
    hosts: Vec<String>,
    networks: Vec<(IpAddr, u8)>,
}

/// Why an entry is neither.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no host and no network, such as hooks.example.org, 10.0.0.5 or 10.0.0.0/24")]
pub struct AllowError(String);

impl Allow {
    /// Reads the entries.
    ///
    /// # Errors
    /// Where one is neither a host nor a network.
    pub fn parse<'e>(entries: impl IntoIterator<Item = &'e str>) -> Result<Self, AllowError> {
        let mut allow = Self::default();
        for entry in entries {
            let entry = entry.trim();
            let bad = || AllowError(entry.to_owned());
            if let Ok(address) = entry.trim_matches(['[', ']']).parse::<IpAddr>() {
                allow.networks.push((address, bits(address)));
            } else if let Some((address, prefix)) = entry.split_once('/') {
                let address: IpAddr = address.parse().map_err(|_| bad())?;
                let prefix = prefix.parse().ok().filter(|prefix| *prefix <= bits(address));
                allow.networks.push((address, prefix.ok_or_else(bad)?));
            } else if !entry.is_empty()
                && entry
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
            {
                allow.hosts.push(plain(entry));
            } else {
                return Err(bad());
            }
        }
        Ok(allow)
    }

    /// Whether every address of this host is allowed.
    pub(super) fn has_host(&self, host: &str) -> bool {
        self.hosts.contains(&plain(host))
    }

    /// Whether this address is allowed.
    pub(super) fn has_address(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks
            .iter()
            .any(|(network, prefix)| is_within(address, *network, *prefix))
    }
}

/// A host's name as it is compared: a dot at the end says only that it is complete.
fn plain(host: &str) -> String {
    host.trim_end_matches('.').to_ascii_lowercase()
}

const fn bits(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

/// Whether an address lies in a network.
pub(super) fn is_within(address: IpAddr, network: IpAddr, prefix: u8) -> bool {
    let head = |bytes: u128, width: u8| bytes.checked_shr(u32::from(width - prefix)).unwrap_or(0);
    match (address, network) {
        (IpAddr::V4(a), IpAddr::V4(n)) => head(a.to_bits().into(), 32) == head(n.to_bits().into(), 32),
        (IpAddr::V6(a), IpAddr::V6(n)) => head(a.to_bits(), 128) == head(n.to_bits(), 128),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_networks_are_read_and_nothing_else_is() {
        let allow = Allow::parse([
            "Hooks.Example.org",
            "10.0.0.0/24",
            "192.0.2.7",
            "fd00::/8",
            "0.0.0.0/0",
        ]);
        let allow = allow.unwrap();
        assert!(allow.has_host("hooks.example.org.") && !allow.has_host("example.org"));
        let some = Allow::parse(["10.0.0.0/24", "192.0.2.7", "fd00::/8"]).unwrap();
        for (address, is_in) in [
            ("10.0.0.255", true),
            ("10.0.1.0", false),
            ("192.0.2.7", true),
            ("192.0.2.8", false),
            ("::ffff:10.0.0.1", true),
            ("fdff::1", true),
            ("fe80::1", false),
        ] {
            assert_eq!(some.has_address(address.parse().unwrap()), is_in, "{address}");
        }
        assert!(allow.has_address("198.51.100.1".parse().unwrap()));
        for bad in [
            "",
            "10.0.0.0/33",
            "a b",
            "https://example.org",
            "x/8",
            "fd00::/129",
        ] {
            assert_eq!(Allow::parse([bad]), Err(AllowError(bad.to_owned())));
        }
    }
}
