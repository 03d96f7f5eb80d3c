//! What has to be sent so that a configuration becomes as a change wants it. Asks nobody.

use drover_types::configuration::{CloudInitChange, ConfigurationChange};
use drover_types::error::FieldProblems;
use drover_types::guest::GuestKind;
use drover_types::text::Problem;
use pve_client::{ConfigChange, GuestConfig, Properties};

use super::network;
use crate::servers::configuration::bootable;
use crate::servers::description::with_comments_of;

/// Collects what differs.
pub(super) struct Update<'a> {
    pub config: &'a GuestConfig,
    pub kind: GuestKind,
    pub change: ConfigChange,
    pub problems: FieldProblems,
}

/// The keys to be set and taken out.
///
/// # Errors
/// What can't be, by the fields of the change.
pub(super) fn between(
    kind: GuestKind,
    config: &GuestConfig,
    change: &ConfigurationChange,
) -> Result<ConfigChange, FieldProblems> {
    let mut update = Update {
        config,
        kind,
        change: ConfigChange::new(),
        problems: FieldProblems::new(),
    };
    update.general(change);
    update.hardware(change);
    update.boot_order(change);
    update.cloud_init(&change.cloud_init);
    network::apply(&mut update, change);
    if update.problems.is_empty() {
        Ok(update.change)
    } else {
        Err(update.problems)
    }
}

