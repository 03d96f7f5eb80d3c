//! Waiting for a long task of Proxmox's whose log tells more than a percentage. The log alone is asked for, once a
//! second: its last line says that the task has ended. Now and then its state is asked for instead.

use std::time::Duration;

use drover_types::text::{Problem, Progress};
use pve_client::{TaskOutcome, Upid};

use super::call::Ended;
use super::context::StepContext;
use super::step::StepError;
use crate::clusters::Cluster;

/// How many lines are asked for at once.
const PAGE: u32 = 1000;
/// After how many looks at the log the task's state is asked for, though the log does not say that it has ended: a
/// worker that is killed writes no last line.
const LOOKS: u32 = 15;

/// Makes sense of a log, line by line.
pub(crate) trait LogReader: Send {
    /// Takes a line. Whether people should see it: not where it only tells how far the task is.
    fn read(&mut self, line: &str) -> bool;

    /// What the task does now, and percent where it is known; nothing before the log tells.
    fn progress(&self) -> Option<(Option<u8>, Progress)>;
}

impl StepContext {
    /// Waits for a task of Proxmox's that the call `key` has started, reads its log from the first line on, and notes
    /// its end. A task that has ended before is read again.
    ///
    /// # Errors
    /// Where it takes longer than `limit`, the task is cancelled or the process stops.
    pub(crate) async fn follow_log(
        &mut self,
        cluster: &Cluster,
        (key, upid): (&str, &Upid),
        limit: Duration,
        reader: &mut dyn LogReader,
    ) -> Result<Ended, StepError> {
        let (mut seen, mut copied) = (0, 0_usize);
        let (mut looks, mut is_over) = (0_u32, false);
        let ended = loop {
            looks += 1;
            if is_over || looks.is_multiple_of(LOOKS) {
                // In place of the log: one call at a time.
                if let Some(ended) = self.outcome(cluster, upid).await? {
                    // What was written between the last look and the end.
                    self.next_lines(cluster, (key, upid), (&mut seen, &mut copied), reader)
                        .await?;
                    break ended;
                }
                if (self.now() - self.started_at())
                    .to_std()
                    .is_ok_and(|took| took >= limit)
                {
                    let minutes = u32::try_from(limit.as_secs() / 60).unwrap_or(u32::MAX);
                    return Err(StepError::failed(Problem::StepTimedOut { minutes }));
                }
            } else {
                let part = self
                    .next_lines(cluster, (key, upid), (&mut seen, &mut copied), reader)
                    .await?;
                if let Some((percent, message)) = reader.progress() {
                    self.tell(percent, &message).await?;
                }
                is_over = part == Part::Last;
                if part != Part::Open {
                    continue;
                }
            }
            self.pause(self.settings().proxmox_poll).await?;
        };
        self.journal.end(key);
        self.save().await?;
        Ok(ended)
    }

    async fn outcome(&self, cluster: &Cluster, upid: &Upid) -> Result<Option<Ended>, StepError> {
        match self.ask(cluster, || cluster.client.task_status(upid)).await? {
            Ok(status) => Ok(status.outcome().map(|outcome| match outcome {
                TaskOutcome::Failed(reason) => Ended::Failed(reason),
                TaskOutcome::Ok | TaskOutcome::Warnings(_) => Ended::Done,
            })),
            Err(error) if error.is_not_found() => Ok(Some(Ended::Lost)),
            Err(error) => Err(StepError::proxmox(&cluster.name, &error)),
        }
    }

    /// Reads what is new since line `seen`, and copies what people should see and have not seen yet.
    async fn next_lines(
        &mut self,
        cluster: &Cluster,
        (key, upid): (&str, &Upid),
        (seen, copied): (&mut u64, &mut usize),
        reader: &mut dyn LogReader,
    ) -> Result<Part, StepError> {
        let start = *seen;
        let log = match self
            .ask(cluster, || cluster.client.task_log(upid, start, PAGE))
            .await?
        {
            Ok(log) => log,
            // The task itself says whether it is there.
            Err(error) => {
                tracing::debug!(%upid, %error, "the log of a Proxmox task can't be read");
                return Ok(Part::Open);
            }
        };
        let before = self.journal.lines(key);
        let room = self.settings().log_lines;
        let mut part = Part::Open;
        let (mut fresh, mut count) = (Vec::new(), 0);
        for line in log.lines {
            // An empty log is shown as one line that will be another (`PVE::Tools::dump_logfile`).
            if line.number <= start || line.text == "no content" {
                continue;
            }
            (*seen, count) = (line.number, count + 1);
            if is_last(&line.text) {
                part = Part::Last;
                continue;
            }
            if !reader.read(&line.text) || line.text.trim().is_empty() {
                continue;
            }
            *copied += 1;
            if line.number > before && *copied <= room {
                fresh.push(line.text);
            }
        }
        if part == Part::Open && count >= PAGE {
            part = Part::Full;
        }
        if fresh.is_empty() {
            // Lines that only tell a percentage are not worth a write.
            self.journal.set_lines(key, before.max(*seen));
        } else {
            self.copy_log(key, &fresh, before.max(*seen)).await?;
        }
        Ok(part)
    }
}

/// What was read of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// As much as fits into one answer; there is more.
    Full,
    /// All there is until now.
    Open,
    /// Its last line.
    Last,
}

/// Whether a worker says with this line that it has ended (`PVE::RESTEnvironment::fork_worker`).
fn is_last(line: &str) -> bool {
    line == "TASK OK" || line.starts_with("TASK ERROR: ") || line.starts_with("TASK WARNINGS: ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_worker_says_that_it_has_ended() {
        assert!(
            ["TASK OK", "TASK ERROR: job errors", "TASK WARNINGS: 1"]
                .into_iter()
                .all(is_last)
        );
        assert!(
            ![
                "INFO: TASK OK",
                "TASK",
                "INFO: Finished Backup of VM 100 (00:00:03)"
            ]
            .into_iter()
            .any(is_last)
        );
    }
}
