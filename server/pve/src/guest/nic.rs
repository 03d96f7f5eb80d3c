//! Network cards: `netN` of a virtual machine or a container.

use super::properties::{InvalidProperty, Properties};

/// A network card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nic {
    /// N of `netN`.
    pub index: u32,
    /// What the guest sees, such as `virtio`; none for a container.
    pub model: Option<String>,
    /// MAC address; Proxmox chooses one where none is given.
    pub mac: Option<String>,
    /// The bridge it is connected to.
    pub bridge: Option<String>,
    /// VLAN.
    pub tag: Option<u16>,
    /// Whether Proxmox's firewall filters it.
    pub firewall: bool,
    /// Whether its cable is unplugged.
    pub link_down: bool,
    /// All else that is said about it, such as `rate`, `mtu`, or a container's `name` and `ip`.
    pub other: Properties,
}

impl Nic {
    /// A virtio card on this bridge.
    pub fn virtio(index: u32, bridge: &str) -> Self {
        Self {
            index,
            model: Some("virtio".to_owned()),
            mac: None,
            bridge: Some(bridge.to_owned()),
            tag: None,
            firewall: false,
            link_down: false,
            other: Properties::new(""),
        }
    }

    /// The configuration key.
    pub fn key(&self) -> String {
        format!("net{}", self.index)
    }

    /// Reads the value of `netN`.
    ///
    /// # Errors
    /// Where it is no property string.
    pub fn parse(index: u32, value: &str) -> Result<Self, InvalidProperty> {
        let mut other = Properties::parse(value, "model")?;
        let mut model = other.remove("model");
        let mut mac = other.remove("macaddr").or_else(|| other.remove("hwaddr"));
        // `virtio=MAC` is short for `model=virtio,macaddr=MAC`.
        let short = other
            .iter()
            .find(|(_, value)| is_mac(value))
            .map(|(key, _)| key.to_owned());
        if let Some(key) = short {
            mac = other.remove(&key);
            model = Some(key);
        }
        let tag = other.get("tag").and_then(|tag| tag.parse().ok());
        if tag.is_some() {
            other.remove("tag");
        }
        let mut take_flag = |key: &str| {
            let set = other.flag(key);
            other.remove(key);
            set
        };
        let (firewall, link_down) = (take_flag("firewall"), take_flag("link_down"));
        let bridge = other.remove("bridge");
        let mut rest = Properties::new("");
        for (key, value) in other.iter() {
            rest.set(key, value)?;
        }
        Ok(Self {
            index,
            model,
            mac,
            bridge,
            tag,
            firewall,
            link_down,
            other: rest,
        })
    }

    /// Writes the value of `netN`.
    ///
    /// # Errors
    /// Where a field holds what can't stand in a property string.
    pub fn value(&self) -> Result<String, InvalidProperty> {
        let mut properties = Properties::new("model");
        match (&self.model, &self.mac) {
            (Some(model), Some(mac)) => {
                properties.set(model, mac)?;
            }
            (Some(model), None) => {
                properties.set("model", model)?;
            }
            (None, Some(mac)) => {
                properties.set("hwaddr", mac)?;
            }
            (None, None) => {}
        }
        if let Some(bridge) = &self.bridge {
            properties.set("bridge", bridge)?;
        }
        if let Some(tag) = self.tag {
            properties.set("tag", tag)?;
        }
        for (key, set) in [("firewall", self.firewall), ("link_down", self.link_down)] {
            if set {
                properties.set(key, 1)?;
            }
        }
        for (key, value) in self.other.iter() {
            properties.set(key, value)?;
        }
        Ok(properties.to_string())
    }
}

fn is_mac(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    parts.len() == 6
        && parts
            .iter()
            .all(|part| part.len() == 2 && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_virtual_machines_card() {
        let text = "virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=20,firewall=1,rate=12.5";
        let nic = Nic::parse(1, text).unwrap();
        assert_eq!(
            (nic.key().as_str(), nic.model.as_deref()),
            ("net1", Some("virtio"))
        );
        assert_eq!(
            (nic.mac.as_deref(), nic.tag),
            (Some("BC:24:11:00:00:01"), Some(20))
        );
        assert!(nic.firewall && !nic.link_down);
        assert_eq!(nic.other.get("rate"), Some("12.5"));
        assert_eq!(nic.value().unwrap(), text);
    }

    #[test]
    fn a_containers_card() {
        let nic = Nic::parse(
            0,
            "name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:02,ip=dhcp,type=veth",
        )
        .unwrap();
        assert_eq!(
            (nic.model.as_deref(), nic.mac.as_deref()),
            (None, Some("BC:24:11:00:00:02"))
        );
        assert_eq!(nic.other.get("name"), Some("eth0"));
        assert_eq!(Nic::parse(0, &nic.value().unwrap()).unwrap(), nic);
    }

    #[test]
    fn a_new_card_has_no_address_yet() {
        assert_eq!(Nic::virtio(0, "vmbr1").value().unwrap(), "virtio,bridge=vmbr1");
        assert!(Nic::virtio(0, "vmbr1,firewall=0").value().is_err());
    }

    proptest! {
        #[test]
        fn a_written_card_is_read_again(
            bridge in "[a-z]{2,8}[0-9]", tag in proptest::option::of(1_u16..4095), firewall in any::<bool>(),
            link_down in any::<bool>(), mac in proptest::option::of("([0-9A-F]{2}:){5}[0-9A-F]{2}"),
        ) {
            let nic = Nic { mac, tag, firewall, link_down, ..Nic::virtio(3, &bridge) };
            prop_assert_eq!(Nic::parse(3, &nic.value().unwrap()).unwrap(), nic);
        }

        #[test]
        fn no_text_panics(value in "\\PC{0,60}") {
            let _ = Nic::parse(0, &value);
        }
    }
}
