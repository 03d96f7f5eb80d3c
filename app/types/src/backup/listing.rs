//! Backups as pages show them: by server, and how much each storage holds.

use serde::{Deserialize, Serialize};

use super::archive::Archive;
use crate::guest::GuestKind;
use crate::ids::GuestId;
use crate::text::Problem;
use crate::units::GIB;

/// What kind of storage keeps only what is new of a backup.
const BACKUP_SERVER: &str = "pbs";

/// Whether something backs a server up by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Coverage {
    /// A job does.
    Covered,
    /// No job that is switched on names it.
    Uncovered,
    /// The jobs could not be read, or the server is not there any more.
    Unknown,
}

/// A guest with what there is of its backups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BackedUpServer {
    /// Which guest.
    pub guest: GuestId,
    /// What kind.
    pub kind: GuestKind,
    /// Its name; that of one which is gone as the notes on its newest backup say, else empty.
    pub name: String,
    /// The node it is on; `None` where it is gone.
    pub node: Option<String>,
    /// When its newest backup was made that is not known to be broken, in seconds since 1970.
    pub newest: Option<i64>,
    /// Since when it has had no good backup: since the newest, or since it was made. `None` where that is not known, be it
    /// that storages have not told yet.
    pub without_since: Option<i64>,
    /// How many there are.
    pub count: u32,
    /// Their sizes together, in bytes.
    pub bytes: u64,
    /// The storages that hold them, in order.
    pub storages: Vec<String>,
    /// Whether a job makes them.
    pub coverage: Coverage,
}

impl BackedUpServer {
    /// Whether its guest is there.
    pub const fn exists(&self) -> bool {
        self.node.is_some()
    }

    /// Whether it has had no good backup for `days` at `now`.
    pub fn is_overdue(&self, days: u32, now: i64) -> bool {
        let since = now - i64::from(days) * 86_400;
        self.exists() && self.without_since.is_some_and(|at| at < since)
    }
}

/// A storage that may hold backups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BackupStorage {
    /// The cluster it is in.
    pub cluster: String,
    /// Its name.
    pub storage: String,
    /// The node whose it is; `None` where the nodes share it.
    pub node: Option<String>,
    /// Proxmox's plugin type, such as `dir` or `pbs`.
    pub kind: String,
    /// Its size in bytes.
    pub total_bytes: u64,
    /// Bytes in use.
    pub used_bytes: u64,
    /// What of backups it holds, as far as the reader may see them.
    pub holds: Totals,
    /// When it last told what it holds, in seconds since 1970; `None` where it never did.
    pub fetched_at: Option<i64>,
    /// Why it did not answer when it was last asked; `None` where it did.
    pub problem: Option<String>,
}

/// How many backups, and how large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Totals {
    /// How many.
    pub count: u32,
    /// Bytes.
    pub bytes: u64,
}

impl Totals {
    /// Counts one more.
    pub const fn add(&mut self, archive: &Archive) {
        self.count += 1;
        self.bytes = self.bytes.saturating_add(archive.bytes);
    }
}

/// All that the page of backups shows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BackupsOverview {
    /// The servers that could have backups, and the guests that are gone and have some.
    pub servers: Vec<BackedUpServer>,
    /// The storages.
    pub storages: Vec<BackupStorage>,
    /// After how many days without a backup a server is overdue.
    pub overdue_days: u32,
    /// Clusters whose backup jobs could not be read.
    pub jobs_unknown: Vec<String>,
}

/// The backups of one guest, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerBackups {
    /// Which guest.
    pub guest: GuestId,
    /// Its backups.
    pub archives: Vec<Archive>,
    /// The jobs that make them.
    pub jobs: Vec<String>,
    /// The storages on which a backup of it can be put now.
    pub targets: Vec<BackupStorage>,
    /// Storages that did not answer when they were last asked: what they hold may be more than is shown.
    pub silent: Vec<String>,
}

