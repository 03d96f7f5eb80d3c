//! Addresses where the older panel had pages: a browser is led to ours.

use axum::http::HeaderMap;
use axum::response::Redirect;
use drover_types::permission::Permission;

use crate::api::answer::Refusal;
use crate::request::{Preferred, Request, preferred};

/// Show the page of monitoring.
#[utoipa::path(
    get, path = "/api/monitoring/content", tag = "monitoring",
    responses((status = SEE_OTHER, description = "To the page.")),
)]
pub(super) async fn monitoring_content(request: Request, headers: HeaderMap) -> Result<Redirect, Refusal> {
    page(&request, &headers, "/monitoring")
}

/// Show the settings of monitoring.
#[utoipa::path(
    get, path = "/api/monitoring/config-page", tag = "monitoring",
    responses((status = SEE_OTHER, description = "To the page.")),
)]
pub(super) async fn monitoring_config_page(
    request: Request,
    headers: HeaderMap,
) -> Result<Redirect, Refusal> {
    page(&request, &headers, "/monitoring?tab=settings")
}

fn page(request: &Request, headers: &HeaderMap, page: &str) -> Result<Redirect, Refusal> {
    // The page itself says what is missing.
    if preferred(headers) != Preferred::Html {
        request.context.require(Permission::ViewAll)?;
    }
    Ok(Redirect::to(page))
}
