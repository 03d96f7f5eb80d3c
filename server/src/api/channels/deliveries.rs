//! What went through a channel, and sending again what was given up.

use axum::Json;
use axum::extract::State;
use drover_core::Error;
use drover_core::channels::DeliveryFilter;
use drover_types::channel::{DeliveryPage, DeliveryState};
use drover_types::text::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::body::{channel_id, delivery_id};
use super::item::DeliveryItem;
use crate::api::answer::{Refusal, Said};
use crate::api::input::{Query, Segment, Segments};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// Which deliveries.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct DeliveriesQuery {
    /// Only of this state: `waiting`, `sent` or `dead`.
    state: Option<String>,
    /// Only those before this one: the `next` of the answer before.
    before: Option<String>,
    /// At most so many; 20 where nothing is said, 100 at most.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

impl DeliveriesQuery {
    fn filter(self) -> Result<DeliveryFilter, Error> {
        let state = self.state.filter(|name| !name.is_empty()).map(|given| {
            DeliveryState::parse(&given).ok_or_else(|| {
                let known = DeliveryState::ALL
                    .iter()
                    .map(|of| of.as_str().to_owned())
                    .collect();
                Error::field("state", Problem::UnknownChoice { given, known })
            })
        });
        let before = self.before.map(|text| {
            text.parse()
                .map_err(|_| Error::field("before", Problem::NotFound))
        });
        Ok(DeliveryFilter {
            state: state.transpose()?,
            before: before.transpose()?,
            limit: self.limit,
        })
    }
}

/// The deliveries.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeliveriesReply {
    /// Always true.
    success: bool,
    /// The newest first.
    deliveries: Vec<DeliveryItem>,
    /// What to ask `before` for the next ones; null at the end.
    next: Option<Uuid>,
}

/// List what went through a notification channel.
#[utoipa::path(
    get, path = "/api/notification_channels/{channel_id}/deliveries", tag = "notifications",
    params(("channel_id" = String, Path, description = "The channel's id."), DeliveriesQuery),
    responses((status = OK, description = "The deliveries.", body = DeliveriesReply)),
)]
pub(super) async fn list_deliveries(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(id): Segment,
    Query(query): Query<DeliveriesQuery>,
) -> Result<Json<DeliveriesReply>, Refusal> {
    request.context.require_admin()?;
    let (channels, filter) = (&server.drover.channels, query.filter()?);
    let page = channels.deliveries(&request.context, channel_id(&id)?, filter);
    let DeliveryPage { rows, next } = page.await?;
    Ok(Json(DeliveriesReply {
        success: true,
        deliveries: rows.into_iter().map(|row| DeliveryItem::new(row, lang)).collect(),
        next,
    }))
}

/// A delivery that goes out again.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AgainReply {
    /// Always true.
    success: bool,
    /// What was done, for people.
    message: &'static str,
    /// The delivery as it stands now.
    delivery: DeliveryItem,
}

/// Send again what was given up.
#[utoipa::path(
    post, path = "/api/notification_channels/{channel_id}/deliveries/{delivery_id}/retry", tag = "notifications",
    params(
        ("channel_id" = String, Path, description = "The channel's id."),
        ("delivery_id" = String, Path, description = "The delivery's id."),
    ),
    responses((status = OK, description = "It goes out again.", body = AgainReply)),
)]
pub(super) async fn send_again(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segments(channel, delivery): Segments,
) -> Result<Json<AgainReply>, Refusal> {
    request.context.require_admin()?;
    let (channel, delivery) = (channel_id(&channel)?, delivery_id(&delivery)?);
    let channels = &server.drover.channels;
    let again = channels.send_again(&request.context, channel, delivery).await?;
    Ok(Json(AgainReply {
        success: true,
        message: Said::DeliveryGoesAgain.text(lang),
        delivery: DeliveryItem::new(again, lang),
    }))
}
