//! Which groups one server has. The work is a task; the answer waits for its end, so that it says what is so.

use axum::Json;
use axum::extract::State;
use drover_core::Error;
use drover_types::firewall::Assignment;
use drover_types::ids::{GuestId, TaskId};
use drover_types::lang::Lang;
use drover_types::permission::Permission;
use drover_types::text::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::answer::{PATIENCE, Refusal, Said, failed};
use crate::api::input::{Body, Segment};
use crate::api::servers::queued::named;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// Which of the two is needed depends on what is asked for: taking away needs less than giving.
pub(super) const EITHER: [Permission; 2] =
    [Permission::AssignFirewallGroups, Permission::RemoveFirewallGroups];

/// Which groups.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({"security_group": "web"}))]
pub(super) struct AssignBody {
    /// The group; `none` for none. This, `firewall_group` or `firewall_groups` is required.
    security_group: Option<String>,
    /// The same.
    firewall_group: Option<String>,
    /// Several groups, in their order.
    firewall_groups: Option<Vec<String>>,
    /// Whether the server's own firewall is switched on; it is unless this is false.
    enable_firewall: Option<bool>,
    /// Whether its network devices are filtered; they are unless this is false.
    filter_nics: Option<bool>,
    /// The groups that Drover had given it when this was thought of: with others there now nothing is done.
    expected_groups: Option<Vec<String>>,
}

impl AssignBody {
    /// What is asked for.
    pub(super) fn assignment(&self) -> Result<Assignment, Error> {
        let named = self.security_group.as_deref().or(self.firewall_group.as_deref());
        let named = named.map(str::trim).filter(|text| !text.is_empty());
        let groups = match (&self.firewall_groups, named) {
            (Some(groups), _) => groups.clone(),
            (None, Some("none")) => Vec::new(),
            (None, Some(group)) => vec![group.to_owned()],
            (None, None) => return Err(Error::field("security_group", Problem::Required)),
        };
        Ok(Assignment {
            groups,
            enable: self.enable_firewall.unwrap_or(true),
            nics: self.filter_nics.unwrap_or(true),
            expected: self.expected_groups.clone(),
        })
    }
}

/// What became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Assigned {
    /// Always true.
    success: bool,
    /// What was done, for people.
    message: &'static str,
    /// Which server.
    server: GuestId,
    /// The first of its groups; empty for none.
    firewall_group: String,
    /// The groups that Drover has given it, in their order.
    firewall_groups: Vec<String>,
    /// The task that did it.
    task_id: TaskId,
    /// `completed`, or `running` where it takes longer than a minute.
    status: &'static str,
    /// What still keeps it from being filtered, for people.
    warnings: Vec<String>,
}

/// Give a server this firewall group, in place of those that Drover has given it.
#[utoipa::path(
    post, path = "/api/apply_security_group/{server}", tag = "firewall",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    request_body = AssignBody,
    responses((status = OK, description = "It has the group.", body = Assigned)),
)]
pub(super) async fn apply_security_group(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
    Body(body): Body<AssignBody>,
) -> Result<Json<Assigned>, Refusal> {
    assign(&server, &request, lang, &name, &body).await.map(Json)
}

/// Give a server this firewall group. The same as `apply_security_group`.
#[utoipa::path(
    post, path = "/api/assign_firewall_group/{server}", tag = "firewall",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    request_body = AssignBody,
    responses((status = OK, description = "It has the group.", body = Assigned)),
)]
pub(super) async fn assign_firewall_group(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
    Body(body): Body<AssignBody>,
) -> Result<Json<Assigned>, Refusal> {
    assign(&server, &request, lang, &name, &body).await.map(Json)
}

/// Take the firewall groups off a server that Drover has given it. What others have put there stays.
#[utoipa::path(
    post, path = "/api/remove_firewall_group/{server}", tag = "firewall",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`.")),
    responses((status = OK, description = "It has none of them.", body = Assigned)),
)]
pub(super) async fn remove_firewall_group(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
) -> Result<Json<Assigned>, Refusal> {
    let permission = [Permission::RemoveFirewallGroups];
    let guest = named(&server, &request, &permission, &name).await?;
    let none = Assignment::of(Vec::new());
    done(&server, &request, lang, guest, &none).await.map(Json)
}

async fn assign(
    server: &Server,
    request: &Request,
    lang: Lang,
    name: &str,
    body: &AssignBody,
) -> Result<Assigned, Refusal> {
    // First: what is out of reach is not there, whatever is asked for.
    let guest = named(server, request, &EITHER, name).await?;
    let asked = body.assignment()?;
    done(server, request, lang, guest, &asked).await
}

/// Asks for it and waits for the end.
async fn done(
    server: &Server,
    request: &Request,
    lang: Lang,
    guest: GuestId,
    asked: &Assignment,
) -> Result<Assigned, Refusal> {
    let firewall = &server.drover.firewall;
    let task = firewall.assign(&request.context, &guest, asked).await?;
    let settled = server.drover.tasks.settle(task.id, PATIENCE).await?;
    if let Some(error) = failed(&settled) {
        return Err(error.into());
    }
    let groups = firewall.assigned_to(&guest).await?;
    let said = match (settled.is_done(), asked.groups.is_empty()) {
        (false, _) => Said::FirewallAssignRuns,
        (true, true) => Said::FirewallGroupRemoved,
        (true, false) => Said::FirewallGroupAssigned,
    };
    let mut warnings = Vec::new();
    if !asked.groups.is_empty() {
        // The groups are there by now: that the switch can't be read is no failure of theirs.
        match firewall.cluster_is_off(&guest).await {
            Ok(None) => {}
            Ok(Some(problem)) => warnings.push(problem.text(lang)),
            Err(error) => warnings.push(error.into_api(request.context.request_id).problem.text(lang)),
        }
    }
    Ok(Assigned {
        success: true,
        message: said.text(lang),
        server: guest,
        firewall_group: groups.first().cloned().unwrap_or_default(),
        firewall_groups: groups,
        task_id: task.id,
        status: if settled.is_done() { "completed" } else { "running" },
        warnings,
    })
}
