//! What is shown at given lines of logs in each of Proxmox's forms.

use proptest::prelude::*;

use super::*;
use crate::wire::{GuestKind, TaskOutcome};

macro_rules! sample {
    ($name:literal) => {
        include_str!(concat!("../../tests/samples/", $name, ".log"))
    };
}

const SAMPLES: [&str; 13] = [
    sample!("vm_lvmthin_to_directory"),
    sample!("vm_zfs_stopped"),
    sample!("vm_to_pbs_full"),
    sample!("vm_to_pbs_incremental"),
    sample!("vm_pve6"),
    sample!("ct_to_directory"),
    sample!("ct_to_pbs"),
    sample!("job_with_errors"),
    sample!("interrupted"),
    sample!("restore_vma"),
    sample!("restore_pbs"),
    sample!("restore_ct"),
    sample!("restore_failed"),
];

/// The log up to the line that starts with these words, its level aside.
fn until(sample: &str, words: &str) -> VzdumpLog {
    let mut log = VzdumpLog::default();
    for line in sample.lines() {
        log.read(line);
        let text = line.strip_prefix("INFO:").unwrap_or(line).trim_start();
        if text.starts_with(words) {
            return log;
        }
    }
    panic!("no line starts with {words:?}");
}

fn whole(sample: &str) -> VzdumpLog {
    let mut log = VzdumpLog::default();
    sample.lines().for_each(|line| log.read(line));
    log
}

fn mib(bytes: Option<u64>) -> String {
    bytes.map_or_else(|| "-".to_owned(), |bytes| (bytes >> 20).to_string())
}

/// Phase, percent, MiB done of total, seconds gone and left of the guest at hand.
fn shown(log: &VzdumpLog) -> String {
    let Some(guest) = log.current() else {
        return "nothing".to_owned();
    };
    let number = |number: Option<u64>| number.map_or_else(|| "-".to_owned(), |number| number.to_string());
    let phase = match &guest.phase {
        LogPhase::Failed(reason) => format!("Failed: {reason}"),
        phase => format!("{phase:?}"),
    };
    format!(
        "{phase} {}% {}/{} {}s left {}s",
        number(guest.percent().map(u64::from)),
        mib(guest.done_bytes),
        mib(guest.total_bytes),
        number(guest.elapsed_seconds),
        number(guest.remaining_seconds()),
    )
}

/// Holds what is shown after lines that start with given words to what is expected.
fn follow(sample: &str, expected: &[(&str, &str)]) {
    for (words, shows) in expected {
        assert_eq!(shown(&until(sample, words)), *shows, "{words}");
    }
}

#[test]
fn a_virtual_machine_goes_into_a_file() {
    follow(
        sample!("vm_lvmthin_to_directory"),
        &[
            ("starting new", "nothing"),
            ("status =", "Starting -% -/- -s left -s"),
            ("creating", "Starting -% -/- -s left -s"),
            ("issuing", "Freezing -% -/- -s left -s"),
            ("started", "Copying -% -/- -s left -s"),
            ("1%", "Copying 1% 400/32768 3s left 243s"),
            ("25%", "Copying 25% 8192/32768 60s left 181s"),
            ("62%", "Copying 62% 20480/32768 72s left 29s"),
            ("99%", "Copying 99% 32604/32768 160s left 2s"),
            ("100%", "Copying 100% 32768/32768 161s left 0s"),
            ("prune older", "Pruning 100% 32768/32768 161s left -s"),
            ("Finished", "Finished 100% 32768/32768 161s left -s"),
        ],
    );
}

#[test]
fn a_machine_of_terabytes_is_not_done_before_its_time() {
    follow(
        sample!("vm_zfs_stopped"),
        &[
            ("stopping", "Freezing -% -/- -s left -s"),
            ("0%", "Copying 0% 1228/10485760 3s left 25597s"),
            ("50%", "Copying 50% 5242880/10485760 14521s left 14365s"),
            ("99%", "Copying 99% 10433331/10485760 29000s left 146s"),
        ],
    );
}

