//! A guest's configuration as its file has it, and as a backup holds it (`parse_vm_config` of `PVE::QemuServer`,
//! `parse_pct_config` of `PVE::LXC::Config`).

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use super::config::GuestConfig;

impl GuestConfig {
    /// Reads lines of `key: value`. Lines that start with `#` are the description; the sections of snapshots and of
    /// changes that are pending are left out, and so is what can't be read.
    pub fn from_text(text: &str) -> Self {
        let mut values = BTreeMap::new();
        let mut description = String::new();
        for line in text.lines().map(str::trim_end) {
            // Sections come last, and each lasts to the next one.
            if line.starts_with('[') && line.ends_with(']') {
                break;
            }
            if let Some(comment) = line.strip_prefix('#') {
                // What vzdump notes for the way back is not the user's: which disk is which image of the archive.
                if !comment.starts_with("qmdump#") && !comment.starts_with("vzdump#") {
                    description.push_str(&decoded(comment));
                    description.push('\n');
                }
            } else if let Some((key, value)) = pair(line) {
                if key == "description" {
                    description = decoded(value);
                } else {
                    values.insert(key.to_owned(), value.to_owned());
                }
            }
        }
        if !description.is_empty() {
            values.insert("description".to_owned(), description);
        }
        Self::from(values)
    }
}

fn pair(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let value = value.trim_start();
    let letters = key.trim_end_matches(|c: char| c.is_ascii_digit());
    let plain = letters.starts_with(|c: char| c.is_ascii_lowercase())
        && letters
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || b"_-".contains(&byte));
    (plain && !value.is_empty()).then_some((key, value))
}

/// `decode_text` of `PVE::Tools`.
fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_virtual_machine_in_a_backup_is_read() {
        let config = GuestConfig::from_text(
            "#Web server%3A the first\n#%ED%95%9C%EA%B8%80\nagent: 1,fstrim_cloned_disks=1\nboot: order=scsi0;net0\n\
             cores: 2\nmemory: 2048\nname: web\nnet0: virtio=BC:24:11:00:00:01,bridge=vmbr0,tag=20\n\
             scsi0: local-lvm:vm-100-disk-0,discard=on,size=32G  \nsshkeys: ssh-ed25519%20AAAA%20me\ntags: prod;web\n\
             #qmdump#map:scsi0:drive-scsi0:local-lvm:raw:\n\n[before]\ncores: 8\nname: old\n#a snapshot\n\
             [PENDING]\nmemory: 8192\n",
        );
        assert_eq!(
            (config.name(), config.cores(), config.memory()),
            (Some("web"), Some(2), Some(2048))
        );
        assert_eq!(config.description(), Some("Web server: the first\n한글"));
        assert_eq!(config.boot_disk().unwrap().size, Some(32 << 30));
        assert_eq!(config.nics()[0].tag, Some(20));
        assert_eq!(config.ssh_keys(), ["ssh-ed25519 AAAA me"]);
        assert_eq!(config.tags(), ["prod", "web"]);
        assert!(config.agent_enabled());
        assert_eq!(config.values().len(), 10);
    }

    #[test]
    fn a_container_in_a_backup_is_read() {
        let config = GuestConfig::from_text(
            "arch: amd64\nhostname: files\nrootfs: local-lvm:vm-101-disk-0,size=8G\nmp0: nfs:101/vm-101-disk-1.raw,mp=/data,size=1T\n\
             unprivileged: 1\nlxc.cap.drop: sys_admin\nlxc.idmap = u 0 100000 65536\nno key\nswap:\nDESCRIPTION: x\ndescription: old%0Away\n",
        );
        assert_eq!(
            (config.name(), config.description()),
            (Some("files"), Some("old\nway"))
        );
        let sizes: Vec<_> = config.disks().iter().map(|disk| disk.size).collect();
        assert_eq!(sizes, [Some(1 << 40), Some(8 << 30)]);
        let keys: Vec<_> = config.values().keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            ["arch", "description", "hostname", "mp0", "rootfs", "unprivileged"]
        );
        assert!(GuestConfig::from_text("").values().is_empty());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(
            values in proptest::collection::btree_map("[a-z][a-z_-]{0,8}[0-9]{0,3}", "[!-~]([ -~]{0,20}[!-~])?", 0..8),
        ) {
            let values: BTreeMap<_, _> = values.into_iter().filter(|(key, _)| key != "description").collect();
            let lines: Vec<String> = values.iter().map(|(key, value)| format!("{key}: {value}")).collect();
            let config = GuestConfig::from_text(&lines.join("\n"));
            prop_assert_eq!(config.values(), &values);
        }

        #[test]
        fn no_text_panics(text in "[\\PC\\n%:#\\[\\]]{0,80}") {
            GuestConfig::from_text(&text);
        }
    }
}
