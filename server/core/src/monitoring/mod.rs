//! Monitoring: how servers are, the alerts that stand, the rules behind them and who is told; figures over time, from
//! Prometheus where there is one and from Proxmox otherwise, what Prometheus is told to watch, and where Grafana shows it.

mod alerts;
mod config;
mod engine;
mod evaluate;
mod figures;
mod grafana;
mod health;
mod options;
mod planned;
mod preview;
mod replaced;
mod rules;
mod runs;
mod scene;
mod service;
mod settings;
mod targets;
mod tell;
#[cfg(test)]
mod tests;
mod track;
mod watch;

pub use config::{Limits, MonitoringConfig, MonitoringConfigChange};
pub use figures::{Figures, Histories, MOST_SERVERS, Prometheus, PrometheusError};
pub use grafana::{Dashboard, Grafana};
pub use health::{Bench, ServerHealth, Summary};
pub use options::{GrafanaOptions, PrometheusOptions, SourceOptions};
pub use service::Monitoring;
pub use targets::Targets;
pub(crate) use watch::Watch;
