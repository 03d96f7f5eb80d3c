//! What a step is given: the task, a clock, a journal that survives the process, and ways to tell how it goes.
//! Every write is fenced by the lease.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use drover_types::ids::{GuestId, TaskId};
use drover_types::task::StepName;
use drover_types::text::Progress;
use pve_client::Upid;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::engine::Place;
use super::journal::{Journal, Past};
use super::settings::TaskSettings;
use super::step::StepError;
use crate::clock::Clock;
use crate::events::{Change, Events, Write};
use crate::store::task_steps::{self, StepRecord};
use crate::store::tasks::{self, Lease, TaskRecord, encode};
use crate::store::{Db, Unique, audit, violated};

/// How often a percentage is written and told at most.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// One claim of a task, shared by its steps.
pub(crate) struct Run {
    pub db: Db,
    pub events: Events,
    pub clock: Clock,
    pub settings: Arc<TaskSettings>,
    pub lease: Lease,
    /// The task as it was when it was claimed.
    pub task: TaskRecord,
    /// Cancelled where somebody asked for the task to be cancelled.
    pub cancel: CancellationToken,
    /// Cancelled where the process stops.
    pub stop: CancellationToken,
    /// Its place among the runs of this process.
    pub place: Place,
}

impl Run {
    /// A transaction that fails where the lease is lost.
    pub(crate) async fn write(&self) -> Result<Write<'_>, StepError> {
        let mut write = self.events.begin().await?;
        if !tasks::fence(&mut write.tx, self.lease, self.clock.now()).await? {
            return Err(StepError::LeaseLost);
        }
        Ok(write)
    }

    /// Tells that the task's parent is further, as its children's progress is its own.
    pub(crate) fn tell_parent(&self) {
        if let Some(parent) = self.task.row.parent {
            self.events.tell(Change::Task(parent));
        }
    }

    /// Writes a line to the log and says it as what is happening now.
    pub(crate) async fn log(&self, step: Option<StepName>, message: &Progress) -> Result<(), StepError> {
        let mut write = self.write().await?;
        task_steps::log(&mut write.tx, self.lease.task, step, message, self.clock.now()).await?;
        tasks::set_message(&mut write.tx, self.lease.task, message).await?;
        write.commit().await?;
        self.events.tell(Change::Task(self.lease.task));
        Ok(())
    }
}

/// Takes the run's place again when it is dropped.
pub(crate) struct Aside(Arc<Run>);

impl Drop for Aside {
    fn drop(&mut self) {
        self.0.place.come_back();
    }
}

/// Which part of the whole task a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share {
    /// Weight of the steps before.
    pub before: u32,
    /// Weight of this step.
    pub own: u32,
    /// Weight of all steps.
    pub total: u32,
}

impl Share {
    /// Percent of the whole where the step is at `percent` of its own.
    pub(crate) fn of_whole(self, percent: u8) -> u8 {
        let done = u64::from(self.before) * 100 + u64::from(self.own) * u64::from(percent);
        u8::try_from(done / u64::from(self.total.max(1)))
            .unwrap_or(100)
            .min(100)
    }
}

/// What a step is given.
pub(crate) struct StepContext {
    pub(super) run: Arc<Run>,
    pub(super) name: StepName,
    position: i64,
    started_at: Option<DateTime<Utc>>,
    pub(super) journal: Journal,
    undoing: bool,
    /// Whether a cancel comes too late.
    deaf: bool,
    share: Share,
    percent: u8,
    told: Option<Instant>,
}

impl StepContext {
    pub(super) fn new(
        run: Arc<Run>,
        record: &StepRecord,
        share: Share,
        undoing: bool,
    ) -> Result<Self, StepError> {
        let journal = Journal::read(record.journal.as_deref())?;
        Ok(Self {
            run,
            name: record.row.name,
            position: record.position,
            started_at: record.row.started_at,
            journal,
            undoing,
            deaf: undoing,
            share,
            percent: record.row.progress.unwrap_or(0),
            told: None,
        })
    }

    /// The task's id.
    pub(crate) fn task(&self) -> TaskId {
        self.run.lease.task
    }

    /// The database, to read from.
    pub(crate) fn db(&self) -> &Db {
        &self.run.db
    }

    /// What must not be read by others, sealed.
    pub(crate) fn secret(&self) -> Option<&str> {
        self.run.task.secret.as_deref()
    }

    /// Times and limits.
    pub(crate) fn settings(&self) -> &TaskSettings {
        &self.run.settings
    }

