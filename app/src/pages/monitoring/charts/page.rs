//! The part of the page: what is chosen, and a chart for each figure.

use drover_types::monitoring::{HistoryMetric, HistoryRange};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    chosen::Chosen,
    picture::Picture,
    reading::{metric_name, range_name},
    servers::ServersDialog,
};
use crate::{
    inventory::use_inventory,
    pages::monitoring::known::Known,
    texts::{say, text, use_i18n},
};

/// Figures of several servers over time.
#[component]
pub(in crate::pages::monitoring) fn Charts(known: Known) -> impl IntoView {
    let usual = Signal::derive(move || known.state.with(|state| state.settings.default_range));
    let chosen = Chosen::from_address(usual);
    let open = RwSignal::new(false);
    let link = ChartLink::new();
    let is_empty = Memo::new(move |_| chosen.servers.with(Vec::is_empty));
    let metrics = Memo::new(move |_| chosen.metrics());
    // What one looked at closer belongs to the range it was in.
    Effect::new(move |last: Option<HistoryRange>| {
        let range = chosen.range();
        if last.is_some_and(|last| last != range) {
            link.zoom(None);
        }
        range
    });
    view! {
        <Toolbar chosen=chosen open=open />
        {move || {
            if is_empty.get() {
                return view! { <Empty chosen=chosen open=open /> }.into_any();
            }
            view! {
                <div class="monitoring__charts">
                    <For each=move || metrics.get() key=|metric| *metric let:metric>
                        <Picture metric=metric chosen=chosen link=link />
                    </For>
                </div>
            }
                .into_any()
        }}
        <ServersDialog chosen=chosen open=open />
    }
}

/// How far back one can look.
pub(in crate::pages::monitoring) fn ranges() -> Signal<Vec<SelectOption>> {
    Signal::derive(|| {
        let option = |range: &HistoryRange| SelectOption::new(range.as_str(), range_name(*range));
        HistoryRange::ALL.iter().map(option).collect()
    })
}

#[component]
fn Toolbar(chosen: Chosen, open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let metrics = Signal::derive(move || {
        let option = |metric: &HistoryMetric| SelectOption::new(metric.as_str(), metric_name(*metric));
        HistoryMetric::ALL.iter().map(option).collect::<Vec<_>>()
    });
    let range = Bound::new(
        move || chosen.range().as_str().to_owned(),
        move |name| chosen.range.set(name),
    );
    let count = Memo::new(move |_| chosen.servers.with(Vec::len) as u64);
    view! {
        <div class="toolbar" role="group" aria-label=text!(i18n, monitoring.what_to_show)>
            <Button icon=IconName::Server on_click=move |_| open.set(true)>
                {text!(i18n, monitoring.choose_servers)}
            </Button>
            <span class="toolbar__count" role="status">
                {move || (count.get() > 0).then(|| say!(i18n, monitoring.servers, count = count.get()))}
            </span>
            <span class="toolbar__end">
                <Select
                    label=text!(i18n, monitoring.metric)
                    value=chosen.metric
                    options=metrics
                    placeholder=Signal::derive(move || Some(say!(i18n, monitoring.every_metric)))
                    hide_label=true
                />
                <Select label=text!(i18n, server.timeframe) value=range options=ranges() hide_label=true />
            </span>
        </div>
    }
}

#[component]
fn Empty(chosen: Chosen, open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let inventory = use_inventory();
    let waiting = Signal::derive(move || (!inventory.is_loaded()).then(|| say!(i18n, common.loading)));
    let actions = move || {
        view! {
            <Button variant=ButtonVariant::Primary disabled=waiting on_click=move |_| chosen.choose_busiest(inventory)>
                {text!(i18n, monitoring.busiest)}
            </Button>
            <Button on_click=move |_| open.set(true)>{text!(i18n, monitoring.choose_servers)}</Button>
        }
    };
    view! {
        <Card>
            <EmptyState
                title=text!(i18n, monitoring.no_servers_chosen)
                description=text!(i18n, monitoring.no_servers_chosen_hint)
                icon=IconName::Chart
                actions=actions
            />
        </Card>
    }
}
