//! What is shown of roles.

use std::collections::HashMap;

use drover_types::ids::GuestId;
use drover_types::permission::Permission;
use drover_types::role::{
    AssignedRole, RoleInfo, RoleKey, RoleRun, RoleStanding, RolesOverview, RunKind, ServerRoles,
    StandingState,
};

use super::service::Roles;
use super::settle::found;
use crate::ansible::{Known, version};
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::store::role_runs;
use crate::store::server_roles::{self, RoleRecord};
use crate::store::tasks::decode;

/// How many runs the page of a server shows.
const RUNS: i64 = 50;

/// The last run of each kind of each role of each server.
type LastRuns = HashMap<(GuestId, RoleKey, RunKind), RoleRun>;

impl Roles {
    /// The catalogue, and whether roles can be installed at all.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`], or where the roles or the key can't be read.
    pub async fn overview(&self, ctx: &OpContext) -> Result<RolesOverview> {
        ctx.signed_in()?;
        let known = self.0.ansible.catalogue().known().await?;
        let unable = match self.0.ansible.playbook() {
            Err(Error::Conflict(problem)) => Some(problem),
            _ => None,
        };
        let has_exporter = |record: &RoleRecord| {
            record.role.as_str() == RoleKey::NODE_EXPORTER && record.state == StandingState::Applied
        };
        let measures = server_roles::all(&self.0.db).await?.iter().any(has_exporter);
        Ok(RolesOverview {
            measures,
            roles: known.roles.values().map(|role| role.info.clone()).collect(),
            broken: known.broken.clone(),
            unable,
            public_key: self.0.key.get().await?.public.clone(),
            check_hours: self.check_hours().await?,
        })
    }

    /// One role.
    ///
    /// # Errors
    /// [`Error::NotSignedIn`], or [`Error::NotFound`].
    pub async fn role(&self, ctx: &OpContext, key: &RoleKey) -> Result<RoleInfo> {
        ctx.signed_in()?;
        let known = self.0.ansible.catalogue().known().await?;
        Ok(found(&known, key)?.info.clone())
    }

    /// The roles of every server that the actor reaches.
    ///
    /// # Errors
    /// [`Error::Denied`], or the database's.
    pub async fn standings(&self, ctx: &OpContext) -> Result<Vec<RoleStanding>> {
        let actor = ctx.require(Permission::ViewAll)?;
        let known = self.0.ansible.catalogue().known().await?;
        let runs = self.last_runs().await?;
        let records = server_roles::all(&self.0.db).await?.into_iter();
        records
            .filter_map(|record| {
                let row = self.0.inventory.guest_of(actor, &record.guest)?;
                Some(standing(&known, &runs, record, row.name))
            })
            .collect()
    }

    /// The roles of one server, its runs, and how Drover signs in to it.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], or the database's.
    pub async fn of_server(&self, ctx: &OpContext, guest: &GuestId) -> Result<ServerRoles> {
        let row = self.0.servers.get(ctx, guest).await?;
        let known = self.0.ansible.catalogue().known().await?;
        let runs = role_runs::last_of(&self.0.db, guest).await?.into_iter();
        let runs = by_role(runs.map(|run| (guest.clone(), run)));
        let records = server_roles::of(&self.0.db, guest).await?.into_iter();
        Ok(ServerRoles {
            roles: records
                .map(|record| standing(&known, &runs, record, row.name.clone()))
                .collect::<Result<_>>()?,
            runs: role_runs::of(&self.0.db, guest, RUNS).await?,
            connection: self.connection(&row).await?,
        })
    }

    /// The roles of one server with what is not secret of their variables, for somebody who has found it.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn assigned_to(&self, guest: &GuestId) -> Result<Vec<AssignedRole>> {
        let records = server_roles::of(&self.0.db, guest).await?.into_iter();
        records
            .map(|record| {
                Ok(AssignedRole {
                    variables: decode("the variables of a role", &record.variables)?,
                    role: record.role,
                })
            })
            .collect()
    }

    async fn last_runs(&self) -> Result<LastRuns> {
        Ok(by_role(role_runs::last(&self.0.db).await?.into_iter()))
    }
}

fn by_role(runs: impl Iterator<Item = (GuestId, RoleRun)>) -> LastRuns {
    runs.map(|(guest, run)| ((guest, run.role.clone(), run.kind), run))
        .collect()
}

fn standing(known: &Known, runs: &LastRuns, record: RoleRecord, server: String) -> Result<RoleStanding> {
    let last = |kind: RunKind| {
        let key = (record.guest.clone(), record.role.clone(), kind);
        runs.get(&key).cloned()
    };
    let now = known
        .roles
        .get(&record.role)
        .map(|role| version(&role.info, &record.digest));
    Ok(RoleStanding {
        last_run: last(RunKind::Apply),
        last_check: last(RunKind::Check),
        server,
        state: record.state,
        variables: decode("the variables of a role", &record.variables)?,
        outdated: !record.version.is_empty() && now.is_some_and(|now| now != record.version),
        version: record.version,
        assigned_by: record.assigned_by,
        assigned_at: record.assigned_at,
        role: record.role,
        guest: record.guest,
    })
}
