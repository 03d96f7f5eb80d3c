//! What the form calls a field of the API.

use leptos::prelude::*;

use super::{draft::Draft, fields, state::Form};
use crate::texts::{say, use_i18n, use_lang};

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
            fields::ROLES => say!(i18n, new_server.role),
            fields::FIREWALL_GROUPS => say!(i18n, new_server.firewall_group),
            other => self
                .draft
                .with(|draft| device(draft, other))
                .or_else(|| self.of_role(other))
                .unwrap_or_else(|| other.to_owned()),
        }
    }
}

impl Form {
    /// What a field such as `roles[0].variables.port` is called. Tracked.
    fn of_role(self, field: &str) -> Option<String> {
        let i18n = use_i18n();
        let (at, rest) = in_role(field)?;
        if at == self.draft.with(Draft::measured_at) {
            return Some(say!(i18n, new_server.measured));
        }
        let Some(name) = rest.strip_prefix("variables.") else {
            return Some(say!(i18n, new_server.role));
        };
        let lang = use_lang().get();
        self.draft.with(|draft| {
            self.choices.with_value(|choices| {
                let mut roles = choices.installable().iter();
                let role = roles.find(|one| one.key.as_str() == draft.role)?;
                Some(role.variable(name)?.label.pick(lang).to_owned())
            })
        })
    }
}

/// The place of a role and what of it a field names.
fn in_role(field: &str) -> Option<(usize, &str)> {
    let (at, rest) = field
        .strip_prefix(fields::ROLES)?
        .strip_prefix('[')?
        .split_once("].")?;
    Some((at.parse().ok()?, rest))
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
    fn a_field_of_a_role_is_taken_apart() {
        assert_eq!(in_role(&fields::variable(1, "port")), Some((1, "variables.port")));
        assert_eq!(in_role(&fields::role(0)), Some((0, "role")));
        assert_eq!(in_role(fields::ROLES), None);
    }

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
