//! Gives roles to servers: always by a task, one for each server.

use drover_types::guest::{GuestRow, GuestStatus};
use drover_types::ids::GuestId;
use drover_types::many::RejectedServer;
use drover_types::permission::Permission;
use drover_types::role::{Generated, RoleAssignment, RolesAssigned};
use drover_types::task::{TaskKind, TaskRow};
use drover_types::text::Problem;
use futures::stream::{self, StreamExt};
use pve_client::GuestConfig;

use super::service::Roles;
use super::settle::{check_given, found, settled};
use crate::ansible::Known;
use crate::context::{Actor, OpContext};
use crate::error::{Error, Result};
use crate::servers::{Able, Many};
use crate::store::server_roles::{self, RoleRecord};
use crate::store::task_slots::Use;
use crate::store::tasks::{decode, encode};
use crate::store::{reservations, server_connections, tasks};
use crate::tasks::{Identity, NewTask, RolesInput, RolesWork, Tasks, configured, known_user};

/// How many guests are asked at once for what a task has to know of them.
const AT_ONCE: usize = 8;

impl Roles {
    /// Queues a task that installs a role on a server. What was made up for it is told here and nowhere else.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::NotFound`] for the server or the role; [`Error::Invalid`] with every variable that
    /// is wrong; [`Error::Conflict`] where a task is at work on the server, nobody knows how to sign in to it, or
    /// Ansible is missing; or the cluster's.
    pub async fn assign(
        &self,
        ctx: &OpContext,
        guest: &GuestId,
        asked: &RoleAssignment,
    ) -> Result<(TaskRow, Vec<Generated>)> {
        let actor = ctx.require(Permission::AssignRoles)?;
        // First: what is out of reach is not there, whatever else is wrong.
        self.0.servers.listed(actor, guest).await?;
        self.0.ansible.playbook()?;
        let known = self.0.ansible.catalogue().known().await?;
        found(&known, &asked.role)?;
        let row = self.row(actor, guest).await?;
        let (input, generated) = self.input(&known, &row, asked).await?;
        let task = self.queue(actor, TaskKind::AssignRole, &row, &input).await?;
        Ok((task, generated))
    }

    /// As [`Roles::assign`], for every server that is named. What stands against one leaves it out, with the reason.
    ///
    /// # Errors
    /// As [`Roles::assign`], but for what stands against single servers; [`Error::NotFound`] where none is known.
    pub async fn assign_many(
        &self,
        ctx: &OpContext,
        names: &[String],
        asked: &RoleAssignment,
    ) -> Result<RolesAssigned> {
        let actor = ctx.require(Permission::AssignRoles)?;
        let (rows, mut rejected) = self.0.servers.chosen(actor, names).await?;
        self.0.ansible.playbook()?;
        let known = self.0.ansible.catalogue().known().await?;
        // What is wrong with a value is wrong for all of them, before any is asked.
        check_given(found(&known, &asked.role)?, &asked.variables)?;
        let known = &known;
        let prepared = stream::iter(rows.into_iter().map(|row| async move {
            let input = self.input(known, &row, asked).await;
            (row, input)
        }));
        let prepared: Vec<_> = prepared.buffered(AT_ONCE).collect().await;
        let (mut able, mut generated) = (Vec::new(), Vec::new());
        for (row, input) in prepared {
            match input {
                Ok((input, told)) => {
                    generated.push((row.id.clone(), told));
                    able.push(able_of(row, &input)?);
                }
                Err(error) => rejected.push(left_out(row, error)?),
            }
        }
        let many = Many {
            parent: TaskKind::AssignRoles,
            part: TaskKind::AssignRole,
            groups: None,
        };
        let acted = self.0.servers.accept_many(actor, many, &able, rejected).await?;
        let is_accepted = |guest: &GuestId| acted.accepted.iter().any(|one| one.guest == *guest);
        let told = generated.into_iter().filter(|(guest, _)| is_accepted(guest));
        Ok(RolesAssigned {
            generated: told.flat_map(|(_, told)| told).collect(),
            acted,
        })
    }

    /// The server as it is now, where no task is at work on it.
    pub(super) async fn row(&self, actor: &Actor, guest: &GuestId) -> Result<GuestRow> {
        self.0.servers.listed(actor, guest).await?;
        if let Some(task) = tasks::unended_of(&self.0.db, guest).await? {
            return Err(Error::Conflict(Problem::TaskInTheWay { task }));
        }
        self.0.servers.row(actor, guest).await
    }

