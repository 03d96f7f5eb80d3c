//! What a configuration says, field by field. What waits for the next start counts as said: the form changes what
//! the server will be. Pure.

use drover_types::configuration::{NIC_MODELS, NicConfiguration, PendingChange, ServerConfiguration};

use super::{
    field::{AddressPart, Field, NicPart},
    values::Values,
};

/// The form's content.
pub fn values(configuration: &ServerConfiguration) -> Values {
    let mut values = Values::default();
    let mut set = |field, text: String| values.set(field, text);
    let flag = |yes: bool| if yes { "1" } else { "0" }.to_owned();
    set(Field::Name, configuration.name.clone());
    set(Field::Cores, configuration.cores.to_string());
    set(Field::Sockets, configuration.sockets.to_string());
    set(Field::CpuType, configuration.cpu_type.clone());
    set(Field::Memory, configuration.memory_mb.to_string());
    let balloon = configuration.balloon_mb;
    set(
        Field::Balloon,
        balloon.map(|mib| mib.to_string()).unwrap_or_default(),
    );
    set(Field::Boot, configuration.boot_order.join(";"));
    set(Field::OnBoot, flag(configuration.on_boot));
    set(Field::Protection, flag(configuration.protected));
    set(Field::Tags, configuration.tags.join(", "));
    set(Field::Description, configuration.description.clone());
    let cloud = &configuration.cloud_init;
    set(Field::CloudUser, cloud.user.clone());
    set(Field::CloudPassword, String::new());
    set(Field::SshKeys, cloud.ssh_keys.join("\n"));
    set(Field::Nameserver, cloud.nameserver.clone());
    set(Field::SearchDomain, cloud.search_domain.clone());
    for one in &configuration.nics {
        nic(&mut values, one);
    }
    for change in &configuration.pending {
        waiting(&mut values, change);
    }
    values
}

/// The number of `netN`.
pub fn index(interface: &str) -> Option<u32> {
    interface.strip_prefix("net")?.parse().ok()
}

fn nic(values: &mut Values, nic: &NicConfiguration) {
    let Some(index) = index(&nic.interface) else {
        return;
    };
    let flag = if nic.firewall { "1" } else { "0" };
    let vlan = nic.vlan.map(|vlan| vlan.to_string()).unwrap_or_default();
    values.set(Field::Nic(index, NicPart::Bridge), nic.bridge.clone());
    values.set(Field::Nic(index, NicPart::Model), nic.model.clone());
    values.set(Field::Nic(index, NicPart::Vlan), vlan);
    values.set(Field::Nic(index, NicPart::Firewall), flag);
    let rate = nic.rate.map(|rate| rate.to_string()).unwrap_or_default();
    values.set(Field::Nic(index, NicPart::Rate), rate);
    values.set(
        Field::Nic(index, NicPart::Link),
        if nic.link_down { "0" } else { "1" },
    );
    values.set(Field::Nic(index, NicPart::Mac), nic.mac.clone());
    values.set(Field::Address(index, AddressPart::V4), nic.ip.clone());
    values.set(Field::Address(index, AddressPart::Gateway4), nic.gateway.clone());
    values.set(Field::Address(index, AddressPart::V6), nic.ip6.clone());
    values.set(Field::Address(index, AddressPart::Gateway6), nic.gateway6.clone());
}

/// Brings in what waits, as Proxmox writes it.
fn waiting(values: &mut Values, change: &PendingChange) {
    let then = change.then.as_deref().unwrap_or_default();
    let simple = match change.key.as_str() {
        "name" | "hostname" => Some((Field::Name, "")),
        "cores" => Some((Field::Cores, "1")),
        "sockets" => Some((Field::Sockets, "1")),
        "cpu" => Some((Field::CpuType, "")),
        "memory" => Some((Field::Memory, "512")),
        "balloon" => Some((Field::Balloon, "")),
        "ciuser" => Some((Field::CloudUser, "")),
        "nameserver" => Some((Field::Nameserver, "")),
        "searchdomain" => Some((Field::SearchDomain, "")),
        _ => None,
    };
    if let Some((field, unset)) = simple {
        let text = then.split(',').next().unwrap_or_default();
        let text = text.strip_prefix("cputype=").unwrap_or(text);
        let text = text.strip_prefix("current=").unwrap_or(text);
        let whole = matches!(field, Field::Nameserver | Field::SearchDomain);
        let text = if whole { then } else { text };
        values.set(field, if text.is_empty() { unset } else { text });
        return;
    }
    if change.key == "boot" {
        values.set(Field::Boot, then.strip_prefix("order=").unwrap_or_default());
        return;
    }
    if let Some(index) = change.key.strip_prefix("ipconfig").and_then(|n| n.parse().ok()) {
        for (part, key) in [
            (AddressPart::V4, "ip"),
            (AddressPart::Gateway4, "gw"),
            (AddressPart::V6, "ip6"),
            (AddressPart::Gateway6, "gw6"),
        ] {
            values.set(Field::Address(index, part), property(then, key));
        }
        return;
    }
    if let Some(index) = index(&change.key) {
        waiting_nic(values, index, change.then.as_deref());
    }
}

