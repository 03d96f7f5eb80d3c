//! Backups as pages show them: by server, and how much each storage holds.

use serde::{Deserialize, Serialize};

use super::archive::Archive;
use crate::guest::GuestKind;
use crate::ids::GuestId;

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
}
