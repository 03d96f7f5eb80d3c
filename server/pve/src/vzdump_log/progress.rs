//! How far one guest is, and how the lines of its log move it on.

use super::line::{Copied, Line};
use super::speed::{Speed, left, left_by_share};
use super::words::{float, rounded};
use crate::wire::GuestKind;

/// What a guest's backup or restore is at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum LogPhase {
    /// It is prepared.
    #[default]
    Starting,
    /// The guest is brought to rest: its file systems are frozen, or it is suspended or shut down.
    Freezing,
    /// Data are copied.
    Copying,
    /// The backup is made, older ones are removed.
    Pruning,
    /// It is done.
    Finished,
    /// It failed, with Proxmox's reason.
    Failed(String),
}

/// How far a guest's backup or restore is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GuestProgress {
    /// The guest; a restore's log doesn't tell.
    pub vmid: Option<u32>,
    /// What it is, where the log tells.
    pub kind: Option<GuestKind>,
    /// Whether it is a restore.
    pub is_restore: bool,
    /// What it is at.
    pub phase: LogPhase,
    /// How much of the data is copied, from 0 to 1; never less than before. None where the log doesn't tell, as for
    /// a container.
    pub fraction: Option<f64>,
    /// Bytes read so far: zeroes too, and what the backup server has already.
    pub done_bytes: Option<u64>,
    /// Bytes to read: only what changed where it is incremental. A container's are known at the end.
    pub total_bytes: Option<u64>,
    /// Bytes read per second of late.
    pub read_bytes_per_second: Option<f64>,
    /// Seconds since data were first copied, at the latest line that tells.
    pub elapsed_seconds: Option<u64>,
    /// Whether it builds on the backup before: a virtual machine's by the list of blocks that changed (dirty bitmap), a
    /// container's by what the backup server has already.
    pub is_incremental: bool,
    /// Bytes that changed since the backup before, where Proxmox knows without reading.
    pub dirty_bytes: Option<u64>,
    /// Bytes that the backup server had already.
    pub reused_bytes: Option<u64>,
    /// The archive that is made: a file's path, or a backup server's snapshot such as `vm/100/2026-01-01T00:00:00Z`.
    pub archive: Option<String>,
    /// The archive's size; a backup server's snapshot has none of its own.
    pub archive_bytes: Option<u64>,
    /// The seconds that a backup took as a whole, once it is made.
    pub duration_seconds: Option<u64>,
}

impl GuestProgress {
    /// The share that is done, in whole percent.
    pub fn percent(&self) -> Option<u8> {
        // A share such as 0.29 is a little less than it says.
        let percent = rounded((self.fraction? * 100.0 + 1e-6).floor());
        u8::try_from(percent.min(100)).ok()
    }

    /// Whether nothing more comes.
    pub const fn is_ended(&self) -> bool {
        matches!(self.phase, LogPhase::Finished | LogPhase::Failed(_))
    }

    /// The seconds that copying will still take, by the rate of late, or by the time taken so far where the total isn't
    /// known. None before and after, and where nothing moves.
    pub fn remaining_seconds(&self) -> Option<u64> {
        if self.phase != LogPhase::Copying {
            return None;
        }
        if let (Some(done), Some(total), Some(rate)) =
            (self.done_bytes, self.total_bytes, self.read_bytes_per_second)
        {
            return left(done, total, rate);
        }
        left_by_share(self.fraction?, self.elapsed_seconds?)
    }
}

/// A guest's progress, with what it takes to go on reading.
#[derive(Debug, Clone, Default)]
pub(super) struct Guest {
    pub(super) progress: GuestProgress,
    speed: Speed,
    images: Images,
}

/// The images that a virtual machine is restored from, one after another.
#[derive(Debug, Clone, Copy, Default)]
struct Images {
    /// Volumes made for them.
    expected: u64,
    finished: u64,
    /// Whether the one at hand is next to nothing.
    tiny: bool,
    /// What those before took.
    bytes: u64,
    seconds: u64,
}

impl Images {
    /// The share that is done where each image counts the same, for want of their sizes.
    fn fraction(self, percent: f64) -> f64 {
        let expected = self.expected.max(self.finished + 1);
        (float(self.finished) + percent / 100.0) / float(expected)
    }
}

impl Guest {
    pub(super) fn backup(vmid: u32, kind: Option<GuestKind>) -> Self {
        let mut guest = Self::default();
        guest.progress.vmid = Some(vmid);
        guest.progress.kind = kind;
        guest
    }

    pub(super) fn restore(kind: Option<GuestKind>) -> Self {
        let mut guest = Self::default();
        guest.progress.is_restore = true;
        guest.progress.kind = kind;
        guest
    }

