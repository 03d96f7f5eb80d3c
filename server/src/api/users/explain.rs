//! "Why can't I?"

use axum::Json;
use axum::extract::State;
use drover_core::Error;
use drover_types::access::Asked;
use drover_types::permission::Permission;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::answer::Refusal;
use crate::api::input::Query;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// What is asked about.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct ExplainQuery {
    /// An action on a server, such as `start`, or a permission. Required.
    action: String,
    /// The server, by its id or name.
    server: String,
}

/// Whether it can be done, and if not, why.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ExplainReply {
    /// Always true.
    success: bool,
    /// Whether the caller can do it now.
    allowed: bool,
    /// The permissions of which one is enough.
    permissions: Vec<Permission>,
    /// Those of them that the caller holds.
    held: Vec<Permission>,
    /// Why it can't be done, for people.
    reason: Option<String>,
    /// Who can grant what is missing, a permission or the reach of a scope; empty where neither is.
    granted_by: Vec<String>,
}

/// Explain why something can't be done.
#[utoipa::path(
    get, path = "/api/access/explain", tag = "users",
    params(ExplainQuery),
    responses((status = OK, description = "The explanation.", body = ExplainReply)),
)]
pub(super) async fn explain_access(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Query(query): Query<ExplainQuery>,
) -> Result<Json<ExplainReply>, Refusal> {
    let asked = Asked::read(&query.action).map_err(|problem| Error::field("action", problem))?;
    let told = server
        .drover
        .explain(&request.context, asked, &query.server)
        .await?;
    Ok(Json(ExplainReply {
        success: true,
        allowed: told.allowed,
        permissions: told.permissions,
        held: told.held,
        reason: told.reason.map(|problem| problem.text(lang)),
        granted_by: told.granted_by,
    }))
}
