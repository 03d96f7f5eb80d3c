//! The rules of alerts.

use axum::Json;
use axum::extract::State;
use drover_core::Error;
use drover_types::ids::GuestId;
use drover_types::monitoring::{AlertRule, Metric, RuleInput, RulePreview, RuleTarget};
use drover_types::text::Problem;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::answer::{Done, Refusal, Said};
use crate::api::input::{Body, Segment};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// A rule.
#[derive(Debug, Serialize, ToSchema)]
struct RuleItem {
    /// Its id.
    id: i64,
    /// Counts its changes.
    revision: i64,
    /// What it looks at.
    metric: Metric,
    /// Only servers with this tag.
    tag: Option<String>,
    /// Only this server, as `cluster:vmid`.
    server: Option<GuestId>,
    /// From where on it warns, in the metric's unit.
    warning: Option<i64>,
    /// From where on it is critical.
    critical: Option<i64>,
    /// By how much the figure has to be better again for the alert to end.
    hysteresis: i64,
    /// For how many minutes it has to last.
    minutes: u32,
    /// Whether it is in force.
    enabled: bool,
}

impl From<AlertRule> for RuleItem {
    fn from(rule: AlertRule) -> Self {
        let input = rule.rule;
        let (tag, server) = match input.target {
            RuleTarget::All => (None, None),
            RuleTarget::Tag(tag) => (Some(tag), None),
            RuleTarget::Server(id) => (None, Some(id)),
        };
        Self {
            id: rule.id,
            revision: rule.revision,
            metric: input.metric,
            tag,
            server,
            warning: input.warning,
            critical: input.critical,
            hysteresis: input.hysteresis,
            minutes: input.minutes,
            enabled: input.enabled,
        }
    }
}

/// A rule as it is asked for.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
#[schema(example = json!({"metric": "cpu", "tag": "web", "warning": 70, "critical": 90, "hysteresis": 5, "minutes": 10}))]
pub(super) struct RuleBody {
    /// What it looks at: `cpu`, `memory`, `disk`, `load`, `network`, `guest_down`, `node_down`, `cluster_down`, `quorum`,
    /// `storage`, `backup_overdue`, `task_failed` or `certificate`. Required.
    metric: String,
    /// Only servers with this tag.
    tag: Option<String>,
    /// Only this server: its name, or `cluster:vmid`.
    server: Option<String>,
    /// From where on it warns: percent, bytes a second, days, or a number.
    warning: Option<i64>,
    /// From where on it is critical.
    critical: Option<i64>,
    /// By how much the figure has to be better again for the alert to end.
    hysteresis: i64,
    /// For how many minutes it has to last.
    minutes: u32,
    /// Whether it is in force; it is where nothing is said.
    enabled: Option<bool>,
    /// Of a change: the revision that it was thought of with. Without it, whatever the rule is.
    revision: Option<i64>,
}

impl RuleBody {
    async fn read(self, server: &Server, request: &Request) -> Result<RuleInput, Error> {
        request.context.require_admin()?;
        let metric = Metric::parse(&self.metric).ok_or_else(|| {
            Error::field(
                "metric",
                Problem::UnknownChoice {
                    given: self.metric.clone(),
                    known: Metric::ALL
                        .iter()
                        .map(|metric| metric.as_str().to_owned())
                        .collect(),
                },
            )
        })?;
        let target = match (self.tag, self.server) {
            (Some(tag), _) => RuleTarget::Tag(tag),
            (None, Some(name)) => {
                let found = server.drover.servers.resolve(&request.context, &name).await;
                let unknown = |error| match error {
                    Error::NotFound(problem) | Error::Conflict(problem) => Error::field("server", problem),
                    other => other,
                };
                RuleTarget::Server(found.map_err(unknown)?)
            }
            (None, None) => RuleTarget::All,
        };
        Ok(RuleInput {
            metric,
            target,
            warning: self.warning,
            critical: self.critical,
            hysteresis: self.hysteresis,
            minutes: self.minutes,
            enabled: self.enabled.unwrap_or(true),
        })
    }
}

