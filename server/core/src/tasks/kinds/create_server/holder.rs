//! Who has the reserved id. A guest is the task's own only if its description says so; any other is somebody
//! else's and is never touched.

use chrono::{DateTime, Utc};
use drover_types::text::Progress;
use pve_client::{GuestConfig, GuestKind};

use super::input::marker;
use super::plan::Plan;
use crate::store::reservations::Reservation;
use crate::tasks::context::StepContext;
use crate::tasks::kinds::guest;
use crate::tasks::kinds::remove_server::Identity;
use crate::tasks::step::StepError;

/// The kind of Proxmox's task that clones a virtual machine.
pub(super) const QMCLONE: &str = "qmclone";

/// Who has an id.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Holder {
    /// Nobody.
    Nobody,
    /// This task's guest.
    Ours {
        /// The node it is on.
        node: String,
        /// What holds its configuration.
        lock: Option<String>,
        /// What it is known again by.
        identity: Identity,
    },
    /// Somebody else.
    Other,
}

/// Who has the reserved id now.
pub(super) async fn holder(
    plan: &Plan,
    cx: &StepContext,
    reserved: &Reservation,
) -> Result<Holder, StepError> {
    let vmid = reserved.guest.vmid;
    let own = marker(cx.task());
    let tell = |node: &str, config: &GuestConfig| {
        if guest::says(config, &own) {
            Holder::Ours {
                node: node.to_owned(),
                lock: config.lock().map(str::to_owned),
                identity: Identity::of(config),
            }
        } else {
            Holder::Other
        }
    };
    // A clone to another node is written on the template's first and moved at the end.
    for node in [&reserved.node, &plan.input.template_node] {
        if let Some(config) = guest::config(cx, &plan.cluster, node, vmid).await? {
            return Ok(tell(node, &config));
        }
    }
    match guest::locate(cx, &plan.cluster, vmid).await? {
        None => Ok(Holder::Nobody),
        Some((_, GuestKind::Lxc)) => Ok(Holder::Other),
        Some((node, GuestKind::Qemu)) => {
            let config = guest::config(cx, &plan.cluster, &node, vmid).await?;
            // The list lags: what has no configuration any more is gone.
            Ok(config.map_or(Holder::Nobody, |config| tell(&node, &config)))
        }
    }
}

/// Waits until no clone of the template runs that may be the one which was sent after `since`.
pub(super) async fn clones_over(
    plan: &Plan,
    cx: &StepContext,
    since: DateTime<Utc>,
) -> Result<(), StepError> {
    let (node, template) = (&plan.input.template_node, plan.input.template);
    let mut said = false;
    loop {
        let running = guest::running_since(cx, &plan.cluster, node, template, QMCLONE, since).await?;
        if running.is_empty() {
            return Ok(());
        }
        if !said {
            said = true;
            cx.log(Progress::Reattached {
                kind: QMCLONE.to_owned(),
            })
            .await?;
        }
        cx.pause(cx.settings().proxmox_poll).await?;
    }
}
