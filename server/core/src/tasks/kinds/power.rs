//! Switches guests on and off. What is so already is done already; what was cut off is looked at before it is
//! asked for again.

use chrono::{DateTime, Utc};
use drover_types::guest::GuestKind as Kind;
use drover_types::ids::GuestId;
use drover_types::task::StepName;
use drover_types::text::{Problem, Progress};
use futures::FutureExt;
use futures::future::BoxFuture;
use pve_client::{GuestKind, GuestState, GuestStatus, Shutdown, TaskSource, Upid};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::guest::{self, task_failed, was_locked};
use crate::clusters::Cluster;
use crate::tasks::call::{Ended, Patience};
use crate::tasks::context::StepContext;
use crate::tasks::step::{Step, StepError};

/// The one call of a power action.
const CALL: &str = "power";
/// How often it is asked for.
const ROUNDS: u32 = 3;

/// A guest to be switched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PowerInput {
    /// Which one.
    pub guest: GuestId,
    /// What it is.
    pub kind: Kind,
    /// Where it was when this was asked for.
    pub node: String,
}

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Start,
    Stop,
    Shutdown,
    Reboot,
}

/// The guest as it is found.
pub(super) struct Target<'a> {
    pub cluster: &'a Cluster,
    pub kind: GuestKind,
    pub node: String,
    pub vmid: u32,
}

/// The step of a power task.
pub(super) struct Power {
    pub step: StepName,
    pub cluster: Cluster,
    pub input: PowerInput,
}

impl Step for Power {
    fn name(&self) -> StepName {
        self.step
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        self.switch(cx).boxed()
    }

    /// Nothing is switched back; what was asked for is called off.
    fn undo<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move { cx.halt(&self.cluster).await }.boxed()
    }
}

impl Power {
    async fn switch(&self, cx: &mut StepContext) -> Result<(), StepError> {
        let (verb, message) = match self.step {
            StepName::Stop => (Verb::Stop, Progress::Stopping),
            StepName::Shutdown => (Verb::Shutdown, Progress::ShuttingDown),
            StepName::Reboot => (Verb::Reboot, Progress::Rebooting),
            _ => (Verb::Start, Progress::Starting),
        };
        let vmid = self.input.guest.vmid;
        let kind = match self.input.kind {
            Kind::Qemu => GuestKind::Qemu,
            Kind::Lxc => GuestKind::Lxc,
        };
        let mut target = Target {
            cluster: &self.cluster,
            kind,
            node: self.input.node.clone(),
            vmid,
        };
        if target.status(cx).await?.is_none() {
            // It has moved since.
            let Some((node, kind)) = guest::locate(cx, &self.cluster, vmid).await? else {
                return Err(StepError::failed(Problem::GuestGone));
            };
            target = Target { kind, node, ..target };
        }
        cx.log(message).await?;
        bring_about(cx, &target, verb).await
    }
}

/// Asks for `verb` until the guest is as it wants it.
pub(super) async fn bring_about(
    cx: &mut StepContext,
    target: &Target<'_>,
    verb: Verb,
) -> Result<(), StepError> {
    let cluster = target.cluster;
    let mut patience = Patience::default();
    let mut ended = cx.settle(cluster, CALL).await?;
    let fresh = ended.is_none();
    for round in 0..=ROUNDS {
        match ended.take() {
            Some(Ended::Done) if verb == Verb::Reboot => return Ok(()),
            Some(Ended::Lost) if verb == Verb::Reboot => {
                let kind = verb.task(target.kind).to_owned();
                return Err(StepError::failed(Problem::ProxmoxTaskLost { kind }));
            }
            Some(Ended::Unanswered(at)) => {
                if let Some(upid) = target.found(cx, verb, at).await? {
                    cx.adopt(CALL, &upid).await?;
                    ended = Some(cx.follow(cluster, CALL, &upid).await?);
                    continue;
                }
            }
            Some(Ended::Failed(reason)) if was_locked(&reason) => {
                let message = reason;
                cx.bide(
                    cluster,
                    &mut patience,
                    &pve_client::Error::Locked { lock: None, message },
                )
                .await?;
            }
            Some(Ended::Refused(error)) if !target.is_done(cx, verb).await? => {
                return Err(StepError::proxmox(&cluster.name, &error));
            }
            Some(Ended::Failed(reason)) if !target.is_done(cx, verb).await? => {
                return Err(task_failed(verb.task(target.kind), reason));
            }
            // High availability does it later than it says.
            Some(Ended::Done) if cx.kind_of(CALL).starts_with("ha") => target.wait(cx, verb).await?,
            _ => {}
        }
        if target.is_done(cx, verb).await? {
            return if fresh && round == 0 {
                cx.log(Progress::AlreadySo).await
            } else {
                Ok(())
            };
        }
        if round < ROUNDS {
            ended = Some(target.send(cx, verb).await?);
        }
    }
    Err(StepError::failed(Problem::ReadBackDiffers {
        field: "status".to_owned(),
    }))
}

