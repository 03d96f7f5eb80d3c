//! Tries the queue: one step that succeeds or fails as it is told, and touches nothing.

use drover_types::task::StepName;
use drover_types::text::{Problem, Progress};
use futures::FutureExt;
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

use crate::tasks::context::StepContext;
use crate::tasks::step::{Step, StepError};

/// What to do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SelfTest {
    /// Written to the log.
    pub message: String,
    /// Whether it fails.
    pub fail: bool,
}

/// The step.
pub(super) struct Probe(pub SelfTest);

impl Step for Probe {
    fn name(&self) -> StepName {
        StepName::Probe
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            cx.log(Progress::ProxmoxLog {
                line: self.0.message.clone(),
            })
            .await?;
            if self.0.fail {
                Err(StepError::failed(Problem::OnPurpose))
            } else {
                Ok(())
            }
        }
        .boxed()
    }
}
