//! The settings as they are written, before they are checked against each other.

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde::Deserialize;

use super::list::List;

/// What the file and the environment say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Raw {
    pub listen: Option<String>,
    pub data: Option<String>,
    pub database_url: Option<SecretString>,
    pub admin_password: Option<SecretString>,
    pub public_url: Option<String>,
    pub trusted_proxies: List,
    pub secret_key: Option<SecretString>,
    pub cors_origins: List,
    pub self_tests: bool,
    pub metrics_token: Option<SecretString>,
    pub session: RawSession,
    pub passwords: RawPasswords,
    pub tasks: RawTasks,
    pub backups: RawBackups,
    pub roles: RawRoles,
    pub prometheus: RawPrometheus,
    pub grafana: RawGrafana,
    pub notifications: RawNotifications,
    /// The one cluster that the environment can describe.
    pub proxmox: Option<RawCluster>,
    /// Further clusters.
    pub cluster: Vec<RawCluster>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawSession {
    pub idle_hours: Option<u32>,
    pub max_hours: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawPasswords {
    pub min_length: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawTasks {
    pub retention_days: Option<u32>,
    pub bulk_limit: Option<u32>,
    pub answer_port: Option<u16>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawBackups {
    pub refresh_minutes: Option<u32>,
    pub limit_hours: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawRoles {
    pub playbook: Option<String>,
    pub folder: Option<String>,
    pub at_once: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawPrometheus {
    pub url: Option<String>,
    pub username: Option<String>,
    pub password: Option<SecretString>,
    pub targets: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawGrafana {
    pub base_url: Option<String>,
    pub dashboard_uid: Option<String>,
    pub org_id: Option<u32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawNotifications {
    pub allow: List,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawCluster {
    pub name: Option<String>,
    pub endpoint: List,
    pub api_token: Option<SecretString>,
    pub username: Option<String>,
    pub password: Option<SecretString>,
    pub fingerprint: List,
    pub ca_file: Option<String>,
    pub node: Option<String>,
    pub hdd_datastore: Option<String>,
    pub ssd_datastore: Option<String>,
    pub templates: BTreeMap<String, u32>,
}
