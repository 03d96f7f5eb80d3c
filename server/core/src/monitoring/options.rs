//! Where figures come from beside Proxmox, as it is configured.

use std::path::PathBuf;

use secrecy::SecretString;

/// What is configured. Without anything, Proxmox's figures are all there is.
#[derive(Debug, Clone)]
pub struct SourceOptions {
    /// Prometheus, where there is one.
    pub prometheus: Option<PrometheusOptions>,
    /// Grafana, where there is one.
    pub grafana: Option<GrafanaOptions>,
    /// The file that tells Prometheus which servers have a node exporter.
    pub targets: PathBuf,
}

/// How Prometheus is asked.
#[derive(Debug, Clone)]
pub struct PrometheusOptions {
    /// Its address, without `/api/v1` and without credentials.
    pub url: String,
    /// Name and password, where it asks for them.
    pub login: Option<(String, SecretString)>,
}

/// Where browsers find Grafana.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrafanaOptions {
    /// Its address, without a slash at the end and without credentials.
    pub base_url: String,
    /// A dashboard of the installation's own; `None` for those that come with Drover.
    pub dashboard_uid: Option<String>,
    /// The organisation whose dashboards they are.
    pub org_id: u32,
}
