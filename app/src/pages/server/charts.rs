//! The server's figures over time. Loaded by the browser alone: the first paint does not wait for them.

use std::time::Duration;

use chrono::DateTime;
use drover_types::{
    error::ApiError,
    metrics::{GuestMetrics, Timeframe},
};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::reading;
use crate::{
    inventory::Guest,
    rpc,
    session::use_session,
    shared::{ErrorCallout, local, use_utc_offset},
    texts::{say, text, use_i18n},
};

/// How often the charts are loaded anew; Proxmox measures once a minute.
const AGAIN: Duration = Duration::from_mins(1);

type Loaded = Option<Result<GuestMetrics, ApiError>>;

/// CPU, memory, network and disks over a time that one chooses.
#[component]
pub fn Charts(guest: Memo<Guest>) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let id = Memo::new(move |_| guest.with(|guest| guest.id.clone()));
    let timeframe = RwSignal::new(Timeframe::Hour);
    let loaded = RwSignal::new(None::<Result<GuestMetrics, ApiError>>);
    let load = move || {
        let question = untrack(|| (id.get(), timeframe.get()));
        spawn_local(async move {
            let answer = rpc::servers::server_metrics(question.0.clone(), question.1).await;
            let now = (id.try_get_untracked(), timeframe.try_get_untracked());
            if now != (Some(question.0), Some(question.1)) {
                return;
            }
            if let Err(error) = &answer {
                session.heed(error);
            }
            loaded.set(Some(answer));
        });
    };
    Effect::new(move |_| {
        id.track();
        timeframe.track();
        load();
        if let Ok(timer) = set_interval_with_handle(load, AGAIN) {
            on_cleanup(move || timer.clear());
        }
    });
    let choice = Bound::new(
        move || timeframe.get().as_str().to_owned(),
        move |name: String| {
            if let Some(chosen) = Timeframe::parse(&name) {
                timeframe.set(chosen);
            }
        },
    );
    let choices = Signal::derive(move || {
        Timeframe::ALL
            .iter()
            .map(|timeframe| {
                let label = match timeframe {
                    Timeframe::Hour => say!(i18n, server.hour),
                    Timeframe::Day => say!(i18n, server.day),
                    Timeframe::Week => say!(i18n, server.week),
                    Timeframe::Month => say!(i18n, server.month),
                    Timeframe::Year => say!(i18n, server.year),
                };
                SelectOption::new(timeframe.as_str(), label)
            })
            .collect::<Vec<_>>()
    });
    let is_there = Memo::new(move |_| loaded.with(|loaded| matches!(loaded, Some(Ok(_)))));
    let failure = Memo::new(move |_| loaded.with(|loaded| loaded.as_ref()?.as_ref().err().cloned()));
    let actions = move || view! { <Select label=text!(i18n, server.timeframe) value=choice options=choices hide_label=true /> };
    view! {
        <Card title=text!(i18n, server.charts) actions=actions>
            {move || {
                if let Some(error) = failure.get() {
                    view! { <ErrorCallout error=error on_retry=move |()| load() /> }.into_any()
                } else if is_there.get() {
                    view! { <Pictures loaded=loaded timeframe=timeframe /> }.into_any()
                } else {
                    view! { <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Block lines=2 /> }
                        .into_any()
                }
            }}
        </Card>
    }
}

#[component]
fn Pictures(loaded: RwSignal<Loaded>, timeframe: RwSignal<Timeframe>) -> impl IntoView {
    let i18n = use_i18n();
    let offset = use_utc_offset();
    let metrics = move |read: fn(&GuestMetrics) -> &Vec<Option<f64>>| {
        loaded.with(|loaded| match loaded {
            Some(Ok(metrics)) => read(metrics).clone(),
            _ => Vec::new(),
        })
    };
    let times = Memo::new(move |_| {
        loaded.with(|loaded| match loaded {
            Some(Ok(metrics)) => metrics.times.clone(),
            _ => Vec::new(),
        })
    });
    let cpu = Memo::new(move |_| vec![Series::new(say!(i18n, server.cpu), metrics(|m| &m.cpu_percent))]);
    let memory = Memo::new(move |_| {
        vec![
            Series::new(say!(i18n, server.memory_used), metrics(|m| &m.memory_used)),
            Series::new(say!(i18n, server.memory_total), metrics(|m| &m.memory_total)),
        ]
    });
    let network = Memo::new(move |_| {
        vec![
            Series::new(say!(i18n, server.network_in), metrics(|m| &m.network_in)),
            Series::new(say!(i18n, server.network_out), metrics(|m| &m.network_out)),
        ]
    });
    let disk = Memo::new(move |_| {
        vec![
            Series::new(say!(i18n, server.disk_read), metrics(|m| &m.disk_read)),
            Series::new(say!(i18n, server.disk_write), metrics(|m| &m.disk_write)),
        ]
    });
    let time = move |format: &'static str, at: i64| {
        DateTime::from_timestamp(at, 0)
            .map(|at| local(at, offset.get(), format))
            .unwrap_or_default()
    };
    let full = move |at: i64| time(reading::FULL, at);
    let tick = move |at: i64| time(reading::tick_format(timeframe.get()), at);
    let chart =
        move |label: Signal<String>, series: Memo<Vec<Series>>, read: fn(f64) -> String, is_share: bool| {
            view! {
                <Chart
                    label=label
                    times=times
                    series=series
                    format_value=read
                    format_time=full
                    format_tick=tick
                    time_label=text!(i18n, server.time)
                    kind=if is_share { ChartKind::Area } else { ChartKind::Line }
                    max=is_share.then_some(100.0)
                    base=if is_share { TickBase::Decimal } else { TickBase::Binary }
                    utc_offset=offset
                    height=160.0
                />
            }
        };
    view! {
        <div class="server__charts">
            {chart(text!(i18n, server.cpu), cpu, reading::percent, true)}
            {chart(text!(i18n, server.memory), memory, reading::bytes, false)}
            {chart(text!(i18n, server.network), network, reading::rate, false)}
            {chart(text!(i18n, server.disks), disk, reading::rate, false)}
        </div>
    }
}
