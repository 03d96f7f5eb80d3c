//! Monitoring: rules, alerts and settings.

use drover_types::{
    error::ApiError,
    monitoring::{
        AlertEvent, AlertPage, AlertRule, MonitoringSettings, MonitoringState, RuleInput, RulePreview,
    },
};
use leptos::prelude::*;

use super::Json;
#[cfg(feature = "ssr")]
use super::call;

/// The rules, the alerts that stand, and the settings.
#[server(name = LoadMonitoring, prefix = "/rpc", endpoint = "monitoring_state", input = Json, output = Json)]
pub async fn monitoring_state() -> Result<MonitoringState, ApiError> {
    call(|drover, ctx| async move { drover.monitoring.state(&ctx).await }).await
}

/// Alerts of the past, newest first, before one of them.
#[server(prefix = "/rpc", endpoint = "alert_history", input = Json, output = Json)]
pub async fn alert_history(before: Option<i64>) -> Result<AlertPage, ApiError> {
    call(|drover, ctx| async move { drover.monitoring.history(&ctx, before).await }).await
}

/// Says that one knows of alerts; tells of how many that is new.
#[server(prefix = "/rpc", endpoint = "acknowledge_alerts", input = Json, output = Json)]
pub async fn acknowledge_alerts(ids: Vec<i64>) -> Result<u32, ApiError> {
    call(|drover, ctx| async move { drover.monitoring.acknowledge(&ctx, &ids).await }).await
}

/// Puts alerts away, or all that stand; tells how many.
#[server(prefix = "/rpc", endpoint = "clear_alerts", input = Json, output = Json)]
pub async fn clear_alerts(ids: Option<Vec<i64>>) -> Result<u32, ApiError> {
    call(|drover, ctx| async move { drover.monitoring.clear(&ctx, ids.as_deref()).await }).await
}

/// Makes a rule.
#[server(prefix = "/rpc", endpoint = "create_alert_rule", input = Json, output = Json)]
pub async fn create_alert_rule(rule: RuleInput) -> Result<AlertRule, ApiError> {
    call(|drover, ctx| async move { drover.monitoring.create_rule(&ctx, &rule).await }).await
}

/// Changes a rule that is still as it was seen.
#[server(prefix = "/rpc", endpoint = "update_alert_rule", input = Json, output = Json)]
pub async fn update_alert_rule(id: i64, revision: i64, rule: RuleInput) -> Result<AlertRule, ApiError> {
    call(|drover, ctx| async move {
        drover
            .monitoring
            .update_rule(&ctx, id, Some(revision), &rule)
            .await
    })
    .await
}

/// Deletes a rule.
#[server(prefix = "/rpc", endpoint = "delete_alert_rule", input = Json, output = Json)]
pub async fn delete_alert_rule(id: i64) -> Result<(), ApiError> {
    call(|drover, ctx| async move { drover.monitoring.delete_rule(&ctx, id).await }).await
}

/// What a rule would have done within the last day.
#[server(prefix = "/rpc", endpoint = "preview_alert_rule", input = Json, output = Json)]
pub async fn preview_alert_rule(rule: RuleInput) -> Result<RulePreview, ApiError> {
    call(|drover, ctx| async move { drover.monitoring.preview(&ctx, &rule) }).await
}

/// What happened to an alert.
#[server(prefix = "/rpc", endpoint = "alert_events", input = Json, output = Json)]
pub async fn alert_events(id: i64) -> Result<Vec<AlertEvent>, ApiError> {
    call(|drover, ctx| async move { drover.monitoring.events(&ctx, id).await }).await
}

/// Changes the settings.
#[server(prefix = "/rpc", endpoint = "set_monitoring_settings", input = Json, output = Json)]
pub async fn set_monitoring_settings(settings: MonitoringSettings) -> Result<(), ApiError> {
    call(|drover, ctx| async move { drover.monitoring.set_settings(&ctx, &settings).await }).await
}
