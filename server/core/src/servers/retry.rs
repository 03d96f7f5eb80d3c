//! Asks for a creation again that came to nothing: with everything checked anew, as a new task in the old one's
//! place.

use drover_types::ids::TaskId;
use drover_types::permission::Permission;
use drover_types::role::QueuedTask;
use drover_types::text::Problem;

use super::accept::Parent;
use super::create_many::Wish;
use super::service::Servers;
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::roles::opened;

impl Servers {
    /// Asks for the creation of a task again, or for those of its parts that came to nothing. `password` replaces
    /// the one that was asked for: it is not kept once a task has ended. Returns the task to follow.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] where nothing of it can be asked for again; [`Error::Invalid`]
    /// where a password is needed, or something is in the way now.
    pub async fn retry(&self, ctx: &OpContext, id: TaskId, password: Option<&str>) -> Result<QueuedTask> {
        let actor = ctx.require(Permission::CreateServer)?;
        let again = self.0.tasks.to_retry(ctx, id).await?;
        let password = password.filter(|text| !text.is_empty());
        if password.is_none() && again.iter().any(|one| one.with_password) {
            return Err(Error::field("vm_password", Problem::Required));
        }
        let parent = again.first().and_then(|one| one.parent);
        let is_parent = again.first().is_some_and(|one| one.task != id);
        let mut wishes: Vec<Wish> = again
            .into_iter()
            .map(|one| {
                let mut request = one.request;
                for (asked, work) in request.roles.iter_mut().zip(&one.roles) {
                    // Secrets as they were: those that were made up have been told.
                    asked.variables = opened(&self.0.vault, work)?;
                }
                if one.with_password {
                    request.password = password.map(str::to_owned);
                }
                Ok(Wish {
                    request,
                    retry_of: Some(one.task),
                })
            })
            .collect::<Result<_>>()?;
        if is_parent {
            let made = self.make(actor, &wishes, parent, false).await;
            let made = made.map_err(|error| self.concealed(actor, error))?;
            let task = self.0.tasks.get(ctx, id).await?.task;
            let generated = made.generated;
            return Ok(QueuedTask { task, generated });
        }
        let Some(wish) = wishes.pop() else {
            return Err(Error::Conflict(Problem::TaskNotRetryable));
        };
        let parent = parent.map_or(Parent::None, Parent::Known);
        let made = self.make_one(actor, &wish.request, wish.retry_of, parent).await;
        made.map_err(|error| self.concealed(actor, error))
    }
}