#[test]
fn a_virtual_machine_goes_to_a_backup_server() {
    follow(
        sample!("vm_to_pbs_full"),
        &[("10%", "Copying 10% 3276/32768 30s left 267s")],
    );
    follow(
        sample!("vm_to_pbs_incremental"),
        &[
            ("using fast", "Copying -% -/2048 -s left -s"),
            ("25%", "Copying 25% 512/2048 4s left 12s"),
            ("75%", "Copying 75% 1536/2048 12s left 4s"),
        ],
    );
}

#[test]
fn a_log_of_proxmox_6_is_followed() {
    follow(
        sample!("vm_pve6"),
        &[
            ("status: 3%", "Copying 3% 1024/32768 3s left 94s"),
            ("status: 50%", "Copying 50% 16384/32768 60s left 59s"),
            ("delete old", "Pruning 100% 32768/32768 118s left -s"),
        ],
    );
}

#[test]
fn a_container_tells_no_share() {
    follow(
        sample!("ct_to_directory"),
        &[
            ("creating", "Copying -% -/- -s left -s"),
            ("Total", "Copying -% 2048/2048 -s left 0s"),
            ("Finished", "Finished -% 2048/2048 -s left -s"),
        ],
    );
    follow(
        sample!("ct_to_pbs"),
        &[
            ("starting first", "Starting -% -/- -s left -s"),
            ("suspending", "Freezing -% -/- -s left -s"),
            ("Upload directory", "Copying -% -/- -s left -s"),
            ("processed 7.5", "Copying -% 7680/- 60s left -s"),
            ("processed 12.0", "Copying -% 12288/- 120s left -s"),
            ("root.pxar: had", "Copying -% 16896/16896 150s left 0s"),
        ],
    );
}

#[test]
fn what_fails_stays_where_it_was() {
    follow(
        sample!("job_with_errors"),
        &[
            ("55%", "Copying 55% 4505/8192 18s left 15s"),
            ("aborting", "Copying 55% 4505/8192 18s left 15s"),
            (
                "ERROR: Backup of VM 401",
                "Failed: vma_queue_write: write error - Broken pipe 55% 4505/8192 18s left -s",
            ),
            ("Starting Backup of VM 402", "Starting -% -/- -s left -s"),
            (
                "ERROR: Backup of VM 402",
                "Failed: CT is locked (snapshot-delete) -% -/- -s left -s",
            ),
            ("TASK", "Finished 100% 1024/1024 2s left -s"),
        ],
    );
    follow(
        sample!("interrupted"),
        &[("TASK", "Failed: interrupted by signal 10% 819/8192 3s left -s")],
    );
}

#[test]
fn a_restore_is_followed() {
    follow(
        sample!("restore_vma"),
        &[
            ("restore vma", "Starting -% -/- -s left -s"),
            ("map 'drive-scsi0'", "Starting -% -/32768 -s left -s"),
            ("progress 1%", "Copying 1% 327/32768 1s left 99s"),
            ("progress 3%", "Copying 3% 983/32768 3s left 97s"),
            ("progress 50%", "Copying 50% 16384/32768 50s left 50s"),
            ("rescan", "Copying 100% 32768/32768 100s left 0s"),
            ("TASK", "Finished 100% 32768/32768 100s left -s"),
        ],
    );
    follow(
        sample!("restore_pbs"),
        &[
            ("new volume", "Starting -% -/- -s left -s"),
            ("restore proxmox", "Copying -% -/- -s left -s"),
            ("restore image", "Copying -% 0/- 0s left -s"),
            ("progress 1%", "Copying 0% 208/- 2s left -s"),
            ("progress 50%", "Copying 25% 10240/- 50s left 150s"),
            ("progress 20%", "Copying 60% 22938/- 103s left 69s"),
            ("TASK", "Finished 100% 32768/- 109s left -s"),
        ],
    );
    follow(
        sample!("restore_ct"),
        &[
            ("recovering", "Starting -% -/- -s left -s"),
            ("restoring", "Copying -% -/- -s left -s"),
            ("TASK", "Finished -% 2048/2048 -s left -s"),
        ],
    );
}

