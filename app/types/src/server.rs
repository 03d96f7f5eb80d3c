//! Making a server: the input, what is checked about it alone, and the plan that is shown before.

use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::error::FieldProblems;
use crate::ids::GuestId;
use crate::role::{RoleAssignment, RoleKey};
use crate::text::Problem;

/// Words that the API uses where a server's name may stand.
pub const RESERVED_NAMES: &[&str] = &[
    "brief",
    "async",
    "bulk_action",
    "bulk",
    "health-summary",
    "status",
    "stream",
];

/// A server to be made from a template.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct CreateServer {
    /// Its name, a DNS name of at most 63 characters.
    pub name: String,
    /// The cluster; `None` for the only one, or the first.
    pub cluster: Option<String>,
    /// The node; `None` for the one with most free memory among those that can hold it.
    pub node: Option<String>,
    /// The template's id; `None` for the default of `os_type`, or the only template.
    pub template: Option<u32>,
    /// The system, where it chooses the template: `ubuntu`, `rocky`, `centos` or `debian`.
    pub os_type: Option<String>,
    /// Virtual cores.
    pub cores: u32,
    /// Memory in MiB.
    pub memory_mb: u64,
    /// Its disks. One whose interface the template has is grown, any other is added.
    pub disks: Vec<DiskSpec>,
    /// Its NICs in order; empty for those of the template, with DHCP.
    pub nics: Vec<NicSpec>,
    /// The user that cloud-init makes; `None` for the template's.
    pub username: Option<String>,
    /// That user's password. Only its hash is kept.
    pub password: Option<String>,
    /// SSH public keys for that user, one a line.
    pub ssh_keys: Option<String>,
    /// A note shown in Proxmox.
    pub description: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// The firewall groups that it has before it starts, in their order.
    pub firewall_groups: Vec<String>,
    /// The roles that are installed once it answers.
    pub roles: Vec<RoleAssignment>,
}

impl fmt::Debug for CreateServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateServer")
            .field("name", &self.name)
            .field("cluster", &self.cluster)
            .field("node", &self.node)
            .field("template", &self.template)
            .field("cores", &self.cores)
            .field("memory_mb", &self.memory_mb)
            .field("disks", &self.disks)
            .field("nics", &self.nics)
            .finish_non_exhaustive()
    }
}

/// A disk of a server to be made.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct DiskSpec {
    /// Where it is plugged in, such as `scsi0`.
    pub interface: String,
    /// Its size in GiB.
    pub size_gb: u64,
    /// The storage; `None` for the template's. For the boot disk it is the clone's target.
    pub storage: Option<String>,
}

/// A NIC of a server to be made.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct NicSpec {
    /// The bridge it is plugged into; empty for the template's.
    pub bridge: String,
    /// Its address; `None` for DHCP.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub address: Option<IpAddr>,
    /// The prefix length of its network.
    pub prefix: u8,
    /// The gateway.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub gateway: Option<IpAddr>,
}

/// What will be made, where, and what is in the way. Made by the server without touching anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatePlan {
    /// The name.
    pub name: String,
    /// The cluster.
    pub cluster: String,
    /// The node; `None` where none fits.
    pub node: Option<String>,
    /// The id it would get if it were made now.
    pub vmid: Option<u32>,
    /// The template's id and name.
    pub template: Option<(u32, String)>,
    /// Virtual cores.
    pub cores: u32,
    /// Memory in MiB.
    pub memory_mb: u64,
    /// What happens to each disk.
    pub disks: Vec<PlannedDisk>,
    /// Each NIC as it will be.
    pub nics: Vec<NicSpec>,
    /// What filters it before it starts, in order.
    pub firewall_groups: Vec<String>,
    /// What is installed once it is up.
    pub roles: Vec<RoleKey>,
    /// What is wrong; empty where it can be made.
    pub problems: FieldProblems,
}

/// What the plan does with one disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedDisk {
    /// Where it is plugged in.
    pub interface: String,
    /// Its size in GiB at the end.
    pub size_gb: u64,
    /// The storage it will be on.
    pub storage: String,
    /// What is done.
    pub change: DiskChange,
}

/// How a planned disk comes to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DiskChange {
    /// The template's, as it is.
    Keep,
    /// The template's, made larger.
    Grow,
    /// A new one.
    Add,
}

