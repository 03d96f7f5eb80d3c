//! What one line of a log says, whatever came before it.

use super::words::{clock, size, span, whole};
use crate::wire::{GuestKind, TaskOutcome};

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// A guest's backup begins.
    Starts { vmid: u32, kind: Option<GuestKind> },
    /// A guest's backup is made.
    Finished { vmid: u32, seconds: u64 },
    /// A guest's backup failed.
    Failed { vmid: u32, reason: &'a str },
    /// The archive is opened: a file or a snapshot.
    Archive(&'a str),
    /// The guest is brought to rest.
    Freezes,
    /// Data begin to be copied.
    Copies,
    /// Only these of so many bytes are read.
    Dirty { dirty: u64, total: u64 },
    /// A virtual machine's data, as far as they are copied.
    Copied(Copied),
    /// A container's data, as far as they are copied.
    Processed { done: u64, seconds: u64 },
    /// One of a container's file trees is copied.
    Tree { bytes: u64, seconds: u64 },
    /// A container's tar file is written or read.
    Tar { bytes: u64, rate: Option<u64> },
    /// So many bytes were on the backup server before; of one file tree, or of all.
    Reused { bytes: u64, of_tree: bool },
    /// The archive's size.
    ArchiveSize(u64),
    /// Older backups are removed.
    Prunes,
    /// A restore begins.
    Restores(Option<GuestKind>),
    /// A disk in the archive that is restored.
    Device { bytes: u64 },
    /// A volume is made for a disk that is restored.
    Volume,
    /// A disk's image is restored from a backup server; one of firmware or TPM is next to nothing.
    Image { tiny: bool },
    /// What is restored of the archive, or of the image.
    Restored { percent: u64, done: u64, seconds: u64 },
    /// A disk's image is restored.
    ImageDone { bytes: u64, seconds: u64 },
    /// The task ended.
    Ends(TaskOutcome),
}

/// A status line of a virtual machine's backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Copied {
    pub(super) percent: u64,
    pub(super) done: u64,
    pub(super) total: u64,
    pub(super) seconds: u64,
    /// What was read per second since the last one.
    pub(super) rate: u64,
}

impl<'a> Line<'a> {
    /// Reads a line, with its level in front or without; `None` where it says nothing that is followed here.
    pub(super) fn parse(line: &'a str) -> Option<Self> {
        let line = line.trim();
        if let Some(end) = line.strip_prefix("TASK ") {
            return ends(end);
        }
        if let Some(error) = line.strip_prefix("ERROR: ") {
            return failed(error);
        }
        let text = line.strip_prefix("INFO:").unwrap_or(line).trim_start();
        copied(text)
            .or_else(|| copied_before_6_2(text))
            .or_else(|| restored(text))
            .or_else(|| guest(text))
            .or_else(|| container(text))
            .or_else(|| step(text))
            .or_else(|| restore(text))
    }
}

fn ends(text: &str) -> Option<Line<'_>> {
    let outcome = match text.strip_prefix("ERROR: ") {
        Some(reason) => TaskOutcome::Failed(reason.to_owned()),
        None if text == "OK" || text.starts_with("WARNINGS: ") => TaskOutcome::parse(text),
        None => return None,
    };
    Some(Line::Ends(outcome))
}

/// The guest's id after the word for what it is; `PVE::VZDump` calls containers VMs too.
fn vmid(text: &str) -> Option<(u32, &str)> {
    let text = text.strip_prefix("VM ").or_else(|| text.strip_prefix("CT "))?;
    let (vmid, rest) = whole(text)?;
    Some((u32::try_from(vmid).ok()?, rest))
}

fn failed(text: &str) -> Option<Line<'_>> {
    let (vmid, rest) = vmid(text.strip_prefix("Backup of ")?)?;
    let reason = rest.strip_prefix(" failed - ")?;
    Some(Line::Failed { vmid, reason })
}

fn guest(text: &str) -> Option<Line<'_>> {
    if let Some(rest) = text.strip_prefix("Starting Backup of ") {
        let (vmid, rest) = vmid(rest)?;
        let kind = match rest.trim() {
            "(qemu)" => Some(GuestKind::Qemu),
            "(lxc)" | "(openvz)" => Some(GuestKind::Lxc),
            _ => None,
        };
        return Some(Line::Starts { vmid, kind });
    }
    let (vmid, rest) = vmid(text.strip_prefix("Finished Backup of ")?)?;
    let seconds = clock(rest.trim().strip_prefix('(')?.strip_suffix(')')?)?;
    Some(Line::Finished { vmid, seconds })
}

