//! The log as a whole: which guest a line is about, and how the task ended.

use super::line::Line;
use super::progress::{Guest, GuestProgress};
use crate::wire::{GuestKind, TaskOutcome};

/// A log that is read line by line as it grows. A task that backs several guests up does so one after another.
#[derive(Debug, Clone, Default)]
pub struct VzdumpLog {
    guests: Vec<Guest>,
    outcome: Option<TaskOutcome>,
}

impl VzdumpLog {
    /// Reads the next line, with its level (`INFO: `) in front or without. A line that says nothing of interest, or
    /// that nobody knows, changes nothing.
    pub fn read(&mut self, line: &str) {
        let Some(line) = Line::parse(line) else {
            return;
        };
        match line {
            Line::Starts { vmid, kind } => self.guests.push(Guest::backup(vmid, kind)),
            Line::Finished { vmid, seconds } => {
                let guest = self.backup(vmid);
                guest.progress.duration_seconds = Some(seconds);
                guest.finish();
            }
            Line::Failed { vmid, reason } => self.backup(vmid).fail(reason),
            Line::Restores(kind) => self.restore(kind),
            Line::Ends(outcome) => self.end(outcome),
            Line::Volume | Line::Device { .. } | Line::Image { .. } | Line::Restored { .. } => {
                self.restore(Some(GuestKind::Qemu));
                self.go_on(&line);
            }
            line => self.go_on(&line),
        }
    }

    /// The guests, in the order in which they came. A restore has one, as soon as it says something.
    pub fn guests(&self) -> impl DoubleEndedIterator<Item = &GuestProgress> + ExactSizeIterator {
        self.guests.iter().map(|guest| &guest.progress)
    }

    /// The guest that came last: the one at hand while the task runs.
    pub fn current(&self) -> Option<&GuestProgress> {
        self.guests().next_back()
    }

    /// The latest backup of a guest.
    pub fn guest(&self, vmid: u32) -> Option<&GuestProgress> {
        self.guests().rev().find(|guest| guest.vmid == Some(vmid))
    }

    /// How the task ended; `None` while it runs.
    pub fn outcome(&self) -> Option<&TaskOutcome> {
        self.outcome.as_ref()
    }

    /// The backup that a line names by its guest; one that the log didn't begin, begins here.
    fn backup(&mut self, vmid: u32) -> &mut Guest {
        let known = self
            .guests
            .iter()
            .rposition(|guest| guest.progress.vmid == Some(vmid));
        let at = known.unwrap_or_else(|| {
            self.guests.push(Guest::backup(vmid, None));
            self.guests.len() - 1
        });
        &mut self.guests[at]
    }

    /// Begins a restore; a task restores one guest only.
    fn restore(&mut self, kind: Option<GuestKind>) {
        if self.guests.is_empty() {
            self.guests.push(Guest::restore(kind));
        }
    }

    /// Tells the guest at hand what a line says; one that is done doesn't listen.
    fn go_on(&mut self, line: &Line<'_>) {
        if let Some(guest) = self.guests.last_mut().filter(|guest| !guest.progress.is_ended()) {
            guest.read(line);
        }
    }

    fn end(&mut self, outcome: TaskOutcome) {
        if let Some(guest) = self.guests.last_mut().filter(|guest| !guest.progress.is_ended()) {
            match &outcome {
                TaskOutcome::Failed(reason) => guest.fail(reason),
                TaskOutcome::Ok | TaskOutcome::Warnings(_) => guest.finish(),
            }
        }
        self.outcome = Some(outcome);
    }
}
