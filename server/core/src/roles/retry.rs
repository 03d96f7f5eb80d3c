//! Runs roles again that could not be installed, checked or taken back: with the same values, as a new task.

use drover_types::ids::TaskId;
use drover_types::permission::Permission;
use drover_types::task::{TaskKind, TaskRow};
use drover_types::text::Problem;

use super::service::Roles;
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::store::server_roles::{self, RoleRecord};
use crate::store::task_slots::Use;
use crate::tasks::{NewTask, RolesWork};

impl Roles {
    /// Whether a task of this kind is asked for again here.
    pub const fn retries(kind: TaskKind) -> bool {
        matches!(
            kind,
            TaskKind::AssignRole | TaskKind::CheckRole | TaskKind::RemoveRole
        )
    }

    /// Asks for a task of roles again.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::NotFound`]; [`Error::Conflict`] where it can't be asked for again, the server has
    /// been given other values since, or a task is at work on it.
    pub async fn retry(&self, ctx: &OpContext, id: TaskId) -> Result<TaskRow> {
        let task = self.0.tasks.roles_to_retry(ctx, id).await?;
        let actor = ctx.require(match task.kind {
            TaskKind::RemoveRole => Permission::RemoveRole,
            _ => Permission::AssignRoles,
        })?;
        self.0.ansible.playbook()?;
        if let RolesWork::Apply { roles, .. } = &task.input.work {
            let on_record = server_roles::of(&self.0.db, &task.input.guest).await?;
            let is_newer = |record: &RoleRecord| {
                let same = roles.iter().find(|work| work.role == record.role);
                record.assigned_at > task.asked_at && same.is_some_and(|work| work.digest != record.digest)
            };
            // What was given to it since is not taken back.
            if on_record.iter().any(is_newer) {
                return Err(Error::Conflict(Problem::TaskNotRetryable));
            }
        }
        let row = self.row(actor, &task.input.guest).await?;
        let new = NewTask {
            id: crate::tasks::Tasks::new_id(),
            kind: task.kind,
            input: &task.input,
            secret: None,
            guest: Some(&row.id),
            target: &row.name,
            actor,
            uses: &[Use::role()],
            parent: None,
            retry_of: Some(id),
        };
        let mut write = self.0.events.begin().await?;
        let queued = self.0.tasks.enqueue(&mut write, &new).await?;
        write.commit().await?;
        Ok(queued)
    }
}
