//! A backup's name, read more strictly than Proxmox does: what is no backup of a guest is refused, whatever it is.

use std::fmt;
use std::str::FromStr;

use super::moment::Moment;
use crate::wire::GuestKind;

/// The name of a backup, `storage:backup/…`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ArchiveName {
    text: String,
    storage_end: usize,
    kind: GuestKind,
    vmid: u32,
    timestamp: i64,
    format: ArchiveFormat,
    compression: Option<ArchiveCompression>,
}

/// How a backup is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ArchiveFormat {
    /// A virtual machine's file, Proxmox's own format.
    Vma,
    /// A tar file, of a container or, before Proxmox VE 2.3, of a virtual machine.
    Tar,
    /// A snapshot on a Proxmox Backup Server.
    Pbs,
}

/// How an archive file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ArchiveCompression {
    /// `.gz`, or `.tgz` for a tar file.
    Gzip,
    /// `.lzo`
    Lzo,
    /// `.zst`
    Zstd,
    /// `.bz2`
    Bzip2,
}

/// A text that names no backup.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidArchive {
    /// It is no backup's name.
    #[error("not the name of a backup: {0:?}")]
    NoArchive(String),
    /// It is a backup's name, but of another storage.
    #[error("the backup {archive:?} is not on the storage {storage:?}")]
    OtherStorage {
        /// The backup.
        archive: String,
        /// The storage it should be on.
        storage: String,
    },
}

/// What the content type adds to a storage's name.
const FOLDER: &str = "backup/";

impl ArchiveName {
    /// Reads a name that may leave out what is known: `storage:` and `backup/`.
    ///
    /// # Errors
    /// Where it is no backup's name, or that of a backup on another storage.
    pub fn in_storage(storage: &str, name: &str) -> Result<Self, InvalidArchive> {
        if let Ok(whole) = name.parse::<Self>() {
            return if whole.storage() == storage {
                Ok(whole)
            } else {
                Err(InvalidArchive::OtherStorage {
                    archive: name.to_owned(),
                    storage: storage.to_owned(),
                })
            };
        }
        let path = name
            .strip_prefix(storage)
            .and_then(|rest| rest.strip_prefix(':'))
            .unwrap_or(name);
        let file = path.strip_prefix(FOLDER).unwrap_or(path);
        format!("{storage}:{FOLDER}{file}")
            .parse()
            .map_err(|_| InvalidArchive::NoArchive(name.to_owned()))
    }

    /// The whole name.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The storage.
    pub fn storage(&self) -> &str {
        &self.text[..self.storage_end]
    }

    /// What follows the storage and its colon, `backup/…`.
    pub fn path(&self) -> &str {
        &self.text[self.storage_end + 1..]
    }

    /// The path without `backup/`: a file's name, or `vm/100/2026-01-01T00:00:00Z`.
    pub fn file(&self) -> &str {
        &self.path()[FOLDER.len()..]
    }

    /// What the guest is; what `openvz` ran is restored as a container.
    pub const fn kind(&self) -> GuestKind {
        self.kind
    }

    /// The guest it was made of.
    pub const fn vmid(&self) -> u32 {
        self.vmid
    }

    /// The time in the name, in seconds since 1970 as if it were UTC. A file's is the local time of the node that
    /// made it, so that the storage's `ctime` is to be preferred; see [`ArchiveName::is_utc`].
    pub const fn timestamp(&self) -> i64 {
        self.timestamp
    }

    /// Whether the time in the name is UTC, as a Proxmox Backup Server's is.
    pub const fn is_utc(&self) -> bool {
        matches!(self.format, ArchiveFormat::Pbs)
    }

    /// How it is kept.
    pub const fn format(&self) -> ArchiveFormat {
        self.format
    }

    /// How its file is compressed; a Proxmox Backup Server's chunks don't tell.
    pub const fn compression(&self) -> Option<ArchiveCompression> {
        self.compression
    }
}

