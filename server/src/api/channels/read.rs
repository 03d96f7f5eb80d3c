//! Which channels there are.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::body::channel_id;
use super::item::ChannelItem;
use crate::api::answer::Refusal;
use crate::api::input::Segment;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// The channels.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChannelsReply {
    /// Always true.
    success: bool,
    /// By their names.
    channels: Vec<ChannelItem>,
}

/// One channel.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChannelReply {
    /// Always true.
    success: bool,
    /// The channel.
    channel: ChannelItem,
}

/// List the notification channels.
#[utoipa::path(
    get, path = "/api/notification_channels", tag = "notifications",
    responses((status = OK, description = "The channels, their secrets masked.", body = ChannelsReply)),
)]
pub(super) async fn list_channels(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
) -> Result<Json<ChannelsReply>, Refusal> {
    let rows = server.drover.channels.list(&request.context).await?;
    Ok(Json(ChannelsReply {
        success: true,
        channels: rows.into_iter().map(|row| ChannelItem::new(row, lang)).collect(),
    }))
}

/// Show a notification channel.
#[utoipa::path(
    get, path = "/api/notification_channels/{channel_id}", tag = "notifications",
    params(("channel_id" = String, Path, description = "Its id.")),
    responses((status = OK, description = "The channel, its secret masked.", body = ChannelReply)),
)]
pub(super) async fn get_channel(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(id): Segment,
) -> Result<Json<ChannelReply>, Refusal> {
    request.context.require_admin()?;
    let row = server
        .drover
        .channels
        .get(&request.context, channel_id(&id)?)
        .await?;
    Ok(Json(ChannelReply {
        success: true,
        channel: ChannelItem::new(row, lang),
    }))
}
