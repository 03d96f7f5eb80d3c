//! Into the queue, and out of it again before its time.

use drover_types::audit::{Action, ObjectKind};
use drover_types::ids::{GuestId, TaskId};
use drover_types::task::{StepName, TaskKind, TaskRow, TaskState};
use drover_types::text::Problem;
use serde::Serialize;
use uuid::Uuid;

use super::engine;
use super::service::{Tasks, is_finishing};
use crate::audit::{self, Entry};
use crate::context::{Actor, OpContext};
use crate::error::{Error, Result};
use crate::events::{Change, Write};
use crate::store::task_slots::{self, Use};
use crate::store::tasks::{TaskInsert, TaskRecord, children, encode};
use crate::store::{Unique, task_steps, tasks, violated};

/// A task to be queued. Without `Debug`: it may carry a sealed secret.
pub(crate) struct NewTask<'a, I> {
    /// Its id, made beforehand so that other rows can name it.
    pub id: TaskId,
    /// What it does.
    pub kind: TaskKind,
    /// What the kind needs to know. Never a secret.
    pub input: &'a I,
    /// What must not be read by others, sealed.
    pub secret: Option<&'a str>,
    /// The guest it changes.
    pub guest: Option<&'a GuestId>,
    /// The name of what it is about, for people.
    pub target: &'a str,
    /// Who asked for it.
    pub actor: &'a Actor,
    /// What it uses of things that only so many tasks may use at once.
    pub uses: &'a [Use],
    /// The task that it is a part of.
    pub parent: Option<TaskId>,
    /// The task in whose place it is asked for.
    pub retry_of: Option<TaskId>,
}

/// A task whose parts do everything; it runs nothing itself and ends with the last of them.
pub(crate) struct NewParent<'a> {
    /// Its id, which its children name.
    pub id: TaskId,
    /// What the children do together.
    pub kind: TaskKind,
    /// What they are about, for people; empty for nothing in particular.
    pub target: &'a str,
    /// Who asked for it.
    pub actor: &'a Actor,
}

impl Tasks {
    /// An id for a new task; later ones sort after earlier ones.
    pub(crate) fn new_id() -> TaskId {
        TaskId(Uuid::now_v7())
    }

    /// Queues a task in the transaction of the change that asks for it.
    ///
    /// # Errors
    /// [`Error::Conflict`] where a task is at work on the guest; the transaction is of no more use then.
    pub(crate) async fn enqueue<I: Serialize + Sync>(
        &self,
        write: &mut Write<'_>,
        task: &NewTask<'_, I>,
    ) -> Result<TaskRow> {
        if let Some(guest) = task.guest
            && let Some(other) = tasks::at_work_on(&mut write.tx, guest).await?
        {
            return Err(Error::Conflict(Problem::TaskInTheWay { task: other }));
        }
        let input = encode(task.input)?;
        let steps: Vec<StepName> = self
            .kinds
            .steps(task.kind, &input)?
            .iter()
            .map(|step| step.name())
            .collect();
        let row = TaskInsert {
            id: task.id,
            kind: task.kind,
            actor_id: task.actor.user_id(),
            actor: &task.actor.username,
            guest: task.guest,
            target: task.target,
            input: &input,
            secret: task.secret,
            at: self.clock.now(),
            parent: task.parent,
            is_parent: false,
            retry_of: task.retry_of,
        };
        if let Err(error) = tasks::insert(&mut write.tx, &row).await {
            // Another replica was faster. Its row is committed, or this statement would still be waiting for it.
            if violated(&error) == Some(Unique::TaskOfGuest)
                && let Some(guest) = task.guest
                && let Some(other) = tasks::unended_of(&self.db, guest).await?
            {
                return Err(Error::Conflict(Problem::TaskInTheWay { task: other }));
            }
            return Err(error.into());
        }
        audit::record_tasks(&mut write.tx, task.actor, &[row]).await?;
        task_steps::insert(&mut write.tx, task.id, &steps).await?;
        task_slots::insert(&mut write.tx, task.id, task.uses).await?;
        write.changed(Change::Task(task.id));
        let queued = tasks::in_tx(&mut write.tx, task.id).await?;
        queued
            .map(|queued| queued.row)
            .ok_or_else(|| Error::Internal("a new task is not there".to_owned()))
    }

