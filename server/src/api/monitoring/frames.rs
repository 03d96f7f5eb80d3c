//! Figures in the shapes that the first version of the API gives Grafana's JSON data sources.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, SecondsFormat};
use drover_core::Error;
use drover_core::monitoring::Figures;
use drover_types::error::FieldProblems;
use drover_types::guest::{GuestRow, GuestStatus};
use drover_types::monitoring::{HistoryMetric, HistoryRange, HistorySource};
use drover_types::permission::Permission;
use drover_types::role::RoleKey;
use drover_types::text::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::answer::{LONGEST_LIST, Refusal};
use crate::api::input::{Query, Segment};
use crate::api::servers::queued::named;
use crate::request::{Request, RequestLang};
use crate::router::Server;

/// A server with its load.
#[derive(Debug, Serialize, ToSchema)]
struct Measured {
    /// Its name.
    vm_name: String,
    /// What it is there for; empty where that is not on record.
    role: String,
    /// What it is doing.
    status: GuestStatus,
    /// Load of its cores; null where nobody tells.
    cpu_percent: Option<f64>,
    /// Memory in use: as the server itself counts it where Prometheus knows, else as its host sees it; null where
    /// nobody tells.
    memory_percent: Option<f64>,
}

impl Measured {
    fn new(row: &GuestRow, inside: Option<&Figures>) -> Self {
        let is_told = row.status != GuestStatus::Unknown;
        let outside = |percent: u8| is_told.then(|| f64::from(percent));
        let rounded = |percent: f64| (percent * 10.0).round() / 10.0;
        let figure = |of: fn(&Figures) -> Option<f64>, percent| {
            inside.and_then(of).map(rounded).or_else(|| outside(percent))
        };
        Self {
            vm_name: row.name.clone(),
            role: row.role.as_ref().map_or("", RoleKey::as_str).to_owned(),
            status: row.status,
            cpu_percent: figure(|figures| figures.cpu_percent, row.cpu_percent),
            memory_percent: figure(|figures| figures.memory_percent, row.memory_percent),
        }
    }
}

/// All servers with their load.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MeasuredReply {
    /// Always true.
    success: bool,
    /// By id; templates are left out.
    overview: Vec<Measured>,
    /// Whether the list was cut.
    truncated: bool,
}

/// List the servers with their load.
#[utoipa::path(
    get, path = "/api/metrics/grafana/overview", tag = "monitoring",
    responses((status = OK, description = "The servers.", body = MeasuredReply)),
)]
pub(super) async fn metrics_overview(
    State(server): State<Server>,
    request: Request,
) -> Result<Json<MeasuredReply>, Refusal> {
    let picture = server.drover.inventory.list(&request.context)?;
    let inside = server.drover.prometheus.current().await;
    let figures = |row: &GuestRow| inside.as_ref().and_then(|all| all.get(&row.id));
    let rows = || picture.guests.iter().filter(|row| !row.template);
    Ok(Json(MeasuredReply {
        success: true,
        overview: rows()
            .take(LONGEST_LIST)
            .map(|row| Measured::new(row, figures(row)))
            .collect(),
        truncated: rows().count() > LONGEST_LIST,
    }))
}

/// Which figure, and how far back.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(super) struct FrameQuery {
    /// `cpu`, `memory`, `disk`, `network_in`, `network_out` or `load`; without it `cpu`.
    metric: Option<String>,
    /// `1h`, `6h`, `24h`, `7d`, `30d` or `1y`; without it `1h`.
    time_range: Option<String>,
}

impl FrameQuery {
    fn read(&self) -> Result<(HistoryMetric, HistoryRange), Error> {
        let mut problems = FieldProblems::new();
        let mut unknown = |field: &str, given: &str, known: Vec<&str>| {
            let problem = Problem::UnknownChoice {
                given: given.to_owned(),
                known: known.into_iter().map(str::to_owned).collect(),
            };
            problems.insert(field.to_owned(), problem);
        };
        let metric = self.metric.as_deref().map_or(Some(HistoryMetric::Cpu), |name| {
            let found = HistoryMetric::parse(name);
            if found.is_none() {
                let known = HistoryMetric::ALL.iter().map(|metric| metric.as_str());
                unknown("metric", name, known.collect());
            }
            found
        });
        let range = self
            .time_range
            .as_deref()
            .map_or(Some(HistoryRange::Hour), |name| {
                let found = HistoryRange::parse(name);
                if found.is_none() {
                    let known = HistoryRange::ALL.iter().map(|range| range.as_str());
                    unknown("time_range", name, known.collect());
                }
                found
            });
        match (metric, range) {
            (Some(metric), Some(range)) => Ok((metric, range)),
            _ => Err(Error::Invalid(problems)),
        }
    }
}

/// Times and values, side by side.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
enum Column {
    /// Times, as RFC 3339 has them.
    Times(Vec<String>),
    /// Values; null where nothing was measured.
    Values(Vec<Option<f64>>),
}

#[derive(Debug, Serialize, ToSchema)]
struct FrameData {
    /// Two columns: the times, and the values.
    values: [Column; 2],
}

#[derive(Debug, Serialize, ToSchema)]
struct Frame {
    data: FrameData,
}

#[derive(Debug, Serialize, ToSchema)]
struct FrameResult {
    /// One.
    frames: Vec<Frame>,
}

#[derive(Debug, Serialize, ToSchema)]
struct FrameResults {
    /// One.
    results: Vec<FrameResult>,
}

/// A figure of a server over time.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FrameReply {
    /// Always true.
    success: bool,
    /// The figure, as Grafana's data frames have it.
    data: FrameResults,
    /// `prometheus` where the server itself told it, `proxmox` where its host did.
    source: &'static str,
    /// Why it is not all there, for people; null where it is.
    problem: Option<String>,
}

/// A figure of a server over time.
///
/// Percent for `cpu`, `memory` and `disk`, bytes a second for `network_in` and `network_out`, the load average for `load`.
#[utoipa::path(
    get, path = "/api/metrics/grafana/vm/{server}", tag = "monitoring",
    params(("server" = String, Path, description = "The server's name, or `cluster:vmid`."), FrameQuery),
    responses((status = OK, description = "The figure.", body = FrameReply)),
)]
pub(super) async fn server_frame(
    State(server): State<Server>,
    request: Request,
    RequestLang(lang): RequestLang,
    Segment(name): Segment,
    Query(query): Query<FrameQuery>,
) -> Result<Json<FrameReply>, Refusal> {
    let guest = named(&server, &request, &[Permission::ViewAll], &name).await?;
    let (metric, range) = query.read()?;
    let history = server
        .drover
        .history
        .of(&request.context, &[guest], metric, range)
        .await?;
    let times = history.times.iter().map(|at| {
        let time = DateTime::from_timestamp(*at, 0).unwrap_or_default();
        time.to_rfc3339_opts(SecondsFormat::Secs, true)
    });
    let values = history.series.first().map(|series| series.values.clone());
    let values = [
        Column::Times(times.collect()),
        Column::Values(values.unwrap_or_default()),
    ];
    let frames = vec![Frame {
        data: FrameData { values },
    }];
    Ok(Json(FrameReply {
        success: true,
        data: FrameResults {
            results: vec![FrameResult { frames }],
        },
        source: match history.source {
            HistorySource::Prometheus => "prometheus",
            HistorySource::Proxmox => "proxmox",
        },
        problem: history.problem.as_ref().map(|problem| problem.text(lang)),
    }))
}