    /// The time.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.run.clock.now()
    }

    /// When the step was first begun, in this process or one before.
    pub(crate) fn started_at(&self) -> DateTime<Utc> {
        self.started_at.unwrap_or_else(|| self.now())
    }

    /// Whether the step should go on. Every step asks between its calls.
    ///
    /// # Errors
    /// Where the task is cancelled or the process stops.
    pub(crate) fn check(&self) -> Result<(), StepError> {
        if self.run.stop.is_cancelled() {
            return Err(StepError::Interrupted);
        }
        if !self.deaf && self.run.cancel.is_cancelled() {
            return Err(StepError::Cancelled);
        }
        Ok(())
    }

    /// From here on a cancel changes nothing.
    pub(super) const fn ignore_cancel(&mut self) {
        self.deaf = true;
    }

    /// Ends here where somebody has asked for the task to be cancelled, though the step is one that finishes.
    ///
    /// # Errors
    /// Where the task is cancelled.
    pub(crate) fn heed_cancel(&self) -> Result<(), StepError> {
        if !self.undoing && self.run.cancel.is_cancelled() {
            return Err(StepError::Cancelled);
        }
        Ok(())
    }

    /// Waits.
    ///
    /// # Errors
    /// Where the task is cancelled or the process stops meanwhile.
    pub(crate) async fn pause(&self, time: Duration) -> Result<(), StepError> {
        self.unless_stopped(tokio::time::sleep(time)).await
    }

    /// Awaits something that changes nothing.
    ///
    /// # Errors
    /// Where the task is cancelled or the process stops meanwhile.
    pub(crate) async fn unless_stopped<T>(&self, future: impl Future<Output = T>) -> Result<T, StepError> {
        tokio::select! {
            biased;
            () = self.run.stop.cancelled() => Err(StepError::Interrupted),
            () = self.run.cancel.cancelled(), if !self.deaf => Err(StepError::Cancelled),
            output = future => Ok(output),
        }
    }

    /// Leaves the run's place to others for as long as the guard is kept: for waits that may be long and in which
    /// nothing is done.
    pub(crate) fn stand_aside(&self) -> Aside {
        self.run.place.stand_aside();
        Aside(Arc::clone(&self.run))
    }

    /// Writes a line to the log and says it as what is happening now.
    pub(crate) async fn log(&self, message: Progress) -> Result<(), StepError> {
        self.run.log(Some(self.name), &message).await
    }

    /// Writes lines to the log at once, and says `message` as what is happening now.
    pub(crate) async fn log_all(
        &self,
        lines: &[Progress],
        message: Option<&Progress>,
    ) -> Result<(), StepError> {
        let mut write = self.run.write().await?;
        for line in lines {
            task_steps::log(&mut write.tx, self.task(), Some(self.name), line, self.now()).await?;
        }
        if let Some(message) = message {
            tasks::set_message(&mut write.tx, self.task(), message).await?;
        }
        write.commit().await?;
        self.run.events.tell(Change::Task(self.task()));
        Ok(())
    }

    /// Who asked for the task.
    pub(crate) fn actor(&self) -> &str {
        &self.run.task.row.actor
    }

    /// A transaction that fails where the lease is lost.
    pub(crate) async fn write(&self) -> Result<Write<'_>, StepError> {
        self.run.write().await
    }

    /// Says which guest the task is about; `false` where another task is at work on it.
    pub(crate) async fn set_guest(
        &self,
        write: &mut Write<'_>,
        guest: Option<&GuestId>,
    ) -> Result<bool, StepError> {
        match tasks::set_guest(&mut write.tx, self.task(), guest).await {
            Err(error) if violated(&error) == Some(Unique::TaskOfGuest) => Ok(false),
            other => other.map(|()| true).map_err(StepError::from),
        }
    }

    /// Says how far the step is. Written and told once a second at most, and never backwards.
    pub(crate) async fn percent(&mut self, percent: u8) -> Result<(), StepError> {
        let percent = percent.min(99);
        let early = self.told.is_some_and(|told| told.elapsed() < TELL_EVERY);
        if self.undoing || early || percent <= self.percent {
            return Ok(());
        }
        self.percent = percent;
        self.told = Some(Instant::now());
        let mut write = self.run.write().await?;
        task_steps::set_progress(&mut write.tx, self.task(), self.position, percent).await?;
        tasks::set_progress(&mut write.tx, self.task(), self.share.of_whole(percent)).await?;
        write.commit().await?;
        self.run.events.tell(Change::Task(self.task()));
        self.run.tell_parent();
        Ok(())
    }

    /// Says how far the step is, where that is known, and what it does right now, without a line in the log. Written
    /// and told once a second at most.
    pub(crate) async fn tell(&mut self, percent: Option<u8>, message: &Progress) -> Result<(), StepError> {
        let early = self.told.is_some_and(|told| told.elapsed() < TELL_EVERY);
        if self.undoing || early {
            return Ok(());
        }
        self.told = Some(Instant::now());
        let mut write = self.run.write().await?;
        tasks::set_message(&mut write.tx, self.task(), message).await?;
        if let Some(percent) = percent
            .map(|percent| percent.min(99))
            .filter(|it| *it > self.percent)
        {
            self.percent = percent;
            task_steps::set_progress(&mut write.tx, self.task(), self.position, percent).await?;
            tasks::set_progress(&mut write.tx, self.task(), self.share.of_whole(percent)).await?;
        }
        write.commit().await?;
        self.run.events.tell(Change::Task(self.task()));
        self.run.tell_parent();
        Ok(())
    }

    /// What is known of a call of this step.
    pub(crate) fn past(&self, key: &str) -> Past {
        self.journal.past(key)
    }

    /// The task of Proxmox's that a call has started, whether or not its end was seen.
    pub(crate) fn upid_of(&self, key: &str) -> Option<Upid> {
        self.journal.upid(key).cloned()
    }

    /// The type of the task of Proxmox's that a call has started; empty where none is known.
    pub(crate) fn kind_of(&self, key: &str) -> String {
        self.journal.kind(key).unwrap_or_default().to_owned()
    }

    /// Strikes a call out of the journal.
    pub(crate) async fn forget(&mut self, key: &str) -> Result<(), StepError> {
        self.journal.forget(key);
        self.save().await
    }

    /// Strikes a call out of the journal without saving that: the caller does, together with something else.
    pub(crate) fn strike(&mut self, key: &str) {
        self.journal.forget(key);
    }

    /// Notes a time under a key, once.
    pub(crate) async fn note(&mut self, key: &str, at: DateTime<Utc>) -> Result<(), StepError> {
        if self.journal.past(key) != Past::Never {
            return Ok(());
        }
        self.journal.intend(key, at);
        self.save().await
    }

    /// Notes that a call is about to be sent, and saves that. With the first of a step that finishes, the task can't
    /// be called off any more: whoever asks for that at this moment is either seen here or told so.
    ///
    /// # Errors
    /// Where the task was called off before.
    pub(super) async fn intend(&mut self, key: &str, at: DateTime<Utc>) -> Result<(), StepError> {
        let is_last_chance = self.deaf && !self.undoing && self.journal.is_empty();
        let mut write = self.run.write().await?;
        if is_last_chance && tasks::is_cancelled(&mut write.tx, self.task()).await? {
            return Err(StepError::Cancelled);
        }
        self.journal.intend(key, at);
        self.save_in(&mut write, None).await?;
        write.commit().await?;
        if is_last_chance {
            self.run.events.tell(Change::Task(self.task()));
        }
        Ok(())
    }

    /// Saves the journal in a transaction of its own.
    pub(super) async fn save(&self) -> Result<(), StepError> {
        let mut write = self.run.write().await?;
        self.save_in(&mut write, None).await?;
        write.commit().await?;
        Ok(())
    }

    /// Saves the journal together with something else.
    pub(crate) async fn save_in(&self, write: &mut Write<'_>, upid: Option<&str>) -> Result<(), StepError> {
        let journal = encode(&self.journal)?;
        task_steps::set_journal(&mut write.tx, self.task(), self.position, &journal, upid).await?;
        if let Some(upid) = upid {
            audit::add_upid(&mut write.tx, self.task(), upid, self.now()).await?;
        }
        Ok(())
    }

    /// Takes lines of Proxmox's log over, and notes in the journal how many there were.
    pub(super) async fn copy_log(&mut self, key: &str, lines: &[String], seen: u64) -> Result<(), StepError> {
        self.journal.set_lines(key, seen);
        let mut write = self.run.write().await?;
        for line in lines {
            let line = Progress::ProxmoxLog { line: line.clone() };
            task_steps::log(&mut write.tx, self.task(), Some(self.name), &line, self.now()).await?;
        }
        self.save_in(&mut write, None).await?;
        write.commit().await?;
        self.run.events.tell(Change::Task(self.task()));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_part_of_the_whole() {
        let share = Share {
            before: 2,
            own: 6,
            total: 10,
        };
        assert_eq!([0, 50, 100].map(|percent| share.of_whole(percent)), [20, 50, 80]);
        assert_eq!(
            Share {
                before: 0,
                own: 0,
                total: 0
            }
            .of_whole(100),
            0
        );
    }
}
