//! Disks: what a bus slot, a mount point or an `unusedN` of the configuration says.

use std::fmt;
use std::str::FromStr;

use super::properties::{InvalidProperty, Properties};
use super::size::parse_size;

/// A volume's id, `storage:name`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VolumeId {
    /// The storage.
    pub storage: String,
    /// Its name there.
    pub name: String,
}

impl FromStr for VolumeId {
    type Err = InvalidProperty;

    fn from_str(text: &str) -> Result<Self, InvalidProperty> {
        let bad = || InvalidProperty(format!("{text:?} is no volume id"));
        let (storage, name) = text.split_once(':').ok_or_else(bad)?;
        let id = storage.starts_with(|c: char| c.is_ascii_alphabetic())
            && storage
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if !id || name.is_empty() || name.contains([',', '\n']) {
            return Err(bad());
        }
        Ok(Self {
            storage: storage.to_owned(),
            name: name.to_owned(),
        })
    }
}

impl fmt::Display for VolumeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.storage, self.name)
    }
}

/// A disk, CD-ROM drive or mount point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disk {
    /// The configuration key, such as `scsi0`, `rootfs` or `unused1`.
    pub key: String,
    /// The volume; none for an empty drive, the host's drive or a path on the host.
    pub volume: Option<VolumeId>,
    /// Size, in bytes; Proxmox keeps none for some drives and for unused disks.
    pub size: Option<u64>,
    /// All that is said about it; the volume under `file`, or under `volume` for a container.
    pub properties: Properties,
}

impl Disk {
    /// Whether a configuration key holds a disk; `scsihw`, for one, doesn't.
    pub fn is_key(key: &str) -> bool {
        key == "rootfs" || split_key(key).is_some()
    }

    /// Reads the value of a disk's key.
    ///
    /// # Errors
    /// Where the value is no property string or names no volume.
    pub fn parse(key: &str, value: &str) -> Result<Self, InvalidProperty> {
        let default_key = if key == "rootfs" || key.starts_with("mp") {
            "volume"
        } else {
            "file"
        };
        let properties = Properties::parse(value, default_key)?;
        let Some(volume) = properties.get(default_key) else {
            return Err(InvalidProperty(format!("the disk {key} names no volume")));
        };
        Ok(Self {
            key: key.to_owned(),
            volume: volume.parse().ok(),
            size: properties.get("size").and_then(parse_size),
            properties,
        })
    }

    /// The bus it is on, such as `scsi`; `rootfs`, `mp` or `unused` for what has none.
    pub fn bus(&self) -> &str {
        split_key(&self.key).map_or(self.key.as_str(), |(bus, _)| bus)
    }

    /// Whether it is a CD-ROM drive; the cloud-init drive is one too.
    pub fn is_cdrom(&self) -> bool {
        self.properties.get("media") == Some("cdrom")
    }

    /// Whether Proxmox keeps the guest's cloud-init data on it.
    pub fn is_cloud_init(&self) -> bool {
        // PVE::QemuServer::Drive::drive_is_cloudinit
        self.volume.as_ref().is_some_and(|volume| {
            let name = volume.name.rsplit('/').next().unwrap_or_default();
            let bare = name.split('.').next().unwrap_or_default();
            bare == "cloudinit" || (bare.starts_with("vm-") && bare.ends_with("-cloudinit"))
        })
    }

    /// Whether the guest keeps its data on it: no CD-ROM, no firmware's or TPM's state, not unused.
    pub fn is_data(&self) -> bool {
        !self.is_cdrom() && !self.is_cloud_init() && !matches!(self.bus(), "efidisk" | "tpmstate" | "unused")
    }
}

fn split_key(key: &str) -> Option<(&str, u32)> {
    let digits = key.find(|c: char| c.is_ascii_digit())?;
    let (bus, number) = key.split_at(digits);
    let known = matches!(
        bus,
        "ide" | "sata" | "scsi" | "virtio" | "efidisk" | "tpmstate" | "unused" | "mp"
    );
    if known {
        Some((bus, number.parse().ok()?))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn disk(key: &str, value: &str) -> Disk {
        Disk::parse(key, value).unwrap()
    }

    #[test]
    fn a_data_disk() {
        let disk = disk("scsi0", "local-lvm:vm-100-disk-0,discard=on,size=32G");
        assert_eq!(
            disk.volume.as_ref().unwrap().to_string(),
            "local-lvm:vm-100-disk-0"
        );
        assert_eq!((disk.size, disk.bus()), (Some(32 << 30), "scsi"));
        assert!(disk.is_data() && !disk.is_cdrom());
    }

    #[test]
    fn drives_that_hold_no_data() {
        let cloud = disk("ide2", "local-lvm:vm-100-cloudinit,media=cdrom,size=4M");
        assert!(cloud.is_cdrom() && cloud.is_cloud_init() && !cloud.is_data());
        assert!(disk("ide0", "local:100/vm-100-cloudinit.qcow2").is_cloud_init());
        assert!(disk("scsi1", "local-lvm:cloudinit").is_cloud_init());
        let empty = disk("ide2", "none,media=cdrom");
        assert!(empty.volume.is_none() && empty.is_cdrom());
        assert!(disk("virtio1", "/dev/disk/by-id/x,size=1T").volume.is_none());
        assert!(!disk("efidisk0", "local-lvm:vm-100-disk-1,efitype=4m,size=4M").is_data());
        assert!(!disk("unused0", "local-lvm:vm-100-disk-9").is_data());
    }

    #[test]
    fn a_mount_point() {
        let mount = disk("mp0", "local:101/vm-101-disk-1.raw,mp=/data,size=8G");
        assert_eq!((mount.bus(), mount.size), ("mp", Some(8 << 30)));
        assert_eq!(
            disk("rootfs", "local:101/vm-101-disk-0.raw,size=4G").bus(),
            "rootfs"
        );
    }

    #[test]
    fn keys_are_told_apart() {
        for key in [
            "scsi0",
            "ide2",
            "virtio15",
            "sata5",
            "efidisk0",
            "tpmstate0",
            "unused3",
            "mp255",
            "rootfs",
        ] {
            assert!(Disk::is_key(key), "{key}");
        }
        for key in ["scsihw", "scsi", "net0", "ipconfig0", "memory", "scsi0x", "numa0"] {
            assert!(!Disk::is_key(key), "{key}");
        }
    }

    proptest! {
        #[test]
        fn volume_ids_survive(storage in "[a-z][a-z0-9_.-]{0,8}", name in "[a-z0-9/_.:-]{1,20}") {
            let id: VolumeId = format!("{storage}:{name}").parse().unwrap();
            prop_assert_eq!(&id.storage, &storage);
            prop_assert_eq!(id.to_string(), format!("{storage}:{name}"));
        }

        #[test]
        fn no_text_panics(key in "[a-z]{1,8}[0-9]{0,12}", value in "\\PC{0,40}") {
            let _ = (Disk::is_key(&key), Disk::parse(&key, &value));
        }
    }
}
