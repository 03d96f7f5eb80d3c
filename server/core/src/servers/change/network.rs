//! NICs and their addresses: of a virtual machine in `netN` and `ipconfigN`, of a container both in `netN`.

use std::collections::BTreeMap;

use drover_types::configuration::{ConfigurationChange, NicAddresses, NicEdit, NicSettings};
use drover_types::guest::GuestKind;
use drover_types::text::Problem;
use pve_client::{InvalidProperty, IpConfig, Nic, Properties};

use super::differences::Update;

/// The most NICs that Proxmox takes.
const MOST: u32 = 32;

/// Works out the values of `netN` and `ipconfigN`.
pub(super) fn apply(update: &mut Update<'_>, change: &ConfigurationChange) {
    if change.nics.is_empty() && change.addresses.is_empty() {
        return;
    }
    let mut nics: BTreeMap<u32, Nic> = update
        .config
        .nics()
        .into_iter()
        .map(|nic| (nic.index, nic))
        .collect();
    for (n, edit) in change.nics.iter().enumerate() {
        match edit {
            NicEdit::Add { settings } => add(update, &mut nics, n, settings),
            NicEdit::Change { interface, settings } => {
                let Some(nic) = find(update, &mut nics, format!("nics[{n}].interface"), interface) else {
                    continue;
                };
                if update.kind == GuestKind::Qemu && !settings.model.is_empty() {
                    nic.model = Some(settings.model.clone());
                }
                if let Err(InvalidProperty(_)) = set(nic, settings) {
                    refuse_bridge(update, n, settings);
                }
            }
            NicEdit::Remove { interface } => {
                let Some(nic) = find(update, &mut nics, format!("nics[{n}].interface"), interface) else {
                    continue;
                };
                let (index, key) = (nic.index, nic.key());
                nics.remove(&index);
                update.put(&key, "");
                update.put(&format!("ipconfig{index}"), "");
            }
        }
    }
    for (n, addresses) in change.addresses.iter().enumerate() {
        let field = format!("addresses[{n}].interface");
        let kind = update.kind;
        let Some(nic) = find(update, &mut nics, field, &addresses.interface) else {
            continue;
        };
        match kind {
            GuestKind::Qemu => {
                let index = nic.index;
                // They were checked: nothing in them needs a comma.
                if let Ok(value) = ip_config(index, addresses).value() {
                    let same = update
                        .config
                        .ip_configs()
                        .into_iter()
                        .find(|one| one.index == index);
                    if same.is_none_or(|same| same != ip_config(index, addresses)) {
                        update.put(&format!("ipconfig{index}"), &value);
                    }
                }
            }
            GuestKind::Lxc => in_nic(nic, addresses),
        }
    }
    let known = update.config.nics();
    for nic in nics.into_values() {
        if known.contains(&nic) {
            continue;
        }
        if let Ok(value) = nic.value() {
            update.put(&nic.key(), &value);
        }
    }
}

fn add(update: &mut Update<'_>, nics: &mut BTreeMap<u32, Nic>, n: usize, settings: &NicSettings) {
    let Some(index) = (0..MOST).find(|index| !nics.contains_key(index)) else {
        let bus = "net".to_owned();
        update.refuse(format!("nics[{n}].interface"), Problem::NoFreeInterface { bus });
        return;
    };
    let mut nic = Nic::virtio(index, &settings.bridge);
    match update.kind {
        GuestKind::Qemu if !settings.model.is_empty() => nic.model = Some(settings.model.clone()),
        GuestKind::Qemu => {}
        GuestKind::Lxc => {
            nic.model = None;
            let mut other = Properties::new("");
            if other.set("name", format!("eth{index}")).is_ok() {
                nic.other = other;
            }
        }
    }
    if set(&mut nic, settings).is_err() {
        refuse_bridge(update, n, settings);
        return;
    }
    nics.insert(index, nic);
}

fn set(nic: &mut Nic, settings: &NicSettings) -> Result<(), InvalidProperty> {
    // Only the bridge is a text of people's; it is tried whether it can stand there.
    Properties::new("").set("bridge", &settings.bridge)?;
    nic.bridge = Some(settings.bridge.clone());
    nic.tag = settings.vlan;
    nic.firewall = settings.firewall;
    nic.link_down = settings.link_down;
    if let Some(rate) = settings.rate {
        nic.other.set("rate", rate).map(drop)
    } else {
        nic.other.remove("rate");
        Ok(())
    }
}

