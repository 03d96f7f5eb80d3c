//! The overview's figures, for a first paint.

use drover_types::{error::ApiError, overview::Overview};
use leptos::prelude::*;

use super::Json;
#[cfg(feature = "ssr")]
use super::call;

/// The figures as they are now.
#[server(name = LoadOverview, prefix = "/rpc", endpoint = "overview", input = Json, output = Json)]
pub async fn overview() -> Result<Overview, ApiError> {
    call(|drover, ctx| async move { drover.cluster_info.overview(&ctx) }).await
}
