//! Reading the audit page by page.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use drover_types::audit::{AuditFilter, AuditResult, AuditRow};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::answer::{Done, Page, PageQuery, Pagination, Refusal, Said};
use crate::api::input::{Body, Query};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// How many rows a page has where nothing is said.
const PER_PAGE: u32 = 50;

/// What to look for; what is left out narrows nothing down.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct AuditQuery {
    /// The user's name, as it is.
    user: String,
    /// The action's name, or its first part, such as `user`.
    action: String,
    /// Part of the object's name.
    object: String,
    /// How it went.
    #[param(inline)]
    result: Option<AuditResult>,
    /// Not before, in RFC 3339.
    from: Option<DateTime<Utc>>,
    /// Before, in RFC 3339.
    until: Option<DateTime<Utc>>,
    /// Part of a name, an address, an action, a change or a UPID.
    q: String,
}

impl From<AuditQuery> for AuditFilter {
    fn from(query: AuditQuery) -> Self {
        Self {
            user: query.user,
            action: query.action,
            object: query.object,
            result: query.result,
            from: query.from,
            until: query.until,
            search: query.q,
        }
    }
}

/// A page of the audit.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditReply {
    /// Always true.
    success: bool,
    /// Newest first.
    audit: Vec<AuditRow>,
    /// Which page it is.
    pagination: Pagination,
    /// For how many days rows are kept; 0 for ever.
    retention_days: u32,
}

/// List who did what.
#[utoipa::path(
    get, path = "/api/audit", tag = "audit",
    params(PageQuery, AuditQuery),
    responses((status = OK, description = "A page, newest first.", body = AuditReply)),
)]
pub(super) async fn list_audit(
    State(server): State<Server>,
    request: Request,
    Query(paging): Query<PageQuery>,
    Query(query): Query<AuditQuery>,
) -> Result<Json<AuditReply>, Refusal> {
    let page = paging.page()?.unwrap_or(Page {
        number: 1,
        size: PER_PAGE,
    });
    let audit = &server.drover.audit;
    let found = audit
        .page(&request.context, &query.into(), page.number, page.size)
        .await?;
    Ok(Json(AuditReply {
        success: true,
        audit: found.rows,
        pagination: page.told(found.total),
        retention_days: found.retention_days,
    }))
}

/// For how long the audit is kept.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct Retention {
    /// In days; 0 for ever. Required.
    days: Option<u32>,
}

/// Choose for how long the audit is kept.
#[utoipa::path(
    put, path = "/api/audit/retention", tag = "audit",
    request_body = Retention,
    responses((status = OK, description = "Chosen.", body = Done)),
)]
pub(super) async fn set_audit_retention(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Body(body): Body<Retention>,
) -> Result<Json<Done>, Refusal> {
    request.context.require_admin()?;
    let required = || drover_core::Error::field("days", drover_types::text::Problem::Required);
    let days = body.days.ok_or_else(required)?;
    server.drover.audit.set_retention(&request.context, days).await?;
    Ok(Json(Done::new(Said::RetentionSet, lang)))
}
