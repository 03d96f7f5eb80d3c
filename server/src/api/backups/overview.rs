//! Which servers are backed up, how much each storage holds, and when a server is overdue.

use axum::Json;
use axum::extract::State;
use drover_types::backup::BackupsOverview;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::answer::{Done, Refusal, Said};
use crate::api::input::Body;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// Which servers are backed up.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OverviewReply {
    /// Always true.
    success: bool,
    #[serde(flatten)]
    overview: BackupsOverview,
}

/// When a server is overdue.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct OverdueBody {
    /// After how many days without a backup; 1 to 366. Required.
    days: u32,
}

/// Which servers are backed up, and how much each storage holds.
#[utoipa::path(
    get, path = "/api/backups", tag = "backups",
    responses((status = OK, description = "Every server, and every storage for backups.", body = OverviewReply)),
)]
pub(super) async fn backups_overview(
    State(server): State<Server>,
    request: Request,
) -> Result<Json<OverviewReply>, Refusal> {
    let overview = Box::pin(server.drover.backups.overview(&request.context)).await?;
    Ok(Json(OverviewReply {
        success: true,
        overview,
    }))
}

/// Ask every storage anew for what it holds.
#[utoipa::path(
    post, path = "/api/backups/refresh", tag = "backups",
    responses((status = OK, description = "Asked.", body = Done)),
)]
pub(super) async fn refresh_backups(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
) -> Result<Json<Done>, Refusal> {
    Box::pin(server.drover.backups.refresh(&request.context)).await?;
    Ok(Json(Done::new(Said::BackupsRefreshed, lang)))
}

/// Set after how many days without a backup a server is overdue.
#[utoipa::path(
    put, path = "/api/backups/overdue", tag = "backups",
    request_body = OverdueBody,
    responses((status = OK, description = "It is set.", body = Done)),
)]
pub(super) async fn set_overdue_days(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Body(body): Body<OverdueBody>,
) -> Result<Json<Done>, Refusal> {
    let backups = &server.drover.backups;
    backups.set_overdue_days(&request.context, body.days).await?;
    Ok(Json(Done::new(Said::OverdueSet, lang)))
}
