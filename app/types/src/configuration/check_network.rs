//! What is wrong with NICs and their addresses.

use std::collections::BTreeSet;
use std::net::IpAddr;

use super::change::{ConfigurationChange, NIC_MODELS, NicAddresses, NicEdit, NicSettings};
use super::check::Problems;
use crate::server::{is_host_of, network_name};
use crate::text::Problem;

impl ConfigurationChange {
    pub(super) fn network(&self, problems: &mut Problems) {
        let mut changed = BTreeSet::new();
        for (n, edit) in self.nics.iter().enumerate() {
            let (interface, settings) = match edit {
                NicEdit::Add { settings } => (None, Some(settings)),
                NicEdit::Change { interface, settings } => (Some(interface), Some(settings)),
                NicEdit::Remove { interface } => (Some(interface), None),
            };
            if let Some(name) = interface {
                named(&format!("nics[{n}].interface"), name, &mut changed, problems);
            }
            if let Some(settings) = settings {
                self::settings(n, settings, problems);
            }
        }
        let mut addressed = BTreeSet::new();
        for (n, of) in self.addresses.iter().enumerate() {
            named(
                &format!("addresses[{n}].interface"),
                &of.interface,
                &mut addressed,
                problems,
            );
            family(&format!("addresses[{n}]."), of, Family::V4, problems);
            family(&format!("addresses[{n}]."), of, Family::V6, problems);
        }
    }
}

/// A NIC is named once.
fn named<'a>(field: &str, name: &'a str, seen: &mut BTreeSet<&'a str>, problems: &mut Problems) {
    if !is_nic(name) {
        let given = name.to_owned();
        problems.add(field, Problem::InvalidNic { given });
    } else if !seen.insert(name) {
        let interface = name.to_owned();
        problems.add(field, Problem::InterfaceRepeated { interface });
    }
}

fn settings(n: usize, of: &NicSettings, problems: &mut Problems) {
    if of.bridge.is_empty() {
        problems.add(format!("nics[{n}].bridge"), Problem::Required);
    }
    if !of.model.is_empty() && !NIC_MODELS.contains(&of.model.as_str()) {
        let known = NIC_MODELS.iter().map(|&model| model.to_owned()).collect();
        let given = of.model.clone();
        problems.add(
            format!("nics[{n}].model"),
            Problem::UnknownChoice { given, known },
        );
    }
    if of.vlan.is_some_and(|vlan| !(1..=4094).contains(&vlan)) {
        problems.add(
            format!("nics[{n}].vlan"),
            Problem::OutOfRange { min: 1, max: 4094 },
        );
    }
    // Proxmox names no largest rate; 10 GB/s is more than any bridge has.
    if of.rate.is_some_and(|rate| !(rate > 0.0 && rate <= 10_240.0)) {
        problems.add(
            format!("nics[{n}].rate"),
            Problem::OutOfRange { min: 0, max: 10_240 },
        );
    }
}

