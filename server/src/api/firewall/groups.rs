//! Groups: the list, one, making or changing one, deleting one.

use axum::Json;
use axum::extract::State;
use drover_core::Error;
use drover_types::firewall::{GroupDraft, GroupId, Renaming};
use drover_types::ids::TaskId;
use drover_types::permission::Permission;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::item::{GroupDetail, GroupItem};
use crate::api::answer::{Refusal, Said};
use crate::api::input::{Body, Query, Segment};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// Which cluster.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct ClusterQuery {
    /// The cluster; needed only where several are configured.
    pub cluster: Option<String>,
}

/// Which group goes, and how.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct DeleteQuery {
    /// The cluster; needed only where several have a group of this name.
    cluster: Option<String>,
    /// Whether it is taken off the servers that have it; otherwise those stand against it.
    force: bool,
}

/// A group to be made or changed.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({"name": "web", "description": "frontends"}))]
pub(super) struct GroupBody {
    /// Its name: 2 to 18 letters, digits, `-` and `_`, a letter first. Required.
    name: String,
    /// What is noted.
    description: Option<String>,
    /// The cluster; the first where several are configured.
    cluster: Option<String>,
}

/// Another name or note for a group.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct RenameBody {
    /// The new name.
    name: Option<String>,
    /// What is noted.
    description: Option<String>,
}

/// The groups.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GroupList {
    /// Always true.
    success: bool,
    /// By cluster and name.
    groups: Vec<GroupItem>,
}

/// A group.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GroupReply {
    /// Always true.
    success: bool,
    /// The group.
    group: GroupDetail,
}

/// A group that was made or changed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GroupSaved {
    /// Always true.
    success: bool,
    /// What was done, for people.
    message: &'static str,
    /// The group as it is now.
    group: GroupItem,
    /// What comes next, for people.
    note: &'static str,
}

/// A group that was deleted.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GroupGone {
    /// Always true.
    success: bool,
    /// What was done, for people.
    message: &'static str,
    /// The servers that it was taken off.
    servers: Vec<String>,
    /// The task that took it off them; null where none had it.
    task_id: Option<TaskId>,
}

/// List the firewall groups with their rules.
#[utoipa::path(
    get, path = "/api/firewall/groups", tag = "firewall",
    params(ClusterQuery),
    responses((status = OK, description = "The groups.", body = GroupList)),
)]
pub(super) async fn list_firewall_groups(
    State(server): State<Server>,
    request: Request,
    Query(query): Query<ClusterQuery>,
) -> Result<Json<GroupList>, Refusal> {
    let firewall = &server.drover.firewall;
    let groups = firewall
        .groups(&request.context, query.cluster.as_deref())
        .await?;
    Ok(Json(GroupList {
        success: true,
        groups: groups.into_iter().map(GroupItem::from).collect(),
    }))
}

/// Make a firewall group, or note something else on one that is there.
#[utoipa::path(
    post, path = "/api/firewall/groups", tag = "firewall",
    request_body = GroupBody,
    responses((status = OK, description = "It is there.", body = GroupSaved)),
)]
pub(super) async fn save_firewall_group(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Body(body): Body<GroupBody>,
) -> Result<Json<GroupSaved>, Refusal> {
    let (firewall, context) = (&server.drover.firewall, &request.context);
    context.require_for_all(Permission::ManageFirewallGroups)?;
    let cluster = server.drover.clusters.named(body.cluster.as_deref())?;
    let id = GroupId::new(cluster.name.to_string(), body.name.trim());
    let draft = GroupDraft {
        cluster: Some(id.cluster.clone()),
        name: id.name.clone(),
        comment: body.description.clone().unwrap_or_default(),
        ..GroupDraft::default()
    };
    let made = match firewall.create_group(context, &draft).await {
        Err(error) if is_taken(&error) => None,
        other => Some(other?),
    };
    let (said, group) = if let Some(group) = made {
        (Said::FirewallGroupMade, group)
    } else {
        let change = Renaming {
            name: None,
            comment: body.description,
        };
        let changed = firewall.change_group(context, &id, &change).await?;
        (Said::FirewallGroupChanged, changed)
    };
    Ok(Json(GroupSaved {
        success: true,
        message: said.text(lang),
        group: group.into(),
        note: Said::FirewallGroupNote.text(lang),
    }))
}

fn is_taken(error: &Error) -> bool {
    use drover_types::text::Problem;
    matches!(error, Error::Invalid(fields) if fields.values().any(|one| matches!(one, Problem::NameTaken { .. })))
}

/// A firewall group with its rules.
#[utoipa::path(
    get, path = "/api/firewall/groups/{group}", tag = "firewall",
    params(("group" = String, Path, description = "The group's name."), ClusterQuery),
    responses((status = OK, description = "The group.", body = GroupReply)),
)]
pub(super) async fn get_firewall_group(
    State(server): State<Server>,
    request: Request,
    Segment(name): Segment,
    Query(query): Query<ClusterQuery>,
) -> Result<Json<GroupReply>, Refusal> {
    let (firewall, context) = (&server.drover.firewall, &request.context);
    context.require(Permission::ViewAll)?;
    let id = firewall.resolve(context, query.cluster.as_deref(), &name).await?;
    let group = firewall.group(context, &id).await?;
    Ok(Json(GroupReply {
        success: true,
        group: group.into(),
    }))
}

/// Give a firewall group another name or note. The servers that have it keep it.
#[utoipa::path(
    put, path = "/api/firewall/groups/{group}", tag = "firewall",
    params(("group" = String, Path, description = "The group's name."), ClusterQuery),
    request_body = RenameBody,
    responses((status = OK, description = "It was changed.", body = GroupSaved)),
)]
pub(super) async fn change_firewall_group(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
    Query(query): Query<ClusterQuery>,
    Body(body): Body<RenameBody>,
) -> Result<Json<GroupSaved>, Refusal> {
    let (firewall, context) = (&server.drover.firewall, &request.context);
    context.require_for_all(Permission::ManageFirewallGroups)?;
    let id = firewall.resolve(context, query.cluster.as_deref(), &name).await?;
    let change = Renaming {
        name: body.name,
        comment: body.description,
    };
    let group = firewall.change_group(context, &id, &change).await?;
    Ok(Json(GroupSaved {
        success: true,
        message: Said::FirewallGroupChanged.text(lang),
        group: group.into(),
        note: Said::FirewallGroupNote.text(lang),
    }))
}

/// Delete a firewall group with its rules.
///
/// Where servers have it the answer is 409 with their names, unless `force` takes it off them first.
#[utoipa::path(
    delete, path = "/api/firewall/groups/{group}", tag = "firewall",
    params(("group" = String, Path, description = "The group's name."), DeleteQuery),
    responses((status = OK, description = "It is gone.", body = GroupGone)),
)]
pub(super) async fn delete_firewall_group(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
    Query(query): Query<DeleteQuery>,
) -> Result<Json<GroupGone>, Refusal> {
    let (firewall, context) = (&server.drover.firewall, &request.context);
    context.require_for_all(Permission::ManageFirewallGroups)?;
    let id = firewall.resolve(context, query.cluster.as_deref(), &name).await?;
    let gone = firewall.delete_group(context, &id, query.force).await?;
    Ok(Json(GroupGone {
        success: true,
        message: Said::FirewallGroupDeleted.text(lang),
        servers: gone.servers,
        task_id: gone.task,
    }))
}
