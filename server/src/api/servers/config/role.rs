//! The role in a change of a configuration: an older client sends it back with the rest of its form, so that nothing is
//! done where it is the one that the server has.

use drover_core::{Error, Result};
use drover_types::ids::{GuestId, TaskId};
use drover_types::lang::Lang;
use drover_types::permission::Permission;
use drover_types::role::{Generated, RoleAssignment, RoleRemoval};

use super::body::AskedRole;
use crate::request::Request;
use crate::router::Server;

/// Another role than the one that the server has.
#[derive(Debug)]
pub(super) enum OtherRole {
    /// This one.
    Given(RoleAssignment),
    /// None.
    TakenOff,
}

/// What became of it.
#[derive(Debug, Default)]
pub(super) struct Assigned {
    /// The task that installs it.
    pub task: Option<TaskId>,
    /// What was made up for it.
    pub generated: Vec<Generated>,
    /// Why it was left out, for people.
    pub refusal: Option<String>,
}

/// What is asked for, where it is not so already. What stands against every role is said before anything is changed.
pub(super) async fn other_role(
    server: &Server,
    request: &Request,
    guest: &GuestId,
    asked: AskedRole,
) -> Result<Option<OtherRole>> {
    let (roles, context) = (&server.drover.roles, &request.context);
    let purpose = server.drover.inventory.guest(guest).and_then(|row| row.role);
    let AskedRole::Given(role) = asked else {
        if purpose.is_none() {
            return Ok(None);
        }
        context.require_any(&[Permission::RemoveRole, Permission::AssignRoles])?;
        return Ok(Some(OtherRole::TakenOff));
    };
    let is_there = if role.is_purpose() {
        purpose.as_ref() == Some(&role)
    } else {
        let assigned = roles.assigned_to(guest).await?;
        assigned.iter().any(|one| one.role == role)
    };
    if is_there {
        return Ok(None);
    }
    context.require(Permission::AssignRoles)?;
    match roles.role(context, &role).await {
        Err(Error::NotFound(problem)) => return Err(Error::field("role", problem)),
        other => other?,
    };
    if let Some(problem) = roles.overview(context).await?.unable {
        return Err(Error::Conflict(problem));
    }
    Ok(Some(OtherRole::Given(RoleAssignment {
        replaces: true,
        ..RoleAssignment::plain(role)
    })))
}

/// Gives the server the role, or takes the one that it has off its record. Where `is_all`, nothing else was changed, and
/// what stands against it is the answer; otherwise that is told beside what was done.
pub(super) async fn assign(
    server: &Server,
    request: &Request,
    lang: Lang,
    guest: &GuestId,
    asked: &OtherRole,
    is_all: bool,
) -> Result<Assigned> {
    let (roles, context) = (&server.drover.roles, &request.context);
    let done = match asked {
        OtherRole::Given(asked) => Box::pin(roles.assign(context, guest, asked))
            .await
            .map(|(task, generated)| (Some(task), generated)),
        OtherRole::TakenOff => {
            let removal = RoleRemoval {
                role: None,
                uninstall: false,
            };
            let removed = Box::pin(roles.remove(context, guest, &removal)).await;
            removed.map(|task| (task, Vec::new()))
        }
    };
    match done {
        Ok((task, generated)) => Ok(Assigned {
            task: task.map(|task| task.id),
            generated,
            refusal: None,
        }),
        Err(error) if is_all => Err(error),
        Err(error) => Ok(Assigned {
            refusal: Some(error.into_api(request.context.request_id).problem.text(lang)),
            ..Assigned::default()
        }),
    }
}
