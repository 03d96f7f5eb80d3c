//! A change to a configuration. What is `None`, or not listed, stays as it is.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::read::PendingChange;
use crate::task::TaskRow;

/// CPU types that any recent Proxmox knows, the most useful first (`PVE::QemuServer::CPUConfig`). It knows more.
pub const CPU_TYPES: &[&str] = &[
    "host",
    "x86-64-v2-AES",
    "x86-64-v2",
    "x86-64-v3",
    "x86-64-v4",
    "kvm64",
    "qemu64",
    "max",
];

/// The models that a virtual machine's NIC can have (`PVE::QemuServer`, `$nic_model_list`).
pub const NIC_MODELS: &[&str] = &[
    "virtio",
    "e1000",
    "e1000e",
    "rtl8139",
    "vmxnet3",
    "e1000-82540em",
    "e1000-82544gc",
    "e1000-82545em",
    "i82551",
    "i82557b",
    "i82559er",
    "ne2k_isa",
    "ne2k_pci",
    "pcnet",
];

/// What of a configuration is to become otherwise.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ConfigurationChange {
    /// Its name; a container's host name.
    pub name: Option<String>,
    /// Cores of each socket.
    pub cores: Option<u32>,
    /// Sockets.
    pub sockets: Option<u32>,
    /// The CPU type; empty for Proxmox's default. Flags that are set stay.
    pub cpu_type: Option<String>,
    /// Memory in MiB.
    pub memory_mb: Option<u64>,
    /// The least memory in MiB that ballooning leaves; 0 switches it off.
    pub balloon_mb: Option<u64>,
    /// Its description; empty for none.
    pub description: Option<String>,
    /// Its tags.
    pub tags: Option<Vec<String>>,
    /// Whether it starts with its node.
    pub on_boot: Option<bool>,
    /// Whether Proxmox refuses to delete it.
    pub protected: Option<bool>,
    /// The devices that it is started from, in their order.
    pub boot_order: Option<Vec<String>>,
    /// NICs that come, change or go.
    pub nics: Vec<NicEdit>,
    /// Addresses of NICs.
    pub addresses: Vec<NicAddresses>,
    /// What cloud-init is told besides.
    pub cloud_init: CloudInitChange,
    /// The digest of the configuration that was read: another change since is a conflict then.
    pub digest: Option<String>,
    /// What happens to what waits for a start.
    pub apply: Option<Apply>,
}

/// What happens to what waits for a start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Apply {
    /// The guest is shut down, or stopped where it does not, and started again, as a task.
    Now,
}

/// A NIC that comes, changes or goes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "edit", rename_all = "snake_case")]
pub enum NicEdit {
    /// A new one, at the first free place.
    Add {
        /// What it is like.
        #[serde(flatten)]
        settings: NicSettings,
    },
    /// One is given other settings; it keeps its MAC address, and what is not among them.
    Change {
        /// Which, such as `net0`.
        interface: String,
        /// What it is like then.
        #[serde(flatten)]
        settings: NicSettings,
    },
    /// One goes.
    Remove {
        /// Which, such as `net0`.
        interface: String,
    },
}

/// What a NIC is like.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct NicSettings {
    /// The bridge.
    pub bridge: String,
    /// The model; empty for `virtio`, or for what it is. A container has none.
    pub model: String,
    /// The VLAN; none for untagged.
    pub vlan: Option<u16>,
    /// Whether Proxmox's firewall filters it.
    pub firewall: bool,
    /// The limit in MB/s; none for no limit.
    pub rate: Option<f64>,
    /// Whether its cable is unplugged.
    pub link_down: bool,
}

/// The addresses of a NIC, all of them: what is empty is taken away.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct NicAddresses {
    /// Which NIC, such as `net0`.
    pub interface: String,
    /// CIDR, `dhcp`, or empty.
    pub ip: String,
    /// IPv4 gateway, or empty.
    pub gateway: String,
    /// CIDR, `dhcp`, `auto`, or empty.
    pub ip6: String,
    /// IPv6 gateway, or empty.
    pub gateway6: String,
}

/// What cloud-init is told besides addresses. An empty text takes a value away.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct CloudInitChange {
    /// The user that it makes.
    pub user: Option<String>,
    /// That user's password. It goes to Proxmox and is kept nowhere else.
    pub password: Option<String>,
    /// SSH public keys, one a line.
    pub ssh_keys: Option<String>,
    /// Addresses of name servers, with spaces or commas between.
    pub nameserver: Option<String>,
    /// Search domains, with spaces or commas between.
    pub search_domain: Option<String>,
}

impl CloudInitChange {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Debug for CloudInitChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CloudInitChange")
            .field("user", &self.user)
            .field("password", &self.password.as_ref().map(|_| "[REDACTED]"))
            .field("ssh_keys", &self.ssh_keys)
            .field("nameserver", &self.nameserver)
            .field("search_domain", &self.search_domain)
            .finish()
    }
}

/// What came of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigurationChanged {
    /// Whether something waits for the next start.
    pub reboot_required: bool,
    /// What waits.
    pub pending: Vec<PendingChange>,
    /// The task that applies it, where that was asked for and something waits.
    pub task: Option<TaskRow>,
    /// The digest of the configuration as it is now.
    pub digest: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_not_shown() {
        let change = ConfigurationChange {
            cloud_init: CloudInitChange {
                password: Some("hush".to_owned()),
                ..CloudInitChange::default()
            },
            ..ConfigurationChange::default()
        };
        assert!(!format!("{change:?}").contains("hush"));
    }

    #[test]
    fn a_nics_settings_stand_beside_its_name() {
        let edit = serde_json::from_str(r#"{"edit":"change","interface":"net0","bridge":"vmbr1","vlan":20}"#);
        let settings = NicSettings {
            bridge: "vmbr1".to_owned(),
            vlan: Some(20),
            ..NicSettings::default()
        };
        let interface = "net0".to_owned();
        assert_eq!(edit.ok(), Some(NicEdit::Change { interface, settings }));
    }
}
