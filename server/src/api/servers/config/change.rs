//! Changing a server's configuration.

use axum::Json;
use axum::extract::State;
use drover_core::Error;
use drover_core::tasks::Settled;
use drover_types::configuration::{ConfigurationChange, PendingChange};
use drover_types::firewall::Assignment;
use drover_types::ids::{GuestId, TaskId};
use drover_types::lang::Lang;
use drover_types::permission::Permission;
use drover_types::role::Generated;
use serde::Serialize;
use utoipa::ToSchema;

use super::body::{ChangeConfigBody, Read, read};
use super::role::{Assigned, assign, other_role};
use crate::api::answer::{PATIENCE, Refusal, Said, failed};
use crate::api::input::{Body, Object, Segment};
use crate::api::servers::queued::named;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// A configuration that was changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConfigChanged {
    /// Always true.
    success: bool,
    /// What was done, for people.
    message: &'static str,
    /// What was sent, without a password and without what is named in `warnings`.
    #[schema(value_type = Object)]
    data: Object,
    /// Whether something waits for the server's next start.
    reboot_required: bool,
    /// What waits.
    pending: Vec<PendingChange>,
    /// The task that applies what waits; null where that was not asked for or nothing waits.
    task_id: Option<TaskId>,
    /// The task that changed the firewall group; null where that was not asked for or it has it already.
    firewall_task_id: Option<TaskId>,
    /// The task that installs the role; null where that was not asked for, it has it already, or there is nothing to
    /// install.
    role_task_id: Option<TaskId>,
    /// Why the role was left out though everything else was changed, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    role_error: Option<String>,
    /// Secrets that were made up for the role. They are told here and nowhere else.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    generated: Vec<Generated>,
    /// Proxmox's mark of the configuration as it is now; empty where the groups are still being changed.
    digest: String,
    /// Fields of the body that were not applied.
    warnings: Vec<String>,
}

/// Change a server's configuration.
///
/// A running server gets some of it at its next start only: that is told, and with `apply` a task restarts the server.
/// A task at work on the server, a lock of Proxmox's, or a change that came between is answered with 409. Where the
/// firewall group takes longer than a minute, `firewall_task_id` goes on and `warnings` names everything else: none of
/// it was applied. The role comes last: what stands against it alone is told in `role_error`, and `warnings` names it.
#[utoipa::path(
    put, path = "/api/server/config/{server}", tag = "servers",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    request_body = ChangeConfigBody,
    responses((status = OK, description = "It was changed.", body = ConfigChanged)),
)]
pub(crate) async fn change_server_config(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
    Body(body): Body<Object>,
) -> Result<Json<ConfigChanged>, Refusal> {
    let id = named(&server, &request, &[Permission::ManageServer], &name).await?;
    let mut sent = body.clone();
    let Read {
        change,
        group,
        role,
        mut notes,
    } = read(body);
    if !notes.problems.is_empty() {
        let mut problems = notes.problems;
        for (field, problem) in change.problems() {
            problems.entry(field).or_insert(problem);
        }
        return Err(Error::Invalid(problems).into());
    }
    let problems = change.problems();
    if !problems.is_empty() {
        return Err(Error::Invalid(problems).into());
    }
    let role = match role {
        Some(asked) => other_role(&server, &request, &id, asked).await?,
        None => None,
    };
    let regrouped = match group {
        Some(group) => regrouped(&server, &request, &id, &group).await?,
        None => None,
    };
    if let Some(running) = regrouped.as_ref().filter(|settled| !settled.is_done()) {
        let answer = still_regrouping(running.task.id, sent, notes.ignored, lang);
        return Ok(Json(answer));
    }
    let servers = &server.drover.servers;
    let changed = servers
        .change_configuration(&request.context, &id, &change)
        .await?;
    let is_all = change == ConfigurationChange::default() && regrouped.is_none();
    let assigned = match &role {
        Some(role) => assign(&server, &request, lang, &id, role, is_all).await?,
        None => Assigned::default(),
    };
    if assigned.refusal.is_some() {
        notes.ignored.push("role".to_owned());
    }
    sent.retain(|key, _| !notes.ignored.contains(key));
    if let Some(cloud_init) = sent.get_mut("cloud_init").and_then(|value| value.as_object_mut()) {
        cloud_init.remove("password");
    }
    let said = match (changed.reboot_required, &changed.task) {
        (_, Some(_)) => Said::ConfigurationApplied,
        (true, None) => Said::ConfigurationWaits,
        (false, None) => Said::ConfigurationChanged,
    };
    Ok(Json(ConfigChanged {
        success: true,
        message: said.text(lang),
        data: sent,
        reboot_required: changed.reboot_required,
        pending: changed.pending,
        task_id: changed.task.map(|task| task.id),
        firewall_task_id: regrouped.map(|settled| settled.task.id),
        role_task_id: assigned.task,
        role_error: assigned.refusal,
        generated: assigned.generated,
        digest: changed.digest,
        warnings: notes.ignored,
    }))
}

