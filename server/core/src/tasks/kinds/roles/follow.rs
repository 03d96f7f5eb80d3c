//! Follows a run to its end: its lines to the task's log, its sums to whoever asked.

use std::time::Duration;

use drover_types::role::PlayStatus;
use drover_types::text::Progress;
use tokio::time::Instant;

use super::masks::Masks;
use crate::ansible::{Counts, Line, Playing, Report};
use crate::tasks::context::StepContext;
use crate::tasks::step::StepError;

/// How long a line waits for others, so that they are written together.
const TOGETHER: Duration = Duration::from_millis(250);
/// How many are written together.
const MOST: usize = 50;
/// How long a line of Ansible's own, and the reason of a failure, may be.
const LONGEST_CAUSE: usize = 2_000;

/// What a run came to.
#[derive(Debug, Default)]
pub(super) struct Played {
    /// The sums.
    pub counts: Counts,
    /// Whether it went well.
    pub succeeded: bool,
    /// The first task that failed.
    pub failed_task: Option<String>,
    /// What that one said.
    pub cause: Option<String>,
}

/// How far a run is among those of its step.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    /// How many tasks of Ansible's were done before it.
    pub before: u32,
    /// How many all runs of the step are made of, as far as that can be told.
    pub total: u32,
}

impl Part {
    /// Percent, where `done` tasks of this run are.
    fn percent(self, done: u32) -> u8 {
        let done = u64::from(self.before + done) * 100;
        u8::try_from(done / u64::from(self.total.max(1)))
            .unwrap_or(99)
            .min(99)
    }
}

/// Follows it. Where the step ends early, so does the run.
pub(super) async fn follow(
    cx: &mut StepContext,
    mut playing: Playing,
    part: Part,
    masks: Masks,
) -> Result<Played, StepError> {
    let mut followed = Followed {
        masks,
        ..Followed::default()
    };
    match followed.run_out(cx, &mut playing, part).await {
        Ok(()) => {}
        Err(error) => {
            playing.call_off().await;
            return Err(error);
        }
    }
    let mut played = followed.played;
    played.succeeded = playing.end().await?;
    if !played.succeeded && played.cause.is_none() {
        played.cause = followed.last_words;
    }
    Ok(played)
}

#[derive(Default)]
struct Followed {
    masks: Masks,
    played: Played,
    tasks: u32,
    waiting: Vec<Progress>,
    message: Option<Progress>,
    last_words: Option<String>,
}

impl Followed {
    async fn run_out(
        &mut self,
        cx: &mut StepContext,
        playing: &mut Playing,
        part: Part,
    ) -> Result<(), StepError> {
        let mut write_at = None;
        loop {
            let next = async {
                match write_at {
                    Some(at) => tokio::time::timeout_at(at, playing.next()).await.ok(),
                    None => Some(playing.next().await),
                }
            };
            let next = cx.unless_stopped(next).await?;
            let has_ended = matches!(next, Some(None));
            if let Some(Some(line)) = next {
                self.take(line);
            }
            let is_time = write_at.is_some_and(|at| at <= Instant::now());
            if has_ended || is_time || self.waiting.len() >= MOST {
                write_at = None;
                if !self.waiting.is_empty() {
                    cx.log_all(&self.waiting, self.message.as_ref()).await?;
                    self.waiting.clear();
                }
                cx.percent(part.percent(self.tasks)).await?;
            } else if write_at.is_none() && !self.waiting.is_empty() {
                write_at = Some(Instant::now() + TOGETHER);
            }
            if has_ended {
                return Ok(());
            }
        }
    }

    fn take(&mut self, line: Line) {
        match line {
            Line::Report(Report::Play { .. }) => {}
            Line::Report(Report::Task { name }) => {
                self.tasks += 1;
                let name = self.masks.hide(name);
                let line = Progress::RoleTask { name };
                self.message = Some(line.clone());
                self.waiting.push(line);
            }
            Line::Report(Report::Result {
                task,
                status,
                item,
                message,
                diff,
            }) => {
                let (item, message, diff) = (self.shown(item), self.shown(message), self.shown(diff));
                if matches!(status, PlayStatus::Failed | PlayStatus::Unreachable)
                    && self.played.failed_task.is_none()
                {
                    self.played.failed_task = Some(self.masks.hide(task));
                    self.played.cause = message.as_deref().map(cut);
                }
                self.waiting.push(Progress::RoleResult {
                    status,
                    item,
                    message,
                });
                self.waiting.extend(diff.map(|diff| Progress::RoleDiff { diff }));
            }
            Line::Report(Report::Warning { message }) | Line::Other(message) => {
                let line = cut(&self.masks.hide(message));
                self.last_words = Some(line.clone());
                self.waiting.push(Progress::RoleOutput { line });
            }
            Line::Report(Report::Stats { hosts }) => {
                self.played.counts = hosts.into_values().next().unwrap_or_default();
            }
        }
    }
}

impl Followed {
    fn shown(&self, text: Option<String>) -> Option<String> {
        text.map(|text| self.masks.hide(text))
    }
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST_CAUSE).collect()
}

#[cfg(test)]
mod tests {
    use drover_types::role::{RoleValue, RoleValues};

    use super::*;

    fn result(task: &str, status: PlayStatus, message: &str) -> Line {
        Line::Report(Report::Result {
            task: task.into(),
            status,
            item: None,
            message: Some(message.into()),
            diff: None,
        })
    }

    #[test]
    fn the_first_that_fails_is_named_and_what_does_not_matter_is_not() {
        let mut followed = Followed::default();
        for line in [
            result("Look", PlayStatus::Ignored, "not there"),
            result("Install", PlayStatus::Failed, "no such package"),
            result("Start", PlayStatus::Failed, "no such unit"),
        ] {
            followed.take(line);
        }
        assert_eq!(followed.played.failed_task.as_deref(), Some("Install"));
        assert_eq!(followed.played.cause.as_deref(), Some("no such package"));
        assert_eq!(followed.waiting.len(), 3);
    }

    #[test]
    fn a_secret_in_the_name_of_a_task_is_hidden_too() {
        let secrets = RoleValues::from([("password".to_owned(), RoleValue::Text("hush-hush".into()))]);
        let mut followed = Followed {
            masks: Masks::of(&secrets),
            ..Followed::default()
        };
        let name = "Sign in by hush-hush";
        followed.take(Line::Report(Report::Task { name: name.into() }));
        followed.take(result(name, PlayStatus::Failed, "hush-hush is wrong"));
        let hidden = Progress::RoleTask {
            name: "Sign in by ********".into(),
        };
        assert_eq!(
            (&followed.waiting[0], followed.message.as_ref()),
            (&hidden, Some(&hidden))
        );
        assert_eq!(
            followed.played.failed_task.as_deref(),
            Some("Sign in by ********")
        );
        assert_eq!(followed.played.cause.as_deref(), Some("******** is wrong"));
    }

    #[test]
    fn a_run_is_part_of_the_step() {
        let part = Part {
            before: 10,
            total: 40,
        };
        assert_eq!([0, 10, 30, 90].map(|done| part.percent(done)), [25, 50, 99, 99]);
        assert_eq!(Part { before: 0, total: 0 }.percent(0), 0);
    }
}
