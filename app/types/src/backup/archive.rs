//! A backup as its storage tells of it.

use serde::{Deserialize, Serialize};

use crate::guest::GuestKind;

/// What a Proxmox Backup Server found when it last read a backup in full.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Verification {
    /// All of it is there.
    Ok,
    /// Something of it is missing or broken.
    Failed,
}

/// One backup of a guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Archive {
    /// Its volume, such as `local:backup/vzdump-qemu-100-2026_01_31-02_00_00.vma.zst`.
    pub volume: String,
    /// The storage.
    pub storage: String,
    /// The node whose storage it is; `None` where the nodes share it.
    pub node: Option<String>,
    /// Of what kind of guest it is; `None` where its name does not tell.
    pub kind: Option<GuestKind>,
    /// Of which guest; `None` where Proxmox does not tell.
    pub vmid: Option<u32>,
    /// When it was made, in seconds since 1970.
    pub made_at: i64,
    /// Its size in bytes; on a Proxmox Backup Server that of what was backed up.
    pub bytes: u64,
    /// Its format, such as `vma.zst` or `pbs-vm`.
    pub format: String,
    /// Notes on it.
    pub notes: Option<String>,
    /// Whether nobody may delete it.
    pub protected: bool,
    /// How its last verification ended, where there was one.
    pub verification: Option<Verification>,
    /// Whether it is encrypted.
    pub encrypted: bool,
}

impl Archive {
    /// Its name within its storage, without the folder.
    pub fn file_name(&self) -> &str {
        let path = self
            .volume
            .split_once(':')
            .map_or(self.volume.as_str(), |(_, path)| path);
        path.strip_prefix("backup/").unwrap_or(path)
    }

    /// Whether it can be restored as far as is known: nothing of it was found broken.
    pub const fn is_good(&self) -> bool {
        !matches!(self.verification, Some(Verification::Failed))
    }
}