/// A server as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerDetail {
    /// Which guest.
    pub id: GuestId,
    /// Its name.
    pub name: String,
    /// The node it is on.
    pub node: String,
    /// Its description in Proxmox.
    pub description: String,
    /// Sockets times cores.
    pub cores: u32,
    /// Memory in MiB.
    pub memory_mb: u64,
    /// The CPU type.
    pub cpu_type: String,
    /// Its disks.
    pub disks: Vec<ServerDisk>,
    /// Its NICs.
    pub nics: Vec<ServerNic>,
    /// Starts with its node.
    pub on_boot: bool,
    /// Can't be removed in Proxmox.
    pub protected: bool,
    /// Whether the guest agent is switched on.
    pub agent: bool,
}

/// A disk of a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerDisk {
    /// Where it is plugged in.
    pub interface: String,
    /// The storage it is on.
    pub storage: String,
    /// Its volume id.
    pub volume: String,
    /// Its size in bytes, where Proxmox tells.
    pub size_bytes: Option<u64>,
}

/// A NIC of a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerNic {
    /// Where it is plugged in, such as `net0`.
    pub interface: String,
    /// The model, such as `virtio`.
    pub model: String,
    /// The MAC address.
    pub mac: String,
    /// The bridge.
    pub bridge: String,
    /// The address that was configured: CIDR, `dhcp` or empty.
    pub configured: String,
    /// The addresses that the guest agent reports.
    pub addresses: Vec<String>,
}

/// Whether `name` is a DNS name as Proxmox takes one (`dns-name` of `PVE::JSONSchema`), of one label or more,
/// at most 63 characters in all.
pub fn is_dns_name(name: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    name.len() <= 63 && name.split('.').all(label)
}

/// Whether `text` names a disk that a virtual machine can have: `scsi0` to `scsi30`, `virtio0` to `virtio15`,
/// `sata0` to `sata5`, `ide0` to `ide3` (Proxmox's `PVE::QemuServer::Drive`).
pub fn is_disk_interface(text: &str) -> bool {
    [("scsi", 30), ("virtio", 15), ("sata", 5), ("ide", 3)]
        .iter()
        .any(|(bus, last)| {
            text.strip_prefix(bus).is_some_and(|number| {
                // `scsi01` would be another spelling of the same disk.
                number
                    .parse::<u32>()
                    .is_ok_and(|n| n <= *last && n.to_string() == number)
            })
        })
}

/// The network that `address` is in, and whether `address` can be given to a host of it.
fn network_of(address: IpAddr, prefix: u8) -> Option<(String, bool)> {
    match address {
        IpAddr::V4(v4) if prefix <= 32 => {
            let mask = u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0);
            let bits = u32::from(v4);
            let network = bits & mask;
            // A /31 and a /32 have no broadcast address (RFC 3021).
            let host = prefix >= 31 || (bits != network && bits != network | !mask);
            Some((format!("{}/{prefix}", std::net::Ipv4Addr::from(network)), host))
        }
        IpAddr::V6(v6) if prefix <= 128 => {
            let mask = u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0);
            let network = u128::from(v6) & mask;
            Some((format!("{}/{prefix}", std::net::Ipv6Addr::from(network)), true))
        }
        _ => None,
    }
}

/// The network that `address` is in, such as `10.0.0.0/24`; `None` for a prefix length that it can't have.
pub fn network_name(address: IpAddr, prefix: u8) -> Option<String> {
    network_of(address, prefix).map(|(name, _)| name)
}

/// Whether `address` can be given to a host of its network.
pub fn is_host_of(address: IpAddr, prefix: u8) -> bool {
    network_of(address, prefix).is_some_and(|(_, host)| host)
}

fn same_network(a: IpAddr, b: IpAddr, prefix: u8) -> bool {
    match (network_of(a, prefix), network_of(b, prefix)) {
        (Some((left, _)), Some((right, _))) => left == right,
        _ => false,
    }
}

/// What is wrong with the name of a new server, whatever the cluster holds.
pub fn name_problem(name: &str) -> Option<Problem> {
    if name.is_empty() {
        return Some(Problem::Required);
    }
    if RESERVED_NAMES.contains(&name.to_ascii_lowercase().as_str()) {
        let word = name.to_owned();
        return Some(Problem::ReservedWord { word });
    }
    (!is_dns_name(name)).then_some(Problem::InvalidName)
}

