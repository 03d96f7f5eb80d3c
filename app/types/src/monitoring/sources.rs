//! What monitoring has beside Proxmox's own figures.

use serde::{Deserialize, Serialize};

use crate::text::Problem;

/// What is configured, and whether it answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonitoringSources {
    /// Prometheus.
    pub prometheus: SourceState,
    /// Where Grafana is; `None` where none is configured.
    pub grafana: Option<GrafanaLinks>,
}

/// How a source is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// None is configured.
    Off,
    /// It answers.
    Answering,
    /// It does not, and why.
    Failing(Problem),
}

/// Addresses of Grafana's. They hold no credentials.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrafanaLinks {
    /// Its start page.
    pub home: String,
    /// The dashboard of all servers.
    pub overview: String,
    /// The same without Grafana's own navigation, for a frame.
    pub embed: String,
}
