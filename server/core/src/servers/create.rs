//! Makes a server: the same checks as the plan's, then task and reservation in one transaction.

use drover_types::ids::TaskId;
use drover_types::permission::Permission;
use drover_types::role::QueuedTask;
use drover_types::server::CreateServer;
use drover_types::text::Problem;

use super::accept::{Parent, Row};
use super::service::Servers;
use crate::context::{Actor, OpContext};
use crate::error::{Error, Result};

/// How often what somebody else took at the same moment is replaced.
pub(super) const TRIES: u32 = 50;

impl Servers {
    /// Queues a server to be made.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::Invalid`] with every field that is wrong, before anything is touched; or the
    /// cluster's.
    pub async fn create(&self, ctx: &OpContext, request: CreateServer) -> Result<QueuedTask> {
        let actor = ctx.require(Permission::CreateServer)?;
        let made = self.make_one(actor, &request, None, Parent::None).await;
        made.map_err(|error| self.concealed(actor, error))
    }

    /// Checks and writes one server, as a part of `parent` and in the place of another task.
    pub(super) async fn make_one(
        &self,
        actor: &Actor,
        request: &CreateServer,
        retry_of: Option<TaskId>,
        parent: Parent<'_>,
    ) -> Result<QueuedTask> {
        let mut secret = None;
        for _ in 0..TRIES {
            let draft = self.draft(actor, request).await?;
            if !draft.plan.problems.is_empty() {
                return Err(Error::Invalid(draft.plan.problems));
            }
            if secret.is_none() {
                secret = self.seal(request).await?;
            }
            let row = Row {
                request,
                draft: &draft,
                secret: secret.as_deref(),
                retry_of,
            };
            let accepted = self.accept(actor, &[row], parent).await?;
            if let Some(task) = accepted.and_then(|mut accepted| accepted.tasks.pop()) {
                let generated = draft.generated;
                return Ok(QueuedTask { task, generated });
            }
            // Somebody else was faster: the next draft takes another id.
        }
        Err(Error::Conflict(Problem::NoFreeVmid))
    }
}
