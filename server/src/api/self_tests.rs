//! Trials of the queue and of notifications. For administrators, and only where they are switched on.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{Refusal, Said};
use super::input::Body;
use super::servers::Queued;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// The endpoints, all behind a session.
pub(super) fn signed_in() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(simple))
        .routes(routes!(error))
        .routes(routes!(notification))
}

/// What a trial says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(default)]
struct Simple {
    /// Written to the task's log.
    message: String,
}

impl Default for Simple {
    fn default() -> Self {
        Self {
            message: "Hello Celery".to_owned(),
        }
    }
}

/// Whether a trial fails.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(default)]
struct Failing {
    /// Whether it does.
    should_fail: bool,
}

impl Default for Failing {
    fn default() -> Self {
        Self { should_fail: true }
    }
}

/// Try the queue.
#[utoipa::path(
    post, path = "/api/test/simple", tag = "self-tests",
    request_body = Simple,
    responses((status = OK, description = "A task is queued.", body = Queued)),
)]
async fn simple(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Body(body): Body<Simple>,
) -> Result<Json<Queued>, Refusal> {
    let task = server
        .drover
        .tasks
        .self_test(&request.context, &body.message, false)
        .await?;
    Ok(Json(Queued::new(task.id, Said::TestQueued.text(lang))))
}

/// Try a task that fails.
#[utoipa::path(
    post, path = "/api/test/error", tag = "self-tests",
    request_body = Failing,
    responses((status = OK, description = "A task is queued.", body = Queued)),
)]
async fn error(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Body(body): Body<Failing>,
) -> Result<Json<Queued>, Refusal> {
    let task = server
        .drover
        .tasks
        .self_test(&request.context, "error", body.should_fail)
        .await?;
    Ok(Json(Queued::new(task.id, Said::TestQueued.text(lang))))
}

/// A notification that was sent.
#[derive(Debug, Serialize, ToSchema)]
struct Told {
    /// Always true.
    success: bool,
    /// What was done, for people.
    message: &'static str,
    /// The notification.
    notification_id: i64,
}

/// Try a notification.
#[utoipa::path(
    post, path = "/api/test/notification", tag = "self-tests",
    responses((status = OK, description = "It is sent to the caller.", body = Told)),
)]
async fn notification(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
) -> Result<Json<Told>, Refusal> {
    let notification_id = server.drover.notifications.trial(&request.context).await?;
    Ok(Json(Told {
        success: true,
        message: Said::NotificationTold.text(lang),
        notification_id,
    }))
}