#[test]
fn what_came_of_it_is_told() {
    let log = whole(sample!("vm_lvmthin_to_directory"));
    let guest = log.guest(104).unwrap();
    assert_eq!(
        (guest.kind, guest.is_restore, guest.is_incremental),
        (Some(GuestKind::Qemu), false, false)
    );
    assert_eq!(
        guest.archive.as_deref(),
        Some("/mnt/archive/dump/vzdump-qemu-104-2026_03_02-21_00_04.vma.zst")
    );
    assert_eq!(
        (mib(guest.archive_bytes).as_str(), guest.duration_seconds),
        ("9635", Some(168))
    );
    assert_eq!(log.outcome(), Some(&TaskOutcome::Ok));

    let log = whole(sample!("vm_to_pbs_full"));
    let guest = log.guest(120).unwrap();
    assert_eq!(guest.archive.as_deref(), Some("vm/120/2026-03-04T00:00:02Z"));
    assert_eq!(
        (guest.is_incremental, guest.dirty_bytes, guest.archive_bytes),
        (false, None, None)
    );
    assert_eq!(mib(guest.reused_bytes), "12021");

    let ct = whole(sample!("ct_to_pbs"));
    let guest = ct.guest(302).unwrap();
    assert_eq!(guest.archive.as_deref(), Some("ct/302/2026-03-06T04:00:00Z"));
    assert_eq!(
        (guest.is_incremental, mib(guest.reused_bytes)),
        (true, "15360".to_owned())
    );
    assert_eq!(
        (guest.kind, guest.duration_seconds),
        (Some(GuestKind::Lxc), Some(254))
    );

    let old = whole(sample!("vm_pve6"));
    let archive = old.guest(200).unwrap().archive.as_deref();
    assert_eq!(
        archive,
        Some("/var/lib/vz/dump/vzdump-qemu-200-2020_03_14-03_00_02.vma.lzo")
    );
}

#[test]
fn an_incremental_backup_reads_only_what_changed() {
    let log = until(sample!("vm_to_pbs_incremental"), "using fast");
    let guest = log.current().unwrap();
    assert!(guest.is_incremental);
    assert_eq!(
        (guest.dirty_bytes, guest.total_bytes),
        (Some(2 << 30), Some(2 << 30))
    );
    assert_eq!(guest.reused_bytes, Some(30 << 30));
    let log = whole(sample!("vm_to_pbs_incremental"));
    let guest = log.current().unwrap();
    assert_eq!(
        (guest.dirty_bytes, mib(guest.reused_bytes)),
        (Some(2 << 30), "30842".to_owned())
    );
}

#[test]
fn each_guest_of_a_job_has_its_own_end() {
    let log = whole(sample!("job_with_errors"));
    let ends: Vec<_> = log
        .guests()
        .map(|guest| (guest.vmid, guest.phase == LogPhase::Finished, guest.percent()))
        .collect();
    assert_eq!(
        ends,
        [
            (Some(401), false, Some(55)),
            (Some(402), false, None),
            (Some(403), true, Some(100))
        ]
    );
    assert_eq!(log.outcome(), Some(&TaskOutcome::Failed("job errors".into())));
    assert!(log.guests().all(GuestProgress::is_ended));
    assert!(log.guest(404).is_none());
}

#[test]
fn a_restore_that_fails_says_why() {
    let log = whole(sample!("restore_failed"));
    let guest = log.current().unwrap();
    assert_eq!(
        (guest.vmid, guest.is_restore, guest.percent()),
        (None, true, Some(40))
    );
    assert!(matches!(&guest.phase, LogPhase::Failed(reason) if reason.ends_with("exit code 1")));
    let warned = whole(sample!("restore_pbs"));
    assert_eq!(warned.outcome(), Some(&TaskOutcome::Warnings(1)));
    assert_eq!(warned.current().unwrap().phase, LogPhase::Finished);
}