    /// Queues a task of one server.
    pub(super) async fn queue(
        &self,
        actor: &Actor,
        kind: TaskKind,
        row: &GuestRow,
        input: &RolesInput,
    ) -> Result<TaskRow> {
        let task = NewTask {
            id: Tasks::new_id(),
            kind,
            input,
            secret: None,
            guest: Some(&row.id),
            target: &row.name,
            actor,
            uses: &[Use::role()],
            parent: None,
            retry_of: None,
        };
        let mut write = self.0.events.begin().await?;
        let queued = self.0.tasks.enqueue(&mut write, &task).await?;
        write.commit().await?;
        Ok(queued)
    }

    async fn input(
        &self,
        known: &Known,
        row: &GuestRow,
        asked: &RoleAssignment,
    ) -> Result<(RolesInput, Vec<Generated>)> {
        let config = self.reachable(row).await?;
        let on_record = self.on_record(&row.id, &config).await?;
        let before = on_record.iter().find(|record| record.role == asked.role);
        let (work, generated) = settled(known, &self.0.vault, &row.name, asked, before)?;
        let work = RolesWork::Apply {
            roles: vec![work],
            replaces: asked.replaces,
        };
        Ok((input(row, &config, work), generated))
    }

    /// The guest's configuration, where Drover knows how to sign in to it.
    pub(super) async fn reachable(&self, row: &GuestRow) -> Result<GuestConfig> {
        let server = || row.name.clone();
        if row.template {
            return Err(Error::Conflict(Problem::GuestIsTemplate));
        }
        if row.status == GuestStatus::Stopped {
            return Err(Error::Conflict(Problem::ServerOff { server: server() }));
        }
        let config = self.0.servers.config(row).await?;
        let set = server_connections::of(&self.0.db, &row.id)
            .await?
            .unwrap_or_default()
            .set;
        if set.address.is_none() && configured(&config).is_none() && row.addresses.is_empty() {
            return Err(Error::Conflict(Problem::NoAddress { server: server() }));
        }
        let os_type = reservations::at(&self.0.db, &row.id)
            .await?
            .map(|one| one.os_type);
        if known_user(row.kind, &config, os_type.as_deref(), &set).is_none() {
            return Err(Error::Conflict(Problem::NoUser { server: server() }));
        }
        Ok(config)
    }

    /// The roles on record for the guest that has this configuration, not for one that had its id before.
    pub(super) async fn on_record(&self, guest: &GuestId, config: &GuestConfig) -> Result<Vec<RoleRecord>> {
        let mut roles = server_roles::of(&self.0.db, guest).await?;
        let mut of_another = Vec::new();
        for record in &roles {
            let known: Identity = decode("what a guest is known by", &record.identity)?;
            if known.was_replaced_by(config) {
                of_another.push(record.role.clone());
            }
        }
        roles.retain(|record| !of_another.contains(&record.role));
        Ok(roles)
    }
}

/// What a task has to know of a server.
pub(super) fn input(row: &GuestRow, config: &GuestConfig, work: RolesWork) -> RolesInput {
    RolesInput {
        guest: row.id.clone(),
        name: row.name.clone(),
        kind: row.kind,
        node: row.node.clone(),
        identity: Identity::of(config),
        work,
    }
}

/// A server whose task can be queued.
pub(super) fn able_of(row: GuestRow, input: &RolesInput) -> Result<Able> {
    Ok(Able {
        guest: row.id,
        name: row.name,
        input: encode(input)?,
        uses: vec![Use::role()],
    })
}

/// A server that something stands against.
///
/// # Errors
/// What is wrong with more than this server.
pub(super) fn left_out(row: GuestRow, error: Error) -> Result<RejectedServer> {
    let problem = match error {
        Error::Conflict(problem) | Error::NotFound(problem) => problem,
        // A value that is missing here, or that it had and that does not do any more.
        Error::Invalid(problems) => match problems.into_values().next() {
            Some(problem) => problem,
            None => Problem::Internal,
        },
        other => match other.of_cluster() {
            Some(problem) => problem,
            None => return Err(other),
        },
    };
    Ok(RejectedServer {
        name: row.name,
        problem,
    })
}