/// The rules.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RulesReply {
    /// Always true.
    success: bool,
    /// The rules.
    rules: Vec<RuleItem>,
}

/// A rule.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RuleSaved {
    /// Always true.
    success: bool,
    /// What was done, for people.
    message: &'static str,
    /// The rule.
    rule: RuleItem,
}

/// What a rule would have done.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PreviewReply {
    /// Always true.
    success: bool,
    /// What it would have done within the last day.
    preview: RulePreview,
}

fn number(id: &str) -> Result<i64, Error> {
    id.parse()
        .map_err(|_| Error::NotFound(Problem::AlertRuleNotFound))
}

/// List the alert rules.
#[utoipa::path(
    get, path = "/api/alert_rules", tag = "monitoring",
    responses((status = OK, description = "The rules.", body = RulesReply)),
)]
pub(super) async fn list_alert_rules(
    State(server): State<Server>,
    request: Request,
) -> Result<Json<RulesReply>, Refusal> {
    let rules = server.drover.monitoring.rules(&request.context).await?;
    Ok(Json(RulesReply {
        success: true,
        rules: rules.into_iter().map(RuleItem::from).collect(),
    }))
}

/// Make an alert rule.
///
/// The rule of a server goes before the rules of its tags, of which the strictest holds, and those before the rule of all.
#[utoipa::path(
    post, path = "/api/alert_rules", tag = "monitoring",
    request_body = RuleBody,
    responses((status = OK, description = "It is made.", body = RuleSaved)),
)]
pub(super) async fn create_alert_rule(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Body(body): Body<RuleBody>,
) -> Result<Json<RuleSaved>, Refusal> {
    let input = body.read(&server, &request).await?;
    let rule = server
        .drover
        .monitoring
        .create_rule(&request.context, &input)
        .await?;
    Ok(Json(RuleSaved {
        success: true,
        message: Said::AlertRuleMade.text(lang),
        rule: rule.into(),
    }))
}

/// Change an alert rule.
#[utoipa::path(
    put, path = "/api/alert_rules/{rule}", tag = "monitoring",
    params(("rule" = i64, Path, description = "Its id.")),
    request_body = RuleBody,
    responses((status = OK, description = "It is changed.", body = RuleSaved)),
)]
pub(super) async fn change_alert_rule(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(id): Segment,
    Body(body): Body<RuleBody>,
) -> Result<Json<RuleSaved>, Refusal> {
    request.context.require_admin()?;
    let (revision, id) = (body.revision, number(&id)?);
    let input = body.read(&server, &request).await?;
    let monitoring = &server.drover.monitoring;
    let rule = monitoring
        .update_rule(&request.context, id, revision, &input)
        .await?;
    Ok(Json(RuleSaved {
        success: true,
        message: Said::AlertRuleChanged.text(lang),
        rule: rule.into(),
    }))
}

/// Delete an alert rule. Alerts that it has raised end.
#[utoipa::path(
    delete, path = "/api/alert_rules/{rule}", tag = "monitoring",
    params(("rule" = i64, Path, description = "Its id.")),
    responses((status = OK, description = "It is deleted.", body = Done)),
)]
pub(super) async fn delete_alert_rule(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(id): Segment,
) -> Result<Json<Done>, Refusal> {
    request.context.require_admin()?;
    server
        .drover
        .monitoring
        .delete_rule(&request.context, number(&id)?)
        .await?;
    Ok(Json(Done::new(Said::AlertRuleDeleted, lang)))
}

/// Tell what an alert rule would have done within the last day, as far back as Drover has measured. Nothing is changed.
#[utoipa::path(
    post, path = "/api/alert_rules/preview", tag = "monitoring",
    request_body = RuleBody,
    responses((status = OK, description = "What it would have done.", body = PreviewReply)),
)]
pub(super) async fn preview_alert_rule(
    State(server): State<Server>,
    request: Request,
    Body(body): Body<RuleBody>,
) -> Result<Json<PreviewReply>, Refusal> {
    let input = body.read(&server, &request).await?;
    let preview = server.drover.monitoring.preview(&request.context, &input)?;
    Ok(Json(PreviewReply {
        success: true,
        preview,
    }))
}