fn waiting_nic(values: &mut Values, index: u32, then: Option<&str>) {
    let Some(then) = then else {
        values.remove(|field| matches!(field, Field::Nic(n, _) | Field::Address(n, _) if n == index));
        return;
    };
    let model = NIC_MODELS.iter().find(|model| !property(then, model).is_empty());
    if let Some(model) = model {
        values.set(Field::Nic(index, NicPart::Model), *model);
        values.set(Field::Nic(index, NicPart::Mac), property(then, model));
    }
    values.set(Field::Nic(index, NicPart::Bridge), property(then, "bridge"));
    values.set(Field::Nic(index, NicPart::Vlan), property(then, "tag"));
    let firewall = if property(then, "firewall") == "1" {
        "1"
    } else {
        "0"
    };
    values.set(Field::Nic(index, NicPart::Firewall), firewall);
    values.set(Field::Nic(index, NicPart::Rate), property(then, "rate"));
    let link = if property(then, "link_down") == "1" {
        "0"
    } else {
        "1"
    };
    values.set(Field::Nic(index, NicPart::Link), link);
}

/// The value of a key in one of Proxmox's lists of properties.
fn property<'a>(text: &'a str, key: &str) -> &'a str {
    text.split(',')
        .find_map(|pair| pair.split_once('=').filter(|(name, _)| *name == key))
        .map_or("", |(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(key: &str, then: Option<&str>) -> PendingChange {
        PendingChange {
            key: key.to_owned(),
            now: None,
            then: then.map(str::to_owned),
        }
    }

    #[test]
    fn what_waits_counts() {
        let mut values = Values::default();
        values.set(Field::Memory, "2048");
        values.set(Field::Nic(1, NicPart::Bridge), "vmbr0");
        waiting(&mut values, &pending("memory", Some("4096")));
        waiting(&mut values, &pending("cpu", Some("cputype=host,flags=+aes")));
        waiting(&mut values, &pending("boot", Some("order=scsi0;net0")));
        waiting(
            &mut values,
            &pending("ipconfig0", Some("ip=10.0.0.5/24,gw=10.0.0.1")),
        );
        waiting(
            &mut values,
            &pending(
                "net0",
                Some("e1000=BC:24:11:00:00:01,bridge=vmbr1,tag=20,firewall=1,rate=2.5,link_down=1"),
            ),
        );
        waiting(&mut values, &pending("net1", None));
        waiting(&mut values, &pending("numa", Some("1")));
        let text = |field| values.get(field);
        assert_eq!(text(Field::Memory), "4096");
        assert_eq!(text(Field::CpuType), "host");
        assert_eq!(text(Field::Boot), "scsi0;net0");
        assert_eq!(text(Field::Address(0, AddressPart::V4)), "10.0.0.5/24");
        assert_eq!(text(Field::Address(0, AddressPart::Gateway4)), "10.0.0.1");
        assert_eq!(text(Field::Nic(0, NicPart::Model)), "e1000");
        assert_eq!(text(Field::Nic(0, NicPart::Mac)), "BC:24:11:00:00:01");
        assert_eq!(text(Field::Nic(0, NicPart::Vlan)), "20");
        assert_eq!(text(Field::Nic(0, NicPart::Firewall)), "1");
        assert_eq!(text(Field::Nic(0, NicPart::Rate)), "2.5");
        assert_eq!(text(Field::Nic(0, NicPart::Link)), "0");
        assert!(!values.has(Field::Nic(1, NicPart::Bridge)));
    }
}
