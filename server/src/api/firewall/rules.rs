//! The rules of a group: adding, changing, moving, deleting.

use axum::Json;
use axum::extract::State;
use drover_core::Error;
use drover_types::firewall::input::RulePlace;
use drover_types::firewall::{Group, GroupId};
use drover_types::permission::Permission;
use drover_types::text::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::groups::ClusterQuery;
use super::item::GroupItem;
use super::rule_body::{self, Read, RuleBody};
use crate::api::answer::{Refusal, Said};
use crate::api::input::{Body, Object, Query, Segment, Segments};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// Which version of the rules is meant.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct DigestQuery {
    /// The cluster; needed only where several have a group of this name.
    cluster: Option<String>,
    /// The mark of the rules that was read: where they have changed since, the answer is 409 with both versions.
    digest: Option<String>,
}

/// Where a rule goes.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct MoveBody {
    /// The place that it has afterwards, from 0. Required.
    to: Option<u32>,
    /// The mark of the rules that was read.
    digest: Option<String>,
}

/// Rules that were changed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RulesSaved {
    /// Always true.
    success: bool,
    /// What was done, for people.
    message: &'static str,
    /// The group as it is now.
    group: GroupItem,
    /// Fields of the body that were not applied.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

impl RulesSaved {
    fn new(message: &'static str, group: Group) -> Json<Self> {
        Json(Self {
            success: true,
            message,
            group: group.into(),
            warnings: Vec::new(),
        })
    }
}

/// The group that is named. Whoever may not change it is not told whether it is there.
async fn named(
    server: &Server,
    request: &Request,
    name: &str,
    cluster: Option<&str>,
) -> Result<GroupId, Error> {
    let context = &request.context;
    context.require_for_all(Permission::ManageFirewallGroups)?;
    server.drover.firewall.resolve(context, cluster, name).await
}

/// The rule's number in an address; one that is none names nothing.
fn place(text: &str) -> Result<u32, Error> {
    text.parse().map_err(|_| Error::NotFound(Problem::NotFound))
}

/// Refuses what could not be read, together with what is wrong with the rest.
fn refuse(read: &Read) -> Result<(), Error> {
    if read.problems.is_empty() {
        return Ok(());
    }
    let mut problems = read.problems.clone();
    // What is wrong with the rest of a rule that is changed shows once it is laid over the stored one.
    let new = read.pos.is_none().then(|| read.new_rule()).flatten();
    let rest = new.iter().flat_map(|rule| rule.problems(RulePlace::Group, None));
    for (field, problem) in rest {
        problems.entry(field).or_insert(problem);
    }
    Err(Error::Invalid(problems))
}

/// Add a rule to a firewall group, or change the one that `rule_id` names.
#[utoipa::path(
    post, path = "/api/firewall/groups/{group}/rules", tag = "firewall",
    params(("group" = String, Path, description = "The group's name.")),
    request_body = RuleBody,
    responses((status = OK, description = "The rule is there.", body = RulesSaved)),
)]
pub(super) async fn save_firewall_rule(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
    Body(body): Body<Object>,
) -> Result<Json<RulesSaved>, Refusal> {
    request
        .context
        .require_for_all(Permission::ManageFirewallGroups)?;
    let read = rule_body::read(body, None);
    let id = named(&server, &request, &name, read.cluster.as_deref()).await?;
    save(&server, &request, &id, read)
        .await
        .map(|(said, group, warnings)| {
            Json(RulesSaved {
                success: true,
                message: said.text(lang),
                group: group.into(),
                warnings,
            })
        })
}

