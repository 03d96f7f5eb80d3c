//! Alerts: those that stand, those of the past, and what people do with them.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use drover_core::Error;
use drover_core::monitoring::Monitoring;
use drover_types::lang::Lang;
use drover_types::monitoring::{AlertEvent, AlertLevel, AlertRow, AlertState, Metric, Subject};
use drover_types::permission::Permission;
use drover_types::text::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::answer::{Done, Refusal, Said};
use crate::api::input::{Body, Query, Segment};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// An alert.
#[derive(Debug, Serialize, ToSchema)]
struct AlertItem {
    /// Its id.
    id: i64,
    /// What has reached a limit.
    #[serde(rename = "type")]
    metric: Metric,
    /// How bad it is, or was last.
    level: AlertLevel,
    /// How it stands.
    state: AlertState,
    /// What the matter is, for people.
    message: String,
    /// Of what.
    subject: Subject,
    /// The figure now, a minute old at most; of one that is over, the last one.
    value: i64,
    /// The worst figure since it was raised.
    worst: i64,
    /// The limit that it has reached.
    threshold: i64,
    /// When a storage will be full, if it goes on so.
    full_at: Option<DateTime<Utc>>,
    /// When it was raised.
    created_at: DateTime<Utc>,
    /// Whether somebody has said that they know, or put it away.
    acknowledged: bool,
    /// When.
    acknowledged_at: Option<DateTime<Utc>>,
    /// Who.
    acknowledged_by: Option<String>,
    /// When it was over.
    resolved_at: Option<DateTime<Utc>>,
}

impl AlertItem {
    fn new(row: AlertRow, lang: Lang) -> Self {
        let matter = row.metric.said(row.value, row.limit, lang);
        Self {
            id: row.id,
            metric: row.metric,
            level: row.level,
            state: row.state,
            message: format!("{}: {matter}", row.subject.said()),
            value: row.value,
            worst: row.worst,
            threshold: row.limit,
            full_at: row.full_at.and_then(|at| DateTime::from_timestamp(at, 0)),
            created_at: row.raised_at,
            acknowledged: row.seen_at.is_some(),
            acknowledged_at: row.seen_at,
            acknowledged_by: row.seen_by,
            resolved_at: row.resolved_at,
            subject: row.subject,
        }
    }
}

/// Which alerts.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct AlertQuery {
    /// `true`: those of the past too, newest first, fifty at a time.
    history: bool,
    /// With `history`: only those before the alert of this id.
    before: Option<i64>,
}

/// Alerts.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AlertsReply {
    /// Always true.
    success: bool,
    /// The worst and newest first; of the past, newest first.
    alerts: Vec<AlertItem>,
    /// How many there are in this answer.
    total: usize,
    /// What to ask for as `before` to get the next; null at the end.
    next: Option<i64>,
}

/// List the alerts that stand, or those of the past.
#[utoipa::path(
    get, path = "/api/alerts", tag = "monitoring",
    params(AlertQuery),
    responses((status = OK, description = "The alerts.", body = AlertsReply)),
)]
pub(super) async fn list_alerts(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Query(query): Query<AlertQuery>,
) -> Result<Json<AlertsReply>, Refusal> {
    let (monitoring, context) = (&server.drover.monitoring, &request.context);
    let (rows, next) = if query.history {
        let page = monitoring.history(context, query.before).await?;
        (page.rows, page.next)
    } else {
        (monitoring.open(context).await?, None)
    };
    Ok(Json(AlertsReply {
        success: true,
        total: rows.len(),
        alerts: rows.into_iter().map(|row| AlertItem::new(row, lang)).collect(),
        next,
    }))
}

/// What happened to an alert.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EventsReply {
    /// Always true.
    success: bool,
    /// In order.
    events: Vec<AlertEvent>,
}

fn number(id: &str) -> Result<i64, Error> {
    id.parse().map_err(|_| Error::NotFound(Problem::AlertNotFound))
}

/// What happened to an alert.
#[utoipa::path(
    get, path = "/api/alerts/{alert}/events", tag = "monitoring",
    params(("alert" = i64, Path, description = "Its id.")),
    responses((status = OK, description = "Its history.", body = EventsReply)),
)]
pub(super) async fn alert_events(
    State(server): State<Server>,
    request: Request,
    Segment(id): Segment,
) -> Result<Json<EventsReply>, Refusal> {
    request.context.require(Permission::ViewAll)?;
    let events = server
        .drover
        .monitoring
        .events(&request.context, number(&id)?)
        .await?;
    Ok(Json(EventsReply {
        success: true,
        events,
    }))
}

/// Say that one knows of an alert.
#[utoipa::path(
    post, path = "/api/alerts/{alert}/acknowledge", tag = "monitoring",
    params(("alert" = i64, Path, description = "Its id.")),
    responses((status = OK, description = "It is acknowledged.", body = Done)),
)]
pub(super) async fn acknowledge_alert(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(id): Segment,
) -> Result<Json<Done>, Refusal> {
    let (monitoring, context) = (&server.drover.monitoring, &request.context);
    // Whoever may not is not told whether there is such an alert.
    Monitoring::seer(context)?;
    monitoring.acknowledge(context, &[number(&id)?]).await?;
    Ok(Json(Done::new(Said::AlertAcknowledged, lang)))
}

/// Which alerts are put away.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct ClearBody {
    /// Their ids; all that stand where nothing is said.
    ids: Option<Vec<i64>>,
}

/// Put alerts away. One that goes on is raised again once it has been over.
#[utoipa::path(
    post, path = "/api/alerts/clear", tag = "monitoring",
    request_body = ClearBody,
    responses((status = OK, description = "They are put away.", body = Done)),
)]
pub(super) async fn clear_alerts(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Body(body): Body<ClearBody>,
) -> Result<Json<Done>, Refusal> {
    let monitoring = &server.drover.monitoring;
    monitoring.clear(&request.context, body.ids.as_deref()).await?;
    Ok(Json(Done::new(Said::AlertsCleared, lang)))
}
