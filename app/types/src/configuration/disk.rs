//! What can be done to a server's disks, and which places they have.

use serde::{Deserialize, Serialize};

use crate::error::FieldProblems;
use crate::storage::DiskKind;
use crate::text::Problem;

/// The largest disk that is taken, in GiB: it catches slips of the keyboard.
const LARGEST: u64 = 131_072;

/// Something that is done to one disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "edit", rename_all = "snake_case")]
pub enum DiskEdit {
    /// A new one.
    Add {
        /// The bus it is on.
        bus: DiskBus,
        /// Its place there; `None` for the first that is free.
        number: Option<u32>,
        /// The storage; `None` for the default of `kind`.
        storage: Option<String>,
        /// Which default storage.
        kind: DiskKind,
        /// Its size in GiB.
        size_gb: u64,
        /// Where a container mounts it; a virtual machine's own system does that.
        #[serde(default)]
        path: Option<String>,
    },
    /// One is made larger.
    Grow {
        /// Which, such as `scsi0`.
        device: String,
        /// Its size afterwards, in GiB.
        size_gb: u64,
    },
    /// One is unplugged; its data stays, as an unused disk.
    Detach {
        /// Which, such as `scsi1`.
        device: String,
        /// Even the boot disk.
        force: bool,
    },
    /// One is deleted with its data; an unused disk too.
    Delete {
        /// Which, such as `scsi1` or `unused0`.
        device: String,
        /// Even the boot disk and the cloud-init drive.
        force: bool,
    },
    /// One is copied to another storage.
    Move {
        /// Which, such as `scsi0`.
        device: String,
        /// Where to.
        storage: String,
        /// Whether the old volume is deleted; it becomes an unused disk otherwise.
        delete_source: bool,
    },
}

impl DiskEdit {
    /// What is wrong with it by itself, whatever the server has.
    pub fn problems(&self) -> FieldProblems {
        let mut problems = FieldProblems::new();
        let mut add = |field: &str, problem| {
            problems.insert(field.to_owned(), problem);
        };
        if let Self::Add {
            bus,
            number: Some(number),
            ..
        } = self
            && *number > bus.last()
        {
            let (min, max) = (0, i64::from(bus.last()));
            add("number", Problem::OutOfRange { min, max });
        }
        if let Self::Add { size_gb, .. } | Self::Grow { size_gb, .. } = self
            && !(1..=LARGEST).contains(size_gb)
        {
            add("size_gb", Problem::OutOfRange { min: 1, max: 131_072 });
        }
        if let Self::Move { storage, .. } = self
            && storage.is_empty()
        {
            add("storage", Problem::Required);
        }
        if self.device() == Some("") {
            add("device", Problem::Required);
        }
        problems
    }

    /// Whether a container may mount something at `path`. The comma ends a value in Proxmox's configuration, and nothing
    /// may be mounted over the root (`PVE::LXC::Config`, `pve-lxc-mp-string`).
    pub fn is_mount_path(path: &str) -> bool {
        let parts = path.strip_prefix('/').map(|rest| rest.split('/'));
        parts.is_some_and(|mut parts| {
            parts.all(|part| {
                let is_plain = !part.contains(|c: char| c == ',' || c == ':' || c.is_control());
                is_plain && !matches!(part, "" | "." | "..")
            })
        })
    }

    /// The disk it is done to; `None` for a new one.
    pub fn device(&self) -> Option<&str> {
        match self {
            Self::Add { .. } => None,
            Self::Grow { device, .. }
            | Self::Detach { device, .. }
            | Self::Delete { device, .. }
            | Self::Move { device, .. } => Some(device),
        }
    }
}

/// A bus that disks are plugged into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum DiskBus {
    /// SCSI, by the controller that is configured.
    #[default]
    Scsi,
    /// `VirtIO` block.
    Virtio,
    /// SATA.
    Sata,
    /// IDE.
    Ide,
}

impl DiskBus {
    /// Each.
    pub const ALL: &'static [Self] = &[Self::Scsi, Self::Virtio, Self::Sata, Self::Ide];

    /// Proxmox's name of it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scsi => "scsi",
            Self::Virtio => "virtio",
            Self::Sata => "sata",
            Self::Ide => "ide",
        }
    }

    /// The one that is named `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|bus| bus.as_str() == name)
    }

    /// Its last place (`PVE::QemuServer::Drive`).
    pub const fn last(self) -> u32 {
        match self {
            Self::Scsi => 30,
            Self::Virtio => 15,
            Self::Sata => 5,
            Self::Ide => 3,
        }
    }

    /// The device at a place.
    pub fn device(self, number: u32) -> String {
        format!("{}{number}", self.as_str())
    }

    /// Its first place where `is_used` finds nothing.
    pub fn first_free(self, is_used: impl Fn(&str) -> bool) -> Option<u32> {
        (0..=self.last()).find(|number| !is_used(&self.device(*number)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_edit_names_the_field() {
        for path in ["/data", "/srv/www data"] {
            assert!(DiskEdit::is_mount_path(path), "{path}");
        }
        for path in ["", "/", "data", "/a,b", "/a/../etc", "/a//b", "/a/"] {
            assert!(!DiskEdit::is_mount_path(path), "{path}");
        }
        let add = |number, size_gb| DiskEdit::Add {
            bus: DiskBus::Sata,
            number,
            storage: None,
            kind: DiskKind::Hdd,
            size_gb,
            path: None,
        };
        let fields = |edit: DiskEdit| edit.problems().into_keys().collect::<Vec<_>>();
        assert!(fields(add(None, 10)).is_empty());
        assert!(fields(add(Some(5), 1)).is_empty());
        assert_eq!(fields(add(Some(6), 0)), ["number", "size_gb"]);
        let (device, storage) = (String::new(), String::new());
        let delete_source = true;
        assert_eq!(
            fields(DiskEdit::Move {
                device,
                storage,
                delete_source
            }),
            ["device", "storage"]
        );
    }

    #[test]
    fn the_first_free_place_is_found() {
        assert_eq!(DiskBus::Ide.first_free(|device| device == "ide0"), Some(1));
        assert_eq!(DiskBus::Ide.first_free(|_| true), None);
        for bus in DiskBus::ALL {
            assert_eq!(DiskBus::parse(bus.as_str()), Some(*bus));
        }
    }
}