#[test]
fn a_failure_that_comes_first_is_a_guests() {
    let mut log = VzdumpLog::default();
    log.read("ERROR: Backup of CT 700 failed - CT is locked (migrate)");
    let reason = "CT is locked (migrate)".to_owned();
    assert_eq!(log.guest(700).unwrap().phase, LogPhase::Failed(reason));
    log.read("TASK ERROR: job errors");
    assert_eq!(log.guests().len(), 1);

    let mut log = VzdumpLog::default();
    log.read("TASK ERROR: could not activate storage 'nfs'");
    assert!(log.current().is_none() && log.outcome().is_some());
}

#[test]
fn levels_may_be_left_out() {
    for sample in SAMPLES {
        let mut bare = VzdumpLog::default();
        let mut padded = VzdumpLog::default();
        let mut log = VzdumpLog::default();
        for line in sample.lines() {
            log.read(line);
            bare.read(line.strip_prefix("INFO: ").unwrap_or(line));
            padded.read(&format!("{line} \r\n"));
            assert_eq!(shown(&log), shown(&bare), "{line}");
            assert_eq!(shown(&log), shown(&padded), "{line}");
        }
    }
}

/// Whether no guest is less far than before.
fn is_on(before: &VzdumpLog, after: &VzdumpLog) -> bool {
    let ahead = |(old, new): (&GuestProgress, &GuestProgress)| {
        new.fraction >= old.fraction
            && new.percent() >= old.percent()
            && new.done_bytes >= old.done_bytes
            && new
                .fraction
                .is_none_or(|fraction| (0.0..=1.0).contains(&fraction))
    };
    before.guests().len() <= after.guests().len() && before.guests().zip(after.guests()).all(ahead)
}

#[test]
fn no_form_goes_back() {
    for sample in SAMPLES {
        let mut log = VzdumpLog::default();
        for line in sample.lines() {
            let before = log.clone();
            log.read(line);
            assert!(is_on(&before, &log), "{line}");
        }
        assert!(log.guests().len() > 0);
    }
}

proptest! {
    #[test]
    fn whatever_comes_nothing_goes_back(picks in proptest::collection::vec((0_usize..SAMPLES.len(), any::<prop::sample::Index>()), 0..60)) {
        let mut log = VzdumpLog::default();
        for (sample, at) in picks {
            let lines: Vec<&str> = SAMPLES[sample].lines().collect();
            let before = log.clone();
            log.read(lines[at.index(lines.len())]);
            prop_assert!(is_on(&before, &log));
        }
    }

    #[test]
    fn percents_that_jump_about_only_rise(
        steps in proptest::collection::vec((0_u64..=120, 0_u64..=40, 0_u64..=40, 0_u64..9_000), 1..40),
        words in 0_usize..4,
    ) {
        let mut log = VzdumpLog::default();
        log.read("INFO: Starting Backup of VM 100 (qemu)");
        for (percent, done, total, seconds) in steps {
            let before = log.clone();
            log.read(&match words {
                0 => format!("INFO: {percent:3}% ({done}.0 GiB of {total}.0 GiB) in {seconds}s, read: {done}.0 MiB/s, write: 0 B/s"),
                1 => format!("INFO: status: {percent}% ({done}/{total}), sparse 0% (0), duration {seconds}, read/write {done}/0 MB/s"),
                2 => format!("progress {percent}% (read {done} bytes, duration {seconds} sec)"),
                _ => format!("restore image complete (bytes={done}, duration={seconds}.00s, speed=1.00MB/s)"),
            });
            prop_assert!(is_on(&before, &log));
            if let Some(guest) = log.current() {
                prop_assert!(guest.remaining_seconds().is_none_or(|left| left < u64::MAX));
            }
        }
    }

    #[test]
    fn no_text_panics(lines in proptest::collection::vec("\\PC{0,60}", 0..20)) {
        let mut log = VzdumpLog::default();
        for line in lines {
            log.read(&line);
            log.read(&format!("INFO: {line}"));
        }
    }
}
