//! Removes what a server that went wrong has left behind: its guest first, then what Drover keeps for it.

use drover_types::action::{ActionOptions, GuestAction};
use drover_types::ids::GuestId;
use drover_types::task::{TaskKind, TaskRow};
use drover_types::text::Problem;

use super::broken::Found;
use super::service::Servers;
use super::work::Work;
use crate::context::{Actor, OpContext};
use crate::error::{Error, Result};
use crate::store::tasks;
use crate::tasks::{NewTask, RemoveInput, Tasks};

impl Servers {
    /// Queues the clean-up of a server, named or as `cluster:vmid`. One that is well is only removed with `force`,
    /// and by an administrator.
    ///
    /// # Errors
    /// [`Error::Denied`] or [`Error::Limited`]; [`Error::AdministratorsOnly`]; [`Error::NotFound`]; [`Error::Conflict`] where there is
    /// nothing to clean up, where a task is at work on it, or where several guests have the name; or a cluster's.
    pub async fn clean_up(&self, ctx: &OpContext, name: &str, force: bool) -> Result<TaskRow> {
        ctx.require_any_for_all(GuestAction::Delete.permissions())?;
        let broken = self.find_broken().await?;
        self.clean_up_found(ctx, &broken, name, force).await
    }

    /// As [`Servers::clean_up`] for several, compared with Proxmox once.
    ///
    /// # Errors
    /// [`Error::Denied`] or [`Error::Limited`], or a cluster's; what stands against one is told beside its name.
    pub async fn clean_up_many(
        &self,
        ctx: &OpContext,
        names: Vec<String>,
    ) -> Result<Vec<(String, Result<TaskRow>)>> {
        ctx.require_any_for_all(GuestAction::Delete.permissions())?;
        let broken = self.find_broken().await?;
        let mut begun = Vec::with_capacity(names.len());
        for name in names {
            let task = self.clean_up_found(ctx, &broken, &name, false).await;
            begun.push((name, task));
        }
        Ok(begun)
    }

    async fn clean_up_found(
        &self,
        ctx: &OpContext,
        broken: &[Found],
        name: &str,
        force: bool,
    ) -> Result<TaskRow> {
        let actor = ctx.require_any_for_all(GuestAction::Delete.permissions())?;
        let means = |found: &&Found| found.server.name == name || found.server.guest.to_string() == name;
        let found: Vec<&Found> = broken.iter().filter(means).collect();
        if found.len() > 1 {
            return Err(Error::Conflict(Problem::ServerNameAmbiguous {
                name: name.to_owned(),
                guests: found.iter().map(|found| found.server.guest.clone()).collect(),
            }));
        }
        if let Some(found) = found.first() {
            let input = RemoveInput {
                name: found.server.name.clone(),
                guest: found.server.guest.clone(),
                machine: found.machine.clone(),
                reservation: found.reservation,
            };
            return self.queue_clean_up(actor, &input).await;
        }
        let guest = self.resolve(ctx, name).await?;
        self.unless_at_work(&guest).await?;
        if !force {
            return Err(Error::Conflict(Problem::NothingToCleanUp));
        }
        ctx.require_admin()?;
        let row = self.row(actor, &guest).await?;
        let work = self
            .work(&row, GuestAction::Delete, ActionOptions::default())
            .await?;
        let Work::Remove(input) = work else {
            return Err(Error::Internal("a deletion is no removal".to_owned()));
        };
        self.queue_clean_up(actor, &input).await
    }

    async fn queue_clean_up(&self, actor: &Actor, input: &RemoveInput) -> Result<TaskRow> {
        let mut write = self.0.events.begin().await?;
        let task = NewTask {
            id: Tasks::new_id(),
            kind: TaskKind::CleanUpServer,
            input,
            secret: None,
            guest: Some(&input.guest),
            target: &input.name,
            actor,
            uses: &[],
            parent: None,
            retry_of: None,
        };
        let queued = self.0.tasks.enqueue(&mut write, &task).await?;
        write.commit().await?;
        Ok(queued)
    }

    async fn unless_at_work(&self, guest: &GuestId) -> Result<()> {
        match tasks::unended_of(&self.0.db, guest).await? {
            Some(task) => Err(Error::Conflict(Problem::TaskInTheWay { task })),
            None => Ok(()),
        }
    }
}
