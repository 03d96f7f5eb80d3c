//! Reading: the list, the latest about a server, one, and how many are unread.

use axum::Json;
use axum::extract::State;
use chrono::DateTime;
use drover_core::notifications::{LatestFilter, NotificationFilter};
use drover_core::{Error, Result};
use drover_types::text::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::item::NotificationItem;
use crate::api::answer::{LONGEST_LIST, PageQuery, Pagination, Refusal};
use crate::api::input::{Query, Segment};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// How many notifications.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// At most so many, where no page is asked for.
    #[param(minimum = 1)]
    limit: Option<u32>,
}

/// The notifications.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ListReply {
    /// Always true.
    success: bool,
    /// The reader's and everybody's, newest first.
    notifications: Vec<NotificationItem>,
    /// Which page it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pagination: Option<Pagination>,
    /// Whether the list was cut: ask for pages to get the rest.
    truncated: bool,
}

/// List the notifications.
#[utoipa::path(
    get, path = "/api/notifications", tag = "notifications",
    params(PageQuery, ListQuery),
    responses((status = OK, description = "The notifications.", body = ListReply)),
)]
pub(super) async fn list_notifications(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Query(paging): Query<PageQuery>,
    Query(query): Query<ListQuery>,
) -> Result<Json<ListReply>, Refusal> {
    let notifications = &server.drover.notifications;
    let item = |rows: &[_]| rows.iter().map(|row| NotificationItem::new(row, lang)).collect();
    if let Some(page) = paging.page()? {
        let filter = NotificationFilter::default();
        let found = notifications
            .page(&request.context, &filter, page.number, page.size)
            .await?;
        return Ok(Json(ListReply {
            success: true,
            notifications: item(&found.rows),
            pagination: Some(page.told(found.total)),
            truncated: false,
        }));
    }
    let limit = query
        .limit
        .map_or(LONGEST_LIST, |limit| (limit as usize).clamp(1, LONGEST_LIST));
    let filter = NotificationFilter {
        limit: u32::try_from(limit).ok(),
        ..NotificationFilter::default()
    };
    let found = notifications.list(&request.context, &filter).await?;
    Ok(Json(ListReply {
        success: true,
        notifications: item(&found.rows),
        pagination: None,
        truncated: found.next.is_some() && query.limit.is_none(),
    }))
}

/// About what, and since when.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct LatestQuery {
    /// Part of the server's name. Without it nothing is found.
    server: Option<String>,
    /// Only of this type.
    r#type: Option<String>,
    /// Only since then, in seconds since 1970.
    since_ts: Option<f64>,
}

/// One notification.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OneReply {
    /// Always true.
    success: bool,
    /// The notification; null where there is none.
    notification: Option<NotificationItem>,
}

/// Get the latest notification about a server.
#[utoipa::path(
    get, path = "/api/notifications/latest", tag = "notifications",
    params(LatestQuery),
    responses((status = OK, description = "The notification, or null.", body = OneReply)),
)]
pub(super) async fn latest_notification(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Query(query): Query<LatestQuery>,
) -> Result<Json<OneReply>, Refusal> {
    let Some(name) = query.server.filter(|name| !name.is_empty()) else {
        request.context.signed_in()?;
        return Ok(Json(OneReply {
            success: true,
            notification: None,
        }));
    };
    let since = match query.since_ts {
        None => None,
        Some(seconds) => Some(time(seconds)?),
    };
    let filter = LatestFilter {
        server: name,
        of_type: query.r#type.filter(|name| !name.is_empty()),
        since,
    };
    let found = server
        .drover
        .notifications
        .latest(&request.context, &filter)
        .await?;
    let notification = found.map(|row| NotificationItem::new(&row, lang));
    Ok(Json(OneReply {
        success: true,
        notification,
    }))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a float that is too large becomes the largest integer"
)]
fn time(seconds: f64) -> Result<DateTime<chrono::Utc>> {
    DateTime::from_timestamp_millis((seconds * 1000.0) as i64)
        .filter(|_| seconds.is_finite())
        .ok_or_else(|| {
            Error::field(
                "since_ts",
                Problem::WrongType {
                    expected: "1700000000".to_owned(),
                },
            )
        })
}

/// Get a notification.
#[utoipa::path(
    get, path = "/api/notifications/{notification_id}", tag = "notifications",
    params(("notification_id" = i64, Path, description = "Its id.")),
    responses((status = OK, description = "The notification.", body = OneReply)),
)]
pub(super) async fn get_notification(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(id): Segment,
) -> Result<Json<OneReply>, Refusal> {
    let row = server
        .drover
        .notifications
        .get(&request.context, number(&id)?)
        .await?;
    Ok(Json(OneReply {
        success: true,
        notification: Some(NotificationItem::new(&row, lang)),
    }))
}

/// How many are unread.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CountReply {
    /// Always true.
    success: bool,
    /// How many of the list are unread.
    count: u64,
}

/// Count the unread notifications.
#[utoipa::path(
    get, path = "/api/notifications/unread-count", tag = "notifications",
    responses((status = OK, description = "The number.", body = CountReply)),
)]
pub(super) async fn unread_count(
    State(server): State<Server>,
    request: Request,
) -> Result<Json<CountReply>, Refusal> {
    let count = server.drover.notifications.unread_count(&request.context).await?;
    Ok(Json(CountReply { success: true, count }))
}

/// The id that is written; what is no number names no notification.
pub(super) fn number(id: &str) -> Result<i64> {
    id.parse()
        .map_err(|_| Error::NotFound(Problem::NotificationNotFound))
}
