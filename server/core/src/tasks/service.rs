//! What people see of tasks, and what they may do with them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use drover_types::action::GuestAction;
use drover_types::ids::TaskId;
use drover_types::permission::{Permission, UserRole};
use drover_types::task::{StepState, TaskDetail, TaskFilter, TaskKind, TaskPage, TaskRow};
use drover_types::text::Problem;
use tokio_util::sync::CancellationToken;

use super::journal::Journal;
use super::kinds::{Resources, SelfTest, Standard};
use super::queue::NewTask;
use super::settings::TaskSettings;
use super::step::{Kinds, Step};
use crate::clock::Clock;
use crate::context::{Actor, OpContext};
use crate::error::{Error, Result};
use crate::events::Events;
use crate::inventory::Inventory;
use crate::store::task_steps::StepRecord;
use crate::store::tasks::{Seen, TaskRecord, Wanted, children};
use crate::store::{Db, task_steps, tasks};

/// Whether something was begun that has to be carried through.
pub(super) fn is_finishing(plan: &[Box<dyn Step>], steps: &[StepRecord]) -> bool {
    let has_called = |record: &StepRecord| {
        Journal::read(record.journal.as_deref()).is_ok_and(|journal| !journal.is_empty())
    };
    plan.iter()
        .zip(steps)
        .any(|(step, record)| step.finishes() && (record.row.state == StepState::Done || has_called(record)))
}

/// How many lines of its log a task is shown with.
const LOG_LINES: i64 = 500;
/// How many tasks a page has where nothing is said, and at most.
const PAGE: u32 = 50;
const LONGEST_PAGE: u32 = 200;

/// The tasks: queue, lists and engine. Cheap to clone.
#[derive(Clone)]
pub struct Tasks {
    pub(super) db: Db,
    pub(super) clock: Clock,
    pub(super) events: Events,
    inventory: Inventory,
    pub(super) settings: Arc<TaskSettings>,
    pub(super) kinds: Arc<dyn Kinds>,
    running: Arc<Mutex<HashMap<TaskId, CancellationToken>>>,
}

impl Tasks {
    /// The tasks of a database, which work on `resources`. Nothing runs until [`Tasks::run`].
    pub fn new(
        db: Db,
        clock: Clock,
        events: Events,
        inventory: Inventory,
        resources: Resources,
        settings: TaskSettings,
    ) -> Self {
        let settings = Arc::new(settings);
        let kinds = Arc::new(Standard::new(resources));
        Self::with_kinds(db, clock, events, inventory, kinds, settings)
    }

    pub(super) fn with_kinds(
        db: Db,
        clock: Clock,
        events: Events,
        inventory: Inventory,
        kinds: Arc<dyn Kinds>,
        settings: Arc<TaskSettings>,
    ) -> Self {
        Self {
            db,
            clock,
            events,
            inventory,
            settings,
            kinds,
            running: Arc::default(),
        }
    }

    /// The tasks that this process runs, each with what cancels it.
    pub(super) fn running(&self) -> MutexGuard<'_, HashMap<TaskId, CancellationToken>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tasks that have not ended, then the others, the latest first: one's own, and with `view_all` those of others
    /// on servers that one reaches.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`], or the database's.
    pub async fn list(&self, ctx: &OpContext, filter: &TaskFilter) -> Result<TaskPage> {
        let actor = ctx.signed_in()?;
        let limit = filter.limit.unwrap_or(PAGE).clamp(1, LONGEST_PAGE);
        let seen = self.seen(actor);
        let wanted = Wanted {
            id: None,
            state: filter.state,
            kind: filter.kind,
            actor_id: filter.own.then_some(actor.id),
            seen: seen.as_ref(),
            guest: filter.guest.as_ref(),
            parent: filter.parent,
            latest: false,
            whole: filter.whole,
            before: filter.before,
            limit: i64::from(limit) + 1,
            offset: 0,
        };
        let mut rows: Vec<TaskRow> = tasks::list(&self.db, &wanted)
            .await?
            .into_iter()
            .map(|task| task.row)
            .collect();
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        // The cursor skips those that have not ended; were there more of them than fit, they come again.
        let next = rows.last().filter(|_| more).map(|row| row.id);
        Ok(TaskPage { tasks: rows, next })
    }

    /// A task with its steps and the end of its log.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none, or none that the actor may see.
    pub async fn get(&self, ctx: &OpContext, id: TaskId) -> Result<TaskDetail> {
        let actor = ctx.signed_in()?;
        let task = self.readable(actor, id).await?;
        let steps = task_steps::of(&self.db, id).await?;
        let plan = self.kinds.steps(task.row.kind, &task.input).unwrap_or_default();
        let undoes = !plan
            .iter()
            .zip(&steps)
            .any(|(step, record)| step.keeps() && record.row.state != StepState::Pending);
        let retried_by = children::retry_of(&self.db, id).await?;
        Ok(TaskDetail {
            cancel_refusal: Self::cancel_refusal(actor, &task)
                .or_else(|| is_finishing(&plan, &steps).then_some(Problem::TaskFinishing)),
            undoes: undoes && task.row.kind.makes_server() && !task.row.state.has_ended(),
            log: task_steps::log_of(&self.db, id, 0, LOG_LINES).await?,
            steps: steps.into_iter().map(|step| step.row).collect(),
            retry: self.retry(actor, &task).await?,
            retried_by,
            cause: task.cause,
            task: task.row,
        })
    }

