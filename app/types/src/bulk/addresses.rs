//! Addresses that count up.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::server::{is_host_of, network_name};
use crate::text::Problem;

/// `count` host addresses from `first` on, within the network that its prefix length makes, without those of `skip`.
///
/// # Errors
/// [`Problem::AddressesUsedUp`] where the network ends before.
pub fn addresses_from(
    first: IpAddr,
    prefix: u8,
    count: usize,
    skip: &[IpAddr],
) -> Result<Vec<IpAddr>, Problem> {
    let used_up = |network: String| Problem::AddressesUsedUp { network };
    let network = network_name(first, prefix).ok_or_else(|| used_up(format!("{first}/{prefix}")))?;
    let mut found = Vec::with_capacity(count.min(1024));
    let mut next = Some(first);
    while found.len() < count {
        let address = next.filter(|address| network_name(*address, prefix).as_ref() == Some(&network));
        let Some(address) = address else {
            return Err(used_up(network));
        };
        if is_host_of(address, prefix) && !skip.contains(&address) {
            found.push(address);
        }
        next = after(address);
    }
    Ok(found)
}

fn after(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(v4) => u32::from(v4)
            .checked_add(1)
            .map(|bits| Ipv4Addr::from(bits).into()),
        IpAddr::V6(v6) => u128::from(v6)
            .checked_add(1)
            .map(|bits| Ipv6Addr::from(bits).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(first: &str, prefix: u8, count: usize, skip: &[&str]) -> Result<String, Problem> {
        let skip: Vec<IpAddr> = skip.iter().map(|text| text.parse().unwrap()).collect();
        let found = addresses_from(first.parse().unwrap(), prefix, count, &skip)?;
        let found: Vec<String> = found.iter().map(IpAddr::to_string).collect();
        Ok(found.join(" "))
    }

    #[test]
    fn addresses_count_up_over_what_no_host_can_have() {
        for (first, prefix, count, skip, expected) in [
            ("10.0.0.9", 24, 2, &[][..], "10.0.0.9 10.0.0.10"),
            ("10.0.0.254", 16, 2, &["10.0.0.255"][..], "10.0.0.254 10.0.1.0"),
            ("10.0.0.0", 24, 2, &["10.0.0.1"][..], "10.0.0.2 10.0.0.3"),
            ("fd00::fe", 64, 2, &["fd00::ff"][..], "fd00::fe fd00::100"),
            ("10.0.0.0", 31, 2, &[][..], "10.0.0.0 10.0.0.1"),
        ] {
            assert_eq!(from(first, prefix, count, skip).unwrap(), expected);
        }
    }

    #[test]
    fn a_network_ends() {
        let ended = |network: &str| {
            Err(Problem::AddressesUsedUp {
                network: network.to_owned(),
            })
        };
        assert_eq!(from("10.0.0.253", 24, 3, &[]), ended("10.0.0.0/24"));
        assert_eq!(from("255.255.255.254", 24, 2, &[]), ended("255.255.255.0/24"));
        assert_eq!(from("10.0.0.1", 99, 1, &[]), ended("10.0.0.1/99"));
    }
}
