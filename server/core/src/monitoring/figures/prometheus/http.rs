//! One question to Prometheus, within limits of time and size.

use std::sync::Arc;
use std::time::Duration;

use drover_types::text::Problem;
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode, Url};
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use secrecy::{ExposeSecret, SecretString};

use crate::monitoring::options::PrometheusOptions;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(3);

/// What an answer may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// How long.
    pub time: Duration,
    /// How many bytes.
    pub size: usize,
}

impl Default for Limits {
    /// One figure of a hundred thousand servers is below both.
    fn default() -> Self {
        Self {
            time: Duration::from_secs(10),
            size: 32 * 1024 * 1024,
        }
    }
}

/// Why Prometheus can't be asked at all.
#[derive(Debug, thiserror::Error)]
#[error("PROMETHEUS_URL can't be used: {0}")]
pub struct PrometheusError(String);

/// The way to Prometheus.
pub(super) struct Http {
    client: Client,
    base: Url,
    login: Option<(String, SecretString)>,
    pub(super) limits: Limits,
}

impl Http {
    /// To the one that is configured; nothing is sent yet.
    pub(super) fn new(options: PrometheusOptions) -> Result<Self, PrometheusError> {
        let bad = |why: &dyn std::fmt::Display| PrometheusError(why.to_string());
        let mut base: Url = options.url.parse().map_err(|error| bad(&error))?;
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        let client = Client::builder()
            .user_agent("drover")
            .connect_timeout(CONNECT)
            .redirect(Policy::none())
            .no_proxy()
            .tls_backend_preconfigured(tls()?)
            .build()
            .map_err(|error| bad(&error.without_url()))?;
        Ok(Self {
            client,
            base,
            login: options.login,
            limits: Limits::default(),
        })
    }

    /// What Prometheus answers to a question of its API. Why it does not is told in the log.
    pub(super) async fn ask(&self, what: &str, parameters: &[(&str, String)]) -> Result<Vec<u8>, Problem> {
        let url = self.base.join(&format!("api/v1/{what}")).map_err(|error| {
            tracing::warn!(%error, "Prometheus can't be asked");
            Problem::PrometheusUnreachable
        })?;
        let limits = self.limits;
        let problem = |error| problem(error, limits);
        let mut request = self.client.get(url).query(parameters).timeout(limits.time);
        if let Some((name, password)) = &self.login {
            request = request.basic_auth(name, Some(password.expose_secret()));
        }
        let mut response = request.send().await.map_err(problem)?;
        let status = response.status();
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.map_err(problem)? {
            if body.len() + part.len() > limits.size {
                tracing::warn!(limit = limits.size, "Prometheus' answer is too long");
                return Err(Problem::PrometheusUnreadable);
            }
            body.extend_from_slice(&part);
        }
        if status == StatusCode::OK {
            return Ok(body);
        }
        let said: String = String::from_utf8_lossy(&body).chars().take(300).collect();
        tracing::warn!(%status, said, "Prometheus refuses a query");
        Err(Problem::PrometheusRefused {
            status: status.as_u16(),
        })
    }
}

fn problem(error: reqwest::Error, limits: Limits) -> Problem {
    let is_slow = error.is_timeout() && !error.is_connect();
    let error = error.without_url();
    tracing::warn!(
        error = &error as &dyn std::error::Error,
        "Prometheus does not answer"
    );
    if is_slow {
        let seconds = u32::try_from(limits.time.as_secs()).unwrap_or(u32::MAX);
        Problem::PrometheusSlow { seconds }
    } else {
        Problem::PrometheusUnreachable
    }
}

/// Trusts whom the system trusts.
fn tls() -> Result<ClientConfig, PrometheusError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| PrometheusError(format!("TLS can't be set up: {error}")))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
