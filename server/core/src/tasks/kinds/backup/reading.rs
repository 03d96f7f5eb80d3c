//! What the logs of backups and restores come to for people.

use drover_types::text::{Problem, Progress};
use pve_client::{DumpPhase, VzdumpLog};

use crate::tasks::follow_log::LogReader;

/// Reads the log of a backup or a restore of one guest.
#[derive(Default)]
pub(super) struct Reading {
    log: VzdumpLog,
}

impl Reading {
    /// The archive that a backup has made: its file or its snapshot, without the storage.
    pub(super) fn archive(&self) -> Option<&str> {
        self.log.current()?.archive.as_deref()
    }

    /// Why the guest could not be backed up, in Proxmox's words: the task itself says only that there were errors.
    pub(super) fn failure(&self) -> Option<&str> {
        self.log.current()?.failure.as_deref()
    }
}

impl LogReader for Reading {
    fn read(&mut self, line: &str) -> bool {
        let before = self.log.current().and_then(|dump| dump.done_bytes);
        self.log.read(line);
        before == self.log.current().and_then(|dump| dump.done_bytes)
    }

    fn progress(&self) -> Option<(Option<u8>, Progress)> {
        let dump = self.log.current()?;
        if dump.phase == DumpPhase::Waiting {
            return Some((None, Progress::WaitingForOtherBackup));
        }
        let (done_bytes, total_bytes) = (dump.done_bytes?, dump.total_bytes?);
        let percent = dump.percent();
        let message = Progress::Copying {
            done_bytes,
            total_bytes,
            bytes_per_second: dump.read_bytes_per_second,
            seconds_left: dump.seconds_left(),
            incremental: dump.is_incremental,
        };
        Some((percent, message))
    }
}

/// What Proxmox's words for a failed backup or restore mean.
pub(super) fn problem_of(reason: &str, storage: &str, kind: &str) -> Problem {
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
