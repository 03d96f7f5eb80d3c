//! How servers are.

use std::net::IpAddr;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use drover_core::monitoring::ServerHealth;
use drover_core::{Error, OpContext};
use drover_types::guest::{GuestRow, GuestStatus};
use drover_types::ids::GuestId;
use drover_types::lang::Lang;
use drover_types::monitoring::{Cause, Health, Reason};
use drover_types::permission::Permission;
use drover_types::text::Problem;
use drover_types::units::duration;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::answer::{LONGEST_LIST, Refusal};
use crate::api::input::Segment;
use crate::api::servers::{MonitoredServer, named};
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// Figures of a server; null where nobody tells.
#[derive(Debug, Serialize, ToSchema)]
struct Measures {
    /// Load of its cores in percent.
    cpu_usage: Option<u8>,
    /// Memory in use in percent.
    memory_usage: Option<u8>,
    /// Its fullest file system in percent.
    disk_usage: Option<u8>,
    /// Always null: Drover does not ping servers.
    network_latency: Option<f64>,
}

impl Measures {
    fn of(row: &GuestRow, health: Health) -> Self {
        let tells = row.status == GuestStatus::Running && health != Health::Unknown;
        Self {
            cpu_usage: tells.then_some(row.cpu_percent),
            memory_usage: tells.then_some(row.memory_percent),
            disk_usage: row.disk_percent.filter(|_| tells),
            network_latency: None,
        }
    }
}

/// What is the matter with a server.
#[derive(Debug, Serialize, ToSchema)]
struct Issue {
    /// What reached a limit, or `state`.
    #[serde(rename = "type")]
    of: &'static str,
    /// How bad it is.
    level: Health,
    /// What it is, for people.
    message: String,
    /// The figure.
    value: Option<i64>,
    /// The limit that it has reached.
    threshold: Option<i64>,
}

impl Issue {
    fn new(reason: &Reason, lang: Lang) -> Self {
        let (of, value, threshold) = match reason.cause {
            Cause::Reached { metric, value, limit } => (metric.as_str(), Some(value), Some(limit)),
            Cause::Off | Cause::Halted | Cause::NodeSilent | Cause::ClusterSilent => ("state", None, None),
        };
        Self {
            of,
            level: reason.health,
            message: reason.cause.text(lang),
            value,
            threshold,
        }
    }
}

/// How a server is.
#[derive(Debug, Serialize, ToSchema)]
struct HealthItem {
    /// Its name.
    name: String,
    /// Its first address; empty where none is known.
    server_ip: String,
    /// How it is.
    status: Health,
    /// When what it is judged by was told; null where it never was.
    timestamp: Option<DateTime<Utc>>,
    /// Its figures.
    metrics: Measures,
    /// What is the matter, the worst first.
    issues: Vec<Issue>,
    /// For how long it has run, for people; null where it does not.
    uptime: Option<String>,
}

impl HealthItem {
    fn new(server: &ServerHealth, now: DateTime<Utc>, lang: Lang) -> Self {
        let row = &server.row;
        let runs = row.started_at > 0;
        Self {
            name: row.name.clone(),
            server_ip: row.addresses.first().cloned().unwrap_or_default(),
            status: server.health.health,
            timestamp: server.at,
            metrics: Measures::of(row, server.health.health),
            issues: server
                .health
                .reasons
                .iter()
                .map(|reason| Issue::new(reason, lang))
                .collect(),
            uptime: runs.then(|| duration(now.timestamp() - row.started_at, lang)),
        }
    }
}

/// How a server is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HealthReply {
    /// Always true.
    success: bool,
    /// How it is.
    data: HealthItem,
}

/// How a server is, with what is the matter as texts.
#[derive(Debug, Serialize, ToSchema)]
struct MetricsItem {
    /// Its first address; empty where none is known.
    server_ip: String,
    /// How it is.
    status: Health,
    /// Its figures.
    metrics: Measures,
    /// What is the matter, for people.
    issues: Vec<String>,
    /// When what it is judged by was told; null where it never was.
    timestamp: Option<DateTime<Utc>>,
}

/// A server's figures.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MetricsReply {
    /// Always true.
    success: bool,
    /// The figures.
    data: MetricsItem,
}

/// The servers that should be looked at.
#[derive(Debug, Serialize, ToSchema)]
struct Problems {
    /// The worst first.
    problematic_servers: Vec<HealthItem>,
    /// How many there are.
    total_problematic: usize,
    /// When that was looked at.
    last_update: DateTime<Utc>,
}

/// The servers that should be looked at.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProblemsReply {
    /// Always true.
    success: bool,
    /// The servers.
    data: Problems,
}

/// How many servers are how.
#[derive(Debug, Serialize, ToSchema)]
struct Counts {
    /// All; templates are none.
    total_servers: u32,
    /// Those of which nothing has reached a limit.
    healthy_servers: u32,
    /// Those that should be looked at.
    warning_servers: u32,
    /// Those that must be looked at.
    critical_servers: u32,
    /// Those of which nothing is known: they are off, or don't tell.
    unknown_servers: u32,
    /// When that was looked at.
    last_update: DateTime<Utc>,
}