/// What is answered while the task at work on the groups keeps everything else from being changed.
fn still_regrouping(task: TaskId, sent: Object, mut warnings: Vec<String>, lang: Lang) -> ConfigChanged {
    let (mut data, mut left_out) = (Object::new(), Vec::new());
    for (field, value) in sent {
        if field == "firewall_group" {
            data.insert(field, value);
        } else if field != "digest" && !warnings.contains(&field) {
            left_out.push(field);
        }
    }
    warnings.append(&mut left_out);
    ConfigChanged {
        success: true,
        message: Said::FirewallAssignRuns.text(lang),
        data,
        reboot_required: false,
        pending: Vec::new(),
        task_id: None,
        firewall_task_id: Some(task),
        role_task_id: None,
        role_error: None,
        generated: Vec::new(),
        digest: String::new(),
        warnings,
    }
}

/// Gives the server the group, and waits until it has it. Nothing is done where it is the first of those that the
/// server has: an older client, which knows of one alone, sends it back with the rest of its form.
async fn regrouped(
    server: &Server,
    request: &Request,
    id: &GuestId,
    group: &str,
) -> Result<Option<Settled>, Refusal> {
    let firewall = &server.drover.firewall;
    let recorded = firewall.assigned_to(id).await?;
    let asked = if group == "none" {
        if recorded.is_empty() {
            return Ok(None);
        }
        Assignment::of(Vec::new())
    } else if recorded.first().is_some_and(|first| first == group) {
        // What is on record may have been taken away by somebody else.
        let standing = firewall.standing(&request.context, id).await?;
        if standing.iter().any(|name| name == group) {
            return Ok(None);
        }
        Assignment {
            expected: Some(recorded.clone()),
            ..Assignment::of(recorded)
        }
    } else {
        Assignment::of(vec![group.to_owned()])
    };
    let task = firewall.assign(&request.context, id, &asked).await?;
    let settled = server.drover.tasks.settle(task.id, PATIENCE).await?;
    match failed(&settled) {
        Some(error) => Err(error.into()),
        None => Ok(Some(settled)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_was_not_applied_is_named_while_the_groups_are_changed() {
        let sent = json!({"firewall_group": "web", "memory": 2048, "colour": "red", "digest": "x"});
        let sent: Object = serde_json::from_value(sent).unwrap();
        let task = TaskId(uuid::Uuid::nil());
        let answer = still_regrouping(task, sent, vec!["colour".to_owned()], Lang::En);
        assert_eq!(
            serde_json::to_value(&answer.data).unwrap(),
            json!({"firewall_group": "web"})
        );
        assert_eq!(answer.warnings, ["colour", "memory"]);
        assert_eq!(answer.firewall_task_id, Some(task));
    }
}
