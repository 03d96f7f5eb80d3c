//! Who has the id of the guest that is to go.

use pve_client::{GuestConfig, GuestKind};

use super::identity::{Identity, Likeness};
use super::input::{Machine, Removal};
use crate::tasks::context::StepContext;
use crate::tasks::kinds::guest::{self, Whereabouts};
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
        let meant = (machine.node.as_str(), machine.kind());
        Ok(
            match guest::find(cx, &self.cluster, self.input.guest.vmid, meant).await? {
                Whereabouts::Nowhere => Found::Nobody,
                Whereabouts::OtherKind => Found::Another,
                Whereabouts::At { node, config } => compare(machine, node, config),
            },
        )
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

fn compare(machine: &Machine, node: String, config: Box<GuestConfig>) -> Found {
    match machine.identity.likeness(&Identity::of(&config)) {
        Likeness::Same => Found::Same { node, config },
        Likeness::Changed => Found::Changed,
        Likeness::Another => Found::Another,
    }
}
