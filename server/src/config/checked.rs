//! The settings as the server uses them.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use axum::http::Uri;
use chrono::TimeDelta;
use drover_core::ansible::AnsibleOptions;
use drover_core::backups::DEFAULT_REFRESH;
use drover_core::channels::Allow;
use drover_core::clusters::Clusters;
use drover_core::monitoring::SourceOptions;
use drover_core::passwords::PasswordRule;
use drover_core::store::Address;
use drover_core::tasks::TaskSettings;
use drover_core::vault::Vault;
use drover_types::lang::Lang;
use secrecy::{ExposeSecret, SecretString};
use tower_http::csrf::CsrfLayer;

use super::ConfigError;
use super::clusters::clusters;
use super::raw::{Raw, RawRoles, RawSession};
use super::sources::sources;

/// A plan of more servers would be too large to be read, and a request too large to be taken.
const BULK_LIMIT: u32 = 1000;
/// For how many days tasks are kept where nothing is said.
const TASK_RETENTION_DAYS: u32 = 90;

/// How long a backup or a restore may take where nothing is said.
const BACKUP_LIMIT: Duration = Duration::from_hours(24);

/// Where a new server's address answers if nothing is said: SSH.
const ANSWER_PORT: u16 = 22;

/// The longest session: ten years. Times that are much further away can't be told.
const MAX_SESSION_HOURS: u32 = 87_600;

/// A token that is shorter could be guessed.
const MIN_METRICS_TOKEN: usize = 16;

/// The most characters that a password can be asked to have: people type them.
const LONGEST_PASSWORD: u32 = 128;

/// Whose password the first one is.
const ADMIN: &str = "admin";

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
    /// What a monitoring system sends to read `/metrics`; `None` where nobody may.
    pub metrics_token: Option<SecretString>,
    /// How long a session lasts.
    pub session: SessionConfig,
    /// What new passwords must be.
    pub passwords: PasswordRule,
    /// For how many days a task is kept after its end; 0 for ever.
    pub task_retention_days: u32,
    /// How many servers one request may make at most.
    pub bulk_limit: u32,
    /// The TCP port on which the address of a new server answers; 0 where only its guest agent counts.
    pub answer_port: u16,
    /// How long a backup or a restore may take.
    pub backup_limit: Duration,
    /// How often storages are asked for their backups.
    pub backup_refresh: Duration,
    /// How roles are run.
    pub ansible: AnsibleOptions,
    /// Prometheus and Grafana.
    pub sources: SourceOptions,
    /// Inner addresses that notifications may be sent to.
    pub webhook_allow: Allow,
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
        let data = PathBuf::from(raw.data.unwrap_or_else(|| "data".to_owned()));
        Address::of(raw.database_url.as_ref(), &data).map_err(|error| ConfigError(error.to_string()))?;
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
        if let Some(key) = &raw.secret_key {
            Vault::from_key(key).map_err(|error| ConfigError(error.to_string()))?;
        }
        let passwords = password_rule(raw.passwords.min_length)?;
        if let Some(password) = &raw.admin_password {
            passwords.check(password, ADMIN).map_err(|problem| {
                ConfigError(format!("DROVER_ADMIN_PASSWORD: {}", problem.text(Lang::En)))
            })?;
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
        let sources = sources(&data, raw.prometheus, raw.grafana)?;
        Ok(Self {
            listen,
            data,
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
            metrics_token: raw.metrics_token.map(metrics_token).transpose()?,
            session: session(&raw.session)?,
            passwords,
            task_retention_days: raw.tasks.retention_days.unwrap_or(TASK_RETENTION_DAYS),
            bulk_limit: bulk_limit(raw.tasks.bulk_limit)?,
            answer_port: raw.tasks.answer_port.unwrap_or(ANSWER_PORT),
            backup_limit: backup_limit(raw.backups.limit_hours)?,
            backup_refresh: backup_refresh(raw.backups.refresh_minutes)?,
            ansible: ansible(raw.roles)?,
            sources,
            webhook_allow: Allow::parse(raw.notifications.allow.0.iter().map(String::as_str))
                .map_err(|error| ConfigError(format!("DROVER_WEBHOOK_ALLOW: {error}")))?,
            clusters: clusters(raw.proxmox, raw.cluster)?,
        })
    }

    /// The origin of the pages that browsers get at the public address, as they write one: without a default port.
    pub fn public_origin(&self) -> Option<String> {
        origin_of(self.public_url.as_deref()?)
    }

    /// The origin of Grafana, which pages may show in a frame.
    pub fn grafana_origin(&self) -> Option<String> {
        origin_of(&self.sources.grafana.as_ref()?.base_url)
    }

    /// Whether browsers come through TLS, so that the cookie is `Secure` and HSTS is sent.
    pub fn is_public_https(&self) -> bool {
        self.public_url
            .as_deref()
            .is_some_and(|url| url.starts_with("https://"))
    }
}

