//! Monitoring: how servers are, alerts and their rules, figures as Grafana reads them, and where Grafana shows servers.

mod alerts;
mod config;
mod frames;
mod grafana;
mod health;
mod pages;
mod rules;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::alias::also_at;
use crate::router::Server;

/// The endpoints, all behind a session.
pub(super) fn signed_in() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(also_at(
            routes!(health::server_health),
            "/monitoring/servers/{server}/health",
        ))
        .routes(also_at(
            routes!(health::health_summary),
            "/monitoring/servers/health-summary",
        ))
        .routes(also_at(
            routes!(health::server_metrics),
            "/monitoring/servers/{server}/metrics",
        ))
        .routes(routes!(health::monitored_servers))
        .routes(also_at(
            routes!(health::monitoring_summary),
            "/monitoring/summary",
        ))
        .routes(routes!(alerts::list_alerts))
        .routes(routes!(alerts::alert_events))
        .routes(also_at(
            routes!(alerts::acknowledge_alert),
            "/monitoring/alerts/{alert}/acknowledge",
        ))
        .routes(also_at(routes!(alerts::clear_alerts), "/monitoring/alerts/clear"))
        .routes(routes!(rules::list_alert_rules, rules::create_alert_rule))
        .routes(routes!(rules::change_alert_rule, rules::delete_alert_rule))
        .routes(routes!(rules::preview_alert_rule))
        .routes(also_at(
            routes!(config::monitoring_config, config::set_monitoring_config),
            "/monitoring/config",
        ))
        .routes(also_at(
            routes!(grafana::grafana_dashboard),
            "/monitoring/grafana-dashboard",
        ))
        .routes(also_at(
            routes!(grafana::grafana_embed),
            "/monitoring/grafana-dashboard/embed",
        ))
        .routes(also_at(routes!(pages::monitoring_content), "/monitoring/content"))
        .routes(also_at(
            routes!(pages::monitoring_config_page),
            "/monitoring/config-page",
        ))
        .routes(also_at(
            routes!(frames::metrics_overview),
            "/monitoring/metrics/grafana/overview",
        ))
        .routes(also_at(
            routes!(frames::server_frame),
            "/monitoring/metrics/grafana/vm/{server}",
        ))
}
