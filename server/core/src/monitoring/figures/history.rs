//! Figures of servers over time: from Prometheus where it has all of them, else as their hosts see them. Fetched only for
//! what somebody looks at, and once for all who look.

use std::sync::Arc;
use std::time::Duration;

use drover_types::guest::GuestRow;
use drover_types::ids::GuestId;
use drover_types::monitoring::{History, HistoryMetric, HistoryRange, HistorySeries, HistorySource};
use drover_types::permission::Permission;
use drover_types::text::Problem;
use futures::{StreamExt, stream};

use super::flight::Flights;
use super::prometheus::{Lines, Prometheus, Span};
use super::rrd;
use crate::clock::Clock;
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::servers::Servers;

/// Of how many servers at once.
pub const MOST_SERVERS: usize = 20;

/// For how long an answer is good: about as long as the shortest step.
const KEPT: Duration = Duration::from_secs(10);

/// How many servers Proxmox is asked about at once.
const AT_ONCE: usize = 4;

/// The servers, the figure and the range that are asked for.
type Question = (Vec<GuestId>, HistoryMetric, HistoryRange);

/// A cluster that does not tell, and why.
type Silent = (String, pve_client::Error);

/// Figures over time. Cheap to clone.
#[derive(Clone)]
pub struct Histories(Arc<Parts>);

struct Parts {
    clock: Clock,
    servers: Servers,
    prometheus: Prometheus,
    answers: Flights<Question, Result<Arc<History>, Silent>>,
}

impl Histories {
    /// Of these servers, from this Prometheus.
    pub fn new(clock: Clock, servers: Servers, prometheus: Prometheus) -> Self {
        Self(Arc::new(Parts {
            clock,
            servers,
            prometheus,
            answers: Flights::new(KEPT),
        }))
    }

    /// A figure of some servers over `range`, on one list of times.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::Invalid`] where none or more than [`MOST_SERVERS`] are named; [`Error::NotFound`]
    /// for one that is not there for the actor; or the cluster's.
    pub async fn of(
        &self,
        ctx: &OpContext,
        ids: &[GuestId],
        metric: HistoryMetric,
        range: HistoryRange,
    ) -> Result<Arc<History>> {
        let mut rows: Vec<GuestRow> = Vec::new();
        if ids.is_empty() || ids.len() > MOST_SERVERS {
            ctx.require(Permission::ViewAll)?;
            let max = i64::try_from(MOST_SERVERS).unwrap_or(i64::MAX);
            return Err(Error::field("servers", Problem::OutOfRange { min: 1, max }));
        }
        for id in ids {
            if rows.iter().all(|row| row.id != *id) {
                rows.push(self.0.servers.get(ctx, id).await?);
            }
        }
        let question = (rows.iter().map(|row| row.id.clone()).collect(), metric, range);
        let answer = self.0.answers.get(question, self.0.ask(&rows, metric, range));
        // The compiler can't see through so many layers of futures.
        let answer: Result<_, Silent> = Box::pin(answer).await;
        answer.map_err(|(cluster, source)| Error::Proxmox { cluster, source })
    }
}

impl Parts {
    async fn ask(
        &self,
        rows: &[GuestRow],
        metric: HistoryMetric,
        range: HistoryRange,
    ) -> Result<Arc<History>, Silent> {
        let now = self.clock.now().timestamp();
        let ids: Vec<GuestId> = rows.iter().map(|row| row.id.clone()).collect();
        let span = Span::until(now, range);
        let problem = match self.prometheus.over_time(&ids, metric, span).await {
            Some(Ok(lines)) => {
                let lacks: Vec<String> = rows
                    .iter()
                    .filter(|row| !lines.contains_key(&row.id))
                    .map(|row| row.name.clone())
                    .collect();
                let is_enough = lacks.is_empty() || is_only_inside(metric) && lacks.len() < rows.len();
                let problem = (!lacks.is_empty()).then_some(Problem::PrometheusLacks { servers: lacks });
                if is_enough {
                    return Ok(Arc::new(measured_inside(rows, lines, span, problem)));
                }
                problem
            }
            Some(Err(problem)) => Some(problem),
            None => None,
        };
        let mut history = self.measured_outside(rows, metric, range, now).await?;
        history.problem = problem.or(history.problem);
        Ok(Arc::new(history))
    }

    /// As Proxmox tells it.
    async fn measured_outside(
        &self,
        rows: &[GuestRow],
        metric: HistoryMetric,
        range: HistoryRange,
        now: i64,
    ) -> Result<History, Silent> {
        let since = now - range.seconds();
        let mut problem = None;
        let mut figures = vec![Vec::new(); rows.len()];
        if metric == HistoryMetric::Load {
            problem = Some(Problem::PrometheusNeeded);
        } else {
            let asked = rows.iter().map(|row| self.servers.rrd(row, range.timeframe()));
            let asked: Vec<_> = asked.collect();
            let answers: Vec<_> = stream::iter(asked).buffered(AT_ONCE).collect().await;
            let (mut silent, mut told) = (None, false);
            for (answer, place) in answers.into_iter().zip(&mut figures) {
                match answer {
                    Ok(points) => {
                        told = true;
                        match rrd::figure(&points, metric, since) {
                            Some(figure) => *place = figure,
                            None => problem = Some(Problem::PrometheusNeeded),
                        }
                    }
                    Err(error) => {
                        problem = error.of_cluster().or(problem);
                        if let Error::Proxmox { cluster, source } = error {
                            silent = Some((cluster, source));
                        }
                    }
                }
            }
            if let Some(silent) = silent.filter(|_| !told) {
                return Err(silent);
            }
        }
        let (times, values) = rrd::aligned(&figures);
        Ok(History {
            times,
            series: side_by_side(rows, values),
            source: HistorySource::Proxmox,
            problem,
        })
    }
}

/// Whether only the server itself can tell it.
const fn is_only_inside(metric: HistoryMetric) -> bool {
    matches!(metric, HistoryMetric::Disk | HistoryMetric::Load)
}

/// As the exporters tell it.
fn measured_inside(rows: &[GuestRow], mut lines: Lines, span: Span, problem: Option<Problem>) -> History {
    let times = span.times();
    let values = rows
        .iter()
        .map(|row| lines.remove(&row.id).unwrap_or_else(|| vec![None; times.len()]));
    let values = values.collect();
    History {
        times,
        series: side_by_side(rows, values),
        source: HistorySource::Prometheus,
        problem,
    }
}

fn side_by_side(rows: &[GuestRow], values: Vec<Vec<Option<f64>>>) -> Vec<HistorySeries> {
    let series = rows.iter().zip(values).map(|(row, values)| HistorySeries {
        id: row.id.clone(),
        name: row.name.clone(),
        values,
    });
    series.collect()
}
