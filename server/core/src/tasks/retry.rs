//! Which tasks can be asked for again: creations that came to nothing, and parents with such children. Asking for
//! them again is the servers' affair, as everything has to be checked anew.

use chrono::{DateTime, Utc};
use drover_types::ids::TaskId;
use drover_types::permission::Permission;
use drover_types::server::CreateServer;
use drover_types::task::{Retry, TaskKind, TaskState};
use drover_types::text::Problem;

use super::kinds::{CreateInput, RoleWork, RolesInput};
use super::service::Tasks;
use crate::context::{Actor, OpContext};
use crate::error::{Error, Result};
use crate::roles::Roles;
use crate::store::tasks::{self, TaskRecord, Wanted, children, decode};

/// A creation to be asked for again.
pub(crate) struct Again {
    /// The task that came to nothing.
    pub task: TaskId,
    /// The one that it is a part of.
    pub parent: Option<TaskId>,
    /// What was asked for, without the password.
    pub request: CreateServer,
    /// Its roles with every value, the secret ones sealed.
    pub roles: Vec<RoleWork>,
    /// Whether a password was asked for.
    pub with_password: bool,
}

/// Roles of a server to be run again.
pub(crate) struct RolesAgain {
    /// What was done.
    pub kind: TaskKind,
    /// When it was asked for first.
    pub asked_at: DateTime<Utc>,
    /// With which values.
    pub input: RolesInput,
}

impl Tasks {
    /// The creations that are asked for again with this task: itself, or its children.
    ///
    /// # Errors
    /// [`Error::NotFound`], or [`Error::Conflict`] where nothing of it can be asked for again.
    pub(crate) async fn to_retry(&self, ctx: &OpContext, id: TaskId) -> Result<Vec<Again>> {
        let actor = ctx.signed_in()?;
        let task = self.readable(actor, id).await?;
        let again = self.again(&task).await?;
        if again.is_empty() {
            return Err(Error::Conflict(Problem::TaskNotRetryable));
        }
        Ok(again)
    }

    /// The task of roles that is asked for again.
    ///
    /// # Errors
    /// [`Error::NotFound`], or [`Error::Conflict`] where it can't be asked for again.
    pub(crate) async fn roles_to_retry(&self, ctx: &OpContext, id: TaskId) -> Result<RolesAgain> {
        let actor = ctx.signed_in()?;
        let task = self.readable(actor, id).await?;
        if !self.is_of_roles_again(&task).await? {
            return Err(Error::Conflict(Problem::TaskNotRetryable));
        }
        Ok(RolesAgain {
            kind: task.row.kind,
            asked_at: task.row.created_at,
            input: decode("roles of a server", &task.input)?,
        })
    }

    async fn is_of_roles_again(&self, task: &TaskRecord) -> Result<bool> {
        let came_short = task.row.state.has_ended() && task.row.state != TaskState::Completed;
        Ok(came_short
            && Roles::retries(task.row.kind)
            && children::retry_of(&self.db, task.row.id).await?.is_none())
    }

    /// Whether `actor` can ask for this task again.
    pub(super) async fn retry(&self, actor: &Actor, task: &TaskRecord) -> Result<Retry> {
        if Roles::retries(task.row.kind) {
            let may = actor.grants.allow(match task.row.kind {
                TaskKind::RemoveRole => Permission::RemoveRole,
                _ => Permission::AssignRoles,
            });
            let again = may && self.is_of_roles_again(task).await?;
            return Ok(if again { Retry::Yes } else { Retry::No });
        }
        if !actor.grants.allow(Permission::CreateServer) {
            return Ok(Retry::No);
        }
        let again = self.again(task).await?;
        Ok(if again.is_empty() {
            Retry::No
        } else if again.iter().any(|one| one.with_password) {
            Retry::WithPassword
        } else {
            Retry::Yes
        })
    }

    async fn again(&self, task: &TaskRecord) -> Result<Vec<Again>> {
        if !task.row.state.has_ended() {
            return Ok(Vec::new());
        }
        let mut again = Vec::new();
        if task.row.kind == TaskKind::CreateServers {
            let wanted = Wanted {
                parent: Some(task.row.id),
                limit: i64::MAX,
                ..Wanted::default()
            };
            // The list has the latest first; they were asked for in the order of their rows.
            for child in tasks::list(&self.db, &wanted).await?.iter().rev() {
                again.extend(self.one(child).await?);
            }
        } else {
            again.extend(self.one(task).await?);
        }
        Ok(again)
    }

    async fn one(&self, task: &TaskRecord) -> Result<Option<Again>> {
        let came_to_nothing = matches!(task.row.state, TaskState::Failed | TaskState::Cancelled);
        if task.row.kind != TaskKind::CreateServer
            || !came_to_nothing
            || children::retry_of(&self.db, task.row.id).await?.is_some()
        {
            return Ok(None);
        }
        // What another version wrote may not be readable, or not say what was asked for.
        let Ok(input) = decode::<CreateInput>("a server to be made", &task.input) else {
            return Ok(None);
        };
        Ok(input.request.map(|request| Again {
            task: task.row.id,
            parent: task.row.parent,
            request,
            roles: input.roles,
            with_password: input.with_password,
        }))
    }
}
