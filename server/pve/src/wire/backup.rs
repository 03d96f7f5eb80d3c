//! How backups are made, and what pruning would take.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer};

use super::guest::GuestKind;
use super::lenient;

/// A text that is none of Proxmox's words for something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Proxmox has no such word: {0:?}")]
pub struct UnknownWord(pub String);

/// What a guest does while it is backed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum BackupMode {
    /// It runs on; Proxmox's default.
    #[default]
    Snapshot,
    /// It stands still for a part of the time.
    Suspend,
    /// It is shut down; a virtual machine is started again as soon as the backup runs.
    Stop,
}

impl FromStr for BackupMode {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        match text {
            "snapshot" => Ok(Self::Snapshot),
            "suspend" => Ok(Self::Suspend),
            "stop" => Ok(Self::Stop),
            _ => Err(UnknownWord(text.to_owned())),
        }
    }
}

impl fmt::Display for BackupMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Snapshot => "snapshot",
            Self::Suspend => "suspend",
            Self::Stop => "stop",
        })
    }
}

/// How an archive is compressed; a Proxmox Backup Server compresses in its own way, whatever is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Compression {
    /// Zstandard.
    #[default]
    Zstd,
    /// Gzip.
    Gzip,
    /// LZO.
    Lzo,
    /// Not at all; Proxmox's default.
    None,
}

impl FromStr for Compression {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        match text {
            "zstd" => Ok(Self::Zstd),
            "gzip" => Ok(Self::Gzip),
            // `1` is what Proxmox's first versions called their only one.
            "lzo" | "1" => Ok(Self::Lzo),
            "0" => Ok(Self::None),
            _ => Err(UnknownWord(text.to_owned())),
        }
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
            Self::Lzo => "lzo",
            Self::None => "0",
        })
    }
}

/// What pruning does with a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PruneMark {
    /// A rule keeps it.
    Keep,
    /// It is removed.
    Remove,
    /// It is kept because it is protected; the rules don't count it.
    Protected,
    /// It is kept because its name isn't Proxmox's.
    Renamed,
    /// Proxmox says something new.
    #[default]
    Unknown,
}

impl<'de> Deserialize<'de> for PruneMark {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match lenient::opt_text(deserializer)?.as_deref() {
            Some("keep") => Self::Keep,
            Some("remove") => Self::Remove,
            Some("protected") => Self::Protected,
            Some("renamed") => Self::Renamed,
            _ => Self::Unknown,
        })
    }
}

/// An element of `GET /nodes/{node}/storage/{storage}/prunebackups`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PruneEntry {
    /// The backup.
    #[serde(deserialize_with = "lenient::required_text")]
    pub volid: String,
    /// When it was made, in seconds since 1970.
    #[serde(default, deserialize_with = "lenient::opt_int")]
    pub ctime: Option<i64>,
    /// The guest it was made of, where its name tells.
    #[serde(default, deserialize_with = "lenient::opt_int")]
    pub vmid: Option<u32>,
    /// What the guest is; none for `openvz` and `unknown`.
    #[serde(rename = "type", default, deserialize_with = "opt_kind")]
    pub kind: Option<GuestKind>,
    /// What pruning does with it.
    #[serde(default)]
    pub mark: PruneMark,
}

/// A guest's kind, `None` for any other word.
pub(super) fn opt_kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<GuestKind>, D::Error> {
    Ok(match lenient::opt_text(deserializer)?.as_deref() {
        Some("qemu") => Some(GuestKind::Qemu),
        Some("lxc") => Some(GuestKind::Lxc),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_written_as_they_are_read() {
        for mode in [BackupMode::Snapshot, BackupMode::Suspend, BackupMode::Stop] {
            assert_eq!(mode.to_string().parse(), Ok(mode));
        }
        for compression in [
            Compression::Zstd,
            Compression::Gzip,
            Compression::Lzo,
            Compression::None,
        ] {
            assert_eq!(compression.to_string().parse(), Ok(compression));
        }
        assert_eq!("1".parse(), Ok(Compression::Lzo));
        assert_eq!("brotli".parse::<Compression>(), Err(UnknownWord("brotli".into())));
        assert_eq!("".parse::<BackupMode>(), Err(UnknownWord(String::new())));
    }

    #[test]
    fn an_unknown_mark_hides_no_backup() {
        let entry = |text: &str| serde_json::from_str::<PruneEntry>(text).unwrap();
        let kept =
            entry(r#"{"volid":"nfs:backup/x","ctime":"7","vmid":"100","type":"qemu","mark":"protected"}"#);
        assert_eq!(
            (kept.ctime, kept.vmid, kept.kind),
            (Some(7), Some(100), Some(GuestKind::Qemu))
        );
        assert_eq!(kept.mark, PruneMark::Protected);
        let odd = entry(r#"{"volid":"nfs:backup/x","type":"openvz","mark":"frozen"}"#);
        assert_eq!((odd.kind, odd.mark), (None, PruneMark::Unknown));
        assert_eq!(entry(r#"{"volid":"nfs:backup/x"}"#).mark, PruneMark::Unknown);
    }
}
