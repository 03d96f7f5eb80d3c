//! Where Grafana shows servers. No credentials stand in an address or an answer: Drover has none.

use axum::Json;
use axum::extract::State;
use drover_core::monitoring::Dashboard;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::answer::Refusal;
use crate::api::input::Query;
use crate::request::Request;
use crate::router::Server;

/// A dashboard.
#[derive(Debug, Serialize, ToSchema)]
struct DashboardItem {
    /// Grafana's address.
    base_url: String,
    /// Always null: numbers differ from one Grafana to another, the `uid` does not.
    dashboard_id: Option<u32>,
    /// What the dashboard is known by.
    dashboard_uid: String,
    /// The organisation that it is in.
    org_id: u32,
    /// Its address.
    dashboard_url: String,
    /// Grafana's address, once more.
    grafana_url: String,
    /// Its address without Grafana's own navigation, for a frame.
    embed_url: String,
}

impl From<Dashboard> for DashboardItem {
    fn from(dashboard: Dashboard) -> Self {
        Self {
            grafana_url: dashboard.base_url.clone(),
            base_url: dashboard.base_url,
            dashboard_id: None,
            dashboard_uid: dashboard.uid,
            org_id: dashboard.org_id,
            dashboard_url: dashboard.url,
            embed_url: dashboard.embed_url,
        }
    }
}

/// The dashboard of all servers.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DashboardReply {
    /// Always true.
    success: bool,
    /// The dashboard.
    data: DashboardItem,
}

/// The dashboard of all servers.
///
/// 404 where no Grafana is configured.
#[utoipa::path(
    get, path = "/api/grafana-dashboard", tag = "monitoring",
    responses((status = OK, description = "The dashboard.", body = DashboardReply)),
)]
pub(super) async fn grafana_dashboard(
    State(server): State<Server>,
    request: Request,
) -> Result<Json<DashboardReply>, Refusal> {
    let dashboard = server.drover.grafana.overview(&request.context)?;
    Ok(Json(DashboardReply {
        success: true,
        data: dashboard.into(),
    }))
}

/// Which servers.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct EmbedQuery {
    /// `all`, or the address or name of one.
    server: String,
}

impl Default for EmbedQuery {
    fn default() -> Self {
        Self {
            server: "all".to_owned(),
        }
    }
}

/// What to put into a frame.
#[derive(Debug, Serialize, ToSchema)]
struct Embed {
    /// The address of the frame.
    embed_url: String,
    /// The dashboard in it.
    dashboard_info: DashboardItem,
}

/// What to put into a frame.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EmbedReply {
    /// Always true.
    success: bool,
    /// The frame.
    data: Embed,
}

/// A dashboard for a frame: of all servers, or of one.
///
/// 404 for a server that is not known, and where no Grafana is configured. Grafana has to allow being framed, and to show
/// the dashboard to anonymous viewers.
#[utoipa::path(
    get, path = "/api/grafana-dashboard/embed", tag = "monitoring",
    params(EmbedQuery),
    responses((status = OK, description = "The frame.", body = EmbedReply)),
)]
pub(super) async fn grafana_embed(
    State(server): State<Server>,
    request: Request,
    Query(query): Query<EmbedQuery>,
) -> Result<Json<EmbedReply>, Refusal> {
    let dashboard = server.drover.grafana.of_server(&request.context, &query.server)?;
    Ok(Json(EmbedReply {
        success: true,
        data: Embed {
            embed_url: dashboard.embed_url.clone(),
            dashboard_info: dashboard.into(),
        },
    }))
}
