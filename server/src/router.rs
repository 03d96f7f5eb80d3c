//! Everything that Drover answers, and the layers around it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::extract::FromRef;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use axum::{Router, middleware};
use drover_core::Drover;
use drover_types::error::{ApiError, ErrorCode};
use drover_types::lang::Lang;
use drover_types::text::Problem;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;
use tracing::Span;
use tracing::field::Empty;

use crate::api::{self, Failure, OpenStreams};
use crate::config::Config;
use crate::csp::Framed;
use crate::metrics::{Metrics, measured};
use crate::request::{Doorkeeper, TrustedProxies, authenticate};
use crate::site::Site;
use crate::{csp, pages};

/// The longest body: a form of 100 servers is far below it.
pub(crate) const BODY_LIMIT: usize = 2 * 1024 * 1024;

/// What handlers work with. Cheap to clone.
#[derive(Clone)]
pub struct Server {
    /// The services.
    pub drover: Arc<Drover>,
    /// The files of the interface.
    pub site: Arc<Site>,
    /// The configuration.
    pub config: Arc<Config>,
    /// Cancelled when the process is told to stop; streams end then.
    pub stop: CancellationToken,
    /// How many streams each user has open.
    pub streams: OpenStreams,
    /// What is measured, where somebody may read it.
    pub metrics: Option<Metrics>,
}

impl Server {
    /// Of these services and this site.
    pub fn new(drover: Arc<Drover>, site: Site, config: Config, stop: CancellationToken) -> Self {
        Self {
            drover,
            site: Arc::new(site),
            config: Arc::new(config),
            stop,
            streams: OpenStreams::default(),
            metrics: None,
        }
    }
}

impl FromRef<Server> for Arc<Drover> {
    fn from_ref(server: &Server) -> Self {
        server.drover.clone()
    }
}

/// The whole application.
///
/// # Errors
/// Where an origin of the configuration is none that a browser would send.
pub fn router(server: &Server) -> anyhow::Result<Router> {
    // Refuses changes that another site's page asks for. A script sends neither `Origin` nor `Sec-Fetch-Site`,
    // and passes. Our own pages are known by the public address too, as a proxy may hand on another `Host`.
    let own = server.config.public_origin();
    let csrf = server
        .config
        .cors_origins
        .iter()
        .chain(&own)
        .try_fold(CsrfLayer::new(), CsrfLayer::add_trusted_origin)
        .context("DROVER_CORS_ORIGINS, or DROVER_PUBLIC_URL")?
        .with_rejection_response(|_: ProtectionError| cross_site());
    let keeper = Doorkeeper {
        drover: server.drover.clone(),
        proxies: TrustedProxies::new(server.config.trusted_proxies.clone()),
    };
    let framed: Framed = server.config.grafana_origin().map(Arc::from);
    // From the inside out: a request passes the last layer first.
    let metrics = server
        .metrics
        .clone()
        .map(|metrics| metrics.router(server.drover.clone()))
        .unwrap_or_default();
    let mut app = Router::new()
        .merge(api::router(server)?)
        .merge(pages::router(server))
        .layer(middleware::from_fn_with_state(keeper, authenticate))
        .layer(csrf)
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT))
        .layer(middleware::from_fn(api::too_large))
        .merge(server.site.router())
        .merge(metrics)
        .layer(middleware::from_fn_with_state(framed, csp::policy))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            internal_error()
        }))
        .layer(TraceLayer::new_for_http().make_span_with(span));
    if server.metrics.is_some() {
        app = app.layer(middleware::from_fn(measured));
    }
    if server.config.is_public_https() {
        let hsts = HeaderValue::from_static("max-age=31536000");
        app = app.layer(SetResponseHeaderLayer::overriding(
            header::STRICT_TRANSPORT_SECURITY,
            hsts,
        ));
    }
    if !server.config.cors_origins.is_empty() {
        app = app.layer(cors(&server.config.cors_origins));
    }
    Ok(app)
}

/// Lets the pages of the sites that the configuration names call the API with their cookie.
fn cors(origins: &[String]) -> CorsLayer {
    let origins: Vec<HeaderValue> = origins.iter().filter_map(|origin| origin.parse().ok()).collect();
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::DELETE])
        .allow_headers([
            header::CONTENT_TYPE,
            header::ACCEPT,
            header::ACCEPT_LANGUAGE,
            HeaderName::from_static("last-event-id"),
            HeaderName::from_static("x-api-version"),
        ])
        .expose_headers([header::RETRY_AFTER])
        .max_age(Duration::from_mins(10))
}

/// The span of a request. Its id is filled in once it is known; the query is left out, as it may name people.
fn span(request: &axum::extract::Request) -> Span {
    let (method, path) = (request.method(), request.uri().path());
    tracing::info_span!("request", %method, path, request_id = Empty)
}

fn internal_error() -> Response {
    let error = ApiError::new(ErrorCode::InternalError, Problem::Internal);
    Failure {
        error,
        lang: Lang::default(),
    }
    .into_response()
}

fn cross_site() -> Response {
    let error = ApiError::new(ErrorCode::PermissionDenied, Problem::CrossSite);
    Failure {
        error,
        lang: Lang::default(),
    }
    .into_response()
}
