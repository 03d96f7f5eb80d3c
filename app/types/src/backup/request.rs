//! What a backup and a restore are asked for with, and what is said before a restore.

use serde::{Deserialize, Serialize};

use super::retention::Retention;
use crate::error::FieldProblems;
use crate::server::name_problem;
use crate::text::Problem;

/// The longest notes that Proxmox takes (`PVE::Storage::Plugin`).
const LONGEST_NOTES: usize = 1024;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant,)* }

        impl $name {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name in the API.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// The one that is named `text`.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == text)
            }
        }
    };
}

words! {
    /// What happens to a running guest while it is backed up.
    BackupMode {
        /// It goes on running.
        #[default]
        Snapshot = "snapshot",
        /// It is halted for a while.
        Suspend = "suspend",
        /// It is shut down and started again.
        Stop = "stop",
    }
}

words! {
    /// How a backup is compressed. A Proxmox Backup Server compresses as it likes.
    Compression {
        /// Fast and small.
        #[default]
        Zstd = "zstd",
        /// Slow.
        Gzip = "gzip",
        /// Fast and large.
        Lzo = "lzo",
        /// Not at all.
        None = "0",
    }
}

/// A backup to be made.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BackUp {
    /// The storage that it is put on.
    pub storage: String,
    /// What happens to the guest meanwhile.
    pub mode: BackupMode,
    /// How it is compressed.
    pub compression: Compression,
    /// Notes on it; `{{guestname}}`, `{{vmid}}`, `{{node}}` and `{{cluster}}` are filled in.
    pub notes: String,
    /// Whether nobody may delete it.
    pub protected: bool,
    /// Which older ones of the guest are kept on that storage.
    pub retention: Option<Retention>,
    /// Where nothing is said of that: whether the storage's own settings decide. All are kept otherwise.
    #[serde(default)]
    pub as_storage_says: bool,
}

impl BackUp {
    /// What is wrong with it, by field, as far as it tells by itself.
    pub fn problems(&self) -> FieldProblems {
        let mut problems = self.retention.map(|of| of.problems()).unwrap_or_default();
        if self.storage.is_empty() {
            problems.insert("storage".to_owned(), Problem::Required);
        }
        if self.notes.chars().count() > LONGEST_NOTES {
            let max = u32::try_from(LONGEST_NOTES).unwrap_or(u32::MAX);
            problems.insert("notes".to_owned(), Problem::TooLong { max });
        }
        problems
    }
}

/// A server to be put back to what it was at a backup.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RestoreOver {
    /// The backup.
    pub volume: String,
    /// The node whose storage holds it, where several have one of its name.
    pub node: Option<String>,
    /// The storage for all of its disks; each goes where it was where nothing is said.
    pub storage: Option<String>,
    /// The storage on which what is there now is backed up before; no such backup where nothing is said.
    pub safety: Option<String>,
    /// Whether the server runs afterwards; as it does now where nothing is said.
    pub start: Option<bool>,
}

/// A server to be made from a backup.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RestoreAsNew {
    /// The cluster whose backup it is.
    pub cluster: String,
    /// The backup.
    pub volume: String,
    /// The node whose storage holds it, where several have one of its name.
    pub source_node: Option<String>,
    /// The new server's name; the one in the backup where it is empty.
    pub name: String,
    /// The node it is made on; that which is asked for the backup where nothing is said.
    pub node: Option<String>,
    /// Its id; the next free one where nothing is said.
    pub vmid: Option<u32>,
    /// The storage for all of its disks; each goes where the first server had it where nothing is said.
    pub storage: Option<String>,
    /// Whether it is started.
    pub start: bool,
}

impl RestoreAsNew {
    /// What is wrong with it, by field, as far as it tells by itself.
    pub fn problems(&self) -> FieldProblems {
        let mut problems = FieldProblems::new();
        if let Some(problem) = name_problem(&self.name) {
            problems.insert("name".to_owned(), problem);
        }
        // `pve-vmid` of `PVE::JSONSchema`.
        if self.vmid.is_some_and(|vmid| !(100..=999_999_999).contains(&vmid)) {
            let problem = Problem::OutOfRange {
                min: 100,
                max: 999_999_999,
            };
            problems.insert("vmid".to_owned(), problem);
        }
        problems
    }
}

/// What somebody should know before a restore.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RestoreWarning {
    /// The server runs, and is switched off before.
    WillStop,
    /// What is there now is gone afterwards, and no backup of it is made.
    NoSafety,
    /// The backup is of another guest that had this id before.
    OtherGuest,
    /// The backup did not pass its last verification.
    NotVerified,
    /// Disks that the server has now are not in the backup: they are detached or deleted.
    DisksGo,
    /// Snapshots of the server are lost.
    SnapshotsGo,
}

/// What a restore over a server comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RestorePlan {
    /// The server's name now.
    pub name: String,
    /// The name that it has in the backup.
    pub name_then: Option<String>,
    /// When the backup was made, in seconds since 1970.
    pub made_at: i64,
    /// Its size in bytes.
    pub bytes: u64,
    /// Whether the server runs now.
    pub runs: bool,
    /// The disks of the server now.
    pub disks_now: Vec<String>,
    /// The disks in the backup.
    pub disks_then: Vec<String>,
    /// What to know before.
    pub warnings: Vec<RestoreWarning>,
}

/// What pruning does with a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PruneVerdict {
    /// It is deleted.
    Goes,
    /// It stays.
    Stays,
    /// It stays, as it is protected.
    Protected,
}

/// A backup, and what pruning does with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pruned {
    /// The backup.
    pub volume: String,
    /// When it was made, in seconds since 1970.
    pub made_at: Option<i64>,
    /// Its size in bytes, where it is known.
    pub bytes: Option<u64>,
    /// What happens to it.
    pub verdict: PruneVerdict,
}

/// What pruning the backups of a guest on a storage would do, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PrunePreview {
    /// Its backups there.
    pub backups: Vec<Pruned>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back() {
        for mode in BackupMode::ALL {
            assert_eq!(BackupMode::parse(mode.as_str()), Some(*mode));
        }
        assert_eq!(Compression::parse("0"), Some(Compression::None));
        assert_eq!(Compression::parse("zip"), None);
        assert_eq!(serde_json::to_value(Compression::None).unwrap(), "0");
    }

    #[test]
    fn a_backup_needs_a_storage_and_no_novel() {
        let fields = |ask: &BackUp| ask.problems().into_keys().collect::<Vec<_>>();
        let mut ask = BackUp::default();
        assert_eq!(fields(&ask), ["storage"]);
        ask.storage = "local".into();
        assert!(fields(&ask).is_empty());
        ask.notes = "x".repeat(LONGEST_NOTES + 1);
        ask.retention = Some(Retention {
            keep_last: Some(u32::MAX),
            ..Retention::default()
        });
        assert_eq!(fields(&ask), ["keep-last", "notes"]);
    }
}
