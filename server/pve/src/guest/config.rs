//! A guest's configuration as Proxmox keeps it: all its keys, and readings of those that matter often.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Deserializer};

use super::disk::Disk;
use super::ip_config::IpConfig;
use super::nic::Nic;
use super::properties::Properties;
use crate::wire::lenient;

/// A virtual machine's or container's configuration.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct GuestConfig {
    values: BTreeMap<String, String>,
}

impl GuestConfig {
    /// All keys and values, the digest included.
    pub fn values(&self) -> &BTreeMap<String, String> {
        &self.values
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(String::as_str)
    }

    /// What a change sends along so that it fails where another one came first.
    pub fn digest(&self) -> Option<&str> {
        self.get("digest")
    }

    /// The guest's name; a container's is its host name.
    pub fn name(&self) -> Option<&str> {
        self.get("name").or_else(|| self.get("hostname"))
    }

    /// The description, without the line break that Proxmox adds.
    pub fn description(&self) -> Option<&str> {
        self.get("description").map(str::trim_end)
    }

    /// The tags.
    pub fn tags(&self) -> Vec<String> {
        self.get("tags").map(lenient::split_list).unwrap_or_default()
    }

    /// Which operation holds the guest.
    pub fn lock(&self) -> Option<&str> {
        self.get("lock")
    }

    /// Whether it is a template.
    pub fn is_template(&self) -> bool {
        self.flag("template")
    }

    /// Whether Proxmox refuses to delete it.
    pub fn is_protected(&self) -> bool {
        self.flag("protection")
    }

    /// Cores per socket; Proxmox's default is 1 for a virtual machine, all of the node's for a container.
    pub fn cores(&self) -> Option<u32> {
        self.get("cores")?.parse().ok()
    }

    /// Sockets; Proxmox's default is 1.
    pub fn sockets(&self) -> Option<u32> {
        self.get("sockets")?.parse().ok()
    }

    /// Memory, in MiB; Proxmox's default is 512.
    pub fn memory(&self) -> Option<u64> {
        // A property string since Proxmox VE 8.1.
        Properties::parse(self.get("memory")?, "current")
            .ok()?
            .get("current")?
            .parse()
            .ok()
    }

    /// The system that runs in it, such as `l26` or `win11`; `debian` and the like for a container.
    pub fn os_type(&self) -> Option<&str> {
        self.get("ostype")
    }

    /// Whether Proxmox talks to an agent in it.
    pub fn agent_enabled(&self) -> bool {
        self.get("agent")
            .and_then(|text| Properties::parse(text, "enabled").ok())
            .is_some_and(|agent| agent.flag("enabled"))
    }

    /// The devices it is started from, in their order.
    pub fn boot_order(&self) -> Vec<&str> {
        let order = self.get("boot").and_then(|boot| boot.strip_prefix("order="));
        order
            .map(|order| order.split(';').filter(|key| !key.is_empty()).collect())
            .unwrap_or_default()
    }

    /// The disk it is started from: the first of the boot order that holds data, else its only or first one.
    pub fn boot_disk(&self) -> Option<Disk> {
        let disks = self.disks();
        let named = |key: &str| disks.iter().find(|disk| disk.key == key && disk.is_data());
        let ordered = self.boot_order().into_iter().find_map(named);
        ordered
            .or_else(|| self.get("bootdisk").and_then(named))
            .or_else(|| disks.iter().find(|disk| disk.is_data()))
            .cloned()
    }

    /// Disks, drives, firmware state and mount points, by key; not those that are unused. What can't be
    /// read is left out with a warning.
    pub fn disks(&self) -> Vec<Disk> {
        self.all_disks().filter(|disk| disk.bus() != "unused").collect()
    }

    /// Disks that are detached but not deleted.
    pub fn unused_disks(&self) -> Vec<Disk> {
        self.all_disks().filter(|disk| disk.bus() == "unused").collect()
    }

    fn all_disks(&self) -> impl Iterator<Item = Disk> {
        self.values
            .iter()
            .filter(|(key, _)| Disk::is_key(key))
            .filter_map(|(key, value)| {
                Disk::parse(key, value)
                    .inspect_err(|error| tracing::warn!(key, %error, "a disk can't be read and is left out"))
                    .ok()
            })
    }

    /// When it was made, in seconds since 1970, by the `meta` that virtual machines have since Proxmox VE 7.1. A clone has
    /// that of what it was cloned from.
    pub fn created_at(&self) -> Option<i64> {
        let mut parts = self.get("meta")?.split(',');
        parts.find_map(|part| part.strip_prefix("ctime="))?.parse().ok()
    }

    /// Network cards, by number.
    pub fn nics(&self) -> Vec<Nic> {
        self.numbered("net", Nic::parse)
    }

    /// What cloud-init gives the network cards, by number.
    pub fn ip_configs(&self) -> Vec<IpConfig> {
        self.numbered("ipconfig", IpConfig::parse)
    }