    /// Queues a task that has parts. Its children follow in the same transaction, each by [`Tasks::enqueue`]; one
    /// without any would never end.
    ///
    /// # Errors
    /// Where the database does not take it.
    pub(crate) async fn enqueue_parent(&self, write: &mut Write<'_>, task: &NewParent<'_>) -> Result<()> {
        let row = TaskInsert {
            id: task.id,
            kind: task.kind,
            actor_id: task.actor.user_id(),
            actor: &task.actor.username,
            guest: None,
            target: task.target,
            input: "null",
            secret: None,
            at: self.clock.now(),
            parent: None,
            is_parent: true,
            retry_of: None,
        };
        tasks::insert(&mut write.tx, &row).await?;
        audit::record_tasks(&mut write.tx, task.actor, &[row]).await?;
        write.changed(Change::Task(task.id));
        Ok(())
    }

    /// Takes up a parent again that may have ended, for children that are asked for again.
    ///
    /// # Errors
    /// Where the database does not take it.
    pub(crate) async fn reopen(&self, write: &mut Write<'_>, parent: TaskId) -> Result<()> {
        children::reopen(&mut write.tx, parent, self.clock.now()).await?;
        write.changed(Change::Task(parent));
        Ok(())
    }

    /// Asks for a task to be cancelled: one that waits ends at once, one that runs undoes what it has done.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Denied`], or [`Error::Conflict`] where it can't be cancelled any more.
    pub async fn cancel(&self, ctx: &OpContext, id: TaskId) -> Result<()> {
        let actor = ctx.signed_in()?;
        let task = self.readable(actor, id).await?;
        if let Some(problem) = Self::cancel_refusal(actor, &task) {
            return Err(match problem {
                Problem::PermissionMissing { permission } => Error::Denied(permission),
                Problem::AdministratorsOnly => Error::AdministratorsOnly,
                problem => Error::Conflict(problem),
            });
        }
        let (by, now) = (&actor.username, self.clock.now());
        let mut write = self.events.begin().await?;
        let mut asked = vec![id];
        if task.is_parent {
            // The children before their parent, in the order in which a run that ends locks them too.
            let under_way = children::cancel(&mut write.tx, id, by, now).await?;
            asked.extend(under_way.iter().map(|child| child.row.id));
            if !tasks::set_cancelled_by(&mut write.tx, id, by, now).await? {
                return Ok(());
            }
            for child in &under_way {
                write.changed(Change::Task(child.row.id));
                if child.row.state == TaskState::Queued {
                    self.end_waiting(&mut write, child, by).await?;
                }
            }
        } else {
            if !tasks::set_cancelled_by(&mut write.tx, id, by, now).await? {
                // It ended, or somebody else asked, since it was read.
                return Ok(());
            }
            let steps = task_steps::in_tx(&mut write.tx, id).await?;
            let plan = self.kinds.steps(task.row.kind, &task.input).unwrap_or_default();
            if is_finishing(&plan, &steps) {
                return Err(Error::Conflict(Problem::TaskFinishing));
            }
            let waits = tasks::in_tx(&mut write.tx, id)
                .await?
                .filter(|task| task.row.state == TaskState::Queued);
            if let Some(task) = waits {
                self.end_waiting(&mut write, &task, by).await?;
            }
        }
        let named = id.to_string();
        let entry = Entry {
            task: Some(id),
            ..Entry::done(Action::CancelTask, ObjectKind::Task, &named)
        };
        audit::record(&mut write.tx, actor.into(), &entry, now).await?;
        write.changed(Change::Task(id));
        write.commit().await?;
        for id in asked {
            if let Some(cancel) = self.running().get(&id) {
                cancel.cancel();
            }
        }
        Ok(())
    }

    async fn end_waiting(&self, write: &mut Write<'_>, task: &TaskRecord, by: &str) -> Result<()> {
        let problem = Problem::CancelledBy { user: by.to_owned() };
        let ended = engine::Ended {
            id: task.row.id,
            kind: task.row.kind,
            target: &task.row.target,
            actor_id: task.actor_id,
            state: TaskState::Cancelled,
            problem: Some(&problem),
            cause: None,
            parent: task.row.parent,
        };
        engine::finish(write, &self.clock, &ended).await?;
        Ok(())
    }
}
