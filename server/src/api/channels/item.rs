//! Channels and deliveries as the API shows them, in the language of the request.

use chrono::{DateTime, Utc};
use drover_types::channel::{ChannelInput, ChannelRow, Delivery, DeliveryState};
use drover_types::ids::TaskId;
use drover_types::lang::Lang;
use drover_types::notification::Level;
use drover_types::text::Problem;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A channel.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ChannelItem {
    /// Its id.
    id: Uuid,
    /// Goes up with every change.
    revision: i64,
    /// What it is made of, its secret masked.
    #[serde(flatten)]
    channel: ChannelInput,
    /// When something was taken last; null for never.
    sent_at: Option<DateTime<Utc>>,
    /// When something was not taken last; null for never.
    failed_at: Option<DateTime<Utc>>,
    /// Why not.
    error: Option<String>,
    /// The receiver's own words on it.
    words: String,
    /// Whether its secret can't be decrypted any more and must be entered again.
    secret_lost: bool,
    /// How many notifications wait to go out.
    waiting: u32,
    /// How many were given up.
    dead: u32,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it was changed last.
    updated_at: DateTime<Utc>,
}

impl ChannelItem {
    /// The channel in `lang`.
    pub(super) fn new(row: ChannelRow, lang: Lang) -> Self {
        Self {
            id: row.id,
            revision: row.revision,
            channel: row.channel,
            sent_at: row.state.sent_at,
            failed_at: row.state.failed_at,
            error: said(row.state.problem.as_ref(), lang),
            words: row.state.words,
            secret_lost: row.state.secret_lost,
            waiting: row.state.waiting,
            dead: row.state.dead,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// A notification on its way.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeliveryItem {
    /// Its id, which the receiver is told; the same at every attempt.
    id: Uuid,
    /// What happened, and to what.
    title: String,
    /// The sentence behind it.
    message: String,
    /// How grave it is.
    level: Level,
    /// Its category.
    category: &'static str,
    /// What kind of thing happened.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The task that it tells of.
    task_id: Option<TaskId>,
    /// How far it is.
    state: DeliveryState,
    /// How often it was tried.
    attempts: u32,
    /// When it is tried next.
    next_at: Option<DateTime<Utc>>,
    /// Why the last attempt failed.
    error: Option<String>,
    /// The receiver's own words on it.
    words: String,
    /// When it happened.
    created_at: DateTime<Utc>,
    /// When it was taken or given up.
    ended_at: Option<DateTime<Utc>>,
}

impl DeliveryItem {
    /// The delivery in `lang`.
    pub(super) fn new(delivery: Delivery, lang: Lang) -> Self {
        let note = &delivery.note;
        Self {
            id: delivery.id,
            title: note.title(lang),
            message: note.body(lang),
            level: note.level(),
            category: note.category(),
            kind: note.type_name(),
            task_id: delivery.task,
            state: delivery.state,
            attempts: delivery.attempts,
            next_at: delivery.next_at,
            error: said(delivery.problem.as_ref(), lang),
            words: delivery.words,
            created_at: delivery.created_at,
            ended_at: delivery.ended_at,
        }
    }
}

/// What is said of a problem.
pub(super) fn said(problem: Option<&Problem>, lang: Lang) -> Option<String> {
    problem.map(|problem| problem.text(lang))
}