impl ServerBackups {
    /// Where a storage seems to have less free than the next backup takes: how much that is.
    pub fn shortage(&self, storage: &str) -> Option<Problem> {
        let target = self.targets.iter().find(|one| one.storage == storage)?;
        let needed = likely_bytes(self.archives.iter(), storage, &target.kind)?;
        let free = target.total_bytes.saturating_sub(target.used_bytes);
        (target.total_bytes > 0).then(|| shortage(storage, needed, free))?
    }
}

/// How much the next backup of a guest may take, as far as can be told: what its newest one takes, of `archives`, on
/// whatever storage of that sort. Nobody knows that of a first one, nor how much of one is new to a backup server.
pub fn likely_bytes<'a>(
    archives: impl Iterator<Item = &'a Archive>,
    storage: &str,
    kind: &str,
) -> Option<u64> {
    if kind == BACKUP_SERVER {
        return None;
    }
    let files = archives.filter(|one| !one.format.starts_with(BACKUP_SERVER));
    let newest = files.max_by_key(|one| (one.storage == storage, one.made_at));
    newest.map(|one| one.bytes)
}

/// That a storage has less free than is needed. It is no reason to refuse a backup: the next one may be smaller, and
/// older ones may be pruned before.
pub fn shortage(storage: &str, needed: u64, free: u64) -> Option<Problem> {
    (free < needed).then(|| Problem::NotEnoughSpace {
        storage: storage.to_owned(),
        needed_gb: needed.div_ceil(GIB),
        free_gb: free / GIB,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_overdue_some_days_after_its_backup_and_one_that_is_gone_never() {
        let mut server = BackedUpServer {
            guest: GuestId::new("lab", 100),
            kind: GuestKind::Qemu,
            name: "web".into(),
            node: Some("pve1".into()),
            newest: None,
            without_since: None,
            count: 0,
            bytes: 0,
            storages: Vec::new(),
            coverage: Coverage::Uncovered,
        };
        let now = 1_800_000_000;
        assert!(!server.is_overdue(7, now), "nobody has told yet");
        server.without_since = Some(now - 7 * 86_400);
        assert!(!server.is_overdue(7, now));
        server.without_since = Some(now - 7 * 86_400 - 1);
        assert!(server.is_overdue(7, now));
        server.node = None;
        assert!(!server.is_overdue(7, now));
    }

    #[test]
    fn room_is_short_where_the_newest_backup_would_not_fit_and_never_on_a_backup_server() {
        let archive = |storage: &str, made_at: i64, gib: u64| Archive {
            volume: format!("{storage}:backup/vzdump-qemu-100-{made_at}.vma.zst"),
            storage: storage.into(),
            node: None,
            kind: Some(GuestKind::Qemu),
            vmid: Some(100),
            made_at,
            bytes: gib * GIB,
            format: "vma.zst".into(),
            notes: None,
            protected: false,
            verification: None,
            encrypted: false,
        };
        let target = |storage: &str, kind: &str, total: u64| BackupStorage {
            cluster: "lab".into(),
            storage: storage.into(),
            node: None,
            kind: kind.into(),
            total_bytes: total * GIB,
            used_bytes: 0,
            holds: Totals::default(),
            fetched_at: None,
            problem: None,
        };
        let mut backups = ServerBackups {
            guest: GuestId::new("lab", 100),
            archives: vec![archive("nfs", 2, 8), archive("usb", 1, 2)],
            jobs: Vec::new(),
            targets: vec![
                target("nfs", "nfs", 5),
                target("usb", "dir", 3),
                target("other", "dir", 7),
                target("vault", "pbs", 1),
                target("unknown", "nfs", 0),
            ],
            silent: Vec::new(),
        };
        let short = |backups: &ServerBackups, storage: &str| backups.shortage(storage).is_some();
        assert_eq!(
            backups.shortage("nfs"),
            Some(Problem::NotEnoughSpace {
                storage: "nfs".into(),
                needed_gb: 8,
                free_gb: 5,
            })
        );
        assert!(!short(&backups, "usb"), "its own newest counts first");
        assert!(short(&backups, "other"));
        assert!(!short(&backups, "vault") && !short(&backups, "unknown") && !short(&backups, "gone"));
        backups.archives.clear();
        assert!(!short(&backups, "nfs"), "nobody knows of a first one");
    }
}
