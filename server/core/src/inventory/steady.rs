//! Keeps figures still that only tremble, so that a delta carries what a person would call a change.

use drover_types::cluster::{NodeRow, StorageRow};
use drover_types::guest::{GuestRow, GuestStatus};

/// Proxmox tells an uptime that is up to ten seconds old (`pvestatd` writes it, `PVE::Service::pvestatd`), and
/// the answer takes its time: start times that differ by less are the same start.
const SAME_START_SECONDS: i64 = 15;

/// Steps of load that a figure may be off without being told: without it, a guest on the edge of two steps
/// would change on every tick.
const LOAD_STEPS: u8 = 1;

/// Takes over from `old`, what was told last, what `new` does not really change.
pub(super) fn guest(old: &GuestRow, new: &mut GuestRow) {
    if new.status != GuestStatus::Running || old.status != GuestStatus::Running {
        return;
    }
    new.started_at = start(old.started_at, new.started_at);
    new.cpu_percent = load(old.cpu_percent, new.cpu_percent);
    new.memory_percent = load(old.memory_percent, new.memory_percent);
}

/// The same for a node.
pub(super) fn node(old: &NodeRow, new: &mut NodeRow) {
    if !(old.online && new.online) {
        return;
    }
    new.started_at = start(old.started_at, new.started_at);
    new.cpu_percent = load(old.cpu_percent, new.cpu_percent);
    new.memory_used_bytes = fill(old.memory_used_bytes, new.memory_used_bytes, new.memory_bytes);
}

/// The same for a storage. One that does not answer tells no size: what is known of it stays.
pub(super) fn storage(old: &StorageRow, new: &mut StorageRow) {
    if !new.active && new.total_bytes == 0 {
        (new.total_bytes, new.used_bytes) = (old.total_bytes, old.used_bytes);
    } else if old.active && new.active && old.total_bytes == new.total_bytes {
        new.used_bytes = fill(old.used_bytes, new.used_bytes, new.total_bytes);
    }
}

const fn start(old: i64, new: i64) -> i64 {
    if old != 0 && new != 0 && old.abs_diff(new) <= SAME_START_SECONDS.unsigned_abs() {
        old
    } else {
        new
    }
}

/// Zero and full are told at once: they are what people look for.
const fn load(old: u8, new: u8) -> u8 {
    if new == 0 || new == 100 || old.abs_diff(new) > LOAD_STEPS {
        new
    } else {
        old
    }
}

/// Half a percent of the whole is no change.
const fn fill(old: u64, new: u64, whole: u64) -> u64 {
    if old.abs_diff(new) <= whole / 200 {
        old
    } else {
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trembling_is_no_change() {
        assert_eq!(load(40, 41), 40);
        assert_eq!(load(40, 42), 42);
        assert_eq!(load(1, 0), 0);
        assert_eq!(load(99, 100), 100);
        assert_eq!(start(1_000_000, 1_000_009), 1_000_000);
        assert_eq!(start(1_000_000, 1_000_060), 1_000_060);
        assert_eq!(start(0, 5), 5);
        assert_eq!(start(5, 0), 0);
        assert_eq!(fill(1_000, 1_004, 1_000_000), 1_000);
        assert_eq!(fill(1_000, 9_000, 1_000_000), 9_000);
    }

    #[test]
    fn the_size_of_a_storage_that_falls_silent_stays_known() {
        let row = |active, total_bytes, used_bytes| StorageRow {
            cluster: "lab".into(),
            node: "pve1".into(),
            name: "local-lvm".into(),
            kind: "lvmthin".into(),
            content: Vec::new(),
            shared: false,
            active,
            total_bytes,
            used_bytes,
            backup_problem: None,
        };
        let mut silent = row(false, 0, 0);
        storage(&row(true, 1_000, 400), &mut silent);
        assert_eq!(silent, row(false, 1_000, 400));
        let mut still_silent = row(false, 0, 0);
        storage(&silent, &mut still_silent);
        assert_eq!(still_silent, silent);
        let mut back = row(true, 2_000, 900);
        storage(&silent, &mut back);
        assert_eq!(back, row(true, 2_000, 900));
    }

    #[test]
    fn a_slow_drift_is_told_in_the_end() {
        let mut told = 10;
        for raw in 10..=20 {
            told = load(told, raw);
        }
        assert_eq!(told, 20);
    }
}