impl Update<'_> {
    pub(super) fn refuse(&mut self, field: impl Into<String>, problem: Problem) {
        self.problems.entry(field.into()).or_insert(problem);
    }

    /// Sets a key where it is otherwise; an empty value takes it out.
    pub(super) fn put(&mut self, key: &str, value: &str) {
        let have = self.config.get(key);
        let change = std::mem::take(&mut self.change);
        self.change = match have {
            Some(_) if value.is_empty() => change.delete(key),
            None if value.is_empty() => change,
            Some(have) if have.trim_end() == value => change,
            _ => change.set(key, value),
        };
    }

    /// As [`Update::put`], for what is said by not saying it too.
    fn put_flag(&mut self, key: &str, wanted: Option<bool>) {
        if let Some(wanted) = wanted
            && (self.config.get(key) == Some("1")) != wanted
        {
            self.put(key, if wanted { "1" } else { "0" });
        }
    }

    fn general(&mut self, change: &ConfigurationChange) {
        if let Some(name) = &change.name {
            let key = match self.kind {
                GuestKind::Qemu => "name",
                GuestKind::Lxc => "hostname",
            };
            self.put(key, name);
        }
        if let Some(text) = &change.description {
            let text = with_comments_of(self.config.description().unwrap_or_default(), text);
            self.put("description", &text);
        }
        if let Some(tags) = &change.tags {
            let mut wanted = tags.clone();
            wanted.sort();
            wanted.dedup();
            let mut have = self.config.tags();
            have.sort();
            if wanted != have {
                self.put("tags", &wanted.join(";"));
            }
        }
        self.put_flag("onboot", change.on_boot);
        self.put_flag("protection", change.protected);
    }

    fn hardware(&mut self, change: &ConfigurationChange) {
        // Only virtual machines have these.
        if self.kind == GuestKind::Lxc {
            let given = [
                ("cpu.sockets", change.sockets.is_some_and(|sockets| sockets != 1)),
                (
                    "cpu.type",
                    change.cpu_type.as_ref().is_some_and(|name| !name.is_empty()),
                ),
                ("memory.balloon", change.balloon_mb.is_some()),
            ];
            for (field, _) in given.into_iter().filter(|(_, given)| *given) {
                self.refuse(field, Problem::ContainersUnsupported);
            }
        } else {
            if let Some(sockets) = change.sockets
                && self.config.sockets().unwrap_or(1) != sockets
            {
                self.put("sockets", &sockets.to_string());
            }
            if let Some(name) = &change.cpu_type {
                self.cpu_type(name);
            }
            self.balloon(change);
        }
        if let Some(cores) = change.cores
            && self.config.cores() != Some(cores)
        {
            self.put("cores", &cores.to_string());
        }
        if let Some(memory) = change.memory_mb
            && self.config.memory() != Some(memory)
        {
            self.put("memory", &memory.to_string());
        }
    }

    /// Flags that are set stay; none is left where there is no type.
    fn cpu_type(&mut self, name: &str) {
        let old = self.config.get("cpu").unwrap_or_default();
        let mut cpu = Properties::parse(old, "cputype").unwrap_or_else(|_| Properties::new("cputype"));
        if name.is_empty() {
            self.put("cpu", "");
        } else if cpu.set("cputype", name).is_ok() {
            self.put("cpu", &cpu.to_string());
        }
    }

    fn balloon(&mut self, change: &ConfigurationChange) {
        let memory_mb = change.memory_mb.or_else(|| self.config.memory()).unwrap_or(512);
        let have = self
            .config
            .get("balloon")
            .and_then(|text| text.parse::<u64>().ok());
        // Proxmox refuses it either way (`PVE::API2::Qemu`, `update_vm_api`).
        if (change.balloon_mb.is_some() || change.memory_mb.is_some())
            && change
                .balloon_mb
                .or(have)
                .is_some_and(|balloon| balloon > memory_mb)
        {
            self.refuse("memory.balloon", Problem::BalloonOverMemory { memory_mb });
        }
        if let Some(balloon) = change.balloon_mb
            && have != Some(balloon)
        {
            self.put("balloon", &balloon.to_string());
        }
    }

    fn boot_order(&mut self, change: &ConfigurationChange) {
        let Some(order) = &change.boot_order else { return };
        if self.kind == GuestKind::Lxc {
            self.refuse("boot_order", Problem::ContainersUnsupported);
            return;
        }
        let known = bootable(self.config);
        if let Some(given) = order.iter().find(|device| !known.contains(device)) {
            let given = given.clone();
            self.refuse("boot_order", Problem::UnknownChoice { given, known });
        } else if self.config.boot_order() != *order {
            // An empty order would be Proxmox's default one, and not none.
            self.put("boot", &format!("order={}", order.join(";")));
        }
    }

    fn cloud_init(&mut self, change: &CloudInitChange) {
        let list = |text: &String| {
            let words = text.split([' ', ',', ';']).filter(|word| !word.is_empty());
            words.collect::<Vec<_>>().join(" ")
        };
        if let Some(servers) = &change.nameserver {
            self.put("nameserver", &list(servers));
        }
        if let Some(domains) = &change.search_domain {
            self.put("searchdomain", &list(domains));
        }
        if self.kind == GuestKind::Lxc {
            let given = [
                ("cloud_init.user", change.user.is_some()),
                ("cloud_init.password", change.password.is_some()),
                ("cloud_init.ssh_keys", change.ssh_keys.is_some()),
            ];
            for (field, _) in given.into_iter().filter(|(_, given)| *given) {
                self.refuse(field, Problem::ContainersUnsupported);
            }
            return;
        }
        if let Some(user) = &change.user {
            self.put("ciuser", user);
        }
        if let Some(password) = &change.password {
            self.put("cipassword", password);
        }
        if let Some(keys) = &change.ssh_keys {
            let keys: Vec<&str> = keys
                .lines()
                .map(str::trim)
                .filter(|line| !line.is_empty())
                .collect();
            if keys.is_empty() {
                self.put("sshkeys", "");
            } else if self.config.ssh_keys() != keys {
                self.change = std::mem::take(&mut self.change).ssh_keys(keys);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn change(kind: GuestKind, config: Value, change: Value) -> Result<Value, Vec<String>> {
        let config: GuestConfig = serde_json::from_value(config).unwrap();
        let wanted: ConfigurationChange = serde_json::from_value(change).unwrap();
        assert!(wanted.problems().is_empty(), "{:?}", wanted.problems());
        match between(kind, &config, &wanted) {
            Ok(update) => Ok(json!({"set": update.values(), "delete": update.deleted()})),
            Err(problems) => Err(problems.into_keys().collect()),
        }
    }

    fn machine() -> Value {
        json!({
            "name": "web", "cores": 2, "memory": "current=2048", "cpu": "host,flags=+aes", "tags": "b;a",
            "description": "the shop\n\n<!-- drover task 7 -->\n", "boot": "order=scsi0;net0", "balloon": "1024",
            "scsi0": "local-lvm:vm-100-disk-0,size=8G", "net0": "virtio=BC:24:11:00:00:01,bridge=vmbr0,mtu=1400",
            "ipconfig0": "ip=dhcp", "ciuser": "ada", "sshkeys": "ssh-ed25519%20AAAA%20me%0A", "nameserver": "192.0.2.53",
        })
    }

    #[test]
    fn what_is_the_same_is_not_sent() {
        let same = json!({
            "name": "web", "cores": 2, "sockets": 1, "memory_mb": 2048, "balloon_mb": 1024, "cpu_type": "host",
            "tags": ["a", "b"], "description": "the shop", "on_boot": false, "protected": false,
            "boot_order": ["scsi0", "net0"],
            "nics": [{"edit": "change", "interface": "net0", "bridge": "vmbr0", "model": "virtio"}],
            "addresses": [{"interface": "net0", "ip": "dhcp"}],
            "cloud_init": {"user": "ada", "ssh_keys": "ssh-ed25519 AAAA me", "nameserver": "192.0.2.53",
                "search_domain": ""},
        });
        let nothing = json!({"set": {}, "delete": []});
        assert_eq!(change(GuestKind::Qemu, machine(), same), Ok(nothing));
    }

    #[test]
    fn what_differs_is_and_the_rest_of_a_value_stays() {
        let wanted = json!({
            "cores": 4, "cpu_type": "kvm64", "description": "a bar", "tags": [], "on_boot": true, "memory_mb": 4096,
            "cloud_init": {"user": "", "ssh_keys": "", "password": "hush"},
        });
        assert_eq!(
            change(GuestKind::Qemu, machine(), wanted),
            Ok(json!({
                "set": {"cores": "4", "cpu": "kvm64,flags=+aes", "description": "a bar\n\n<!-- drover task 7 -->",
                    "onboot": "1", "memory": "4096", "cipassword": "hush"},
                "delete": ["tags", "ciuser", "sshkeys"],
            }))
        );
    }

    #[test]
    fn what_can_not_be_is_named() {
        let refused = |wanted| change(GuestKind::Qemu, machine(), wanted).unwrap_err();
        assert_eq!(refused(json!({"memory_mb": 512})), ["memory.balloon"]);
        assert_eq!(refused(json!({"balloon_mb": 4096})), ["memory.balloon"]);
        assert_eq!(refused(json!({"boot_order": ["scsi1"]})), ["boot_order"]);
        let container =
            json!({"hostname": "box", "rootfs": "local-lvm:vm-101-disk-0,size=4G", "memory": 512});
        let wanted = json!({"cpu_type": "host", "sockets": 2, "balloon_mb": 0, "boot_order": [],
            "cloud_init": {"user": "ada"}});
        assert_eq!(
            change(GuestKind::Lxc, container.clone(), wanted).unwrap_err(),
            [
                "boot_order",
                "cloud_init.user",
                "cpu.sockets",
                "cpu.type",
                "memory.balloon"
            ]
        );
        assert_eq!(
            change(
                GuestKind::Lxc,
                container,
                json!({"name": "crate", "memory_mb": 1024})
            ),
            Ok(json!({"set": {"hostname": "crate", "memory": "1024"}, "delete": []}))
        );
    }
}
