//! The environment as a source of settings. Values stay text: figment's own provider would read a password of
//! digits as a number.

use figment::value::{Dict, Map, Value};
use figment::{Error, Metadata, Profile, Provider};

use super::list::List;
use super::raw::RawCluster;

/// Each variable with the setting that it overrides.
const VARIABLES: &[(&str, &[&str])] = &[
    ("DROVER_LISTEN", &["listen"]),
    ("DROVER_DATA", &["data"]),
    ("DROVER_ADMIN_PASSWORD", &["admin_password"]),
    ("DROVER_PUBLIC_URL", &["public_url"]),
    ("DROVER_TRUSTED_PROXIES", &["trusted_proxies"]),
    ("DROVER_SECRET_KEY", &["secret_key"]),
    ("DROVER_CORS_ORIGINS", &["cors_origins"]),
    ("DROVER_SELF_TESTS", &["self_tests"]),
    ("DROVER_METRICS_TOKEN", &["metrics_token"]),
    ("DROVER_SESSION_IDLE_HOURS", &["session", "idle_hours"]),
    ("DROVER_SESSION_MAX_HOURS", &["session", "max_hours"]),
    ("DROVER_PASSWORD_MIN_LENGTH", &["passwords", "min_length"]),
    ("DROVER_TASK_RETENTION_DAYS", &["tasks", "retention_days"]),
    ("DROVER_BULK_LIMIT", &["tasks", "bulk_limit"]),
    ("DROVER_ANSWER_PORT", &["tasks", "answer_port"]),
    ("DROVER_BACKUP_REFRESH_MINUTES", &["backups", "refresh_minutes"]),
    ("DROVER_BACKUP_LIMIT_HOURS", &["backups", "limit_hours"]),
    ("ANSIBLE_PLAYBOOK", &["roles", "playbook"]),
    ("DROVER_ROLES", &["roles", "folder"]),
    ("DROVER_ROLE_RUNS", &["roles", "at_once"]),
    ("PROMETHEUS_URL", &["prometheus", "url"]),
    ("PROMETHEUS_USERNAME", &["prometheus", "username"]),
    ("PROMETHEUS_PASSWORD", &["prometheus", "password"]),
    ("DROVER_PROMETHEUS_TARGETS", &["prometheus", "targets"]),
    ("GRAFANA_BASE_URL", &["grafana", "base_url"]),
    ("GRAFANA_DASHBOARD_UID", &["grafana", "dashboard_uid"]),
    ("GRAFANA_ORG_ID", &["grafana", "org_id"]),
    ("DROVER_WEBHOOK_ALLOW", &["notifications", "allow"]),
    ("DATABASE_URL", &["database_url"]),
    ("PROXMOX_ENDPOINT", &["proxmox", "endpoint"]),
    ("PROXMOX_API_TOKEN", &["proxmox", "api_token"]),
    ("PROXMOX_USERNAME", &["proxmox", "username"]),
    ("PROXMOX_PASSWORD", &["proxmox", "password"]),
    ("PROXMOX_FINGERPRINT", &["proxmox", "fingerprint"]),
    ("PROXMOX_CA_FILE", &["proxmox", "ca_file"]),
    ("PROXMOX_NODE", &["proxmox", "node"]),
    ("PROXMOX_HDD_DATASTORE", &["proxmox", "hdd_datastore"]),
    ("PROXMOX_SSD_DATASTORE", &["proxmox", "ssd_datastore"]),
];

/// The settings that the environment names.
pub(super) struct Environment(Dict);

impl Environment {
    /// Takes those variables that are set and not empty.
    pub(super) fn read(env: impl Fn(&str) -> Option<String>) -> Self {
        let mut settings = Dict::new();
        for (name, path) in VARIABLES {
            let Some(text) = env(name).filter(|text| !text.is_empty()) else {
                continue;
            };
            // The flag and the numbers are the only settings that are not text.
            let value = match text.as_str() {
                "true" | "1" if *name == "DROVER_SELF_TESTS" => Value::from(true),
                "false" | "0" if *name == "DROVER_SELF_TESTS" => Value::from(false),
                number
                    if matches!(
                        path,
                        ["session" | "passwords" | "tasks" | "backups", ..]
                            | ["roles", "at_once"]
                            | ["grafana", "org_id"]
                    ) =>
                {
                    number
                        .parse::<u32>()
                        .map_or_else(|_| Value::from(number), Value::from)
                }
                _ => Value::from(text),
            };
            match path {
                [key] => {
                    settings.insert((*key).to_owned(), value);
                }
                [table, key] => {
                    let entry = settings
                        .entry((*table).to_owned())
                        .or_insert_with(|| Value::from(Dict::new()));
                    if let Value::Dict(_, table) = entry {
                        table.insert((*key).to_owned(), value);
                    }
                }
                _ => {}
            }
        }
        Self(settings)
    }

    /// Where the environment names one of two alternatives, takes away the other one that the file names.
    pub(super) fn settle(&self, cluster: &mut RawCluster) {
        let token = self.names("api_token");
        let password = self.names("username") || self.names("password");
        if token && !password {
            (cluster.username, cluster.password) = (None, None);
        } else if password && !token {
            cluster.api_token = None;
        }
        match (self.names("fingerprint"), self.names("ca_file")) {
            (true, false) => cluster.ca_file = None,
            (false, true) => cluster.fingerprint = List::default(),
            _ => {}
        }
    }

    /// Whether this key of the one cluster is set.
    fn names(&self, key: &str) -> bool {
        matches!(self.0.get("proxmox"), Some(Value::Dict(_, table)) if table.contains_key(key))
    }
}

impl Provider for Environment {
    fn metadata(&self) -> Metadata {
        Metadata::named("environment")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        Ok(Map::from([(Profile::Default, self.0.clone())]))
    }
}
