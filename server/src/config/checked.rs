//! The settings as the server uses them.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use chrono::TimeDelta;
use drover_core::backups::DEFAULT_REFRESH;
use drover_core::clusters::{ClusterConfig, Clusters};
use pve_client::{ClientConfig, Credentials, Fingerprint, Trust};
use secrecy::{ExposeSecret, SecretString};

use super::ConfigError;
use super::raw::{Raw, RawCluster, RawSession};

/// For how many days tasks are kept where nothing is said.
const TASK_RETENTION_DAYS: u32 = 90;

/// Everything that the server is configured with.
#[derive(Debug)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The folder of everything that Drover writes.
    pub data: PathBuf,
    /// The database; `None` for SQLite in the data folder.
    pub database_url: Option<SecretString>,
    /// The password of `admin` at the very first start; `None` for a generated one.
    pub admin_password: Option<SecretString>,
    /// The address that browsers use, such as `https://drover.example.org`.
    pub public_url: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed. Whether browsers come through TLS is told by `public_url` alone.
    pub trusted_proxies: Vec<IpAddr>,
    /// What stored secrets are sealed with; `None` for a key generated into the data folder.
    pub secret_key: Option<SecretString>,
    /// Other sites whose pages may call the API.
    pub cors_origins: Vec<String>,
    /// Whether the queue's self-tests answer.
    pub self_tests: bool,
    /// How long a session lasts.
    pub session: SessionConfig,
    /// For how many days a task is kept after its end; 0 for ever.
    pub task_retention_days: u32,
    /// How often storages are asked for their backups.
    pub backup_refresh: Duration,
    /// The clusters, at least one.
    pub clusters: Clusters,
}

/// How long a session lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionConfig {
    /// Without a request.
    pub idle: TimeDelta,
    /// At the longest.
    pub max: TimeDelta,
}

