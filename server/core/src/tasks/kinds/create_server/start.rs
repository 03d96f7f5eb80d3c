//! Switches the new server on. From here on it stays, whatever happens.

use std::sync::Arc;

use drover_types::task::StepName;
use drover_types::text::{Problem, Progress};
use futures::FutureExt;
use futures::future::BoxFuture;

use super::holder::{Holder, holder};
use super::plan::Plan;
use crate::store::task_slots::UseClass;
use crate::tasks::context::StepContext;
use crate::tasks::kinds::power::{Target, Verb, bring_about};
use crate::tasks::kinds::reserve::reserved;
use crate::tasks::step::{Step, StepError};

pub(super) struct Start(pub Arc<Plan>);

impl Step for Start {
    fn name(&self) -> StepName {
        StepName::Start
    }

    fn keeps(&self) -> bool {
        true
    }

    fn uses(&self, class: UseClass) -> bool {
        class == UseClass::Node
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            let reserved = reserved(cx).await?;
            let Holder::Ours { node, .. } = holder(&self.0, cx, &reserved).await? else {
                return Err(StepError::failed(Problem::GuestGone));
            };
            cx.log(Progress::Starting).await?;
            let target = Target {
                cluster: &self.0.cluster,
                kind: pve_client::GuestKind::Qemu,
                node,
                vmid: reserved.guest.vmid,
            };
            bring_about(cx, &target, Verb::Start).await
        }
        .boxed()
    }
}
