//! Plugs in the NICs and writes what cloud-init reads. NIC n is `netN` with `ipconfigN`.

use std::net::IpAddr;
use std::sync::Arc;

use drover_types::server::NicSpec;
use drover_types::task::StepName;
use drover_types::text::{Problem, Progress};
use futures::FutureExt;
use futures::future::BoxFuture;
use pve_client::{ConfigChange, GuestConfig, InvalidProperty, IpConfig, Nic};
use secrecy::{ExposeSecret, SecretString};

use super::input::{CreateInput, SECRET};
use super::plan::Plan;
use crate::store::task_slots::UseClass;
use crate::tasks::context::StepContext;
use crate::tasks::kinds::converge::{Change, Missing, converge};
use crate::tasks::kinds::reserve::reserved;
use crate::tasks::step::{Step, StepError};

/// Where a cloud-init drive is looked for room, the usual place first.
const SLOTS: &[&str] = &[
    "ide2", "ide0", "ide1", "ide3", "sata0", "sata1", "scsi30", "scsi29",
];

pub(super) struct Network(pub Arc<Plan>);

impl Step for Network {
    fn name(&self) -> StepName {
        StepName::Network
    }

    fn uses(&self, class: UseClass) -> bool {
        class != UseClass::Template
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            let hash = match cx.secret() {
                Some(sealed) => {
                    Some(
                        self.0
                            .vault
                            .open(SECRET, sealed)
                            .map_err(|error| StepError::Failed {
                                problem: Problem::SecretLost,
                                cause: Some(error.to_string()),
                            })?,
                    )
                }
                None => None,
            };
            let reserved = reserved(cx).await?;
            let machine = self.0.machine(cx, &reserved);
            converge(cx, &machine, "network", |config, sent| {
                missing(&self.0.input, hash.as_ref().filter(|_| !sent), config).map_err(|error| {
                    StepError::Failed {
                        problem: Problem::Internal,
                        cause: Some(error.to_string()),
                    }
                })
            })
            .await
        }
        .boxed()
    }

    fn undo<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        self.0.halt(cx).boxed()
    }
}

/// `hash` is that of a password which has not been set yet: Proxmox does not show whether one is.
fn missing(
    input: &CreateInput,
    hash: Option<&SecretString>,
    config: &GuestConfig,
) -> Result<Option<Missing>, InvalidProperty> {
    let (mut change, mut field) = nics(input, config)?;
    let mut set = |key: &str, value: &str| {
        if config.get(key) != Some(value) {
            change = std::mem::take(&mut change).set(key, value);
            key.clone_into(&mut field);
        }
    };
    for ip in addresses(input, config) {
        set(&ip.key(), &ip.value()?);
    }
    if let Some(user) = &input.username {
        set("ciuser", user);
    }
    if let Some(hash) = hash {
        change = change.set("cipassword", hash.expose_secret());
        "cipassword".clone_into(&mut field);
    }
    if let Some(keys) = &input.ssh_keys {
        let wanted: Vec<&str> = keys
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect();
        if !wanted.is_empty() && config.ssh_keys() != wanted {
            change = change.ssh_keys(wanted);
            "sshkeys".clone_into(&mut field);
        }
    }
    let disks = config.disks();
    let mut slow = false;
    if !disks.iter().any(pve_client::Disk::is_cloud_init)
        && let Some(slot) = SLOTS.iter().find(|slot| config.get(slot).is_none())
    {
        change = change.set(*slot, format!("{}:cloudinit", input.drive_storage));
        (*slot).clone_into(&mut field);
        slow = true;
    }
    let nics = u32::try_from(wanted_nics(input, config).len()).unwrap_or(u32::MAX);
    Ok((!change.is_empty()).then_some(Missing {
        field,
        message: Progress::ConfiguringNetwork { nics },
        change: if slow {
            Change::SetSlowly(change)
        } else {
            Change::Set(change)
        },
    }))
}

/// The NICs asked for, or the template's with DHCP where none are.
fn wanted_nics(input: &CreateInput, config: &GuestConfig) -> Vec<(u32, NicSpec)> {
    if input.nics.is_empty() {
        config
            .nics()
            .into_iter()
            .map(|nic| (nic.index, NicSpec::default()))
            .collect()
    } else {
        (0..).zip(input.nics.iter().cloned()).collect()
    }
}

/// What has to change so that there is one NIC for each that is wanted, and no other.
fn nics(input: &CreateInput, config: &GuestConfig) -> Result<(ConfigChange, String), InvalidProperty> {
    let mut change = ConfigChange::new();
    let mut field = String::new();
    let have = config.nics();
    let wanted = wanted_nics(input, config);
    for (index, spec) in &wanted {
        let old = have.iter().find(|nic| nic.index == *index);
        let bridge = Some(spec.bridge.as_str()).filter(|bridge| !bridge.is_empty());
        let new = match (old, bridge) {
            // The clone's model and fresh MAC address stay.
            (Some(old), Some(bridge)) => Nic {
                bridge: Some(bridge.to_owned()),
                ..old.clone()
            },
            (Some(old), None) => old.clone(),
            (None, bridge) => {
                let first = have
                    .first()
                    .and_then(|nic| nic.bridge.clone())
                    .unwrap_or_default();
                Nic::virtio(*index, bridge.unwrap_or(&first))
            }
        };
        if old != Some(&new) {
            field = new.key();
            change = change.set(new.key(), new.value()?);
        }
    }
    let is_wanted = |index: u32| wanted.iter().any(|(other, _)| *other == index);
    for nic in have.iter().filter(|nic| !is_wanted(nic.index)) {
        field = nic.key();
        change = change.delete(nic.key());
    }
    for ip in config.ip_configs().iter().filter(|ip| !is_wanted(ip.index)) {
        field = ip.key();
        change = change.delete(ip.key());
    }
    Ok((change, field))
}

