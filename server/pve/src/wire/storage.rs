//! Storages and what is on them.

use serde::Deserialize;

use super::lenient;

/// An element of `GET /storage`: how a storage is configured for the cluster.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct StorageConfig {
    /// Its name.
    #[serde(deserialize_with = "lenient::required_text")]
    pub storage: String,
    /// Its type, such as `dir`.
    #[serde(rename = "type", default, deserialize_with = "lenient::opt_text")]
    pub kind: Option<String>,
    /// What may be stored there.
    #[serde(default, deserialize_with = "lenient::text_list")]
    pub content: Vec<String>,
    /// The nodes it is limited to; empty for all.
    #[serde(default, deserialize_with = "lenient::text_list")]
    pub nodes: Vec<String>,
    /// Whether all its nodes see the same data.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub shared: bool,
    /// Whether it is switched off.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub disable: bool,
}

/// An element of `GET /nodes/{node}/storage`: how a node sees a storage.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct StorageStatus {
    /// Its name.
    #[serde(deserialize_with = "lenient::required_text")]
    pub storage: String,
    /// Its type, such as `dir`.
    #[serde(rename = "type", default, deserialize_with = "lenient::opt_text")]
    pub kind: Option<String>,
    /// What may be stored there.
    #[serde(default, deserialize_with = "lenient::text_list")]
    pub content: Vec<String>,
    /// Whether it is usable now.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub active: bool,
    /// Whether it is switched on.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub enabled: bool,
    /// Whether all its nodes see the same data.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub shared: bool,
    /// Size, in bytes; none where inactive.
    #[serde(default, deserialize_with = "lenient::opt_int")]
    pub total: Option<u64>,
    /// In use, in bytes.
    #[serde(default, deserialize_with = "lenient::opt_int")]
    pub used: Option<u64>,
    /// Usable, in bytes.
    #[serde(default, deserialize_with = "lenient::opt_int")]
    pub avail: Option<u64>,
}

/// An element of `GET /nodes/{node}/storage/{storage}/content`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Volume {
    /// Its id, `storage:name`.
    #[serde(deserialize_with = "lenient::required_text")]
    pub volid: String,
    /// What it is: `images`, `rootdir`, `iso`, `vztmpl`, `backup`, `snippets`, `import`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub content: Option<String>,
    /// Its format, such as `raw`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub format: Option<String>,
    /// Size, in bytes.
    #[serde(default, deserialize_with = "lenient::opt_int")]
    pub size: Option<u64>,
    /// Bytes really taken, where the storage knows.
    #[serde(default, deserialize_with = "lenient::opt_int")]
    pub used: Option<u64>,
    /// The guest it belongs to.
    #[serde(default, deserialize_with = "lenient::opt_int")]
    pub vmid: Option<u32>,
    /// When it was made, in seconds since 1970.
    #[serde(default, deserialize_with = "lenient::opt_int")]
    pub ctime: Option<i64>,
    /// The volume it is a linked clone of.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub parent: Option<String>,
    /// Notes on a backup.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub notes: Option<String>,
    /// Whether pruning spares it.
    #[serde(default, deserialize_with = "lenient::flag")]
    pub protected: bool,
    /// Of what kind of guest a backup is: `qemu`, `lxc`, `openvz` or `unknown`.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub subtype: Option<String>,
    /// The fingerprint of the key that a Proxmox Backup Server's backup is encrypted with, or `1` where it is unknown.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub encrypted: Option<String>,
    /// What a Proxmox Backup Server found when it last checked the backup; none where it never did.
    #[serde(default, deserialize_with = "lenient::opt_object")]
    pub verification: Option<Verification>,
}

/// What a Proxmox Backup Server found when it checked a backup.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Verification {
    /// `ok` or `failed`.
    #[serde(deserialize_with = "lenient::required_text")]
    pub state: String,
    /// The backup server's task that checked it.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub upid: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storage_that_is_not_active_has_no_figures() {
        let storage: StorageStatus = serde_json::from_str(
            r#"{"storage":"nfs","type":"nfs","content":"images,iso","active":0,"enabled":1,"shared":"1"}"#,
        )
        .unwrap();
        assert!(!storage.active && storage.enabled && storage.shared && storage.total.is_none());
        assert_eq!(storage.content, ["images", "iso"]);
    }

    #[test]
    fn a_backup_servers_findings_are_read() {
        let volume = |more: &str| -> Volume {
            serde_json::from_str(&format!(
                r#"{{"volid":"pbs:backup/vm/100/2026-01-01T00:00:00Z"{more}}}"#
            ))
            .unwrap()
        };
        let checked = volume(
            r#","subtype":"qemu","encrypted":"2e:29:b1","protected":1,
                "verification":{"state":"ok","upid":"UPID:pbs:00000A1B:0000F00D:00000001:65A1B2C3:verify:store:root@pam:"}"#,
        );
        let verification = checked.verification.unwrap();
        assert_eq!(verification.state, "ok");
        assert!(verification.upid.unwrap().contains(":verify:"));
        assert_eq!(checked.encrypted.as_deref(), Some("2e:29:b1"));
        assert_eq!(
            (checked.subtype.as_deref(), checked.protected),
            (Some("qemu"), true)
        );
        for odd in [
            "",
            r#","verification":null"#,
            r#","verification":"ok""#,
            r#","verification":{}"#,
        ] {
            assert_eq!(volume(odd).verification, None, "{odd}");
        }
    }
}
