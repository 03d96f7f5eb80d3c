//! Tickets and privileges.

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde::{Deserialize, Deserializer};

use super::lenient;

/// `POST /access/ticket`.
#[derive(Deserialize)]
pub(crate) struct Ticket {
    #[serde(rename = "ticket", deserialize_with = "secret")]
    pub(crate) value: SecretString,
    #[serde(rename = "CSRFPreventionToken", deserialize_with = "secret")]
    pub(crate) csrf: SecretString,
    /// Set where the ticket is good for nothing but a second factor.
    #[serde(rename = "NeedTFA", default, deserialize_with = "lenient::flag")]
    pub(crate) needs_second_factor: bool,
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    lenient::required_text(deserializer).map(SecretString::from)
}

/// `GET /access/permissions`: what the credentials may do, by path.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Permissions {
    paths: BTreeMap<String, BTreeMap<String, bool>>,
}

impl Permissions {
    /// Whether the privilege is held on this path or, where it is passed down, on one above it.
    /// Proxmox lists a path only where something is granted or taken there, so the nearest one decides.
    pub fn allows(&self, path: &str, privilege: &str) -> bool {
        let path = path.trim_end_matches('/');
        let mut at = path;
        loop {
            let listed = if at.is_empty() { "/" } else { at };
            if let Some(privileges) = self.paths.get(listed) {
                return privileges
                    .get(privilege)
                    .is_some_and(|passed_down| *passed_down || at == path);
            }
            match at.rfind('/') {
                Some(end) => at = &at[..end],
                None => return false,
            }
        }
    }

    /// By path: the privileges held there, and whether each is passed down to the paths below.
    pub fn paths(&self) -> &BTreeMap<String, BTreeMap<String, bool>> {
        &self.paths
    }
}

impl<'de> Deserialize<'de> for Permissions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Held(#[serde(deserialize_with = "lenient::text_map")] BTreeMap<String, String>);

        let paths: BTreeMap<String, Held> = BTreeMap::deserialize(deserializer)?;
        let privileges = |held: BTreeMap<String, String>| -> BTreeMap<String, bool> {
            held.into_iter()
                .map(|(privilege, passed_down)| (privilege, passed_down == "1"))
                .collect()
        };
        Ok(Self {
            paths: paths
                .into_iter()
                .map(|(path, Held(held))| (path, privileges(held)))
                .collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_path_decides() {
        let held: Permissions = serde_json::from_str(
            r#"{"/":{"Sys.Audit":1,"VM.Audit":1,"Sys.Console":0},"/vms/100":{"VM.Audit":0},"/storage/local":[]}"#,
        )
        .unwrap();
        assert!(held.allows("/", "Sys.Audit") && held.allows("/nodes/pve1", "Sys.Audit"));
        assert!(held.allows("/vms/100", "VM.Audit") && !held.allows("/vms/100", "Sys.Audit"));
        assert!(!held.allows("/storage/local", "Sys.Audit") && held.allows("/storage/other", "Sys.Audit"));
        assert!(held.allows("/", "Sys.Console") && !held.allows("/nodes/pve1", "Sys.Console"));
        assert!(!held.allows("/vms", "VM.Clone"));
    }
}
