//! Channels by which notifications leave: which there are, making and trying them, and what went through.

use drover_types::{
    channel::{ChannelInput, ChannelRow, Delivery, DeliveryPage, DeliveryState, Trial},
    error::ApiError,
};
use leptos::prelude::*;
use uuid::Uuid;

use super::Json;
#[cfg(feature = "ssr")]
use super::call;

/// All channels, by their names; their secrets masked.
#[server(name = LoadChannels, prefix = "/rpc", endpoint = "list_channels", input = Json, output = Json)]
pub async fn list_channels() -> Result<Vec<ChannelRow>, ApiError> {
    call(|drover, ctx| async move { drover.channels.list(&ctx).await }).await
}

/// Makes a channel.
#[server(prefix = "/rpc", endpoint = "create_channel", input = Json, output = Json)]
pub async fn create_channel(channel: ChannelInput) -> Result<ChannelRow, ApiError> {
    call(|drover, ctx| async move { drover.channels.create(&ctx, channel).await }).await
}

/// Changes a channel, if nobody else has since `revision`.
#[server(prefix = "/rpc", endpoint = "update_channel", input = Json, output = Json)]
pub async fn update_channel(id: Uuid, revision: i64, channel: ChannelInput) -> Result<ChannelRow, ApiError> {
    call(|drover, ctx| async move { drover.channels.update(&ctx, id, revision, channel).await }).await
}

/// Deletes a channel, with what was on its way.
#[server(prefix = "/rpc", endpoint = "delete_channel", input = Json, output = Json)]
pub async fn delete_channel(id: Uuid) -> Result<(), ApiError> {
    call(|drover, ctx| async move { drover.channels.delete(&ctx, id).await }).await
}

/// Sends a trial by a channel at once.
#[server(prefix = "/rpc", endpoint = "test_channel", input = Json, output = Json)]
pub async fn test_channel(id: Uuid) -> Result<Trial, ApiError> {
    call(|drover, ctx| async move { drover.channels.test(&ctx, id).await }).await
}

/// What went through a channel, the newest first.
#[server(name = LoadDeliveries, prefix = "/rpc", endpoint = "list_deliveries", input = Json, output = Json)]
pub async fn list_deliveries(
    id: Uuid,
    state: Option<DeliveryState>,
    before: Option<Uuid>,
) -> Result<DeliveryPage, ApiError> {
    call(|drover, ctx| async move {
        let filter = drover_core::channels::DeliveryFilter {
            state,
            before,
            limit: None,
        };
        drover.channels.deliveries(&ctx, id, filter).await
    })
    .await
}

/// Sends again what was given up.
#[server(prefix = "/rpc", endpoint = "send_delivery_again", input = Json, output = Json)]
pub async fn send_delivery_again(channel: Uuid, id: Uuid) -> Result<Delivery, ApiError> {
    call(|drover, ctx| async move { drover.channels.send_again(&ctx, channel, id).await }).await
}
