//! One figure of the servers: asked for once it comes into view, and every minute from then on.

use std::time::Duration;

use chrono::DateTime;
use drover_types::{
    error::ApiError,
    ids::GuestId,
    monitoring::{History, HistoryMetric, HistoryRange},
};
use drover_ui::prelude::*;
use leptos::{html, prelude::*, task::spawn_local};

use super::{chosen::Chosen, reading, source::Source};
use crate::{
    rpc,
    session::use_session,
    shared::{ErrorCallout, local, use_seen, use_utc_offset},
    texts::{text, use_i18n},
};

/// How often a chart is asked for anew; Proxmox measures once a minute.
const AGAIN: Duration = Duration::from_mins(1);

type Question = (Vec<GuestId>, HistoryRange);

/// What was asked and what came of it.
#[derive(Clone, Copy)]
struct Loaded {
    metric: HistoryMetric,
    question: Memo<Question>,
    history: RwSignal<Option<History>>,
    error: RwSignal<Option<ApiError>>,
}

impl Loaded {
    fn load(self) {
        let session = use_session();
        let asked = self.question.get_untracked();
        spawn_local(async move {
            let (servers, range) = asked.clone();
            let answer = rpc::monitoring_history::server_history(servers, self.metric, range).await;
            let answer = session.heeded(answer);
            // Somebody may have chosen others meanwhile, or left.
            if self.question.try_get_untracked().as_ref() != Some(&asked) {
                return;
            }
            match answer {
                Ok(history) => {
                    self.error.set(None);
                    self.history.set(Some(history));
                }
                Err(error) => self.error.set(Some(error)),
            }
        });
    }
}

/// The chart of a figure.
#[component]
pub(super) fn Picture(metric: HistoryMetric, chosen: Chosen, link: ChartLink) -> impl IntoView {
    let i18n = use_i18n();
    let room = NodeRef::<html::Div>::new();
    let seen = use_seen(room);
    let loaded = Loaded {
        metric,
        question: Memo::new(move |_| (chosen.servers.get(), chosen.range())),
        history: RwSignal::new(None),
        error: RwSignal::new(None),
    };
    Effect::new(move |_| {
        loaded.question.track();
        if !seen.get() {
            return;
        }
        loaded.history.set(None);
        loaded.error.set(None);
        loaded.load();
        let again = move || {
            // Nobody looks at a page in the background.
            if !document().hidden() {
                loaded.load();
            }
        };
        if let Ok(timer) = set_interval_with_handle(again, AGAIN) {
            on_cleanup(move || timer.clear());
        }
    });
    let is_there = Memo::new(move |_| loaded.history.with(Option::is_some));
    view! {
        <div
            node_ref=room
            class="monitoring__chart"
            data-waiting=move || (!is_there.get()).then_some("true")
        >
            <Card>
                {move || {
                    loaded.error.get().map(|error| view! { <ErrorCallout error=error on_retry=move |()| loaded.load() /> })
                }}
                {move || {
                    if is_there.get() {
                        view! { <Lines loaded=loaded chosen=chosen link=link /> }.into_any()
                    } else if loaded.error.with(Option::is_none) {
                        view! { <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Block lines=3 /> }
                            .into_any()
                    } else {
                        ().into_any()
                    }
                }}
            </Card>
        </div>
    }
}

#[component]
fn Lines(loaded: Loaded, chosen: Chosen, link: ChartLink) -> impl IntoView {
    let i18n = use_i18n();
    let offset = use_utc_offset();
    let metric = loaded.metric;
    let times = Memo::new(move |_| {
        loaded.history.with(|history| {
            history
                .as_ref()
                .map(|history| history.times.clone())
                .unwrap_or_default()
        })
    });
    let series = Memo::new(move |_| {
        loaded.history.with(|history| {
            let lines = history
                .as_ref()
                .map(|history| &history.series[..])
                .unwrap_or_default();
            let named = reading::labels(lines).into_iter().zip(lines);
            named
                .map(|(name, line)| Series::new(name, line.values.clone()))
                .collect::<Vec<_>>()
        })
    });
    let source = Memo::new(move |_| {
        loaded.history.with(|history| {
            history
                .as_ref()
                .map(|history| (history.source, history.problem.clone()))
        })
    });
    let is_blank = Memo::new(move |_| {
        series.with(|series| series.iter().all(|line| line.values.iter().all(Option::is_none)))
    });
    let time = move |format: &'static str, at: i64| {
        let at = DateTime::from_timestamp(at, 0);
        at.map(|at| local(at, offset.get(), format)).unwrap_or_default()
    };
    let drawn = move || {
        view! {
            <Chart
                label=Signal::derive(move || reading::metric_name(metric))
                times=times
                series=series
                format_value=move |value: f64| reading::value(metric, value)
                format_time=move |at: i64| time(reading::FULL, at)
                format_tick=move |at: i64| time(reading::tick_format(chosen.range()), at)
                time_label=text!(i18n, server.time)
                max=metric.is_percent().then_some(100.0)
                base=match metric {
                    HistoryMetric::NetworkIn | HistoryMetric::NetworkOut => TickBase::Binary,
                    _ => TickBase::Decimal,
                }
                utc_offset=offset
                reset_label=text!(i18n, monitoring.reset_zoom)
                link=link
            />
        }
    };
    // Axes without a line tell less than a sentence does.
    let blank = move || {
        view! {
            <p class="monitoring__figure">{move || reading::metric_name(metric)}</p>
            <p class="monitoring__hint">{text!(i18n, monitoring.not_measured)}</p>
        }
    };
    view! {
        {move || if is_blank.get() { blank().into_any() } else { drawn().into_any() }}
        {move || source.get().map(|(source, problem)| view! { <Source source=source problem=problem /> })}
    }
}