    /// The addresses that cloud-init gives a virtual machine, or Proxmox a container. `dhcp` and its like are none.
    pub fn fixed_addresses(&self) -> Vec<IpAddr> {
        let by_cloud_init = self.ip_configs().into_iter();
        let mut given: Vec<String> = by_cloud_init
            .flat_map(|one| [one.ip, one.ip6])
            .flatten()
            .collect();
        for nic in self.nics() {
            let own = ["ip", "ip6"].into_iter().filter_map(|key| nic.other.get(key));
            given.extend(own.map(str::to_owned));
        }
        let address = |text: String| text.split('/').next()?.parse().ok();
        given.into_iter().filter_map(address).collect()
    }

    /// The public keys that cloud-init lets in.
    pub fn ssh_keys(&self) -> Vec<String> {
        let text = self
            .get("sshkeys")
            .map(|text| percent_decode_str(text).decode_utf8_lossy().into_owned());
        text.unwrap_or_default()
            .lines()
            .map(str::trim)
            .filter(|key| !key.is_empty())
            .map(str::to_owned)
            .collect()
    }

    fn flag(&self, key: &str) -> bool {
        self.get(key) == Some("1")
    }

    fn numbered<T, E: fmt::Display>(&self, prefix: &str, parse: fn(u32, &str) -> Result<T, E>) -> Vec<T> {
        let mut found: Vec<(u32, T)> = self
            .values
            .iter()
            .filter_map(|(key, value)| {
                let index = key.strip_prefix(prefix)?.parse().ok()?;
                parse(index, value)
                    .inspect_err(|error| tracing::warn!(key, %error, "a network setting can't be read and is left out"))
                    .ok()
                    .map(|item| (index, item))
            })
            .collect();
        found.sort_by_key(|(index, _)| *index);
        found.into_iter().map(|(_, item)| item).collect()
    }
}

impl From<BTreeMap<String, String>> for GuestConfig {
    fn from(values: BTreeMap<String, String>) -> Self {
        Self { values }
    }
}

impl<'de> Deserialize<'de> for GuestConfig {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        lenient::text_map(deserializer).map(Self::from)
    }
}

impl fmt::Debug for GuestConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        super::change::debug_values(&self.values, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(json: &str) -> GuestConfig {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_virtual_machine_is_read() {
        let config = config(
            r#"{"name":"web","cores":4,"sockets":"2","memory":"2048","agent":"1,fstrim_cloned_disks=1","template":1,
                "description":"made by hand\n","tags":"prod;web","boot":"order=ide2;scsi0;net0","scsihw":"virtio-scsi-pci",
                "scsi0":"local-lvm:vm-100-disk-0,size=8G","ide2":"local-lvm:vm-100-cloudinit,media=cdrom",
                "unused0":"local-lvm:vm-100-disk-3","net10":"virtio,bridge=vmbr1","net2":"virtio,bridge=vmbr0",
                "ipconfig0":"ip=dhcp","sshkeys":"ssh-ed25519%20AAAA%20me%0A","digest":"d0","lxc":[["a","b"]]}"#,
        );
        assert_eq!(
            (config.name(), config.cores(), config.sockets(), config.memory()),
            (Some("web"), Some(4), Some(2), Some(2048))
        );
        assert_eq!(
            (config.description(), config.digest()),
            (Some("made by hand"), Some("d0"))
        );
        assert_eq!(config.tags(), ["prod", "web"]);
        assert!(config.agent_enabled() && config.is_template() && !config.is_protected());
        assert_eq!(
            config
                .disks()
                .iter()
                .map(|disk| disk.key.as_str())
                .collect::<Vec<_>>(),
            ["ide2", "scsi0"]
        );
        assert_eq!(config.boot_disk().unwrap().key, "scsi0");
        assert_eq!(config.unused_disks().len(), 1);
        assert_eq!(
            config.nics().iter().map(|nic| nic.index).collect::<Vec<_>>(),
            [2, 10]
        );
        assert_eq!(config.ip_configs()[0].ip.as_deref(), Some("dhcp"));
        assert_eq!(config.ssh_keys(), ["ssh-ed25519 AAAA me"]);
    }

    #[test]
    fn an_odd_disk_does_not_hide_the_others() {
        let config = config(r#"{"scsi0":"a=,b","scsi1":"local:vm-1-disk-0,size=1G","memory":"current=512"}"#);
        assert_eq!(config.disks().len(), 1);
        assert_eq!(config.boot_disk().unwrap().key, "scsi1");
        assert_eq!(config.memory(), Some(512));
    }

    #[test]
    fn the_guests_password_is_not_shown() {
        let shown = format!("{:?}", config(r#"{"cipassword":"hush","cores":1}"#));
        assert!(!shown.contains("hush") && shown.contains("cores"), "{shown}");
    }
}
