//! The fields of a server that can be changed: what they are called, to people and in the API.

use drover_types::units;

use crate::texts::{say, use_i18n};

/// The part of the page that a field stands in; each is saved by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Hardware,
    Network,
}

/// A field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// A container's host name.
    Name,
    Cores,
    Sockets,
    CpuType,
    /// In MiB.
    Memory,
    /// In MiB; `0` where ballooning is off, empty where nothing is said.
    Balloon,
    /// Devices in order, with semicolons between.
    Boot,
    /// `1` or `0`.
    OnBoot,
    /// `1` or `0`.
    Protection,
    /// With commas between.
    Tags,
    Description,
    Nic(u32, NicPart),
    Address(u32, AddressPart),
    CloudUser,
    /// What is typed; never what stands.
    CloudPassword,
    SshKeys,
    Nameserver,
    SearchDomain,
}

/// A part of a NIC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NicPart {
    Bridge,
    Model,
    /// Empty where it has none.
    Vlan,
    /// `1` or `0`.
    Firewall,
    /// In MB/s; empty where there is no limit.
    Rate,
    /// `1` where its cable is plugged in, or `0`.
    Link,
    Mac,
}

/// What cloud-init gives a NIC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AddressPart {
    /// An address with its prefix length, `dhcp`, or empty.
    V4,
    Gateway4,
    /// An address with its prefix length, `dhcp`, `auto`, or empty.
    V6,
    Gateway6,
}

impl Field {
    /// Where it stands.
    pub const fn scope(self) -> Scope {
        match self {
            Self::Nic(..)
            | Self::Address(..)
            | Self::CloudUser
            | Self::CloudPassword
            | Self::SshKeys
            | Self::Nameserver
            | Self::SearchDomain => Scope::Network,
            _ => Scope::Hardware,
        }
    }

    /// What it is called, in the language of now.
    pub fn label(self) -> String {
        let i18n = use_i18n();
        match self {
            Self::Name => say!(i18n, server.name),
            Self::Cores => say!(i18n, server.cores),
            Self::Sockets => say!(i18n, server.sockets),
            Self::CpuType => say!(i18n, server.cpu_type),
            Self::Memory => say!(i18n, server.memory),
            Self::Balloon => say!(i18n, server.balloon_least),
            Self::Boot => say!(i18n, server.boot),
            Self::OnBoot => say!(i18n, server.on_boot),
            Self::Protection => say!(i18n, server.protected),
            Self::Tags => say!(i18n, server.tags),
            Self::Description => say!(i18n, server.description),
            Self::Nic(index, part) => format!("net{index} · {}", part.label()),
            Self::Address(index, part) => format!("net{index} · {}", part.label()),
            Self::CloudUser => say!(i18n, server.cloud_user),
            Self::CloudPassword => say!(i18n, server.cloud_password),
            Self::SshKeys => say!(i18n, server.ssh_keys),
            Self::Nameserver => say!(i18n, server.nameserver),
            Self::SearchDomain => say!(i18n, server.search_domain),
        }
    }

    /// How its text reads, in the language of now.
    pub fn reading(self, text: &str) -> String {
        let i18n = use_i18n();
        match self {
            Self::Balloon if text == "0" => say!(i18n, server.balloon_off),
            _ if text.is_empty() => "—".to_owned(),
            Self::Memory | Self::Balloon => text.parse::<u64>().map_or_else(
                |_| text.to_owned(),
                |mib| units::size(mib.saturating_mul(units::MIB)),
            ),
            Self::Nic(_, NicPart::Rate) => format!("{text} MB/s"),
            Self::OnBoot | Self::Protection | Self::Nic(_, NicPart::Firewall | NicPart::Link) => {
                if text == "1" {
                    say!(i18n, server.yes)
                } else {
                    say!(i18n, server.no)
                }
            }
            Self::Boot => text.replace(';', " → "),
            Self::CloudPassword => "••••••••".to_owned(),
            _ => text.to_owned(),
        }
    }
}

impl NicPart {
    /// What it is called, in the language of now.
    pub fn label(self) -> String {
        let i18n = use_i18n();
        match self {
            Self::Bridge => say!(i18n, server.bridge),
            Self::Model => say!(i18n, server.nic_model),
            Self::Vlan => say!(i18n, server.vlan),
            Self::Firewall => say!(i18n, server.nic_firewall),
            Self::Rate => say!(i18n, server.nic_rate),
            Self::Link => say!(i18n, server.nic_link),
            Self::Mac => say!(i18n, server.mac),
        }
    }
}

impl AddressPart {
    /// What it is called, in the language of now.
    pub fn label(self) -> String {
        let i18n = use_i18n();
        match self {
            Self::V4 => say!(i18n, server.ipv4),
            Self::Gateway4 => say!(i18n, server.gateway4),
            Self::V6 => say!(i18n, server.ipv6),
            Self::Gateway6 => say!(i18n, server.gateway6),
        }
    }
}
