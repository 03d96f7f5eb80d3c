//! Switches guests on and off, as tasks.

use drover_types::action::GuestAction;
use drover_types::guest::{GuestKind, GuestRow, GuestStatus};
use drover_types::ids::GuestId;
use drover_types::task::{TaskKind, TaskRow};
use drover_types::text::Problem;

use super::service::{Servers, upstream};
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::inventory::guest_status;
use crate::store::tasks;
use crate::tasks::{NewTask, PowerInput, Tasks};

impl Servers {
    /// Queues `action` on a guest. What is so already is no error: the task says so and completes.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::NotFound`]; [`Error::Conflict`] where the guest's state forbids it or a task is
    /// at work on it; or the cluster's.
    pub async fn act(&self, ctx: &OpContext, guest: &GuestId, action: GuestAction) -> Result<TaskRow> {
        let actor = ctx.require_any(action.permissions())?;
        if let Some(task) = tasks::unended_of(&self.0.db, guest).await? {
            return Err(Error::Conflict(Problem::TaskInTheWay { task }));
        }
        let row = self.row(guest).await?;
        if let Some(problem) = action.refusal(&row, &actor.grants)
            && !(matches!(problem, Problem::GuestMustBe { .. }) && is_so(action, row.status))
        {
            return Err(Error::Conflict(problem));
        }
        let id = Tasks::new_id();
        let input = PowerInput {
            guest: guest.clone(),
            kind: row.kind,
            node: row.node.clone(),
        };
        let mut write = self.0.events.begin().await?;
        let task = NewTask {
            id,
            kind: match action {
                GuestAction::Start => TaskKind::StartServer,
                GuestAction::Stop => TaskKind::StopServer,
                GuestAction::Shutdown => TaskKind::ShutdownServer,
                GuestAction::Reboot => TaskKind::RebootServer,
            },
            input: &input,
            secret: None,
            guest: Some(guest),
            target: &row.name,
            actor,
            uses: &[],
            parent: None,
            retry_of: None,
        };
        let queued = self.0.tasks.enqueue(&mut write, &task).await?;
        write.commit().await?;
        Ok(queued)
    }

    /// The guest as it is this moment: the picture may be some seconds old.
    async fn row(&self, guest: &GuestId) -> Result<GuestRow> {
        let gone = || {
            Error::NotFound(Problem::ServerNotFound {
                server: guest.to_string(),
            })
        };
        let Some(mut row) = self.0.inventory.guest(guest) else {
            self.unless_silent().await?;
            return Err(gone());
        };
        let cluster = self.cluster(Some(&guest.cluster)).map_err(|_| gone())?;
        let asked = match row.kind {
            GuestKind::Qemu => cluster.client.qemu_status(&row.node, guest.vmid).await,
            GuestKind::Lxc => cluster.client.lxc_status(&row.node, guest.vmid).await,
        };
        let status = match asked {
            Err(error) if error.is_not_found() => return Err(gone()),
            other => other.map_err(upstream(cluster))?,
        };
        row.status = guest_status(status.status, status.qmpstatus.as_deref(), status.lock.as_deref());
        row.lock = status.lock;
        Ok(row)
    }
}

/// Whether a guest in this state is what the action would make of it.
fn is_so(action: GuestAction, status: GuestStatus) -> bool {
    match action {
        GuestAction::Start => status == GuestStatus::Running,
        GuestAction::Stop | GuestAction::Shutdown => status == GuestStatus::Stopped,
        GuestAction::Reboot => false,
    }
}