/// `12% (3.9 GiB of 32.0 GiB) in 33s, read: 117.0 MiB/s, write: 110.2 MiB/s`
fn copied(text: &str) -> Option<Line<'_>> {
    let (percent, rest) = whole(text)?;
    let (done, rest) = size(rest.strip_prefix("% (")?)?;
    let (total, rest) = size(rest.strip_prefix(" of ")?)?;
    let (seconds, rest) = span(rest.strip_prefix(") in ")?)?;
    let (rate, _) = size(rest.strip_prefix(", read: ")?)?;
    Some(Line::Copied(Copied {
        percent,
        done,
        total,
        seconds,
        rate,
    }))
}

/// `status: 3% (1073741824/34359738368), sparse 0% (0), duration 3, read/write 357/357 MB/s`, whose megabytes are of 1000².
fn copied_before_6_2(text: &str) -> Option<Line<'_>> {
    let (percent, rest) = whole(text.strip_prefix("status: ")?)?;
    let (done, rest) = whole(rest.strip_prefix("% (")?)?;
    let (total, rest) = whole(rest.strip_prefix('/')?)?;
    let (_, rest) = rest.split_once("duration ")?;
    let (seconds, rest) = whole(rest)?;
    let (rate, _) = whole(rest.strip_prefix(", read/write ")?)?;
    Some(Line::Copied(Copied {
        percent,
        done,
        total,
        seconds,
        rate: rate.checked_mul(1_000_000)?,
    }))
}

/// `progress 10% (read 429522944 bytes, duration 2 sec)`; a backup server's says more in between.
fn restored(text: &str) -> Option<Line<'_>> {
    let (percent, rest) = whole(text.strip_prefix("progress ")?)?;
    let (done, rest) = whole(rest.strip_prefix("% (read ")?)?;
    let (_, rest) = rest.rsplit_once("duration ")?;
    let (seconds, _) = whole(rest)?;
    Some(Line::Restored {
        percent,
        done,
        seconds,
    })
}

fn container(text: &str) -> Option<Line<'_>> {
    if let Some(rest) = text.strip_prefix("processed ") {
        let (done, rest) = size(rest)?;
        let (seconds, _) = span(rest.strip_prefix(" in ")?)?;
        return Some(Line::Processed { done, seconds });
    }
    let tar = ["Total bytes written: ", "Total bytes read: "];
    if let Some(rest) = tar.iter().find_map(|words| text.strip_prefix(words)) {
        let (bytes, rest) = whole(rest)?;
        let rate = rest.split_once(", ").and_then(|(_, rate)| size(rate));
        return Some(Line::Tar {
            bytes,
            rate: rate.map(|(rate, _)| rate),
        });
    }
    if let Some((tree, rest)) = text.split_once("backup was done incrementally, reused ") {
        let (bytes, _) = size(rest)?;
        let of_tree = !tree.is_empty();
        return Some(Line::Reused { bytes, of_tree });
    }
    // `root.pxar: had to backup 1.58 GiB of 16.3 GiB (compressed 286.6 MiB) in 133.26 s (average 12.1 MiB/s)`; version 1
    // of the backup server's client uploads.
    let (_, rest) = text
        .split_once(": had to backup ")
        .or_else(|| text.split_once(": had to upload "))?;
    let (_, rest) = size(rest)?;
    let (bytes, rest) = size(rest.strip_prefix(" of ")?)?;
    let (_, rest) = rest.rsplit_once(" in ")?;
    let (seconds, _) = span(rest)?;
    Some(Line::Tree { bytes, seconds })
}

fn step(text: &str) -> Option<Line<'_>> {
    if let Some(rest) = text.strip_prefix("creating ") {
        let (_, name) = rest.split_once("archive '")?;
        return Some(Line::Archive(name.strip_suffix('\'')?));
    }
    if let Some(rest) = text.strip_prefix("using fast incremental mode (dirty-bitmap), ") {
        let (dirty, rest) = size(rest)?;
        let (total, _) = size(rest.strip_prefix(" dirty of ")?)?;
        return Some(Line::Dirty { dirty, total });
    }
    if let Some(rest) = text.strip_prefix("archive file size: ") {
        return size(rest).map(|(bytes, _)| Line::ArchiveSize(bytes));
    }
    let says = |words: &[&str]| words.iter().any(|start| text.starts_with(start));
    if says(&[
        "issuing guest-agent 'fs-freeze'",
        "suspending guest",
        "suspend vm to make snapshot",
        "stopping virtual guest",
    ]) {
        return Some(Line::Freezes);
    }
    if says(&[
        "started backup task '",
        "starting template backup",
        "starting diskless backup",
    ]) {
        return Some(Line::Copies);
    }
    says(&["prune older backups with retention", "delete old backup '"]).then_some(Line::Prunes)
}

