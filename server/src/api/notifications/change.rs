//! What a reader does with notifications: read, dismiss, clear.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use drover_core::notifications::ClearMode;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::read::number;
use crate::api::answer::{Done, Refusal, Said};
use crate::api::input::{Query, Segment};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// Mark a notification as read.
#[utoipa::path(
    post, path = "/api/notifications/{notification_id}/read", tag = "notifications",
    params(("notification_id" = i64, Path, description = "Its id.")),
    responses((status = OK, description = "It is read.", body = Done)),
)]
pub(super) async fn read_notification(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(id): Segment,
) -> Result<Json<Done>, Refusal> {
    server
        .drover
        .notifications
        .mark_read(&request.context, number(&id)?)
        .await?;
    Ok(Json(Done::new(Said::NotificationRead, lang)))
}

/// Dismiss a notification.
///
/// It is out of the caller's sight; others still see it.
#[utoipa::path(
    delete, path = "/api/notifications/{notification_id}", tag = "notifications",
    params(("notification_id" = i64, Path, description = "Its id.")),
    responses((status = OK, description = "It is dismissed.", body = Done)),
)]
pub(super) async fn dismiss_notification(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(id): Segment,
) -> Result<Json<Done>, Refusal> {
    server
        .drover
        .notifications
        .dismiss(&request.context, number(&id)?)
        .await?;
    Ok(Json(Done::new(Said::NotificationDismissed, lang)))
}

/// What clearing does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Mode {
    /// Reads and dismisses all.
    #[default]
    Dismiss,
    /// Reads all, and leaves them in the list.
    Read,
}

/// How to clear.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct ClearQuery {
    /// `read` leaves them in the list.
    mode: Option<Mode>,
}

/// Clear the notifications.
///
/// For the caller alone. The first version of the API only marked them as read: `mode=read`, or the header
/// `X-API-Version: 1`.
#[utoipa::path(
    post, path = "/api/notifications/clear-all", tag = "notifications",
    params(
        ClearQuery,
        ("X-API-Version" = Option<String>, Header, description = "`1`: as `mode=read`."),
    ),
    responses((status = OK, description = "They are cleared.", body = Done)),
)]
pub(super) async fn clear_notifications(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Query(query): Query<ClearQuery>,
    headers: HeaderMap,
) -> Result<Json<Done>, Refusal> {
    let is_first_version = headers
        .get("x-api-version")
        .is_some_and(|version| version.as_bytes() == b"1");
    let mode = match query.mode {
        Some(Mode::Read) => ClearMode::Read,
        None if is_first_version => ClearMode::Read,
        Some(Mode::Dismiss) | None => ClearMode::Dismiss,
    };
    server
        .drover
        .notifications
        .clear_all(&request.context, mode)
        .await?;
    Ok(Json(Done::new(Said::NotificationsCleared, lang)))
}