impl CreateServer {
    /// What is wrong with the input by itself, whatever the cluster holds.
    pub fn problems(&self) -> FieldProblems {
        let mut problems = FieldProblems::new();
        let mut add = |field: String, problem: Problem| {
            problems.entry(field).or_insert(problem);
        };
        if let Some(problem) = name_problem(&self.name) {
            add("name".into(), problem);
        }
        // Proxmox's own limits are 128 cores a socket and 4 PiB; these catch slips of the keyboard.
        if !(1..=512).contains(&self.cores) {
            add("cpu".into(), Problem::OutOfRange { min: 1, max: 512 });
        }
        if self.memory_mb < 128 {
            add("memory".into(), Problem::MemoryInMegabytes);
        } else if self.memory_mb > 16 * 1024 * 1024 {
            add(
                "memory".into(),
                Problem::OutOfRange {
                    min: 128,
                    max: 16 * 1024 * 1024,
                },
            );
        }
        let mut interfaces = BTreeSet::new();
        for (n, disk) in self.disks.iter().enumerate() {
            if !is_disk_interface(&disk.interface) {
                add(
                    format!("disks[{n}].interface"),
                    Problem::InvalidInterface {
                        given: disk.interface.clone(),
                    },
                );
            } else if !interfaces.insert(&disk.interface) {
                add(
                    format!("disks[{n}].interface"),
                    Problem::InterfaceRepeated {
                        interface: disk.interface.clone(),
                    },
                );
            }
            if !(1..=131_072).contains(&disk.size_gb) {
                add(
                    format!("disks[{n}].size"),
                    Problem::OutOfRange { min: 1, max: 131_072 },
                );
            }
        }
        self.network_problems(&mut add);
        if self.username.as_deref().is_some_and(|name| !is_user_name(name)) {
            add("vm_username".into(), Problem::InvalidUserName);
        }
        for (n, line) in self.ssh_keys.iter().flat_map(|keys| keys.lines()).enumerate() {
            if !line.trim().is_empty() && !is_ssh_key(line.trim()) {
                add(
                    "ssh_keys".into(),
                    Problem::InvalidSshKey {
                        line: u32::try_from(n + 1).unwrap_or(u32::MAX),
                    },
                );
            }
        }
        if self.description.as_ref().is_some_and(|text| text.len() > 4096) {
            add("description".into(), Problem::TooLong { max: 4096 });
        }
        for tag in &self.tags {
            if !is_tag(tag) {
                add("tags".into(), Problem::InvalidTag { tag: tag.clone() });
            }
        }
        problems
    }

    fn network_problems(&self, add: &mut impl FnMut(String, Problem)) {
        if self.nics.len() > 32 {
            add("network_devices".into(), Problem::TooLong { max: 32 });
        }
        let mut addresses = BTreeSet::new();
        for (n, nic) in self.nics.iter().enumerate() {
            let Some(address) = nic.address else { continue };
            let field = format!("network_devices[{n}]");
            let Some((network, host)) = network_of(address, nic.prefix).filter(|_| nic.prefix > 0) else {
                let max = if address.is_ipv4() { 32 } else { 128 };
                add(format!("{field}.subnet"), Problem::OutOfRange { min: 1, max });
                continue;
            };
            if !host || address.is_unspecified() || address.is_multicast() || address.is_loopback() {
                add(
                    format!("{field}.ip_address"),
                    Problem::AddressNotInNetwork {
                        network: network.clone(),
                    },
                );
            } else if !addresses.insert(address) {
                add(
                    format!("{field}.ip_address"),
                    Problem::AddressRepeated {
                        address: address.to_string(),
                    },
                );
            }
            if let Some(gateway) = nic.gateway
                && !same_network(address, gateway, nic.prefix)
            {
                add(
                    format!("{field}.gateway"),
                    Problem::GatewayNotInNetwork { network },
                );
            }
        }
    }
}

pub(crate) fn is_user_name(name: &str) -> bool {
    // useradd's default rule (shadow-utils, NAME_REGEX of adduser).
    name.len() <= 32
        && name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
}

pub(crate) fn is_ssh_key(line: &str) -> bool {
    let mut words = line.split_ascii_whitespace();
    let kind = words.next().unwrap_or_default();
    let known = [
        "ssh-ed25519",
        "ssh-rsa",
        "sk-ssh-ed25519@openssh.com",
        "sk-ecdsa-sha2-nistp256@openssh.com",
    ]
    .contains(&kind)
        || kind.starts_with("ecdsa-sha2-nistp");
    known
        && words.next().is_some_and(|blob| {
            blob.starts_with("AAAA")
                && blob
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(&b))
        })
}

/// Whether Proxmox takes `tag` (`pve-tag` of `PVE::JSONSchema`).
pub fn is_tag(tag: &str) -> bool {
    tag.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && tag
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-+.".contains(&b))
}

#[cfg(test)]
mod tests;
