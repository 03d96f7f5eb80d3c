//! What the logs of backups and restores come to for people.

use drover_types::text::{Problem, Progress};
use pve_client::{GuestProgress, LogPhase, VzdumpLog};

use crate::tasks::follow_log::LogReader;

/// Reads the log of a backup or a restore of one guest.
#[derive(Default)]
pub(super) struct Reading {
    log: VzdumpLog,
    /// Whether it waits for the one lock that `vzdump` takes for all of a node (`PVE::VZDump::getlock`).
    waits: bool,
    /// Whether it was given up for that lock. The worker ends without a word of its own then.
    missed: bool,
    /// Whether the storage is full. A compressor says so, of which QEMU sees no more than a broken pipe.
    full: bool,
}

impl Reading {
    /// The archive that a backup has made: its file or its snapshot, without the storage.
    pub(super) fn archive(&self) -> Option<&str> {
        self.log.current()?.archive.as_deref()
    }

    /// Why the guest could not be backed up, in Proxmox's words: the task itself says only that there were errors.
    pub(super) fn failure(&self) -> Option<&str> {
        match &self.log.current()?.phase {
            LogPhase::Failed(reason) => Some(reason),
            _ => None,
        }
    }

    /// What a failure for this reason means.
    pub(super) fn problem(&self, reason: &str, storage: &str, kind: &str) -> Problem {
        if self.missed {
            Problem::BackupTurnMissed
        } else if self.full {
            Problem::StorageFull {
                storage: storage.to_owned(),
            }
        } else {
            problem_of(reason, storage, kind)
        }
    }
}

impl LogReader for Reading {
    fn read(&mut self, line: &str) -> bool {
        let copied = |log: &VzdumpLog| log.current().map(|guest| (guest.done_bytes, guest.fraction));
        let before = copied(&self.log);
        self.log.read(line);
        if line.contains("global lock") {
            self.waits = line.contains("waiting");
        }
        self.missed |= line.contains("can't acquire lock") && line.contains("vzdump.lock");
        self.full |= line.contains("No space left on device");
        before == copied(&self.log)
    }

    fn progress(&self) -> Option<(Option<u8>, Progress)> {
        if self.waits {
            return Some((None, Progress::WaitingForOtherBackup));
        }
        let guest = self.log.current()?;
        if guest.phase != LogPhase::Copying {
            return None;
        }
        let message = Progress::Copying {
            done_bytes: guest.done_bytes?,
            total_bytes: guest.total_bytes,
            bytes_per_second: speed(guest),
            seconds_left: guest.remaining_seconds(),
            incremental: guest.is_incremental && guest.dirty_bytes.is_some(),
        };
        Some((guest.percent(), message))
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "bytes per second, which fit, and are none where they make no sense"
)]
fn speed(guest: &GuestProgress) -> Option<u64> {
    let speed = guest.read_bytes_per_second.filter(|speed| *speed >= 1.0)?;
    Some(speed as u64)
}

/// What Proxmox's words for a failed backup or restore mean.
fn problem_of(reason: &str, storage: &str, kind: &str) -> Problem {
    let reason = reason.to_ascii_lowercase();
    if reason.contains("no space left on device") || reason.contains("out of space") {
        Problem::StorageFull {
            storage: storage.to_owned(),
        }
    } else if reason.contains("got timeout") && reason.contains("lock") {
        Problem::GuestLocked { lock: String::new() }
    } else {
        Problem::ProxmoxTaskFailed {
            kind: kind.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_says_how_far_it_is_and_what_it_made() {
        let mut reading = Reading::default();
        let lines = [
            "INFO: trying to get global lock - waiting...",
            "INFO: got global lock",
            "INFO: Starting Backup of VM 100 (qemu)",
            "INFO: creating vzdump archive '/mnt/pve/nfs/dump/vzdump-qemu-100-2026_01_31-02_00_00.vma.zst'",
            "INFO:  25% (8.0 GiB of 32.0 GiB) in 20s, read: 410.0 MiB/s, write: 300.0 MiB/s",
        ];
        let shown: Vec<_> = lines
            .into_iter()
            .map(|line| (reading.read(line), reading.progress().map(|(percent, _)| percent)))
            .collect();
        assert_eq!(shown[0], (true, Some(None)), "it waits");
        assert_eq!(shown[1], (true, None));
        assert_eq!(
            shown[4],
            (false, Some(Some(25))),
            "progress is no line for people"
        );
        assert!(reading.archive().unwrap().ends_with("-02_00_00.vma.zst") && reading.failure().is_none());
        reading.read("ERROR: Backup of VM 100 failed - no space left");
        assert_eq!(reading.failure(), Some("no space left"));
    }

    #[test]
    fn what_only_a_line_of_the_log_tells_is_named() {
        let after = |line| {
            let mut reading = Reading::default();
            reading.read(line);
            reading.problem("unexpected status", "nfs", "vzdump")
        };
        assert_eq!(
            after("zstd: error 70 : Write error : cannot write block : No space left on device"),
            Problem::StorageFull {
                storage: "nfs".into()
            }
        );
        assert_eq!(
            after("ERROR: can't acquire lock '/var/run/vzdump.lock' - got timeout"),
            Problem::BackupTurnMissed
        );
        assert_eq!(
            after("INFO: got global lock"),
            Problem::ProxmoxTaskFailed {
                kind: "vzdump".into()
            }
        );
    }

    #[test]
    fn a_full_storage_and_a_held_lock_are_named() {
        let problem = |reason| problem_of(reason, "nfs", "vzdump");
        let full = "vma_queue_write: write error - No space left on device";
        assert_eq!(
            problem(full),
            Problem::StorageFull {
                storage: "nfs".into()
            }
        );
        let held = "can't acquire lock '/var/lock/qemu-server/lock-100.conf' - got timeout";
        assert_eq!(problem(held), Problem::GuestLocked { lock: String::new() });
        assert_eq!(
            problem("job failed"),
            Problem::ProxmoxTaskFailed {
                kind: "vzdump".into()
            }
        );
    }
}
