//! One call that starts a long task of Proxmox's: sent once, and found again after a restart or where no answer came.

use chrono::{DateTime, Utc};
use drover_types::text::{Problem, Progress};
use pve_client::{Error, TaskSource, Upid};

use crate::clusters::Cluster;
use crate::tasks::call::{Ended, Sent};
use crate::tasks::context::StepContext;
use crate::tasks::journal::Past;
use crate::tasks::kinds::guest;
use crate::tasks::step::StepError;

/// How often it is sent where nothing comes of it: Proxmox starts no task for a guest that has moved to another node.
const TRIES: u32 = 5;

/// A call, by what it is known in the journal and among the tasks of a guest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Begin<'a> {
    pub cluster: &'a Cluster,
    /// Its key in the journal.
    pub key: &'static str,
    /// The type of Proxmox's task.
    pub task: &'static str,
    /// The node that it is sent to.
    pub node: &'a str,
    /// The guest's id.
    pub vmid: u32,
}

impl Begin<'_> {
    /// The task: that of a call which was sent before, else the one that `call` starts, which `message` announces.
    ///
    /// # Errors
    /// Where Proxmox refuses, the task is cancelled or the process stops.
    pub(super) async fn task<F, Fut>(
        &self,
        cx: &mut StepContext,
        message: &Progress,
        mut call: F,
    ) -> Result<Upid, StepError>
    where
        F: FnMut() -> Fut,
        Fut: Future<Output = Result<Upid, Error>>,
    {
        for _ in 0..TRIES {
            if let Some(upid) = self.known(cx).await? {
                return Ok(upid);
            }
            cx.log(message.clone()).await?;
            let sent = cx.send(self.cluster, self.key, || {
                let answer = call();
                async { answer.await.map(Some) }
            });
            match sent.await? {
                Sent::Started(upid) => return Ok(upid),
                Sent::Ended(Ended::Refused(error)) => {
                    return Err(StepError::proxmox(&self.cluster.name, &error));
                }
                // Whether it arrived shows the next look.
                Sent::Ended(_) => {}
            }
        }
        let kind = self.task.to_owned();
        Err(StepError::failed(Problem::ProxmoxTaskLost { kind }))
    }

    /// The task of a call that was sent before; where it certainly came to none, it is struck out.
    pub(super) async fn known(&self, cx: &mut StepContext) -> Result<Option<Upid>, StepError> {
        if let Some(upid) = cx.upid_of(self.key) {
            return Ok(Some(upid));
        }
        let Past::Unanswered(at) = cx.past(self.key) else {
            return Ok(None);
        };
        let found = self.stray(cx, at).await?;
        match &found {
            Some(upid) => cx.adopt(self.key, upid).await?,
            None => cx.forget(self.key).await?,
        }
        Ok(found)
    }

    /// The task that a call which was sent at `at` has started after all. It is waited for until none can arrive any
    /// more.
    async fn stray(&self, cx: &StepContext, at: DateTime<Utc>) -> Result<Option<Upid>, StepError> {
        let guest = (self.node, self.vmid);
        loop {
            let left = (at + cx.settings().late_call - cx.now())
                .to_std()
                .unwrap_or_default();
            let found = guest::strays(cx, self.cluster, guest, &[self.task], at, TaskSource::All).await?;
            if let Some(entry) = found.into_iter().next() {
                return Ok(Some(entry.upid));
            }
            if left.is_zero() {
                return Ok(None);
            }
            cx.pause(left.min(cx.settings().proxmox_poll)).await?;
        }
    }
}
