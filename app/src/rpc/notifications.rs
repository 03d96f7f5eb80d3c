//! The user's notifications.

use drover_types::{error::ApiError, notification::NewestNotifications};
use leptos::prelude::*;

use super::Json;
#[cfg(feature = "ssr")]
use super::call;

/// How many the bell shows.
#[cfg(feature = "ssr")]
const NEWEST: u32 = 50;

/// The newest, and how many are unread.
#[server(name = LoadNewestNotifications, prefix = "/rpc", endpoint = "newest_notifications", input = Json, output = Json)]
pub async fn newest_notifications() -> Result<NewestNotifications, ApiError> {
    call(|drover, ctx| async move {
        let newest = drover_core::notifications::NotificationFilter {
            limit: Some(NEWEST),
            ..Default::default()
        };
        let rows = drover.notifications.list(&ctx, &newest).await?.rows;
        let unread = drover.notifications.unread_count(&ctx).await?;
        Ok(NewestNotifications {
            rows,
            unread: u32::try_from(unread).unwrap_or(u32::MAX),
        })
    })
    .await
}

/// Marks one as read.
#[server(name = ReadNotification, prefix = "/rpc", endpoint = "read_notification", input = Json, output = Json)]
pub async fn read_notification(id: i64) -> Result<(), ApiError> {
    call(|drover, ctx| async move { drover.notifications.mark_read(&ctx, id).await }).await
}

/// Marks all as read.
#[server(name = ReadAllNotifications, prefix = "/rpc", endpoint = "read_all_notifications", input = Json, output = Json)]
pub async fn read_all_notifications() -> Result<(), ApiError> {
    call(|drover, ctx| async move { drover.notifications.mark_all_read(&ctx).await.map(drop) }).await
}

/// Takes one out of the user's list.
#[server(name = DismissNotification, prefix = "/rpc", endpoint = "dismiss_notification", input = Json, output = Json)]
pub async fn dismiss_notification(id: i64) -> Result<(), ApiError> {
    call(|drover, ctx| async move { drover.notifications.dismiss(&ctx, id).await }).await
}