    /// A task that does nothing but succeed, or fail where `fail`.
    ///
    /// # Errors
    /// [`Error::AdministratorsOnly`], or [`Error::NotFound`] where self-tests are switched off.
    pub async fn self_test(&self, ctx: &OpContext, message: &str, fail: bool) -> Result<TaskRow> {
        let actor = ctx.require_admin()?;
        if !self.settings.self_tests {
            return Err(Error::NotFound(Problem::SelfTestsOff));
        }
        let id = Self::new_id();
        let input = SelfTest {
            message: message.to_owned(),
            fail,
        };
        let mut write = self.events.begin().await?;
        let task = NewTask {
            id,
            kind: TaskKind::SelfTest,
            input: &input,
            secret: None,
            guest: None,
            target: message,
            actor,
            uses: &[],
            parent: None,
            retry_of: None,
        };
        let queued = self.enqueue(&mut write, &task).await?;
        write.commit().await?;
        Ok(queued)
    }

    /// The tasks that `actor` sees; `None` where they see all.
    pub(super) fn seen(&self, actor: &Actor) -> Option<Seen> {
        let (views, reach) = (actor.grants.allow(Permission::ViewAll), actor.grants.reach());
        if views && reach.is_everything() {
            return None;
        }
        let picture = views.then(|| self.inventory.within(reach));
        Some(Seen {
            actor_id: actor.id,
            guests: picture.map_or_else(Vec::new, |picture| {
                picture.guests.iter().map(|row| row.id.clone()).collect()
            }),
        })
    }

    /// The task, if `actor` may see it.
    pub(super) async fn readable(&self, actor: &Actor, id: TaskId) -> Result<TaskRecord> {
        let seen = self.seen(actor);
        let wanted = Wanted {
            id: Some(id),
            seen: seen.as_ref(),
            limit: 1,
            ..Wanted::default()
        };
        let mut found = tasks::list(&self.db, &wanted).await?;
        found.pop().ok_or(Error::NotFound(Problem::TaskNotFound))
    }

    /// How many servers one request may make at most.
    pub(crate) fn bulk_limit(&self) -> u32 {
        self.settings.bulk_limit
    }

    /// Why `actor` can't cancel this task now.
    pub(super) fn cancel_refusal(actor: &Actor, task: &TaskRecord) -> Option<Problem> {
        if task.row.state.has_ended() {
            return Some(Problem::TaskEnded);
        }
        if task.undoing || task.row.cancelling {
            return Some(Problem::TaskUndoing);
        }
        if task.actor_id == Some(actor.id) {
            return None;
        }
        let action = |action: GuestAction| action.permissions();
        let permissions = match task.row.kind {
            TaskKind::CreateServer | TaskKind::CreateServers => &[Permission::CreateServer],
            TaskKind::StartServer => action(GuestAction::Start),
            TaskKind::StopServer => action(GuestAction::Stop),
            TaskKind::ShutdownServer => action(GuestAction::Shutdown),
            TaskKind::RebootServer => action(GuestAction::Reboot),
            TaskKind::ResetServer => action(GuestAction::Reset),
            TaskKind::SuspendServer => action(GuestAction::Suspend),
            TaskKind::HibernateServer => action(GuestAction::Hibernate),
            TaskKind::ResumeServer => action(GuestAction::Resume),
            TaskKind::DeleteServer | TaskKind::CleanUpServer | TaskKind::PurgeDisks => {
                action(GuestAction::Delete)
            }
            TaskKind::ActOnServers | TaskKind::ApplyConfiguration => &[Permission::ManageServer],
            TaskKind::AssignFirewall | TaskKind::AssignFirewalls => &[Permission::AssignFirewallGroups],
            TaskKind::RemoveFirewall => &[Permission::RemoveFirewallGroups],
            TaskKind::AssignRole | TaskKind::AssignRoles | TaskKind::CheckRole | TaskKind::CheckRoles => {
                &[Permission::AssignRoles]
            }
            TaskKind::RemoveRole => &[Permission::RemoveRole],
            TaskKind::ChangeDisks => &[Permission::ManageServer, Permission::ManageStorage],
            TaskKind::BackUpServer
            | TaskKind::BackUpServers
            | TaskKind::RestoreServer
            | TaskKind::RestoreNewServer
            | TaskKind::DeleteBackups => &[Permission::BackupManagement],
            TaskKind::SelfTest => {
                return (actor.grants.role != UserRole::Admin).then_some(Problem::AdministratorsOnly);
            }
        };
        match permissions.first() {
            Some(permission) if !actor.grants.allow_any(permissions) => Some(Problem::PermissionMissing {
                permission: *permission,
            }),
            _ => None,
        }
    }
}