fn refuse_bridge(update: &mut Update<'_>, n: usize, settings: &NicSettings) {
    let (given, known) = (settings.bridge.clone(), Vec::new());
    update.refuse(
        format!("nics[{n}].bridge"),
        Problem::UnknownChoice { given, known },
    );
}

fn find<'a>(
    update: &mut Update<'_>,
    nics: &'a mut BTreeMap<u32, Nic>,
    field: String,
    interface: &str,
) -> Option<&'a mut Nic> {
    let known: Vec<String> = nics.values().map(Nic::key).collect();
    let found = nics.values_mut().find(|nic| nic.key() == interface);
    if found.is_none() {
        let given = interface.to_owned();
        update.refuse(field, Problem::UnknownChoice { given, known });
    }
    found
}

fn said(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn ip_config(index: u32, of: &NicAddresses) -> IpConfig {
    IpConfig {
        index,
        ip: said(&of.ip),
        gw: said(&of.gateway),
        ip6: said(&of.ip6),
        gw6: said(&of.gateway6),
    }
}

fn in_nic(nic: &mut Nic, of: &NicAddresses) {
    let each = [
        ("ip", &of.ip),
        ("gw", &of.gateway),
        ("ip6", &of.ip6),
        ("gw6", &of.gateway6),
    ];
    for (key, value) in each {
        // They were checked: nothing in them needs a comma.
        if value.is_empty() || nic.other.set(key, value).is_err() {
            nic.other.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use pve_client::GuestConfig;
    use serde_json::{Value, json};

    use super::*;
    use crate::servers::change::differences::between;

    fn change(kind: GuestKind, config: Value, change: Value) -> Value {
        let config: GuestConfig = serde_json::from_value(config).unwrap();
        let wanted: ConfigurationChange = serde_json::from_value(change).unwrap();
        let update = between(kind, &config, &wanted).unwrap();
        json!({"set": update.values(), "delete": update.deleted()})
    }

    #[test]
    fn nics_come_change_and_go() {
        let config = json!({
            "net0": "virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=5,mtu=1400,rate=10", "net2": "e1000=BC:24:11:00:00:02",
            "ipconfig0": "ip=dhcp", "ipconfig2": "ip=192.0.2.7/24,gw=192.0.2.1",
        });
        let wanted = json!({
            "nics": [
                {"edit": "change", "interface": "net0", "bridge": "vmbr1", "vlan": 20, "firewall": true},
                {"edit": "remove", "interface": "net2"},
                {"edit": "add", "bridge": "vmbr0", "model": "e1000", "rate": 12.5, "link_down": true},
            ],
            "addresses": [
                {"interface": "net0", "ip": ""},
                {"interface": "net1", "ip": "192.0.2.9/24", "gateway": "192.0.2.1", "ip6": "auto"},
            ],
        });
        assert_eq!(
            change(GuestKind::Qemu, config, wanted),
            json!({
                "set": {
                    "net0": "virtio=BC:24:11:00:00:01,bridge=vmbr1,tag=20,firewall=1,mtu=1400",
                    "net1": "e1000,bridge=vmbr0,link_down=1,rate=12.5",
                    "ipconfig1": "ip=192.0.2.9/24,gw=192.0.2.1,ip6=auto",
                },
                "delete": ["net2", "ipconfig2", "ipconfig0"],
            })
        );
    }

    #[test]
    fn a_containers_addresses_stand_in_its_nic() {
        let config = json!({
            "rootfs": "local-lvm:vm-101-disk-0,size=4G",
            "net0": "name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:01,ip=dhcp,type=veth",
        });
        let wanted = json!({
            "nics": [{"edit": "add", "bridge": "vmbr1"}],
            "addresses": [{"interface": "net0", "ip": "192.0.2.7/24", "gateway": "192.0.2.1"}],
        });
        assert_eq!(
            change(GuestKind::Lxc, config, wanted)["set"],
            json!({
                "net0": "hwaddr=BC:24:11:00:00:01,bridge=vmbr0,name=eth0,ip=192.0.2.7/24,type=veth,gw=192.0.2.1",
                "net1": "bridge=vmbr1,name=eth1",
            })
        );
    }

    #[test]
    fn what_is_not_there_is_named() {
        let wanted: ConfigurationChange = serde_json::from_value(json!({
            "nics": [{"edit": "remove", "interface": "net1"}], "addresses": [{"interface": "net3"}],
        }))
        .unwrap();
        let problems = between(GuestKind::Qemu, &GuestConfig::default(), &wanted).unwrap_err();
        let fields: Vec<String> = problems.into_keys().collect();
        assert_eq!(fields, ["addresses[0].interface", "nics[0].interface"]);
    }
}