async fn save(
    server: &Server,
    request: &Request,
    id: &GroupId,
    read: Read,
) -> Result<(Said, Group, Vec<String>), Refusal> {
    refuse(&read)?;
    let (firewall, context) = (&server.drover.firewall, &request.context);
    let digest = read.digest.as_deref();
    let (said, group) = if let Some(pos) = read.pos {
        // Against the rules that were read here, so that nothing is laid over a rule that is another by then.
        let (stored, known) = firewall.rule(context, id, pos, &read.yours, digest).await?;
        let rule = read.changed(stored);
        let changed = firewall
            .change_rule(context, id, pos, &rule, Some(&known))
            .await?;
        (Said::FirewallRuleChanged, changed)
    } else {
        let rule = read
            .new_rule()
            .ok_or_else(|| Error::field("action", Problem::Required))?;
        let added = firewall
            .add_rule(context, id, &rule, read.position, digest)
            .await?;
        (Said::FirewallRuleAdded, added)
    };
    Ok((said, group, read.warnings))
}

/// Change a rule of a firewall group. What the body does not say stays as it is.
#[utoipa::path(
    put, path = "/api/firewall/groups/{group}/rules/{rule_id}", tag = "firewall",
    params(
        ("group" = String, Path, description = "The group's name."),
        ("rule_id" = u32, Path, description = "The rule's place, from 0."),
    ),
    request_body = RuleBody,
    responses((status = OK, description = "It was changed.", body = RulesSaved)),
)]
pub(super) async fn change_firewall_rule(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segments(name, pos): Segments,
    Body(body): Body<Object>,
) -> Result<Json<RulesSaved>, Refusal> {
    request
        .context
        .require_for_all(Permission::ManageFirewallGroups)?;
    let read = rule_body::read(body, Some(place(&pos)?));
    let id = named(&server, &request, &name, read.cluster.as_deref()).await?;
    let (said, group, warnings) = save(&server, &request, &id, read).await?;
    Ok(Json(RulesSaved {
        success: true,
        message: said.text(lang),
        group: group.into(),
        warnings,
    }))
}

/// Delete a rule of a firewall group.
#[utoipa::path(
    delete, path = "/api/firewall/groups/{group}/rules/{rule_id}", tag = "firewall",
    params(
        ("group" = String, Path, description = "The group's name."),
        ("rule_id" = u32, Path, description = "The rule's place, from 0."),
        DigestQuery,
    ),
    responses((status = OK, description = "It is gone.", body = RulesSaved)),
)]
pub(super) async fn delete_firewall_rule(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segments(name, pos): Segments,
    Query(query): Query<DigestQuery>,
) -> Result<Json<RulesSaved>, Refusal> {
    let id = named(&server, &request, &name, query.cluster.as_deref()).await?;
    let (firewall, context) = (&server.drover.firewall, &request.context);
    let digest = query.digest.as_deref();
    let group = firewall.delete_rule(context, &id, place(&pos)?, digest).await?;
    Ok(RulesSaved::new(Said::FirewallRuleDeleted.text(lang), group))
}

/// Move a rule of a firewall group.
#[utoipa::path(
    post, path = "/api/firewall/groups/{group}/rules/{rule_id}/move", tag = "firewall",
    params(
        ("group" = String, Path, description = "The group's name."),
        ("rule_id" = u32, Path, description = "The rule's place, from 0."),
        ClusterQuery,
    ),
    request_body = MoveBody,
    responses((status = OK, description = "It was moved.", body = RulesSaved)),
)]
pub(super) async fn move_firewall_rule(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segments(name, pos): Segments,
    Query(query): Query<ClusterQuery>,
    Body(body): Body<MoveBody>,
) -> Result<Json<RulesSaved>, Refusal> {
    let id = named(&server, &request, &name, query.cluster.as_deref()).await?;
    let to = body.to.ok_or_else(|| Error::field("to", Problem::Required))?;
    let (firewall, context) = (&server.drover.firewall, &request.context);
    let digest = body.digest.as_deref();
    let group = firewall.move_rule(context, &id, place(&pos)?, to, digest).await?;
    Ok(RulesSaved::new(Said::FirewallRuleMoved.text(lang), group))
}
