//! Changing a server's configuration.

use axum::Json;
use axum::extract::State;
use drover_core::Error;
use drover_types::configuration::PendingChange;
use drover_types::firewall::Assignment;
use drover_types::ids::{GuestId, TaskId};
use drover_types::permission::Permission;
use serde::Serialize;
use utoipa::ToSchema;

use super::body::{ChangeConfigBody, read};
use crate::api::answer::{Refusal, Said};
use crate::api::firewall::{PATIENCE, failed};
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
    /// Proxmox's mark of the configuration as it is now.
    digest: String,
    /// Fields of the body that were not applied.
    warnings: Vec<String>,
}

/// Change a server's configuration.
///
/// A running server gets some of it at its next start only: that is told, and with `apply` a task restarts the server.
/// A task at work on the server, a lock of Proxmox's, or a change that came between is answered with 409.
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
    let (change, group, notes) = read(body);
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
    let firewall_task_id = match group {
        Some(group) => regrouped(&server, &request, &id, &group).await?,
        None => None,
    };
    let servers = &server.drover.servers;
    let changed = servers
        .change_configuration(&request.context, &id, &change)
        .await?;
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
        firewall_task_id,
        digest: changed.digest,
        warnings: notes.ignored,
    }))
}

/// Gives the server the group, and waits until it has it.
async fn regrouped(
    server: &Server,
    request: &Request,
    id: &GuestId,
    group: &str,
) -> Result<Option<TaskId>, Refusal> {
    let firewall = &server.drover.firewall;
    let groups: Vec<String> = (group != "none").then(|| group.to_owned()).into_iter().collect();
    if firewall.assigned_to(id).await? == groups {
        return Ok(None);
    }
    let asked = Assignment::of(groups);
    let task = firewall.assign(&request.context, id, &asked).await?;
    let settled = firewall.settle(task.id, PATIENCE).await?;
    match failed(&settled) {
        Some(error) => Err(error.into()),
        None => Ok(Some(task.id)),
    }
}
