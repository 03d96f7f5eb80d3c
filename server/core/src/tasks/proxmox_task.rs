//! Waiting for a task of Proxmox's, with its percentage and its log, and stopping one.

use std::time::Duration;

use pve_client::{TaskOutcome, Upid};
use tokio::time::Instant;

use drover_types::text::Problem;

use super::call::Ended;
use super::context::StepContext;
use super::step::StepError;
use crate::clusters::Cluster;

/// How soon a task is looked at again that has just begun.
const FIRST_LOOK: Duration = Duration::from_millis(100);
/// How many lines of a log are asked for at once.
const PAGE: u32 = 500;

impl StepContext {
    /// Waits for a task of Proxmox's that the call `key` has started, and notes its end.
    ///
    /// # Errors
    /// Where it takes too long, the task is cancelled or the process stops.
    pub(crate) async fn follow(
        &mut self,
        cluster: &Cluster,
        key: &str,
        upid: &Upid,
    ) -> Result<Ended, StepError> {
        let since = Instant::now();
        let limit = self.settings().proxmox_limit;
        let ended = loop {
            let status = match self.ask(cluster, || cluster.client.task_status(upid)).await? {
                Ok(status) => status,
                Err(error) if error.is_not_found() => break Ended::Lost,
                Err(error) => return Err(StepError::proxmox(&cluster.name, &error)),
            };
            let outcome = status.outcome();
            self.read_log(cluster, key, upid).await?;
            match outcome {
                Some(TaskOutcome::Failed(reason)) => break Ended::Failed(reason),
                Some(_) => break Ended::Done,
                None if since.elapsed() >= limit => {
                    let minutes = u32::try_from(limit.as_secs() / 60).unwrap_or(u32::MAX);
                    return Err(StepError::failed(Problem::StepTimedOut { minutes }));
                }
                None => {
                    let pause = until_next_look(since.elapsed(), self.settings().proxmox_poll);
                    self.pause(pause).await?;
                }
            }
        };
        self.journal.end(key);
        self.save().await?;
        Ok(ended)
    }

    /// Takes over what is new in the log. A log that can't be read is no reason to fail.
    async fn read_log(&mut self, cluster: &Cluster, key: &str, upid: &Upid) -> Result<(), StepError> {
        let seen = self.journal.lines(key);
        let log = match self
            .unless_stopped(cluster.client.task_log(upid, seen, PAGE))
            .await?
        {
            Ok(log) => log,
            Err(error) => {
                tracing::debug!(%upid, %error, "the log of a Proxmox task can't be read");
                return Ok(());
            }
        };
        // An empty log is shown as one line that will be another (`PVE::Tools::dump_logfile`).
        let lines = log.lines.into_iter().filter(|line| line.text != "no content");
        let fresh: Vec<_> = lines.filter(|line| line.number > seen).collect();
        let Some(last) = fresh.last().map(|line| line.number) else {
            return Ok(());
        };
        let percent = fresh.iter().rev().find_map(|line| percent_of(&line.text));
        let room = self
            .settings()
            .log_lines
            .saturating_sub(usize::try_from(seen).unwrap_or(usize::MAX));
        let lines: Vec<String> = fresh
            .into_iter()
            .filter(|line| percent_of(&line.text).is_none() && !line.text.trim().is_empty())
            .filter(|line| line.text != "TASK OK")
            .take(room)
            .map(|line| line.text)
            .collect();
        // Lines that only tell a percentage are not worth a write.
        self.journal.set_lines(key, last);
        if !lines.is_empty() {
            self.copy_log(key, &lines, last).await?;
        }
        match percent {
            Some(percent) => self.percent(percent).await,
            None => Ok(()),
        }
    }

    /// Stops every task of Proxmox's that this step has started and waits until they have ended. What calls
    /// without an answer have done is left to the caller.
    ///
    /// # Errors
    /// Where Proxmox can't be reached or the process stops.
    pub(crate) async fn halt(&mut self, cluster: &Cluster) -> Result<(), StepError> {
        for call in self.journal.open() {
            let Some(upid) = &call.upid else { continue };
            match self.ask(cluster, || cluster.client.stop_task(upid)).await? {
                Ok(()) => {
                    self.follow(cluster, &call.key, upid).await?;
                }
                Err(error) if error.is_not_found() => self.forget(&call.key).await?,
                Err(error) => {
                    // Where it may not be stopped it is awaited.
                    tracing::warn!(%upid, %error, "a Proxmox task can't be stopped");
                    self.follow(cluster, &call.key, upid).await?;
                }
            }
        }
        Ok(())
    }
}

/// How long to wait before a task is looked at again that has been followed for so long: a short one is not kept
/// waiting for, and a long one not asked for in vain.
fn until_next_look(followed: Duration, longest: Duration) -> Duration {
    (followed / 8).max(FIRST_LOOK).min(longest)
}

/// The percentage that a line of progress ends with: `transferred 1.0 GiB of 10.0 GiB (10.05%)` of
/// `PVE::QemuServer`, `Image copying: 42% complete...` of `rbd`.
fn percent_of(line: &str) -> Option<u8> {
    let (before, _) = line.rsplit_once('%')?;
    let digits = before
        .rfind(|c: char| !c.is_ascii_digit() && c != '.')
        .map_or(before, |at| &before[at + 1..]);
    let whole = digits.split('.').next()?;
    whole.parse::<u8>().ok().filter(|percent| *percent <= 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_a_task_takes_the_less_often_it_is_looked_at() {
        let next =
            |followed| until_next_look(Duration::from_millis(followed), Duration::from_secs(1)).as_millis();
        assert_eq!([0, 400, 4_000, 60_000].map(next), [100, 100, 500, 1_000]);
        let short = Duration::from_millis(20);
        assert_eq!(until_next_look(Duration::ZERO, short), short);
    }

    #[test]
    fn percentages_are_found() {
        assert_eq!(percent_of("transferred 1.0 GiB of 10.0 GiB (10.05%)"), Some(10));
        assert_eq!(
            percent_of("transferred 10.0 GiB of 10.0 GiB (100.00%)"),
            Some(100)
        );
        assert_eq!(percent_of("Image copying: 42% complete..."), Some(42));
        assert_eq!(
            percent_of("drive-scsi0: transferred 1.2 GiB of 9 GiB (12.00%) in 3s"),
            Some(12)
        );
        assert_eq!(percent_of("create full clone of drive scsi0"), None);
        assert_eq!(percent_of("100 % sure"), None);
        assert_eq!(percent_of("%"), None);
    }
}
