//! Switches guests on and off and deletes them, as tasks.

use std::collections::BTreeMap;

use drover_types::action::{ActionOptions, GuestAction, LONGEST_SHUTDOWN};
use drover_types::guest::{GuestKind, GuestRow};
use drover_types::ids::GuestId;
use drover_types::task::TaskRow;
use drover_types::text::Problem;
use pve_client::GuestStatus;

use super::service::{Servers, upstream};
use super::work::Work;
use crate::clusters::Cluster;
use crate::context::{Actor, OpContext};
use crate::error::{Error, Result};
use crate::inventory::guest_status;
use crate::store::tasks;
use crate::tasks::{NewTask, Tasks};

impl Servers {
    /// Queues `action` on a guest. What is so already is no error: the task says so and completes.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::Invalid`]; [`Error::NotFound`]; [`Error::Conflict`] where the guest's state
    /// forbids it or a task is at work on it; or the cluster's.
    pub async fn act(
        &self,
        ctx: &OpContext,
        guest: &GuestId,
        action: GuestAction,
        options: ActionOptions,
    ) -> Result<TaskRow> {
        let actor = ctx.require_any(action.permissions())?;
        check(options)?;
        self.listed(actor, guest).await?;
        if let Some(task) = tasks::unended_of(&self.0.db, guest).await? {
            return Err(Error::Conflict(Problem::TaskInTheWay { task }));
        }
        let row = self.row(actor, guest).await?;
        if let Some(problem) = action.refusal(&row, &actor.grants)
            && !is_no_obstacle(&problem, action, &row)
        {
            return Err(Error::Conflict(problem));
        }
        let work = self.work(&row, action, options).await?;
        let mut write = self.0.events.begin().await?;
        let task = NewTask {
            id: Tasks::new_id(),
            kind: Work::kind(action),
            input: &work,
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

    /// The guest as it is this moment, where it is there for the actor: the picture may be some seconds old.
    pub(crate) async fn row(&self, actor: &Actor, guest: &GuestId) -> Result<GuestRow> {
        let gone = || {
            Error::NotFound(Problem::ServerNotFound {
                server: guest.to_string(),
            })
        };
        let mut row = self.listed(actor, guest).await?;
        let cluster = self.cluster(Some(&guest.cluster)).map_err(|_| gone())?;
        let mut asked = ask(cluster, &row).await;
        if asked.as_ref().is_err_and(pve_client::Error::is_not_found) {
            // It may have moved since the picture was taken.
            self.0.inventory.refresh(guest).await?;
            row = self.0.inventory.guest_of(actor, guest).ok_or_else(gone)?;
            asked = ask(cluster, &row).await;
        }
        let status = match asked {
            Err(error) if error.is_not_found() => return Err(gone()),
            other => other.map_err(upstream(cluster))?,
        };
        row.status = guest_status(status.status, status.qmpstatus.as_deref(), status.lock.as_deref());
        row.lock = status.lock;
        Ok(row)
    }
}

async fn ask(cluster: &Cluster, row: &GuestRow) -> pve_client::Result<GuestStatus> {
    match row.kind {
        GuestKind::Qemu => cluster.client.qemu_status(&row.node, row.id.vmid).await,
        GuestKind::Lxc => cluster.client.lxc_status(&row.node, row.id.vmid).await,
    }
}

/// Whether a refusal does not count: the guest is as the action would make it (one that sleeps on disk is locked by
/// that), or its configuration has the last word, which is read next.
pub(super) const fn is_no_obstacle(problem: &Problem, action: GuestAction, row: &GuestRow) -> bool {
    match problem {
        Problem::GuestMustBe { .. } | Problem::GuestLocked { .. } => action.is_so(row.status),
        Problem::GuestProtected => true,
        _ => false,
    }
}

/// Refuses a time that no guest is given.
pub(super) fn check(options: ActionOptions) -> Result<()> {
    match options.timeout_seconds {
        Some(seconds) if !(1..=LONGEST_SHUTDOWN).contains(&seconds) => {
            let problem = Problem::OutOfRange {
                min: 1,
                max: i64::from(LONGEST_SHUTDOWN),
            };
            Err(Error::Invalid(BTreeMap::from([("timeout".to_owned(), problem)])))
        }
        _ => Ok(()),
    }
}
