//! Figures of servers as their node exporters tell them, now and over time.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use drover_types::ids::GuestId;
use drover_types::monitoring::{HistoryMetric, HistoryRange, SourceState};
use drover_types::text::Problem;

use super::http::{Http, PrometheusError};
use super::{query, wire};
use crate::monitoring::figures::flight::Flights;
use crate::monitoring::options::PrometheusOptions;

/// How long figures are current: exporters are seldom asked more often.
const CURRENT: Duration = Duration::from_secs(12);

/// A server's figures as they are now; `None` where its exporter does not tell one.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Figures {
    /// Load of its cores in percent.
    pub cpu_percent: Option<f64>,
    /// Memory in use in percent, as its own kernel counts it.
    pub memory_percent: Option<f64>,
    /// Its fullest file system in percent.
    pub disk_percent: Option<f64>,
    /// The load average of a minute.
    pub load: Option<f64>,
    /// Bytes received, a second.
    pub network_in: Option<f64>,
    /// Bytes sent, a second.
    pub network_out: Option<f64>,
    /// Whether its exporter answered when it was last asked.
    pub up: Option<bool>,
}

impl Figures {
    fn set(&mut self, metric: HistoryMetric, value: Option<f64>) {
        let figure = match metric {
            HistoryMetric::Cpu => &mut self.cpu_percent,
            HistoryMetric::Memory => &mut self.memory_percent,
            HistoryMetric::Disk => &mut self.disk_percent,
            HistoryMetric::NetworkIn => &mut self.network_in,
            HistoryMetric::NetworkOut => &mut self.network_out,
            HistoryMetric::Load => &mut self.load,
        };
        *figure = value;
    }
}

/// The figures of all servers that have an exporter.
type All = Arc<HashMap<GuestId, Figures>>;

/// The times of points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::monitoring::figures) struct Span {
    /// The first, in seconds since 1970.
    pub start: i64,
    /// The last.
    pub end: i64,
    /// The distance of two.
    pub step: i64,
}

impl Span {
    /// Those of `range` until `now`, at whole minutes or steps: whoever asks a moment later gets the same points.
    pub(in crate::monitoring::figures) const fn until(now: i64, range: HistoryRange) -> Self {
        let step = range.step();
        let grid = if step < 60 { step } else { 60 };
        let end = now - now.rem_euclid(grid);
        Self {
            start: end - range.seconds(),
            end,
            step,
        }
    }

    /// Every time.
    pub(in crate::monitoring::figures) fn times(self) -> Vec<i64> {
        let mut times = Vec::new();
        let mut at = self.start;
        while at <= self.end {
            times.push(at);
            at += self.step;
        }
        times
    }

    /// Which point a time is, where it is one.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "seconds since 1970, checked against the span"
    )]
    fn index(self, time: f64) -> Option<usize> {
        let time = time.round() as i64;
        let distance = time.checked_sub(self.start)?;
        if time > self.end || distance.checked_rem(self.step) != Some(0) {
            return None;
        }
        usize::try_from(distance / self.step).ok()
    }
}

/// Values by server, one for each time of a span. Servers of which nothing is known are not there.
pub(in crate::monitoring::figures) type Lines = HashMap<GuestId, Vec<Option<f64>>>;

/// Prometheus, where one is configured. Cheap to clone.
#[derive(Clone)]
pub struct Prometheus(pub(super) Option<Arc<Asked>>);

pub(super) struct Asked {
    pub(super) http: Http,
    current: Flights<(), Result<All, Problem>>,
}

impl Prometheus {
    /// The one that is configured, if there is one. Nothing is asked yet.
    ///
    /// # Errors
    /// Where its address can't be used.
    pub fn new(options: Option<PrometheusOptions>) -> Result<Self, PrometheusError> {
        let asked = options.map(|options| {
            Ok(Arc::new(Asked {
                http: Http::new(options)?,
                current: Flights::new(CURRENT),
            }))
        });
        Ok(Self(asked.transpose()?))
    }

