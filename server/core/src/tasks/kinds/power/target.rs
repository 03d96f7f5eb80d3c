//! The guest as it is found: how it is, what is at work on it, and the calls that switch it.

use chrono::{DateTime, Utc};
use drover_types::text::Problem;
use pve_client::{GuestKind, GuestStatus, Shutdown, TaskSource, Upid};
use tokio::time::Instant;

use super::bring_about::CALL;
use super::verb::Verb;
use crate::clusters::Cluster;
use crate::tasks::call::Ended;
use crate::tasks::context::StepContext;
use crate::tasks::kinds::guest;
use crate::tasks::step::StepError;

/// The guest as it is found.
pub(in crate::tasks::kinds) struct Target<'a> {
    pub cluster: &'a Cluster,
    pub kind: GuestKind,
    pub node: String,
    pub vmid: u32,
}

impl Target<'_> {
    /// How the guest is; `None` where the node does not have it.
    pub(in crate::tasks::kinds) async fn status(
        &self,
        cx: &StepContext,
    ) -> Result<Option<GuestStatus>, StepError> {
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

    /// Whether the guest is as `verb` wants it.
    pub(super) async fn is_done(&self, cx: &StepContext, verb: Verb) -> Result<bool, StepError> {
        let status = self.status(cx).await?;
        status
            .map(|status| verb.is_done(&status))
            .ok_or_else(|| StepError::failed(Problem::GuestGone))
    }

    /// Waits until the guest is as `verb` wants it, or for as long as high availability may take.
    pub(super) async fn wait(&self, cx: &StepContext, verb: Verb) -> Result<(), StepError> {
        let since = Instant::now();
        let asked = std::time::Duration::from_secs(verb.timeout().unwrap_or(0).into());
        let limit = cx.settings().shutdown_limit.max(asked);
        while !self.is_done(cx, verb).await? && since.elapsed() < limit {
            cx.pause(cx.settings().proxmox_poll).await?;
        }
        Ok(())
    }

    /// The task that a call without an answer has started after all, running or ended.
    pub(super) async fn found(
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

    pub(super) async fn send(&self, cx: &mut StepContext, verb: Verb) -> Result<Ended, StepError> {
        let Self {
            cluster,
            kind,
            node,
            vmid,
        } = self;
        let (client, vmid) = (&cluster.client, *vmid);
        let usual = u32::try_from(cx.settings().shutdown_limit.as_secs()).ok();
        let timeout = verb.timeout().or(usual);
        let how = Shutdown {
            timeout,
            force_stop: matches!(verb, Verb::Shutdown(options) if options.force_stop),
        };
        cx.change(cluster, CALL, || async {
            match (verb, kind) {
                (Verb::Start, GuestKind::Qemu) => client.start_qemu(node, vmid).await,
                (Verb::Stop, GuestKind::Qemu) => client.stop_qemu(node, vmid).await,
                (Verb::Shutdown(_), GuestKind::Qemu) => client.shutdown_qemu(node, vmid, how).await,
                (Verb::Reboot(_), GuestKind::Qemu) => client.reboot_qemu(node, vmid, timeout).await,
                (Verb::Start, GuestKind::Lxc) => client.start_lxc(node, vmid).await,
                (Verb::Stop, GuestKind::Lxc) => client.stop_lxc(node, vmid).await,
                (Verb::Shutdown(_), GuestKind::Lxc) => client.shutdown_lxc(node, vmid, how).await,
                (Verb::Reboot(_), GuestKind::Lxc) => client.reboot_lxc(node, vmid, timeout).await,
                // Of virtual machines alone: the service refuses them for containers.
                (Verb::Reset, _) => client.reset_qemu(node, vmid).await,
                (Verb::Suspend, _) => client.suspend_qemu(node, vmid, false).await,
                (Verb::Hibernate, _) => client.suspend_qemu(node, vmid, true).await,
                (Verb::Resume, _) => client.resume_qemu(node, vmid).await,
            }
            .map(Some)
        })
        .await
    }
}
