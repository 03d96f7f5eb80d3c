//! Making, changing, trying and deleting a channel.

use axum::Json;
use axum::extract::State;
use drover_types::channel::ChannelRow;
use drover_types::lang::Lang;
use serde::Serialize;
use utoipa::ToSchema;

use super::body::{ChannelBody, channel_id};
use super::item::{ChannelItem, said};
use crate::api::answer::{Done, Refusal, Said};
use crate::api::input::{Body, Segment};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// A channel that was made or changed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SavedReply {
    /// Always true.
    success: bool,
    /// What was done, for people.
    message: &'static str,
    /// The channel as it stands now.
    channel: ChannelItem,
}

impl SavedReply {
    fn new(row: ChannelRow, said: Said, lang: Lang) -> Self {
        Self {
            success: true,
            message: said.text(lang),
            channel: ChannelItem::new(row, lang),
        }
    }
}

/// Make a notification channel.
///
/// Its secret is stored sealed and shown to nobody again.
#[utoipa::path(
    post, path = "/api/notification_channels", tag = "notifications",
    request_body = ChannelBody,
    responses((status = OK, description = "Made.", body = SavedReply)),
)]
pub(super) async fn create_channel(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Body(body): Body<ChannelBody>,
) -> Result<Json<SavedReply>, Refusal> {
    request.context.require_admin()?;
    let channels = &server.drover.channels;
    let row = channels.create(&request.context, body.new_channel()?).await?;
    Ok(Json(SavedReply::new(row, Said::ChannelMade, lang)))
}

/// Change a notification channel.
#[utoipa::path(
    put, path = "/api/notification_channels/{channel_id}", tag = "notifications",
    params(("channel_id" = String, Path, description = "Its id.")),
    request_body = ChannelBody,
    responses((status = OK, description = "Changed.", body = SavedReply)),
)]
pub(super) async fn change_channel(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(id): Segment,
    Body(body): Body<ChannelBody>,
) -> Result<Json<SavedReply>, Refusal> {
    request.context.require_admin()?;
    let (channels, id) = (&server.drover.channels, channel_id(&id)?);
    let current = channels.get(&request.context, id).await?;
    let revision = body.revision.unwrap_or(current.revision);
    let input = body.laid_over(current.channel);
    let row = channels.update(&request.context, id, revision, input).await?;
    Ok(Json(SavedReply::new(row, Said::ChannelChanged, lang)))
}

/// Delete a notification channel, with what was on its way through it.
#[utoipa::path(
    delete, path = "/api/notification_channels/{channel_id}", tag = "notifications",
    params(("channel_id" = String, Path, description = "Its id.")),
    responses((status = OK, description = "Deleted.", body = Done)),
)]
pub(super) async fn delete_channel(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(id): Segment,
) -> Result<Json<Done>, Refusal> {
    request.context.require_admin()?;
    let channels = &server.drover.channels;
    channels.delete(&request.context, channel_id(&id)?).await?;
    Ok(Json(Done::new(Said::ChannelDeleted, lang)))
}

/// What came of a trial.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TestReply {
    /// Always true: the trial took place.
    success: bool,
    /// What was done, for people.
    message: &'static str,
    /// Whether the receiver took it.
    sent: bool,
    /// Why it did not.
    error: Option<String>,
    /// The receiver's own words on it.
    words: String,
}

/// Send a trial through a notification channel at once.
#[utoipa::path(
    post, path = "/api/notification_channels/{channel_id}/test", tag = "notifications",
    params(("channel_id" = String, Path, description = "Its id.")),
    responses((status = OK, description = "What came of it.", body = TestReply)),
)]
pub(super) async fn test_channel(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(id): Segment,
) -> Result<Json<TestReply>, Refusal> {
    request.context.require_admin()?;
    let channels = &server.drover.channels;
    let trial = Box::pin(channels.test(&request.context, channel_id(&id)?)).await?;
    let message = match trial.problem {
        None => Said::TrialTaken,
        Some(_) => Said::TrialNotTaken,
    };
    Ok(Json(TestReply {
        success: true,
        message: message.text(lang),
        sent: trial.problem.is_none(),
        error: said(trial.problem.as_ref(), lang),
        words: trial.words,
    }))
}