    /// None.
    #[cfg(test)]
    pub(in crate::monitoring) const fn none() -> Self {
        Self(None)
    }

    /// Whether one is configured.
    pub const fn is_configured(&self) -> bool {
        self.0.is_some()
    }

    /// The figures of all servers as they are now: one question for each figure, at most every twelve seconds, however
    /// many ask. `None` where none is configured, or it does not answer; [`Prometheus::state`] says why.
    pub async fn current(&self) -> Option<Arc<HashMap<GuestId, Figures>>> {
        self.figures().await?.ok()
    }

    /// Whether it answers.
    pub async fn state(&self) -> SourceState {
        match self.figures().await {
            None => SourceState::Off,
            Some(Ok(_)) => SourceState::Answering,
            Some(Err(problem)) => SourceState::Failing(problem),
        }
    }

    async fn figures(&self) -> Option<Result<All, Problem>> {
        let asked = self.0.as_ref()?;
        Some(asked.current.get((), asked.figures()).await)
    }

    /// A figure of these servers over time; `None` where no Prometheus is configured.
    pub(in crate::monitoring::figures) async fn over_time(
        &self,
        guests: &[GuestId],
        metric: HistoryMetric,
        span: Span,
    ) -> Option<Result<Lines, Problem>> {
        let asked = self.0.as_ref()?;
        Some(asked.over_time(guests, metric, span).await)
    }
}

impl Asked {
    async fn figures(&self) -> Result<All, Problem> {
        let instant = async |query: String| {
            let body = self.http.ask("query", &[("query", query)]).await?;
            wire::samples(&body)
        };
        let figures = HistoryMetric::ALL
            .iter()
            .map(|metric| instant(query::now(*metric)));
        let (figures, up) =
            futures::future::try_join(futures::future::try_join_all(figures), instant(query::up())).await?;
        let mut all: HashMap<GuestId, Figures> = HashMap::with_capacity(up.len());
        for (guest, value) in up {
            all.entry(guest).or_default().up = value.map(|value| value > 0.0);
        }
        for (metric, samples) in HistoryMetric::ALL.iter().zip(figures) {
            for (guest, value) in samples {
                all.entry(guest).or_default().set(*metric, value);
            }
        }
        Ok(Arc::new(all))
    }

    async fn over_time(
        &self,
        guests: &[GuestId],
        metric: HistoryMetric,
        span: Span,
    ) -> Result<Lines, Problem> {
        let parameters = [
            ("query", query::over_time(metric, guests, span.step)),
            ("start", span.start.to_string()),
            ("end", span.end.to_string()),
            ("step", span.step.to_string()),
        ];
        let body = self.http.ask("query_range", &parameters).await?;
        let points = span.times().len();
        let mut lines = Lines::new();
        for (guest, values) in wire::series(&body)? {
            if !guests.contains(&guest) {
                continue;
            }
            let line = lines.entry(guest).or_insert_with(|| vec![None; points]);
            for (time, value) in values {
                if let Some(place) = span.index(time).and_then(|at| line.get_mut(at)) {
                    *place = value;
                }
            }
        }
        lines.retain(|_, line| line.iter().any(Option::is_some));
        Ok(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_lie_on_a_grid_whoever_asks_when() {
        let now = 1_800_000_007;
        let span = Span::until(now, HistoryRange::Hour);
        assert_eq!(span, Span::until(now + 7, HistoryRange::Hour));
        let times = span.times();
        assert_eq!((times.len(), times.last()), (241, Some(&1_800_000_000)));
        assert_eq!(span.index(1_800_000_000.0), Some(240));
        for other in [1_800_000_001.0, 1_800_000_015.0, 0.0, f64::NAN, f64::INFINITY] {
            assert_eq!(span.index(other), None, "{other}");
        }
        assert_eq!(Span::until(now, HistoryRange::Year).times().len(), 366);
    }
}
