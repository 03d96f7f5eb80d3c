//! Looks at what is to go, and says in the log what goes with it.

use std::sync::Arc;

use drover_types::task::StepName;
use drover_types::text::{Problem, Progress};
use futures::FutureExt;
use futures::future::BoxFuture;

use super::found::Found;
use super::goes::Goes;
use super::input::Removal;
use crate::tasks::context::StepContext;
use crate::tasks::step::{Step, StepError};

pub(super) struct Check(pub Arc<Removal>);

impl Step for Check {
    fn name(&self) -> StepName {
        StepName::Check
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        self.check(cx).boxed()
    }
}

impl Check {
    async fn check(&self, cx: &StepContext) -> Result<(), StepError> {
        let Removal { cluster, input } = &*self.0;
        let Some(machine) = &input.machine else {
            return Ok(());
        };
        let (node, config) = match self.0.find(cx).await? {
            Found::Same { node, config } => (node, config),
            Found::Nobody => return cx.log(Progress::AlreadySo).await,
            Found::Changed | Found::Another => return Err(StepError::failed(Problem::GuestReplaced)),
        };
        if config.is_protected() {
            return Err(StepError::failed(Problem::GuestProtected));
        }
        let target = self.0.target(machine.kind(), node.clone());
        let Some(status) = target.status(cx).await? else {
            return Ok(());
        };
        let goes = Goes {
            cluster,
            kind: machine.kind(),
            node: &node,
            vmid: input.guest.vmid,
            pool: None,
        };
        let disks = goes.disks(&config);
        cx.log(Progress::WillRemove {
            disks: u32::try_from(disks.len()).unwrap_or(u32::MAX),
            bytes: disks.iter().filter_map(|disk| disk.size_bytes).sum(),
        })
        .await?;
        for reference in cx.ask_for(cluster, || goes.references(&status)).await? {
            cx.log(Progress::Mentioned { reference }).await?;
        }
        Ok(())
    }
}
