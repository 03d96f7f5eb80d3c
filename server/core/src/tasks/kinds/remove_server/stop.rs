//! Switches the guest off that is to go.

use std::sync::Arc;

use drover_types::task::StepName;
use drover_types::text::{Problem, Progress};
use futures::FutureExt;
use futures::future::BoxFuture;
use pve_client::GuestState;

use super::found::Found;
use super::input::Removal;
use crate::tasks::context::StepContext;
use crate::tasks::kinds::power::{Verb, bring_about};
use crate::tasks::step::{Step, StepError};

pub(super) struct Stop(pub Arc<Removal>);

impl Step for Stop {
    fn name(&self) -> StepName {
        StepName::Stop
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            let Some(machine) = &self.0.input.machine else {
                return Ok(());
            };
            let node = match self.0.find(cx).await? {
                Found::Same { node, .. } => node,
                Found::Nobody => return Ok(()),
                Found::Changed | Found::Another => return Err(StepError::failed(Problem::GuestReplaced)),
            };
            let target = self.0.target(machine.kind(), node);
            let status = target.status(cx).await?;
            if status.is_none_or(|status| status.status == GuestState::Stopped) {
                return Ok(());
            }
            cx.log(Progress::Stopping).await?;
            bring_about(cx, &target, Verb::Stop).await
        }
        .boxed()
    }

    /// It is not started again; what was asked for is called off.
    fn undo<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move { cx.halt(&self.0.cluster).await }.boxed()
    }
}