fn restore(text: &str) -> Option<Line<'_>> {
    if let Some(rest) = text.strip_prefix("DEV: ") {
        let (_, rest) = rest.split_once("size: ")?;
        return whole(rest).map(|(bytes, _)| Line::Device { bytes });
    }
    if let Some(rest) = text.strip_prefix("restore image complete (bytes=") {
        let (bytes, rest) = whole(rest)?;
        let (_, rest) = rest.rsplit_once(" duration=")?;
        let (seconds, _) = span(rest)?;
        return Some(Line::ImageDone { bytes, seconds });
    }
    if text.starts_with("restore proxmox backup image: ") {
        let tiny = text.contains("drive-efidisk") || text.contains("drive-tpmstate");
        return Some(Line::Image { tiny });
    }
    if text.starts_with("new volume ID is '") {
        return Some(Line::Volume);
    }
    if text.starts_with("restore vma archive: ") {
        return Some(Line::Restores(Some(GuestKind::Qemu)));
    }
    if text.starts_with("recovering backed-up configuration from '") {
        return Some(Line::Restores(Some(GuestKind::Lxc)));
    }
    // The words of a container's restore; a virtual machine's tar file, of before Proxmox VE 2.3, says the second too.
    let unpacks = (text.starts_with("restoring '") && text.ends_with("' now.."))
        || text.starts_with("extracting archive '");
    unpacks.then_some(Line::Copies)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_level_may_stand_in_front() {
        let line = "  4% (96.0 MiB of 2.0 GiB) in 1m 3s, read: 32.0 MiB/s, write: 0 B/s";
        let read = Some(Line::Copied(Copied {
            percent: 4,
            done: 96 << 20,
            total: 2 << 30,
            seconds: 63,
            rate: 32 << 20,
        }));
        assert_eq!(Line::parse(line), read);
        assert_eq!(Line::parse(&format!("INFO: {line}    \n")), read);
        assert_eq!(
            Line::parse("ERROR: Backup of CT 101 failed - no space left"),
            Some(Line::Failed {
                vmid: 101,
                reason: "no space left"
            })
        );
    }

    #[test]
    fn a_restore_of_today_and_of_old() {
        let read = Some(Line::Restored {
            percent: 3,
            done: 134_217_728,
            seconds: 1,
        });
        for line in [
            "progress 3% (read 134217728 bytes, duration 1 sec)",
            "progress 3% (read 134217728 bytes, zeroes = 0% (0 bytes), duration 1 sec)",
            "progress 3% (read 134217728 bytes, zeroes = 0% (0 bytes), nonzero writes = 32, chunks fetched = 30, duration 1 sec)",
        ] {
            assert_eq!(Line::parse(line), read, "{line}");
        }
        for line in [
            "restore image complete (bytes=540672, duration=1.60s, speed=2.00MB/s)",
            "restore image complete (bytes=540672, avg fetch time=1.5ms, storage nonzero total write time=0.1s, duration=1.60s, speed=2.00MB/s)",
        ] {
            let done = Line::ImageDone {
                bytes: 540_672,
                seconds: 2,
            };
            assert_eq!(Line::parse(line), Some(done), "{line}");
        }
    }

    #[test]
    fn a_task_ends_in_three_ways() {
        for (line, outcome) in [
            ("TASK OK", TaskOutcome::Ok),
            ("TASK WARNINGS: 2", TaskOutcome::Warnings(2)),
            ("TASK ERROR: job errors", TaskOutcome::Failed("job errors".into())),
            ("TASK ERROR: OK", TaskOutcome::Failed("OK".into())),
        ] {
            assert_eq!(Line::parse(line), Some(Line::Ends(outcome)));
        }
        assert_eq!(Line::parse("TASK FORCE"), None);
    }

    #[test]
    fn other_lines_say_nothing() {
        for line in [
            "",
            "INFO:",
            "INFO: status = running",
            "INFO: VM Name: Starting Backup of VM 1",
            "INFO: starting new backup job: vzdump 100 --storage nfs",
            "INFO: Starting Backup of VM x (qemu)",
            "INFO: Starting Backup of VM 99999999999 (qemu)",
            "INFO: Starting backup: ct/101/2026-01-01T00:00:00Z",
            "INFO: Finished Backup of VM 100",
            "INFO: scsi0: dirty-bitmap status: OK (2.2 GiB of 4.0 GiB dirty)",
            "INFO: transferred 2.21 GiB in 23 seconds (98.4 MiB/s)",
            "INFO: 4% (96.0 MiB of 2.2 GiB)",
            "INFO: status: 3% (1/2)",
            "ERROR: VM 100 qmp command 'backup' failed - got timeout",
            "progress",
            "progress 200",
            "INFO: creating snapshot",
        ] {
            assert_eq!(Line::parse(line), None, "{line}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,60}", start in proptest::sample::select(vec![
            "", "INFO: ", "status: ", "progress ", "processed ", "Total bytes read: ", "creating archive '", "DEV: size: ",
            "root.pxar: had to backup ", "restore image complete (bytes=", "Starting Backup of VM ", "TASK ", "ERROR: Backup of CT ",
        ])) {
            let line = format!("{start}{text}");
            Line::parse(&line);
        }
    }
}
