//! Takes roles off servers. Packages and data stay; what a role has set up is taken back where it knows how and somebody
//! asks for that.

use drover_types::audit::{Action, ObjectKind};
use drover_types::ids::GuestId;
use drover_types::many::{ManyActed, RejectedServer};
use drover_types::permission::Permission;
use drover_types::role::{RoleKey, RoleRemoval};
use drover_types::task::{TaskKind, TaskRow};
use drover_types::text::Problem;

use super::assign::input;
use super::check::not_assigned;
use super::service::Roles;
use super::settle::found;
use crate::audit::{self, Entry, changed};
use crate::context::{Actor, OpContext};
use crate::error::{Error, Result};
use crate::events::Change;
use crate::store::{adopted, server_roles, tasks};
use crate::tasks::RolesWork;

/// Whoever may give a server another role takes the first off its record with that.
const EITHER: [Permission; 2] = [Permission::RemoveRole, Permission::AssignRoles];

impl Roles {
    /// Takes a role off a server's record, which whoever may give roles may too, or queues the task that takes back
    /// what it has set up first.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::NotFound`] for the server; [`Error::Conflict`] where it has no such role, the role
    /// has no way back, or a task is at work on it; or the cluster's.
    pub async fn remove(
        &self,
        ctx: &OpContext,
        guest: &GuestId,
        removal: &RoleRemoval,
    ) -> Result<Option<TaskRow>> {
        match &removal.role {
            Some(role) if removal.uninstall => {
                let actor = ctx.require(Permission::RemoveRole)?;
                self.uninstall(actor, guest, role).await.map(Some)
            }
            role => {
                let actor = ctx.require_any(&EITHER)?;
                self.take_off(actor, guest, role.as_ref()).await?;
                Ok(None)
            }
        }
    }

    /// Takes every role that servers are there for off their records. What stands against one leaves it out.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::NotFound`] where none is known; or the database's.
    pub async fn remove_many(&self, ctx: &OpContext, names: &[String]) -> Result<(Vec<String>, ManyActed)> {
        let actor = ctx.require_any(&EITHER)?;
        let (rows, mut rejected) = self.0.servers.chosen(actor, names).await?;
        let mut done = Vec::new();
        for row in rows {
            match self.take_off(actor, &row.id, None).await {
                Ok(()) => done.push(row.name),
                Err(Error::Conflict(problem)) => rejected.push(RejectedServer {
                    name: row.name,
                    problem,
                }),
                Err(error) => return Err(error),
            }
        }
        let acted = ManyActed {
            rejected,
            ..ManyActed::default()
        };
        Ok((done, acted))
    }

    async fn uninstall(&self, actor: &Actor, guest: &GuestId, role: &RoleKey) -> Result<TaskRow> {
        self.0.servers.listed(actor, guest).await?;
        self.0.ansible.playbook()?;
        let known = self.0.ansible.catalogue().known().await?;
        if !found(&known, role)?.info.uninstalls {
            let role = role.to_string();
            return Err(Error::Conflict(Problem::RoleWithoutUninstall { role }));
        }
        let row = self.row(actor, guest).await?;
        let config = self.reachable(&row).await?;
        let on_record = self.on_record(guest, &config).await?;
        if !on_record.iter().any(|record| record.role == *role) {
            return Err(Error::Conflict(not_assigned(&row.name, Some(role))));
        }
        let work = RolesWork::Remove { role: role.clone() };
        let input = input(&row, &config, work);
        self.queue(actor, TaskKind::RemoveRole, &row, &input).await
    }

    async fn take_off(&self, actor: &Actor, guest: &GuestId, role: Option<&RoleKey>) -> Result<()> {
        let row = self.0.servers.listed(actor, guest).await?;
        let mut write = self.0.events.begin().await?;
        if let Some(task) = tasks::at_work_on(&mut write.tx, guest).await? {
            return Err(Error::Conflict(Problem::TaskInTheWay { task }));
        }
        let on_record = server_roles::of_in(&mut write.tx, guest).await?;
        let mut gone: Vec<RoleKey> = on_record.into_iter().map(|record| record.role).collect();
        gone.retain(|one| role.map_or_else(|| one.is_purpose(), |role| role == one));
        for one in &gone {
            server_roles::remove(&mut write.tx, guest, one).await?;
        }
        // What was only said of it when it was adopted would show again.
        if let Some(said) = row.role.filter(|said| role.is_none_or(|role| role == said)) {
            adopted::set_role(&mut write.tx, guest, None).await?;
            write.changed(Change::Adoptions);
            if !gone.contains(&said) {
                gone.push(said);
            }
        }
        if gone.is_empty() {
            return Err(Error::Conflict(not_assigned(&row.name, role)));
        }
        let mut entry = Entry::done(Action::RemoveRole, ObjectKind::Server, &row.name);
        changed(&mut entry.changes, "roles", Some(&gone), None);
        let now = write.now();
        audit::record(&mut write.tx, actor.into(), &entry, now).await?;
        write.changed(Change::Roles);
        Ok(write.commit().await?)
    }
}