impl Verb {
    /// The type of Proxmox's task.
    const fn task(self, kind: GuestKind) -> &'static str {
        match (self, kind) {
            (Self::Start, GuestKind::Qemu) => "qmstart",
            (Self::Stop, GuestKind::Qemu) => "qmstop",
            (Self::Shutdown, GuestKind::Qemu) => "qmshutdown",
            (Self::Reboot, GuestKind::Qemu) => "qmreboot",
            (Self::Start, GuestKind::Lxc) => "vzstart",
            (Self::Stop, GuestKind::Lxc) => "vzstop",
            (Self::Shutdown, GuestKind::Lxc) => "vzshutdown",
            (Self::Reboot, GuestKind::Lxc) => "vzreboot",
        }
    }

    /// The type of the task that stands in for it where high availability looks after the guest
    /// (`PVE::API2::Qemu`); the task itself is then begun by somebody else.
    const fn ha_task(self) -> Option<&'static str> {
        match self {
            Self::Start => Some("hastart"),
            Self::Stop | Self::Shutdown => Some("hastop"),
            Self::Reboot => None,
        }
    }
}

impl Target<'_> {
    /// How the guest is; `None` where the node does not have it.
    async fn status(&self, cx: &StepContext) -> Result<Option<GuestStatus>, StepError> {
        let client = &self.cluster.client;
        let answer = match self.kind {
            GuestKind::Qemu => {
                cx.ask(self.cluster, || client.qemu_status(&self.node, self.vmid))
                    .await?
            }
            GuestKind::Lxc => {
                cx.ask(self.cluster, || client.lxc_status(&self.node, self.vmid))
                    .await?
            }
        };
        match answer {
            Ok(status) => Ok(Some(status)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(StepError::proxmox(&self.cluster.name, &error)),
        }
    }

    /// Whether the guest is as `verb` wants it; that it was rebooted can't be seen of it. A paused one counts as
    /// running for Proxmox.
    async fn is_done(&self, cx: &StepContext, verb: Verb) -> Result<bool, StepError> {
        let Some(status) = self.status(cx).await? else {
            return Err(StepError::failed(Problem::GuestGone));
        };
        let suspended = status.lock.as_deref() == Some("suspended");
        Ok(match verb {
            Verb::Start => status.status == GuestState::Running && !suspended,
            Verb::Stop | Verb::Shutdown => status.status == GuestState::Stopped,
            Verb::Reboot => false,
        })
    }

    /// Waits until the guest is as `verb` wants it, or for as long as high availability may take.
    async fn wait(&self, cx: &StepContext, verb: Verb) -> Result<(), StepError> {
        let since = Instant::now();
        while !self.is_done(cx, verb).await? && since.elapsed() < cx.settings().shutdown_limit {
            cx.pause(cx.settings().proxmox_poll).await?;
        }
        Ok(())
    }

    /// The task that a call without an answer has started after all, running or ended.
    async fn found(
        &self,
        cx: &StepContext,
        verb: Verb,
        at: DateTime<Utc>,
    ) -> Result<Option<Upid>, StepError> {
        let kinds: Vec<&str> = [verb.task(self.kind)].into_iter().chain(verb.ha_task()).collect();
        let at_it = (self.node.as_str(), self.vmid);
        let found = guest::strays(cx, self.cluster, at_it, &kinds, at, TaskSource::All).await?;
        Ok(found.into_iter().next().map(|entry| entry.upid))
    }

    async fn send(&self, cx: &mut StepContext, verb: Verb) -> Result<Ended, StepError> {
        let Self {
            cluster,
            kind,
            node,
            vmid,
        } = self;
        let (client, vmid) = (&cluster.client, *vmid);
        let seconds = u32::try_from(cx.settings().shutdown_limit.as_secs()).ok();
        let how = Shutdown {
            timeout: seconds,
            force_stop: false,
        };
        cx.change(cluster, CALL, || async {
            match (verb, kind) {
                (Verb::Start, GuestKind::Qemu) => client.start_qemu(node, vmid).await,
                (Verb::Stop, GuestKind::Qemu) => client.stop_qemu(node, vmid).await,
                (Verb::Shutdown, GuestKind::Qemu) => client.shutdown_qemu(node, vmid, how).await,
                (Verb::Reboot, GuestKind::Qemu) => client.reboot_qemu(node, vmid, seconds).await,
                (Verb::Start, GuestKind::Lxc) => client.start_lxc(node, vmid).await,
                (Verb::Stop, GuestKind::Lxc) => client.stop_lxc(node, vmid).await,
                (Verb::Shutdown, GuestKind::Lxc) => client.shutdown_lxc(node, vmid, how).await,
                (Verb::Reboot, GuestKind::Lxc) => client.reboot_lxc(node, vmid, seconds).await,
            }
            .map(Some)
        })
        .await
    }
}
