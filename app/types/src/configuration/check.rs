//! What is wrong with a change by itself, whatever the server has. Fields are named as the API names them.

use std::collections::BTreeSet;

use super::change::ConfigurationChange;
use crate::error::FieldProblems;
use crate::server::{is_dns_name, is_ssh_key, is_tag, is_user_name};
use crate::text::Problem;

/// The most cores that all sockets may have together; it catches slips of the keyboard.
const MOST_CORES: u32 = 512;
/// The most sockets; Proxmox names no limit, machines have no more.
const MOST_SOCKETS: u32 = 8;
/// The most memory in MiB: 16 TiB.
const MOST_MEMORY: u64 = 16 * 1024 * 1024;
/// The longest description (`PVE::QemuServer`: 8 KiB).
const LONGEST_DESCRIPTION: u32 = 8192;

/// Collects what is wrong, the first of each field.
pub(super) struct Problems(pub FieldProblems);

impl Problems {
    pub(super) fn add(&mut self, field: impl Into<String>, problem: Problem) {
        self.0.entry(field.into()).or_insert(problem);
    }
}

impl ConfigurationChange {
    /// What is wrong with it by itself.
    pub fn problems(&self) -> FieldProblems {
        let mut problems = Problems(FieldProblems::new());
        if let Some(name) = &self.name {
            if name.is_empty() {
                problems.add("name", Problem::Required);
            } else if !is_dns_name(name) {
                problems.add("name", Problem::InvalidName);
            }
        }
        self.processor(&mut problems);
        self.memory(&mut problems);
        if let Some(text) = &self.description
            && text.len() > LONGEST_DESCRIPTION as usize
        {
            let max = LONGEST_DESCRIPTION;
            problems.add("description", Problem::TooLong { max });
        }
        for tag in self.tags.iter().flatten().filter(|tag| !is_tag(tag)) {
            problems.add("tags", Problem::InvalidTag { tag: tag.clone() });
        }
        let mut devices = BTreeSet::new();
        for device in self.boot_order.iter().flatten() {
            if !devices.insert(device) {
                let interface = device.clone();
                problems.add("boot_order", Problem::InterfaceRepeated { interface });
            }
        }
        self.network(&mut problems);
        self.cloud_init(&mut problems);
        problems.0
    }

    fn processor(&self, problems: &mut Problems) {
        let mut range = |field: &str, value: Option<u32>, max: u32| {
            if value.is_some_and(|value| !(1..=max).contains(&value)) {
                let max = i64::from(max);
                problems.add(field, Problem::OutOfRange { min: 1, max });
            }
        };
        range("cpu.cores", self.cores, MOST_CORES);
        range("cpu.sockets", self.sockets, MOST_SOCKETS);
        if let Some(given) = self.cpu_type.as_ref().filter(|name| !is_cpu_type(name)) {
            let given = given.clone();
            problems.add("cpu.type", Problem::InvalidCpuType { given });
        }
    }

    fn memory(&self, problems: &mut Problems) {
        if self.memory_mb.is_some_and(|size| size < 128) {
            problems.add("memory.size_mb", Problem::MemoryInMegabytes);
        } else if self.memory_mb.is_some_and(|size| size > MOST_MEMORY) {
            let (min, max) = (128, 16 * 1024 * 1024);
            problems.add("memory.size_mb", Problem::OutOfRange { min, max });
        }
        // That it is no more than the memory is the service's to say, which knows that.
        if self.balloon_mb.is_some_and(|size| size > MOST_MEMORY) {
            let (min, max) = (0, 16 * 1024 * 1024);
            problems.add("memory.balloon", Problem::OutOfRange { min, max });
        }
    }

    fn cloud_init(&self, problems: &mut Problems) {
        let change = &self.cloud_init;
        let said = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        if said(&change.user).is_some_and(|name| !is_user_name(&name)) {
            problems.add("cloud_init.user", Problem::InvalidUserName);
        }
        if said(&change.password).is_some_and(|text| text.len() > 1024) {
            problems.add("cloud_init.password", Problem::TooLong { max: 1024 });
        }
        for (n, line) in change.ssh_keys.iter().flat_map(|keys| keys.lines()).enumerate() {
            if !line.trim().is_empty() && !is_ssh_key(line.trim()) {
                let line = u32::try_from(n + 1).unwrap_or(u32::MAX);
                problems.add("cloud_init.ssh_keys", Problem::InvalidSshKey { line });
            }
        }
        let servers = change.nameserver.iter().flat_map(|text| words(text));
        if servers
            .into_iter()
            .any(|one| one.parse::<std::net::IpAddr>().is_err())
        {
            problems.add("cloud_init.nameserver", Problem::InvalidAddress);
        }
        let domains = change.search_domain.iter().flat_map(|text| words(text));
        if domains.into_iter().any(|one| !is_dns_name(one)) {
            problems.add("cloud_init.search_domain", Problem::InvalidName);
        }
    }
}

/// The words of a list with spaces or commas between.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', ',', ';']).filter(|word| !word.is_empty())
}

/// Whether it looks like a CPU type, of Proxmox's own or a `custom-` one; which there are is Proxmox's to say.
fn is_cpu_type(name: &str) -> bool {
    name.len() <= 64
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::configuration::CloudInitChange;

    fn fields(change: &ConfigurationChange) -> Vec<String> {
        change.problems().into_keys().collect()
    }

    #[test]
    fn nothing_and_what_fits_are_fine() {
        assert!(fields(&ConfigurationChange::default()).is_empty());
        let change = ConfigurationChange {
            name: Some("web-9.example.com".into()),
            cores: Some(4),
            sockets: Some(2),
            cpu_type: Some("x86-64-v2-AES".into()),
            memory_mb: Some(128),
            balloon_mb: Some(0),
            description: Some(String::new()),
            tags: Some(vec!["prod".into()]),
            boot_order: Some(vec!["scsi0".into(), "net0".into()]),
            cloud_init: CloudInitChange {
                user: Some(String::new()),
                nameserver: Some("192.0.2.53, 2001:db8::53".into()),
                search_domain: Some("example.com".into()),
                ssh_keys: Some("ssh-ed25519 AAAA me\n".into()),
                ..CloudInitChange::default()
            },
            ..ConfigurationChange::default()
        };
        assert_eq!(fields(&change), Vec::<String>::new());
    }

    #[test]
    fn each_wrong_field_is_named() {
        let change = ConfigurationChange {
            name: Some("-x".into()),
            cores: Some(0),
            sockets: Some(9),
            cpu_type: Some("host,flags=+aes".into()),
            memory_mb: Some(4),
            tags: Some(vec!["Prod".into()]),
            boot_order: Some(vec!["scsi0".into(), "scsi0".into()]),
            cloud_init: CloudInitChange {
                user: Some("Root".into()),
                nameserver: Some("dns".into()),
                search_domain: Some("a b_c".into()),
                ssh_keys: Some("nonsense".into()),
                ..CloudInitChange::default()
            },
            ..ConfigurationChange::default()
        };
        assert_eq!(
            fields(&change),
            [
                "boot_order",
                "cloud_init.nameserver",
                "cloud_init.search_domain",
                "cloud_init.ssh_keys",
                "cloud_init.user",
                "cpu.cores",
                "cpu.sockets",
                "cpu.type",
                "memory.size_mb",
                "name",
                "tags",
            ]
        );
        assert_eq!(change.problems()["memory.size_mb"], Problem::MemoryInMegabytes);
    }
}
