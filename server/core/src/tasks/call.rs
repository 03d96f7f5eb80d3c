//! Calls to Proxmox that survive the process: the intent is saved before a changing call, its UPID after it,
//! its end when it was seen. What a call without an answer has done is for the step to find out by reading.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use drover_types::text::Progress;
use pve_client::{Error, Upid};
use tokio::time::Instant;

use super::context::StepContext;
use super::journal::Past;
use super::step::StepError;
use crate::clusters::Cluster;

/// How a changing call ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// It did what it was for.
    Done,
    /// Proxmox's task failed, with Proxmox's reason.
    Failed(String),
    /// Proxmox has forgotten its task: the node was reinstalled or its logs were cleaned.
    Lost,
    /// Nobody knows whether it took effect; it was sent after this time, if at all.
    Unanswered(DateTime<Utc>),
    /// Proxmox refused it.
    Refused(Error),
}

/// What came of sending a changing call.
#[derive(Debug)]
pub(crate) enum Sent {
    /// It started this task, which is noted.
    Started(Upid),
    /// Nothing of it is left to be waited for.
    Ended(Ended),
}

/// How long something has been waited for.
#[derive(Default)]
pub(crate) struct Patience {
    since: Option<Instant>,
    attempt: u32,
}

impl StepContext {
    /// Asks Proxmox for something, again and again while it does not answer.
    ///
    /// # Errors
    /// Where it does not answer for too long, the task is cancelled or the process stops.
    pub(crate) async fn ask<T, F, Fut>(
        &self,
        cluster: &Cluster,
        mut call: F,
    ) -> Result<Result<T, Error>, StepError>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = Result<T, Error>>,
    {
        let mut patience = Patience::default();
        let mut aside = None;
        loop {
            match self.unless_stopped(call()).await? {
                Err(error) if error.is_unavailable() => {
                    aside.get_or_insert_with(|| self.stand_aside());
                    self.bide(cluster, &mut patience, &error).await?;
                }
                answer => return Ok(answer),
            }
        }
    }

    /// As [`StepContext::ask`], where a refusal is a failure too.
    ///
    /// # Errors
    /// As there, and where Proxmox refuses.
    pub(crate) async fn ask_for<T, F, Fut>(&self, cluster: &Cluster, call: F) -> Result<T, StepError>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = Result<T, Error>>,
    {
        self.ask(cluster, call)
            .await?
            .map_err(|error| StepError::proxmox(&cluster.name, &error))
    }

    /// Changes something: saves the intent, sends the call, saves its UPID, waits for its end and saves that.
    /// Whoever calls this has settled an earlier call of this key.
    ///
    /// # Errors
    /// Where the task is cancelled, the process stops, or Proxmox can't be reached or is locked for too long.
    pub(crate) async fn change<F, Fut>(
        &mut self,
        cluster: &Cluster,
        key: &str,
        call: F,
    ) -> Result<Ended, StepError>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = Result<Option<Upid>, Error>>,
    {
        match self.send(cluster, key, call).await? {
            Sent::Started(upid) => self.follow(cluster, key, &upid).await,
            Sent::Ended(ended) => Ok(ended),
        }
    }

    /// The first half of [`StepContext::change`]: whoever calls this waits for the task's end.
    ///
    /// # Errors
    /// As there.
    pub(crate) async fn send<F, Fut>(
        &mut self,
        cluster: &Cluster,
        key: &str,
        mut call: F,
    ) -> Result<Sent, StepError>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = Result<Option<Upid>, Error>>,
    {
        self.check()?;
        let at = self.now();
        self.intend(key, at).await?;
        let mut patience = Patience::default();
        let mut aside = None;
        loop {
            match call().await {
                Ok(Some(upid)) => {
                    drop(aside);
                    self.adopt(key, &upid).await?;
                    return Ok(Sent::Started(upid));
                }
                Ok(None) => {
                    self.journal.end(key);
                    self.save().await?;
                    return Ok(Sent::Ended(Ended::Done));
                }
                Err(error) if had_no_effect(&error) => {
                    aside.get_or_insert_with(|| self.stand_aside());
                    if let Err(enough) = self.bide(cluster, &mut patience, &error).await {
                        self.forget(key).await?;
                        return Err(enough);
                    }
                }
                Err(error) if is_no_answer(&error) => {
                    tracing::warn!(task = %self.task(), key, %error, "a call to Proxmox was not answered");
                    return Ok(Sent::Ended(Ended::Unanswered(at)));
                }
                Err(error) => {
                    self.forget(key).await?;
                    return Ok(Sent::Ended(Ended::Refused(error)));
                }
            }
        }
    }

