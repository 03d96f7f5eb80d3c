//! What the form calls a field of the API.

use leptos::prelude::*;

use super::{draft::Draft, fields, state::Form};
use crate::texts::{say, use_i18n};

impl Form {
    /// The label of a field, in the language of now; of a disk or a NIC, which one it is. Tracked.
    pub fn label_of(self, field: &str) -> String {
        let i18n = use_i18n();
        match field {
            fields::NAME => say!(i18n, new_server.name),
            fields::COUNT => say!(i18n, new_server.count),
            fields::CLUSTER => say!(i18n, new_server.cluster),
            fields::TEMPLATE => say!(i18n, new_server.template),
            fields::NODE => say!(i18n, new_server.node),
            fields::CORES => say!(i18n, new_server.cores),
            fields::MEMORY => say!(i18n, new_server.memory),
            fields::USERNAME => say!(i18n, new_server.username),
            fields::PASSWORD => say!(i18n, new_server.password),
            fields::SSH_KEYS => say!(i18n, new_server.ssh_keys),
            fields::TAGS => say!(i18n, new_server.tags),
            fields::DESCRIPTION => say!(i18n, new_server.description),
            fields::FIREWALL_GROUPS => say!(i18n, new_server.firewall_group),
            other => self
                .draft
                .with(|draft| device(draft, other))
                .unwrap_or_else(|| other.to_owned()),
        }
    }
}

/// Which disk or NIC a field such as `disks[1].size` belongs to.
fn device(draft: &Draft, field: &str) -> Option<String> {
    let (list, rest) = field.split_once('[')?;
    let (number, _) = rest.split_once(']')?;
    let number: usize = number.parse().ok()?;
    match list {
        "disks" => draft.disks.get(number).map(|disk| disk.interface.clone()),
        "network_devices" => Some(format!("net{number}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_named() {
        let mut draft = Draft::default();
        draft.add_disk();
        draft.add_disk();
        assert_eq!(device(&draft, "disks[1].size").as_deref(), Some("scsi1"));
        assert_eq!(
            device(&draft, "network_devices[0].gateway").as_deref(),
            Some("net0")
        );
        assert_eq!(device(&draft, "disks[7].size"), None);
        assert_eq!(device(&draft, "nonsense"), None);
    }
}