/// How many servers are how.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CountsReply {
    /// Always true.
    success: bool,
    /// The numbers.
    data: Counts,
}

/// The monitoring list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MonitoredReply {
    /// Always true.
    success: bool,
    /// The servers.
    data: Vec<MonitoredServer>,
    /// Whether the list was cut.
    truncated: bool,
}

/// The server that is named, by an address too.
async fn server_of(server: &Server, request: &Request, text: &str) -> Result<GuestId, Error> {
    let context: &OpContext = &request.context;
    if text.parse::<IpAddr>().is_err() {
        return named(server, request, &[Permission::ViewAll], text).await;
    }
    let picture = server.drover.inventory.list(context)?;
    let mut found = picture
        .guests
        .iter()
        .filter(|row| row.addresses.iter().any(|address| address == text));
    match (found.next(), found.next()) {
        (Some(row), None) => Ok(row.id.clone()),
        (Some(one), Some(other)) => Err(Error::Conflict(Problem::ServerNameAmbiguous {
            name: text.to_owned(),
            guests: vec![one.id.clone(), other.id.clone()],
        })),
        // A server may be called so.
        (None, _) => named(server, request, &[Permission::ViewAll], text).await,
    }
}

/// How a server is, and why.
#[utoipa::path(
    get, path = "/api/servers/{server}/health", tag = "monitoring",
    params(("server" = String, Path, description = "An address or the name of the server, or `cluster:vmid`.")),
    responses((status = OK, description = "How it is.", body = HealthReply)),
)]
pub(super) async fn server_health(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
) -> Result<Json<HealthReply>, Refusal> {
    let guest = server_of(&server, &request, &name).await?;
    let found = server.drover.monitoring.health(&request.context, &guest).await?;
    Ok(Json(HealthReply {
        success: true,
        data: HealthItem::new(&found, server.drover.clock.now(), lang),
    }))
}

/// A server's figures as they are now.
#[utoipa::path(
    get, path = "/api/servers/{server}/metrics", tag = "monitoring",
    params(("server" = String, Path, description = "An address or the name of the server, or `cluster:vmid`.")),
    responses((status = OK, description = "The figures.", body = MetricsReply)),
)]
pub(super) async fn server_metrics(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
) -> Result<Json<MetricsReply>, Refusal> {
    let guest = server_of(&server, &request, &name).await?;
    let found = server.drover.monitoring.health(&request.context, &guest).await?;
    let item = HealthItem::new(&found, server.drover.clock.now(), lang);
    Ok(Json(MetricsReply {
        success: true,
        data: MetricsItem {
            server_ip: item.server_ip,
            status: item.status,
            metrics: item.metrics,
            issues: item.issues.into_iter().map(|issue| issue.message).collect(),
            timestamp: item.timestamp,
        },
    }))
}

/// The servers that should be looked at, with the reasons.
#[utoipa::path(
    get, path = "/api/servers/health-summary", tag = "monitoring",
    responses((status = OK, description = "The servers.", body = ProblemsReply)),
)]
pub(super) async fn health_summary(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
) -> Result<Json<ProblemsReply>, Refusal> {
    let summary = server.drover.monitoring.summary(&request.context).await?;
    let problems = summary.problems.iter().take(LONGEST_LIST);
    Ok(Json(ProblemsReply {
        success: true,
        data: Problems {
            problematic_servers: problems
                .map(|one| HealthItem::new(one, summary.at, lang))
                .collect(),
            total_problematic: summary.problems.len(),
            last_update: summary.at,
        },
    }))
}

/// How many servers are how.
#[utoipa::path(
    get, path = "/api/monitoring/summary", tag = "monitoring",
    responses((status = OK, description = "The numbers.", body = CountsReply)),
)]
pub(super) async fn monitoring_summary(
    State(server): State<Server>,
    request: Request,
) -> Result<Json<CountsReply>, Refusal> {
    let summary = server.drover.monitoring.summary(&request.context).await?;
    Ok(Json(CountsReply {
        success: true,
        data: Counts {
            total_servers: summary.counts.total,
            healthy_servers: summary.counts.healthy,
            warning_servers: summary.counts.warning,
            critical_servers: summary.counts.critical,
            unknown_servers: summary.counts.unknown,
            last_update: summary.at,
        },
    }))
}

/// The servers in brief, each with its health.
#[utoipa::path(
    get, path = "/monitoring/servers", tag = "monitoring",
    responses((status = OK, description = "The servers.", body = MonitoredReply)),
)]
pub(super) async fn monitored_servers(
    State(server): State<Server>,
    request: Request,
) -> Result<Json<MonitoredReply>, Refusal> {
    let picture = server.drover.inventory.list(&request.context)?;
    let bench = server.drover.monitoring.bench(&request.context, &picture).await?;
    let servers = || picture.guests.iter().filter(|row| !row.template);
    Ok(Json(MonitoredReply {
        success: true,
        data: servers()
            .take(LONGEST_LIST)
            .map(|row| MonitoredServer::new(row, bench.judge(row).0.health))
            .collect(),
        truncated: servers().count() > LONGEST_LIST,
    }))
}