    /// Takes over what a line of its log says.
    pub(super) fn read(&mut self, line: &Line<'_>) {
        let progress = &mut self.progress;
        match *line {
            Line::Archive(name) => {
                progress.archive = Some(name.to_owned());
                // A virtual machine says by itself when copying begins.
                if progress.kind == Some(GuestKind::Lxc) {
                    progress.phase = LogPhase::Copying;
                }
            }
            Line::Freezes => progress.phase = LogPhase::Freezing,
            Line::Copies => progress.phase = LogPhase::Copying,
            Line::Prunes => progress.phase = LogPhase::Pruning,
            Line::Dirty { dirty, total } => {
                progress.is_incremental = true;
                progress.dirty_bytes = Some(dirty);
                progress.total_bytes = Some(dirty);
                progress.reused_bytes = Some(total.saturating_sub(dirty));
            }
            Line::Reused {
                bytes,
                of_tree: false,
            } => progress.reused_bytes = Some(bytes),
            Line::Reused { bytes, of_tree: true } => {
                progress.is_incremental = true;
                progress.reused_bytes = Some(progress.reused_bytes.unwrap_or(0).saturating_add(bytes));
            }
            Line::ArchiveSize(bytes) => progress.archive_bytes = Some(bytes),
            Line::Device { bytes } => {
                progress.total_bytes = Some(progress.total_bytes.unwrap_or(0).saturating_add(bytes));
            }
            Line::Volume => self.images.expected += 1,
            Line::Image { tiny } => {
                progress.phase = LogPhase::Copying;
                self.images.tiny = tiny;
            }
            Line::Copied(copied) => self.copied(copied),
            Line::Processed { done, seconds } => self.moved(done, seconds, None),
            Line::Tree { bytes, seconds } => self.tree(bytes, seconds),
            Line::Tar { bytes, rate } => {
                progress.total_bytes = Some(bytes);
                progress.done_bytes = progress.done_bytes.max(Some(bytes));
                progress.read_bytes_per_second = rate.map(float);
            }
            Line::Restored {
                percent,
                done,
                seconds,
            } => self.restored(percent, done, seconds),
            Line::ImageDone { bytes, seconds } => self.image_done(bytes, seconds),
            // What begins and ends a guest is its log's affair.
            Line::Starts { .. }
            | Line::Finished { .. }
            | Line::Failed { .. }
            | Line::Restores(_)
            | Line::Ends(_) => {}
        }
    }

    pub(super) fn finish(&mut self) {
        self.progress.phase = LogPhase::Finished;
        if self.progress.fraction.is_some() {
            self.progress.fraction = Some(1.0);
        }
    }

    pub(super) fn fail(&mut self, reason: &str) {
        self.progress.phase = LogPhase::Failed(reason.to_owned());
    }

    fn copied(&mut self, copied: Copied) {
        let (fraction, done) = share(copied.percent, copied.done, copied.total);
        self.progress.total_bytes = Some(copied.total);
        self.advance(fraction);
        self.moved(done, copied.seconds, Some(copied.rate));
    }

    fn tree(&mut self, bytes: u64, seconds: u64) {
        let progress = &mut self.progress;
        let total = progress.total_bytes.unwrap_or(0).saturating_add(bytes);
        progress.total_bytes = Some(total);
        progress.done_bytes = progress.done_bytes.max(Some(total));
        progress.elapsed_seconds = progress.elapsed_seconds.max(Some(seconds));
    }

    fn restored(&mut self, percent: u64, done: u64, seconds: u64) {
        let Images {
            bytes,
            seconds: before,
            tiny,
            ..
        } = self.images;
        let done = bytes.saturating_add(done);
        if let Some(total) = self.progress.total_bytes {
            let (fraction, done) = share(percent, done, total);
            self.advance(fraction);
            self.moved(done, seconds, None);
            return;
        }
        if !tiny {
            self.advance(self.images.fraction(float(percent.min(100))));
        }
        self.moved(done, before.saturating_add(seconds), None);
    }

    fn image_done(&mut self, bytes: u64, seconds: u64) {
        let images = &mut self.images;
        images.bytes = images.bytes.saturating_add(bytes);
        images.seconds = images.seconds.saturating_add(seconds);
        if images.tiny {
            images.expected = images.expected.saturating_sub(1);
        } else {
            images.finished += 1;
            let fraction = float(images.finished) / float(images.expected.max(images.finished));
            self.advance(fraction);
        }
        let Images { bytes, seconds, .. } = self.images;
        self.moved(bytes, seconds, None);
    }

    /// A share that is never less than before.
    fn advance(&mut self, fraction: f64) {
        let before = self.progress.fraction.unwrap_or(0.0);
        self.progress.fraction = Some(fraction.clamp(0.0, 1.0).max(before));
    }

    fn moved(&mut self, done: u64, seconds: u64, rate: Option<u64>) {
        self.speed.note(done, seconds, rate);
        let progress = &mut self.progress;
        progress.phase = LogPhase::Copying;
        progress.done_bytes = progress.done_bytes.max(Some(done));
        progress.elapsed_seconds = Some(seconds);
        progress.read_bytes_per_second = self.speed.rate();
    }
}

/// The share that is done and the bytes of it: by the bytes, which are the finer measure, unless the percent of the
/// line belies them, for the log rounds bytes so that nearly all of ten terabytes look like all of them.
fn share(percent: u64, done: u64, total: u64) -> (f64, u64) {
    if percent >= 100 {
        return (1.0, total);
    }
    let least = float(percent) / 100.0;
    if total == 0 {
        return (least, 0);
    }
    let by_bytes = float(done) / float(total);
    if (least..least + 0.01).contains(&by_bytes) {
        return (by_bytes, done);
    }
    let fraction = if by_bytes < least { least } else { least + 0.005 };
    (fraction, rounded(fraction * float(total)))
}