impl FromStr for ArchiveName {
    type Err = InvalidArchive;

    fn from_str(text: &str) -> Result<Self, InvalidArchive> {
        parse(text).ok_or_else(|| InvalidArchive::NoArchive(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<ArchiveName> {
    let (storage, path) = text.split_once(':')?;
    if !is_storage(storage) {
        return None;
    }
    let file = path.strip_prefix(FOLDER)?;
    let parts = match file.strip_prefix("vzdump-") {
        Some(rest) => of_file(rest)?,
        None => of_snapshot(file)?,
    };
    Some(ArchiveName {
        text: text.to_owned(),
        storage_end: storage.len(),
        kind: parts.kind,
        vmid: parts.vmid,
        timestamp: parts.moment.epoch(),
        format: parts.format,
        compression: parts.compression,
    })
}

struct Parts {
    kind: GuestKind,
    vmid: u32,
    moment: Moment,
    format: ArchiveFormat,
    compression: Option<ArchiveCompression>,
}

/// `qemu-100-2026_01_01-00_00_00.vma.zst`
fn of_file(text: &str) -> Option<Parts> {
    let (stem, ending) = text.split_once('.')?;
    let (kind, rest) = stem.split_once('-')?;
    let (vmid, time) = rest.split_once('-')?;
    let (format, compression) = of_ending(ending)?;
    Some(Parts {
        kind: match kind {
            "qemu" => GuestKind::Qemu,
            "lxc" | "openvz" => GuestKind::Lxc,
            _ => return None,
        },
        vmid: of_vmid(vmid)?,
        moment: Moment::parse(time, "0000_00_00-00_00_00")?,
        format,
        compression,
    })
}

/// `vm/100/2026-01-01T00:00:00Z`
fn of_snapshot(text: &str) -> Option<Parts> {
    let (kind, rest) = text.split_once('/')?;
    let (vmid, time) = rest.split_once('/')?;
    Some(Parts {
        kind: match kind {
            "vm" => GuestKind::Qemu,
            "ct" => GuestKind::Lxc,
            _ => return None,
        },
        vmid: of_vmid(vmid)?,
        moment: Moment::parse(time, "0000-00-00T00:00:00Z")?,
        format: ArchiveFormat::Pbs,
        compression: None,
    })
}

/// `BACKUP_EXT_RE_2` of `PVE::Storage`.
fn of_ending(text: &str) -> Option<(ArchiveFormat, Option<ArchiveCompression>)> {
    if text == "tgz" {
        return Some((ArchiveFormat::Tar, Some(ArchiveCompression::Gzip)));
    }
    let (format, compression) = match text.split_once('.') {
        Some((format, compression)) => (format, Some(compression)),
        None => (text, None),
    };
    let format = match format {
        "vma" => ArchiveFormat::Vma,
        "tar" => ArchiveFormat::Tar,
        _ => return None,
    };
    let compression = match compression {
        None => None,
        Some("gz") => Some(ArchiveCompression::Gzip),
        Some("lzo") => Some(ArchiveCompression::Lzo),
        Some("zst") => Some(ArchiveCompression::Zstd),
        Some("bz2") => Some(ArchiveCompression::Bzip2),
        Some(_) => return None,
    };
    Some((format, compression))
}

/// A guest's id as `pve-vmid` has it: 100 to 999999999, without a zero in front.
fn of_vmid(text: &str) -> Option<u32> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    let vmid = text.parse().ok()?;
    (plain && (100..=999_999_999).contains(&vmid)).then_some(vmid)
}

/// A storage's name (`parse_storage_id` of `PVE::JSONSchema`).
fn is_storage(text: &str) -> bool {
    text.len() >= 2
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.ends_with(|c: char| c.is_ascii_alphanumeric())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

impl fmt::Display for ArchiveName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for ArchiveName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ArchiveName({})", self.text)
    }
}
