//! `/metrics`: what was measured, and the clusters as they are, for whoever knows the token. What is measured is decided
//! where it happens.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Router, routing};
use axum_extra::TypedHeader;
use axum_extra::headers::Authorization;
use axum_extra::headers::authorization::Bearer;
use axum_extra::typed_header::TypedHeaderRejection;
use drover_core::Drover;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;
use tokio_util::sync::CancellationToken;

use super::pve::exposition;

/// Bounds of everything that takes seconds: from an answer out of memory to a call that runs into its limit.
const SECONDS: &[f64] = &[
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

/// How often what was recorded is added up: it would else gather until somebody reads it.
const UPKEEP: Duration = Duration::from_secs(5);

/// The recorder of this process, and who may read it. Cheap to clone.
#[derive(Clone)]
pub struct Metrics {
    recorded: PrometheusHandle,
    token: SecretString,
}

impl Metrics {
    /// Starts to record.
    ///
    /// # Errors
    /// Where this process records already.
    pub fn install(token: SecretString) -> anyhow::Result<Self> {
        let recorded = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)
            .and_then(PrometheusBuilder::install_recorder)
            .context("metrics can't be recorded")?;
        Ok(Self { recorded, token })
    }

    /// Adds up what was recorded until `stop`.
    pub async fn keep_up(self, stop: CancellationToken) {
        let mut beat = tokio::time::interval(UPKEEP);
        while stop.run_until_cancelled(beat.tick()).await.is_some() {
            self.recorded.run_upkeep();
        }
    }

    /// The one address.
    pub fn router(self, drover: Arc<Drover>) -> Router {
        Router::new()
            .route("/metrics", routing::get(told))
            .with_state((self, drover))
    }
}

async fn told(
    State((metrics, drover)): State<(Metrics, Arc<Drover>)>,
    given: Result<TypedHeader<Authorization<Bearer>>, TypedHeaderRejection>,
) -> Response {
    let known = metrics.token.expose_secret().as_bytes();
    let is_known = given.is_ok_and(|given| given.token().as_bytes().ct_eq(known).into());
    if !is_known {
        return (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")]).into_response();
    }
    let format = [
        (header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    let mut text = metrics.recorded.render();
    let now = drover.clock.now().timestamp();
    text.push_str(&exposition(&drover.inventory.snapshot(), now));
    (format, text).into_response()
}
