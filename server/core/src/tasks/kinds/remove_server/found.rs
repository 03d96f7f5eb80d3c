//! Who has the id of the guest that is to go.

use pve_client::{ConfigView, GuestConfig, GuestKind};

use super::identity::{Identity, Likeness};
use super::input::{Machine, Removal};
use crate::tasks::context::StepContext;
use crate::tasks::kinds::guest;
use crate::tasks::kinds::power::Target;
use crate::tasks::step::StepError;

/// Who has an id.
pub(super) enum Found {
    /// Nobody.
    Nobody,
    /// The guest that is to go.
    Same {
        /// The node it is on.
        node: String,
        /// How it is configured.
        config: Box<GuestConfig>,
    },
    /// The guest that is to go, changed since, or one that can't be told from it.
    Changed,
    /// Another guest.
    Another,
}

impl Removal {
    /// Who has the id now.
    pub(super) async fn find(&self, cx: &StepContext) -> Result<Found, StepError> {
        let Some(machine) = &self.input.machine else {
            return Ok(Found::Nobody);
        };
        if let Some(config) = self.config(cx, machine.kind(), &machine.node).await? {
            return Ok(compare(machine, &machine.node, config));
        }
        // It has moved since, or it is gone.
        let Some((node, kind)) = guest::locate(cx, &self.cluster, self.input.guest.vmid).await? else {
            return Ok(Found::Nobody);
        };
        if kind != machine.kind() {
            return Ok(Found::Another);
        }
        // The list lags: what has no configuration any more is gone.
        let config = self.config(cx, kind, &node).await?;
        Ok(config.map_or(Found::Nobody, |config| compare(machine, &node, config)))
    }

    async fn config(
        &self,
        cx: &StepContext,
        kind: GuestKind,
        node: &str,
    ) -> Result<Option<GuestConfig>, StepError> {
        let (client, vmid) = (&self.cluster.client, self.input.guest.vmid);
        let view = ConfigView::Current;
        let answer = match kind {
            GuestKind::Qemu => {
                cx.ask(&self.cluster, || client.qemu_config(node, vmid, view))
                    .await?
            }
            GuestKind::Lxc => {
                cx.ask(&self.cluster, || client.lxc_config(node, vmid, view))
                    .await?
            }
        };
        match answer {
            Ok(config) => Ok(Some(config)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(StepError::proxmox(&self.cluster.name, &error)),
        }
    }

    /// The guest on this node, to be switched.
    pub(super) fn target(&self, kind: GuestKind, node: String) -> Target<'_> {
        Target {
            cluster: &self.cluster,
            kind,
            node,
            vmid: self.input.guest.vmid,
        }
    }
}

fn compare(machine: &Machine, node: &str, config: GuestConfig) -> Found {
    match machine.identity.likeness(&Identity::of(&config)) {
        Likeness::Same => Found::Same {
            node: node.to_owned(),
            config: Box::new(config),
        },
        Likeness::Changed => Found::Changed,
        Likeness::Another => Found::Another,
    }
}