/// Whether `name` is one of `net0` to `net31`.
fn is_nic(name: &str) -> bool {
    name.strip_prefix("net").is_some_and(|number| {
        number
            .parse::<u32>()
            .is_ok_and(|n| n < 32 && n.to_string() == number)
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    V4,
    V6,
}

/// One family's address and gateway: DHCP and the like have none, an address is a host's, its gateway is in its
/// network.
fn family(field: &str, of: &NicAddresses, family: Family, problems: &mut Problems) {
    let (name, text, gateway_name, gateway) = match family {
        Family::V4 => ("ip", &of.ip, "gateway", &of.gateway),
        Family::V6 => ("ip6", &of.ip6, "gateway6", &of.gateway6),
    };
    let is_own = |address: &IpAddr| address.is_ipv4() == (family == Family::V4);
    let parsed = text.split_once('/').and_then(|(address, prefix)| {
        let address = address.parse::<IpAddr>().ok().filter(is_own)?;
        Some((address, prefix.parse::<u8>().ok().filter(|prefix| *prefix > 0)?))
    });
    let automatic = text.is_empty() || text == "dhcp" || (text == "auto" && family == Family::V6);
    if let Some((address, prefix)) = parsed {
        let Some(network) = network_name(address, prefix) else {
            let max = if address.is_ipv4() { 32 } else { 128 };
            problems.add(format!("{field}{name}"), Problem::OutOfRange { min: 1, max });
            return;
        };
        if !is_host_of(address, prefix)
            || address.is_unspecified()
            || address.is_multicast()
            || address.is_loopback()
        {
            problems.add(format!("{field}{name}"), Problem::AddressNotInNetwork { network });
        } else if !gateway.is_empty() {
            match gateway.parse::<IpAddr>().ok().filter(is_own) {
                None => problems.add(format!("{field}{gateway_name}"), Problem::InvalidAddress),
                // A link-local router is reached without being in the network.
                Some(IpAddr::V6(router)) if router.is_unicast_link_local() => {}
                Some(router) if network_name(router, prefix).as_ref() != Some(&network) => {
                    problems.add(
                        format!("{field}{gateway_name}"),
                        Problem::GatewayNotInNetwork { network },
                    );
                }
                Some(_) => {}
            }
        }
    } else if !automatic {
        problems.add(format!("{field}{name}"), Problem::InvalidCidr);
    } else if !gateway.is_empty() {
        problems.add(format!("{field}{gateway_name}"), Problem::GatewayWithoutAddress);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(change: &ConfigurationChange) -> Vec<String> {
        change.problems().into_keys().collect()
    }

    fn addresses(ip: &str, gateway: &str, ip6: &str, gateway6: &str) -> ConfigurationChange {
        ConfigurationChange {
            addresses: vec![NicAddresses {
                interface: "net0".into(),
                ip: ip.into(),
                gateway: gateway.into(),
                ip6: ip6.into(),
                gateway6: gateway6.into(),
            }],
            ..ConfigurationChange::default()
        }
    }

    #[test]
    fn addresses_of_both_families() {
        for (ip, gateway, ip6, gateway6) in [
            ("", "", "", ""),
            ("dhcp", "", "auto", ""),
            ("192.0.2.7/24", "192.0.2.1", "2001:db8::7/64", "2001:db8::1"),
            ("192.0.2.7/24", "", "2001:db8::7/64", "fe80::1"),
        ] {
            assert_eq!(
                fields(&addresses(ip, gateway, ip6, gateway6)),
                Vec::<String>::new()
            );
        }
        for (ip, gateway, ip6, gateway6, field) in [
            ("192.0.2.7", "", "", "", "addresses[0].ip"),
            ("auto", "", "", "", "addresses[0].ip"),
            ("192.0.2.255/24", "", "", "", "addresses[0].ip"),
            ("192.0.2.7/33", "", "", "", "addresses[0].ip"),
            ("2001:db8::7/64", "", "", "", "addresses[0].ip"),
            ("192.0.2.7/24", "198.51.100.1", "", "", "addresses[0].gateway"),
            ("dhcp", "192.0.2.1", "", "", "addresses[0].gateway"),
            ("", "", "", "2001:db8::1", "addresses[0].gateway6"),
        ] {
            assert_eq!(
                fields(&addresses(ip, gateway, ip6, gateway6)),
                [field],
                "{ip} {gateway}"
            );
        }
    }

    #[test]
    fn nics() {
        let settings = NicSettings {
            bridge: "vmbr0".into(),
            model: "e1000".into(),
            vlan: Some(4094),
            rate: Some(12.5),
            ..NicSettings::default()
        };
        let wrong = NicSettings {
            model: "ne2000".into(),
            vlan: Some(0),
            rate: Some(f64::NAN),
            ..NicSettings::default()
        };
        let interface = "net0".to_owned();
        let change = ConfigurationChange {
            nics: vec![
                NicEdit::Change {
                    interface: interface.clone(),
                    settings,
                },
                NicEdit::Remove { interface },
                NicEdit::Add { settings: wrong },
                NicEdit::Remove {
                    interface: "net32".into(),
                },
            ],
            ..ConfigurationChange::default()
        };
        assert_eq!(
            fields(&change),
            [
                "nics[1].interface",
                "nics[2].bridge",
                "nics[2].model",
                "nics[2].rate",
                "nics[2].vlan",
                "nics[3].interface",
            ]
        );
    }
}