fn origin_of(url: &str) -> Option<String> {
    let url: Uri = url.parse().ok()?;
    let (scheme, host) = (url.scheme_str()?, url.host()?.to_ascii_lowercase());
    let port = match (scheme, url.port_u16()) {
        ("https", Some(443)) | ("http", Some(80)) | (_, None) => String::new(),
        (_, Some(port)) => format!(":{port}"),
    };
    Some(format!("{scheme}://{host}{port}"))
}

fn metrics_token(token: SecretString) -> Result<SecretString, ConfigError> {
    if token.expose_secret().chars().count() < MIN_METRICS_TOKEN {
        return Err(ConfigError(format!(
            "DROVER_METRICS_TOKEN is too short; give {MIN_METRICS_TOKEN} characters or more, such as those of: openssl \
             rand -base64 32"
        )));
    }
    Ok(token)
}

/// The list of common passwords begins at the default length: shorter ones could not be told from those.
fn password_rule(min: Option<u32>) -> Result<PasswordRule, ConfigError> {
    let default = PasswordRule::default();
    match min {
        None => Ok(default),
        Some(min) if (default.min..=LONGEST_PASSWORD).contains(&min) => Ok(PasswordRule { min }),
        Some(min) => Err(ConfigError(format!(
            "DROVER_PASSWORD_MIN_LENGTH is {min}; it must be {} to {LONGEST_PASSWORD}",
            default.min
        ))),
    }
}

fn ansible(raw: RawRoles) -> Result<AnsibleOptions, ConfigError> {
    let default = AnsibleOptions::default();
    let at_once = match raw.at_once {
        None => default.at_once,
        Some(0) => {
            return Err(ConfigError(
                "DROVER_ROLE_RUNS is 0; it must be 1 or more".to_owned(),
            ));
        }
        Some(runs) => usize::try_from(runs).unwrap_or(usize::MAX),
    };
    let own_roles = raw.folder.map(PathBuf::from);
    if let Some(folder) = own_roles.as_ref().filter(|folder| !folder.is_dir()) {
        return Err(ConfigError(format!(
            "DROVER_ROLES names {}, which is no folder",
            folder.display()
        )));
    }
    Ok(AnsibleOptions {
        playbook: raw.playbook.map(PathBuf::from),
        own_roles,
        at_once,
    })
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

fn bulk_limit(servers: Option<u32>) -> Result<u32, ConfigError> {
    match servers.unwrap_or(TaskSettings::default().bulk_limit) {
        servers @ 1..=BULK_LIMIT => Ok(servers),
        servers => Err(ConfigError(format!(
            "DROVER_BULK_LIMIT is {servers}; it must be 1 to {BULK_LIMIT}"
        ))),
    }
}

fn backup_limit(hours: Option<u32>) -> Result<Duration, ConfigError> {
    match hours {
        None => Ok(BACKUP_LIMIT),
        Some(0) => Err(ConfigError(
            "DROVER_BACKUP_LIMIT_HOURS is 0; it must be 1 or more".to_owned(),
        )),
        Some(hours) => Ok(Duration::from_secs(u64::from(hours) * 3600)),
    }
}

fn public_url(text: String) -> Result<String, ConfigError> {
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    if is_web
        && text
            .parse::<Uri>()
            .is_ok_and(|url| url.host().is_some_and(|host| !host.is_empty()))
    {
        return Ok(text.trim_end_matches('/').to_owned());
    }
    Err(ConfigError(format!(
        "DROVER_PUBLIC_URL is {text:?}; it must be an address that begins with https:// or http://"
    )))
}

/// An origin as browsers write one: scheme, host and port, no path.
fn origin(text: String) -> Result<String, ConfigError> {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    match rest {
        Some(host)
            if !host.contains(['/', '*', '?', '#', '@'])
                && CsrfLayer::new().add_trusted_origin(&text).is_ok() =>
        {
            Ok(text)
        }
        _ => Err(ConfigError(format!(
            "DROVER_CORS_ORIGINS names {text:?}; an origin looks like https://panel.example.org, without a path"
        ))),
    }
}

fn session(raw: &RawSession) -> Result<SessionConfig, ConfigError> {
    let (idle, max) = (raw.idle_hours.unwrap_or(8), raw.max_hours.unwrap_or(24));
    if idle == 0 || max < idle || max > MAX_SESSION_HOURS {
        return Err(ConfigError(format!(
            "session.idle_hours must be 1 or more, and session.max_hours no less than it and {MAX_SESSION_HOURS} \
             at most"
        )));
    }
    Ok(SessionConfig {
        idle: TimeDelta::hours(idle.into()),
        max: TimeDelta::hours(max.into()),
    })
}
