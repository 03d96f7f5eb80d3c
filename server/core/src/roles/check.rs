//! What has drifted: roles are run as if they were to be applied, changing nothing.

use drover_types::ids::GuestId;
use drover_types::many::ManyActed;
use drover_types::permission::Permission;
use drover_types::role::RoleKey;
use drover_types::task::{TaskKind, TaskRow};
use drover_types::text::Problem;
use futures::stream::{self, StreamExt};

use super::assign::{able_of, input, left_out};
use super::service::Roles;
use crate::context::{Actor, OpContext};
use crate::error::{Error, Result};
use crate::servers::Many;
use crate::tasks::{RolesInput, RolesWork};

/// How many guests are asked at once for what a task has to know of them.
const AT_ONCE: usize = 8;

impl Roles {
    /// Queues a task that tells what a server's roles would change: this one, or all of them.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::NotFound`]; [`Error::Conflict`] as for [`Roles::assign`], or where the server has
    /// no such role; or the cluster's.
    pub async fn check(&self, ctx: &OpContext, guest: &GuestId, role: Option<&RoleKey>) -> Result<TaskRow> {
        let actor = ctx.require(Permission::AssignRoles)?;
        self.0.servers.listed(actor, guest).await?;
        self.0.ansible.playbook()?;
        let row = self.row(actor, guest).await?;
        let input = self.check_input(&row, role).await?;
        self.queue(actor, TaskKind::CheckRole, &row, &input).await
    }

    /// As [`Roles::check`], for every role of every server that is named.
    ///
    /// # Errors
    /// As [`Roles::check`], but for what stands against single servers; [`Error::NotFound`] where none is known.
    pub async fn check_many(&self, ctx: &OpContext, names: &[String]) -> Result<ManyActed> {
        let actor = ctx.require(Permission::AssignRoles)?;
        // First: those that are out of reach are not there, whatever else is wrong.
        self.0.servers.chosen(actor, names).await?;
        self.0.ansible.playbook()?;
        self.queue_checks(actor, names).await
    }

    /// Queues the checks of many servers.
    pub(super) async fn queue_checks(&self, actor: &Actor, names: &[String]) -> Result<ManyActed> {
        let (rows, mut rejected) = self.0.servers.chosen(actor, names).await?;
        let prepared = stream::iter(rows.into_iter().map(|row| async move {
            let input = self.check_input(&row, None).await;
            (row, input)
        }));
        let prepared: Vec<_> = prepared.buffered(AT_ONCE).collect().await;
        let mut able = Vec::new();
        for (row, input) in prepared {
            match input {
                Ok(input) => able.push(able_of(row, &input)?),
                Err(error) => rejected.push(left_out(row, error)?),
            }
        }
        let many = Many {
            parent: TaskKind::CheckRoles,
            part: TaskKind::CheckRole,
            groups: None,
        };
        self.0.servers.accept_many(actor, many, &able, rejected).await
    }

    async fn check_input(
        &self,
        row: &drover_types::guest::GuestRow,
        role: Option<&RoleKey>,
    ) -> Result<RolesInput> {
        let config = self.reachable(row).await?;
        let on_record = self.on_record(&row.id, &config).await?.into_iter();
        let roles: Vec<RoleKey> = on_record
            .map(|record| record.role)
            .filter(|one| role.is_none_or(|role| role == one))
            .collect();
        if roles.is_empty() {
            return Err(Error::Conflict(not_assigned(&row.name, role)));
        }
        Ok(input(row, &config, RolesWork::Check { roles }))
    }
}

/// What is said of a role that a server does not have; of none, that it has no role at all.
pub(super) fn not_assigned(server: &str, role: Option<&RoleKey>) -> Problem {
    let server = server.to_owned();
    role.map_or_else(
        || Problem::NoRoles {
            server: server.clone(),
        },
        |role| Problem::RoleNotAssigned {
            server: server.clone(),
            role: role.to_string(),
        },
    )
}