    /// Until when a call may have been sent that was meant at `at` and not answered: it is sent again for as long as
    /// Proxmox does not answer or holds a lock, and not after now.
    pub(crate) fn sent_until(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        let settings = self.settings();
        let patience = settings.outage_patience.max(settings.lock_patience) + settings.late_call;
        let patience = TimeDelta::from_std(patience).unwrap_or(TimeDelta::MAX);
        at.checked_add_signed(patience)
            .map_or(self.now(), |end| end.min(self.now()))
    }

    /// Notes that a call has started a task of Proxmox's.
    pub(crate) async fn adopt(&mut self, key: &str, upid: &Upid) -> Result<(), StepError> {
        self.journal.start(key, upid);
        let mut write = self.write().await?;
        self.save_in(&mut write, Some(upid.as_str())).await?;
        write.commit().await?;
        Ok(())
    }

    /// Brings a call of an earlier run to its end; `None` where there is none whose end was not seen.
    ///
    /// # Errors
    /// As [`StepContext::change`].
    pub(crate) async fn settle(&mut self, cluster: &Cluster, key: &str) -> Result<Option<Ended>, StepError> {
        match self.past(key) {
            Past::Never | Past::Ended => Ok(None),
            Past::Unanswered(at) => Ok(Some(Ended::Unanswered(at))),
            Past::Started(upid) => {
                let kind = upid.kind().to_owned();
                self.log(Progress::Reattached { kind }).await?;
                self.follow(cluster, key, &upid).await.map(Some)
            }
        }
    }

    /// Waits a little before the next try, and says once why.
    ///
    /// # Errors
    /// Where it has been waited for long enough, the task is cancelled or the process stops.
    pub(crate) async fn bide(
        &self,
        cluster: &Cluster,
        patience: &mut Patience,
        error: &Error,
    ) -> Result<(), StepError> {
        let (limit, message) = if let Error::Locked { lock, .. } = error {
            let lock = lock.clone().unwrap_or_else(|| "config".to_owned());
            (self.settings().lock_patience, Progress::WaitingForLock { lock })
        } else {
            let attempt = patience.attempt.saturating_add(2);
            (self.settings().outage_patience, Progress::Retrying { attempt })
        };
        let since = *patience.since.get_or_insert_with(Instant::now);
        // An undo has nobody to hand its failure to: the engine tries it again with pauses of its own.
        if since.elapsed() >= limit {
            return Err(StepError::proxmox(&cluster.name, error));
        }
        if patience.attempt == 0 {
            self.log(message).await?;
        }
        patience.attempt = patience.attempt.saturating_add(1);
        let pause = self.settings().proxmox_poll * patience.attempt.min(10);
        let _aside = self.stand_aside();
        self.pause(pause.max(Duration::from_millis(1))).await
    }
}

/// Whether the call certainly changed nothing and may be sent again as it is.
fn had_no_effect(error: &Error) -> bool {
    error.is_retryable() && (!error.was_sent() || matches!(error, Error::Api { status: 500, .. }))
}

/// Whether nobody knows what the call did.
fn is_no_answer(error: &Error) -> bool {
    match error {
        Error::Timeout { sent, .. } => *sent,
        Error::Interrupted { .. } | Error::Decode { .. } | Error::Upstream { .. } => true,
        Error::Api { status, .. } => matches!(status, 502..=504),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn only_what_had_no_effect_is_sent_again() {
        let locked = Error::Locked {
            lock: Some("clone".into()),
            message: "VM is locked (clone)".into(),
        };
        assert!(had_no_effect(&locked) && !is_no_answer(&locked));
        let broke = Error::Interrupted {
            endpoint: "a".into(),
            reason: "reset".into(),
        };
        assert!(!had_no_effect(&broke) && is_no_answer(&broke));
        let passed_on = Error::Upstream {
            status: 596,
            message: "broken pipe".into(),
        };
        assert!(!had_no_effect(&passed_on) && is_no_answer(&passed_on));
        let not_passed_on = Error::Upstream {
            status: 595,
            message: "no route".into(),
        };
        assert!(had_no_effect(&not_passed_on));
        let refused = Error::Forbidden { message: "no".into() };
        assert!(!had_no_effect(&refused) && !is_no_answer(&refused));
        let api = |status, message: &str| Error::Api {
            status,
            message: message.into(),
            errors: BTreeMap::new(),
        };
        assert!(had_no_effect(&api(500, "cluster not ready - no quorum?")));
        assert!(!had_no_effect(&api(504, "gateway")) && is_no_answer(&api(504, "gateway")));
        assert!(!had_no_effect(&api(500, "bad")) && !is_no_answer(&api(500, "bad")));
    }
}
