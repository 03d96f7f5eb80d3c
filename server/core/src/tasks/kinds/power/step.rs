//! The step of a power task.

use drover_types::action::ActionOptions;
use drover_types::guest::GuestKind as Kind;
use drover_types::ids::GuestId;
use drover_types::task::StepName;
use drover_types::text::Problem;
use futures::FutureExt;
use futures::future::BoxFuture;
use pve_client::GuestKind;
use serde::{Deserialize, Serialize};

use super::bring_about::bring_about;
use super::target::Target;
use super::verb::Verb;
use crate::clusters::Cluster;
use crate::tasks::context::StepContext;
use crate::tasks::kinds::guest::{self, Whereabouts};
use crate::tasks::kinds::remove_server::Identity;
use crate::tasks::step::{Step, StepError};

/// A guest to be switched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PowerInput {
    /// Which one.
    pub guest: GuestId,
    /// What it is.
    pub kind: Kind,
    /// Where it was when this was asked for.
    pub node: String,
    /// What the guest is known again by; nothing in a task of a Drover that did not ask.
    #[serde(default)]
    pub identity: Option<Identity>,
    /// How it is done.
    #[serde(default)]
    pub options: ActionOptions,
}

pub(in crate::tasks::kinds) struct Power {
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
        let (verb, message) = Verb::of(self.step, self.input.options);
        let vmid = self.input.guest.vmid;
        let kind = match self.input.kind {
            Kind::Qemu => GuestKind::Qemu,
            Kind::Lxc => GuestKind::Lxc,
        };
        // What was accepted may have waited for long: its id may be another guest's by now.
        let meant = (self.input.node.as_str(), kind);
        let (node, config) = match guest::find(cx, &self.cluster, vmid, meant).await? {
            Whereabouts::At { node, config } => (node, config),
            Whereabouts::OtherKind => return Err(StepError::failed(Problem::GuestReplaced)),
            Whereabouts::Nowhere => return Err(StepError::failed(Problem::GuestGone)),
        };
        if self
            .input
            .identity
            .as_ref()
            .is_some_and(|meant| !meant.is_of(&config))
        {
            return Err(StepError::failed(Problem::GuestReplaced));
        }
        let target = Target {
            cluster: &self.cluster,
            kind,
            node,
            vmid,
        };
        cx.log(message).await?;
        bring_about(cx, &target, verb).await
    }
}