fn addresses(input: &CreateInput, config: &GuestConfig) -> Vec<IpConfig> {
    let wanted = wanted_nics(input, config).into_iter();
    wanted
        .map(|(index, spec)| {
            let mut ip = IpConfig {
                index,
                ip: None,
                gw: None,
                ip6: None,
                gw6: None,
            };
            let gateway = spec.gateway.map(|gateway| gateway.to_string());
            match spec.address {
                None => ip.ip = Some("dhcp".to_owned()),
                Some(IpAddr::V4(v4)) => (ip.ip, ip.gw) = (Some(format!("{v4}/{}", spec.prefix)), gateway),
                Some(IpAddr::V6(v6)) => (ip.ip6, ip.gw6) = (Some(format!("{v6}/{}", spec.prefix)), gateway),
            }
            ip
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn change(input: &CreateInput, hash: Option<&str>, config: Value) -> Option<(Vec<String>, String, bool)> {
        let config: GuestConfig = serde_json::from_value(config).unwrap();
        let hash = hash.map(SecretString::from);
        let found = missing(input, hash.as_ref(), &config).unwrap()?;
        let (change, slow) = match found.change {
            Change::Set(change) => (change, false),
            Change::SetSlowly(change) => (change, true),
            Change::Grow(..) | Change::Move { .. } => panic!("a disk"),
        };
        let set = change
            .values()
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        Some((set, format!("{change:?}"), slow))
    }

    fn nic(bridge: &str, address: Option<&str>) -> NicSpec {
        NicSpec {
            bridge: bridge.into(),
            address: address.map(|text| text.parse().unwrap()),
            prefix: if address.is_some_and(|text| text.contains(':')) {
                64
            } else {
                24
            },
            gateway: None,
        }
    }

    #[test]
    fn each_nic_is_plugged_in_and_those_too_many_are_taken_out() {
        let mut input = CreateInput::for_test();
        input.nics = vec![nic("vmbr1", Some("10.0.0.5")), nic("vmbr0", None)];
        let config = json!({
            "net0": "e1000=BC:24:11:00:00:01,bridge=vmbr0,firewall=1", "ide2": "ceph:vm-100-cloudinit,media=cdrom",
            "ipconfig0": "ip=10.9.9.9/24", "net2": "virtio=BC:24:11:00:00:02,bridge=vmbr0", "ipconfig2": "ip=dhcp",
        });
        let (set, shown, slow) = change(&input, None, config).unwrap();
        assert_eq!(
            set,
            [
                "ipconfig0=ip=10.0.0.5/24",
                "ipconfig1=ip=dhcp",
                "net0=e1000=BC:24:11:00:00:01,bridge=vmbr1,firewall=1",
                "net1=virtio,bridge=vmbr0",
            ]
        );
        assert!(shown.contains(r#"delete ["net2", "ipconfig2"]"#), "{shown}");
        assert!(!slow);
    }

    #[test]
    fn what_is_so_is_left_and_a_password_is_set_once() {
        let mut input = CreateInput::for_test();
        input.nics = vec![nic("vmbr0", Some("fd00::5"))];
        input.username = Some("ops".into());
        let config = json!({
            "net0": "virtio=BC:24:11:00:00:01,bridge=vmbr0", "ipconfig0": "ip6=fd00::5/64", "ciuser": "ops",
            "scsi1": "ceph:vm-100-cloudinit,media=cdrom", "cipassword": "**********",
        });
        assert_eq!(change(&input, None, config.clone()), None);
        let (set, shown, _) = change(&input, Some("$6$hash"), config).unwrap();
        assert_eq!(set, ["cipassword=$6$hash"]);
        assert!(!shown.contains("hash"), "{shown}");
    }

    #[test]
    fn without_nics_the_templates_get_dhcp_and_without_a_drive_one_is_made() {
        let mut input = CreateInput::for_test();
        input.ssh_keys = Some("ssh-rsa AAAA me\n\n".into());
        let config = json!({"net0": "virtio=BC:24:11:00:00:01,bridge=vmbr0", "ide2": "none,media=cdrom"});
        let (set, _, slow) = change(&input, None, config).unwrap();
        assert_eq!(
            set,
            [
                "ide0=ceph:cloudinit",
                "ipconfig0=ip=dhcp",
                "sshkeys=ssh%2Drsa%20AAAA%20me"
            ]
        );
        assert!(slow);
    }
}
