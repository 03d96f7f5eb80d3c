//! A change to a guest's configuration, before it is sent.

use std::collections::BTreeMap;
use std::fmt;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::request::Call;

/// Keys to set and keys to take out.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ConfigChange {
    set: BTreeMap<String, String>,
    delete: Vec<String>,
    force: bool,
    digest: Option<String>,
}

impl ConfigChange {
    /// A change that changes nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a key.
    #[must_use]
    pub fn set(mut self, key: impl Into<String>, value: impl fmt::Display) -> Self {
        self.set.insert(key.into(), value.to_string());
        self
    }

    /// Takes a key out; an `unusedN` goes with its data.
    #[must_use]
    pub fn delete(mut self, key: impl Into<String>) -> Self {
        self.delete.push(key.into());
        self
    }

    /// Deletes the data of disks that are taken out; they become unused disks otherwise.
    #[must_use]
    pub const fn force(mut self) -> Self {
        self.force = true;
        self
    }

    /// Fails the change where the configuration isn't the one that had this digest.
    #[must_use]
    pub fn digest(mut self, digest: impl Into<String>) -> Self {
        self.digest = Some(digest.into());
        self
    }

    /// Sets the public keys that cloud-init lets in.
    #[must_use]
    pub fn ssh_keys<'a>(self, keys: impl IntoIterator<Item = &'a str>) -> Self {
        let lines: Vec<&str> = keys.into_iter().map(str::trim).collect();
        // Proxmox wants this value percent-encoded by itself (format `urlencoded`), a space not as a plus sign.
        let encoded = utf8_percent_encode(&lines.join("\n"), NON_ALPHANUMERIC).to_string();
        self.set("sshkeys", encoded)
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.set.is_empty() && self.delete.is_empty()
    }

    /// The keys it takes out.
    pub fn deleted(&self) -> &[String] {
        &self.delete
    }

    /// The keys it sets.
    pub fn values(&self) -> &BTreeMap<String, String> {
        &self.set
    }

    pub(crate) fn add_to(&self, mut call: Call) -> Call {
        for (key, value) in &self.set {
            call = call.param(key.clone(), value);
        }
        if !self.delete.is_empty() {
            call = call
                .param("delete", self.delete.join(","))
                .flag("force", self.force);
        }
        call.opt("digest", self.digest.as_deref())
    }
}

impl fmt::Debug for ConfigChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConfigChange ")?;
        debug_values(&self.set, f)?;
        write!(f, " delete {:?}", self.delete)
    }
}

/// Shows keys and values, but not the guest's password.
pub(super) fn debug_values(values: &BTreeMap<String, String>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let shown = values.iter().map(|(key, value)| {
        let value = if key == "cipassword" {
            "[REDACTED]"
        } else {
            value.as_str()
        };
        (key, value)
    });
    f.debug_map().entries(shown).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sent_as_one_change() {
        let change = ConfigChange::new()
            .set("cores", 4)
            .delete("net1")
            .delete("ide2")
            .digest("d0")
            .ssh_keys(["ssh-ed25519 AA+A me", "ssh-rsa B"]);
        let call = change.add_to(Call::put("/nodes/{node}/qemu/{vmid}/config", &[&"pve1", &100]));
        let sent: Vec<(&str, &str)> = call
            .params
            .iter()
            .map(|(key, value)| (key.as_ref(), value.as_str()))
            .collect();
        assert_eq!(
            sent,
            [
                ("cores", "4"),
                ("sshkeys", "ssh%2Ded25519%20AA%2BA%20me%0Assh%2Drsa%20B"),
                ("delete", "net1,ide2"),
                ("digest", "d0")
            ]
        );
        assert!(!change.is_empty() && ConfigChange::new().digest("d0").is_empty());
    }

    #[test]
    fn the_guests_password_is_not_shown() {
        let shown = format!("{:?}", ConfigChange::new().set("cipassword", "hush"));
        assert!(!shown.contains("hush"), "{shown}");
    }
}