impl Config {
    pub(super) fn check(raw: Raw) -> Result<Self, ConfigError> {
        let listen = raw.listen.unwrap_or_else(|| "127.0.0.1:3000".to_owned());
        let listen = listen.parse().map_err(|_| {
            ConfigError(format!(
                "DROVER_LISTEN is {listen:?}; it must be an address and a port, such as 127.0.0.1:3000"
            ))
        })?;
        let is_postgres = raw
            .database_url
            .as_ref()
            .is_some_and(|url| url.expose_secret().starts_with("postgres"));
        if is_postgres && raw.secret_key.is_none() {
            return Err(ConfigError(
                "DROVER_SECRET_KEY is required with PostgreSQL, so that every replica can open what another sealed; \
                 make one with: openssl rand -base64 32"
                    .to_owned(),
            ));
        }
        let trusted_proxies = raw
            .trusted_proxies
            .0
            .iter()
            .map(|text| {
                text.parse().map_err(|_| {
                    ConfigError(format!(
                        "DROVER_TRUSTED_PROXIES names {text:?}, which is no IP address"
                    ))
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            listen,
            data: raw.data.unwrap_or_else(|| "data".to_owned()).into(),
            database_url: raw.database_url,
            admin_password: raw.admin_password,
            public_url: raw.public_url.map(public_url).transpose()?,
            trusted_proxies,
            secret_key: raw.secret_key,
            cors_origins: raw
                .cors_origins
                .0
                .into_iter()
                .map(origin)
                .collect::<Result<_, _>>()?,
            self_tests: raw.self_tests,
            session: session(&raw.session)?,
            task_retention_days: raw.tasks.retention_days.unwrap_or(TASK_RETENTION_DAYS),
            backup_refresh: backup_refresh(raw.backups.refresh_minutes)?,
            clusters: clusters(raw.proxmox, raw.cluster)?,
        })
    }

    /// Whether browsers come through TLS, so that the cookie is `Secure` and HSTS is sent.
    pub fn is_public_https(&self) -> bool {
        self.public_url
            .as_deref()
            .is_some_and(|url| url.starts_with("https://"))
    }
}

fn backup_refresh(minutes: Option<u32>) -> Result<Duration, ConfigError> {
    match minutes {
        None => Ok(DEFAULT_REFRESH),
        Some(0) => Err(ConfigError(
            "DROVER_BACKUP_REFRESH_MINUTES is 0; it must be 1 or more".to_owned(),
        )),
        Some(minutes) => Ok(Duration::from_secs(u64::from(minutes) * 60)),
    }
}

fn public_url(text: String) -> Result<String, ConfigError> {
    if text.starts_with("https://") || text.starts_with("http://") {
        return Ok(text.trim_end_matches('/').to_owned());
    }
    Err(ConfigError(format!(
        "DROVER_PUBLIC_URL is {text:?}; it must begin with https:// or http://"
    )))
}

/// An origin as browsers write one: scheme, host and port, no path.
fn origin(text: String) -> Result<String, ConfigError> {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    match rest {
        Some(host) if !host.is_empty() && !host.contains(['/', '*', '?', '#', '@']) => Ok(text),
        _ => Err(ConfigError(format!(
            "DROVER_CORS_ORIGINS names {text:?}; an origin looks like https://panel.example.org, without a path"
        ))),
    }
}

fn session(raw: &RawSession) -> Result<SessionConfig, ConfigError> {
    let (idle, max) = (raw.idle_hours.unwrap_or(8), raw.max_hours.unwrap_or(24));
    if idle == 0 || max < idle {
        return Err(ConfigError(
            "session.idle_hours must be 1 or more and session.max_hours no less than it".to_owned(),
        ));
    }
    Ok(SessionConfig {
        idle: TimeDelta::hours(idle.into()),
        max: TimeDelta::hours(max.into()),
    })
}

fn clusters(one: Option<RawCluster>, more: Vec<RawCluster>) -> Result<Clusters, ConfigError> {
    let configs: Vec<_> = one
        .into_iter()
        .chain(more)
        .map(cluster)
        .collect::<Result<_, _>>()?;
    Clusters::connect(configs).map_err(|error| ConfigError(error.to_string()))
}

fn cluster(raw: RawCluster) -> Result<ClusterConfig, ConfigError> {
    let name = raw.name.unwrap_or_else(|| "main".to_owned());
    let wrong = |why: &str| ConfigError(format!("cluster {name}: {why}"));
    if raw.endpoint.0.is_empty() {
        return Err(wrong(
            "endpoint is missing; set it (PROXMOX_ENDPOINT) to the URLs of the nodes, such as https://pve1:8006",
        ));
    }
    let credentials = match (raw.api_token, raw.username, raw.password) {
        (Some(token), None, None) => Credentials::token(token.expose_secret()),
        (None, Some(username), Some(password)) => Credentials::password(&username, password),
        (Some(_), _, _) => {
            return Err(wrong(
                "give an API token or a user name with a password, not both",
            ));
        }
        _ => {
            return Err(wrong(
                "credentials are missing; set PROXMOX_API_TOKEN, or PROXMOX_USERNAME and PROXMOX_PASSWORD",
            ));
        }
    }
    .map_err(|error| wrong(&error.to_string()))?;
    let trust = match (raw.fingerprint.0, raw.ca_file) {
        (prints, None) if prints.is_empty() => Trust::System,
        (prints, None) => {
            let prints = prints
                .iter()
                .map(|text| text.parse::<Fingerprint>())
                .collect::<Result<_, _>>();
            Trust::Fingerprints(prints.map_err(|error| wrong(&error.to_string()))?)
        }
        (prints, Some(file)) if prints.is_empty() => Trust::CaFile(file.into()),
        _ => return Err(wrong("give a fingerprint or a CA file, not both")),
    };
    let mut client = ClientConfig::new(raw.endpoint.0, credentials);
    client.trust = trust;
    concat!("drover/", env!("CARGO_PKG_VERSION")).clone_into(&mut client.user_agent);
    Ok(ClusterConfig {
        name,
        client,
        node: raw.node,
        hdd_storage: raw.hdd_datastore,
        ssd_storage: raw.ssd_datastore,
    })
}
