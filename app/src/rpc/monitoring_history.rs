//! Figures of servers over time, and where they come from.

use drover_types::{
    error::ApiError,
    ids::GuestId,
    monitoring::{History, HistoryMetric, HistoryRange, MonitoringSources},
};
use leptos::prelude::*;

use super::Json;
#[cfg(feature = "ssr")]
use super::call;

/// A figure of some servers, 20 at most, on one list of times.
#[server(name = LoadServerHistory, prefix = "/rpc", endpoint = "server_history", input = Json, output = Json)]
pub async fn server_history(
    servers: Vec<GuestId>,
    metric: HistoryMetric,
    range: HistoryRange,
) -> Result<History, ApiError> {
    call(|drover, ctx| async move {
        let history = drover.history.of(&ctx, &servers, metric, range).await?;
        Ok(std::sync::Arc::unwrap_or_clone(history))
    })
    .await
}

/// What there is beside Proxmox's figures, and whether it answers.
#[server(name = LoadMonitoringSources, prefix = "/rpc", endpoint = "monitoring_sources", input = Json, output = Json)]
pub async fn monitoring_sources() -> Result<MonitoringSources, ApiError> {
    call(|drover, ctx| async move { drover.grafana.sources(&ctx).await }).await
}
