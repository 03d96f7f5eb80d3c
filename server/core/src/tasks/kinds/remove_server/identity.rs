//! Tells a guest from another one that has its id later. Proxmox gives every virtual machine a `smbios1` uuid and a
//! `vmgenid` of its own when it is made or cloned (`PVE::API2::Qemu`, `clone_vm`); `meta` a clone has from its
//! template, so it counts only where there is nothing better. A container has only its NICs' addresses.

use std::collections::BTreeSet;

use drover_types::ids::TaskId;
use pve_client::GuestConfig;
use serde::{Deserialize, Serialize};

use crate::tasks::kinds::create_server::marker;
use crate::tasks::kinds::guest;

/// How the ids begin that every clone gets anew, as [`Identity::of`] writes them.
const VMGENID: &str = "vmgenid=";
const UUID: &str = "smbios1.uuid=";

/// What a guest is known again by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Identity {
    /// Its name.
    name: String,
    /// What was given to it when it was made.
    born_with: BTreeSet<String>,
}

/// Whether this is the guest that a creation made, or half made.
pub(crate) fn is_made_by(config: &GuestConfig, task: TaskId) -> bool {
    guest::says(config, &marker(task))
}

/// How a guest that was found compares with the one that was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Likeness {
    /// It is the one.
    Same,
    /// It may be the one, and was changed since.
    Changed,
    /// It is another.
    Another,
}

impl Identity {
    /// Of the guest with this configuration.
    pub(crate) fn of(config: &GuestConfig) -> Self {
        let part = |key: &str, property: &str| {
            config
                .get(key)?
                .split(',')
                .find_map(|part| part.strip_prefix(property))
                .map(|value| format!("{key}.{property}{value}"))
        };
        let vmgenid = config.get("vmgenid").map(|id| format!("{VMGENID}{id}"));
        let made = [vmgenid, part("smbios1", "uuid="), part("meta", "ctime=")];
        let mut born_with: BTreeSet<String> = made.into_iter().flatten().collect();
        if born_with.is_empty() {
            born_with = config.nics().into_iter().filter_map(|nic| nic.mac).collect();
        }
        Self {
            name: config.name().unwrap_or_default().to_owned(),
            born_with,
        }
    }

    /// Of a guest of which nothing but its name is known.
    pub(crate) const fn named(name: String) -> Self {
        Self {
            name,
            born_with: BTreeSet::new(),
        }
    }

    /// Whether a guest that was found is this one, whatever it is called now; where only the name is known, that tells.
    pub(in crate::tasks::kinds) fn is_of(&self, found: &GuestConfig) -> bool {
        let found = Self::of(found);
        if self.born_with.is_empty() {
            return self.name == found.name;
        }
        self.likeness(&found) != Likeness::Another
    }

    /// Whether a guest that was found is certainly another one.
    pub(crate) fn is_of_another(&self, found: &GuestConfig) -> bool {
        self.likeness(&Self::of(found)) == Likeness::Another
    }

    /// Compares a guest that was found with this one.
    pub(super) fn likeness(&self, found: &Self) -> Likeness {
        if self == found {
            return Likeness::Same;
        }
        let own = [self.own_ids(), found.own_ids()];
        let (one, other) = match &own {
            [one, other] if !one.is_empty() && !other.is_empty() => (one, other),
            _ => (&self.all_ids(), &found.all_ids()),
        };
        if one.is_disjoint(other) && !one.is_empty() {
            Likeness::Another
        } else {
            Likeness::Changed
        }
    }

    /// Whether a guest that was found is another one by the ids that each has for itself. A container has none, and may
    /// be given other NICs.
    pub(crate) fn was_replaced_by(&self, found: &GuestConfig) -> bool {
        let found = Self::of(found);
        let has_own = !self.own_ids().is_empty() && !found.own_ids().is_empty();
        has_own && self.likeness(&found) == Likeness::Another
    }

    fn all_ids(&self) -> BTreeSet<&str> {
        self.born_with.iter().map(String::as_str).collect()
    }

    /// Those that no clone shares.
    fn own_ids(&self) -> BTreeSet<&str> {
        let mut ids = self.all_ids();
        ids.retain(|id| id.starts_with(VMGENID) || id.starts_with(UUID));
        ids
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(json: &str) -> Identity {
        Identity::of(&serde_json::from_str(json).unwrap())
    }

    #[test]
    fn a_guest_is_known_by_what_it_was_born_with_and_its_name() {
        let web = identity(
            r#"{"name":"web","vmgenid":"a","smbios1":"manufacturer=x,uuid=b","meta":"creation-qemu=9.0,ctime=1",
                "cores":2}"#,
        );
        let grown = identity(
            r#"{"name":"web","vmgenid":"a","smbios1":"uuid=b","meta":"creation-qemu=9.0,ctime=1","cores":8}"#,
        );
        assert_eq!(web.likeness(&grown), Likeness::Same);
        let renamed = identity(r#"{"name":"www","vmgenid":"a","smbios1":"uuid=b","meta":"ctime=1"}"#);
        assert_eq!(web.likeness(&renamed), Likeness::Changed);
        let other = identity(r#"{"name":"web","vmgenid":"c","smbios1":"uuid=d","meta":"ctime=2"}"#);
        assert_eq!(web.likeness(&other), Likeness::Another);
    }

    #[test]
    fn clones_of_one_template_are_told_apart() {
        let web = r#"{"name":"web","vmgenid":"a","smbios1":"uuid=b","meta":"ctime=1"}"#;
        for other in [
            r#"{"name":"web","vmgenid":"c","smbios1":"uuid=d","meta":"ctime=1"}"#,
            r#"{"name":"web","smbios1":"uuid=d","meta":"ctime=1"}"#,
        ] {
            assert_eq!(
                identity(web).likeness(&identity(other)),
                Likeness::Another,
                "{other}"
            );
            let found = serde_json::from_str(other).unwrap();
            assert!(identity(web).is_of_another(&found), "{other}");
        }
        let bare = identity(r#"{"name":"www","meta":"ctime=1"}"#);
        assert_eq!(
            identity(web).likeness(&bare),
            Likeness::Changed,
            "only this is left"
        );
    }

    #[test]
    fn one_of_which_only_the_name_is_known_is_known_by_that() {
        let found = |json: &str| serde_json::from_str::<GuestConfig>(json).unwrap();
        let one = found(r#"{"name":"web","vmgenid":"a"}"#);
        let renamed = found(r#"{"name":"www","vmgenid":"a"}"#);
        let other = found(r#"{"name":"web","vmgenid":"b"}"#);
        let name = Identity::named("web".into());
        assert_eq!(
            [&one, &renamed, &other].map(|config| name.is_of(config)),
            [true, false, true]
        );
        let whole = Identity::of(&one);
        assert_eq!(
            [&one, &renamed, &other].map(|config| whole.is_of(config)),
            [true, true, false]
        );
    }

    #[test]
    fn a_container_is_known_by_its_nics() {
        let one = identity(r#"{"hostname":"box","net0":"name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:01"}"#);
        let same = identity(r#"{"hostname":"box","net0":"name=eth0,bridge=vmbr1,hwaddr=BC:24:11:00:00:01"}"#);
        assert_eq!(one.likeness(&same), Likeness::Same);
        let other =
            identity(r#"{"hostname":"box","net0":"name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:02"}"#);
        assert_eq!(one.likeness(&other), Likeness::Another);
        let bare = identity(r#"{"hostname":"box"}"#);
        assert_eq!(bare.likeness(&bare), Likeness::Same);
        assert_eq!(bare.likeness(&other), Likeness::Changed);
    }
}
