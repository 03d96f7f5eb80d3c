//! The nodes with their load; each leads to the servers on it.

use drover_types::{cluster::NodeRow, overview::Overview, units};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    paths,
    shared::Uptime,
    texts::{say, text, use_i18n},
};

/// The nodes' table.
#[component]
pub(super) fn Nodes(figures: Memo<Overview>) -> impl IntoView {
    let i18n = use_i18n();
    let rows = Memo::new(move |_| figures.with(|figures| figures.nodes.clone()));
    let columns = vec![
        Column::new("name", text!(i18n, overview.node), name)
            .width(84)
            .grow()
            .sort_by(|a: &NodeRow, b: &NodeRow| a.name.cmp(&b.name)),
        Column::live("state", text!(i18n, overview.state), state).width(92),
        Column::live("cpu", text!(i18n, overview.cpu), cpu)
            .width(104)
            .sort_by(|a: &NodeRow, b: &NodeRow| a.cpu_percent.cmp(&b.cpu_percent)),
        Column::live("memory", text!(i18n, overview.memory), memory)
            .width(196)
            .sort_by(|a: &NodeRow, b: &NodeRow| memory_percent(a).cmp(&memory_percent(b))),
        Column::live("uptime", text!(i18n, overview.uptime), |row: Signal<NodeRow>| {
            view! { <Uptime started_at=Signal::derive(move || row.with(|node| node.started_at)) /> }
        })
        .width(116)
        .align(Align::End),
    ];
    view! {
        <Card title=text!(i18n, overview.nodes) flush=true>
            <DataTable
                label=text!(i18n, overview.nodes)
                rows=rows
                row_key=|node: &NodeRow| format!("{}/{}", node.cluster, node.name)
                columns=columns
                empty=move || {
                    view! { <EmptyState title=text!(i18n, overview.no_nodes) icon=IconName::Server /> }
                }
            />
        </Card>
    }
}

fn name(node: &NodeRow) -> impl IntoView + use<> {
    let name = node.name.clone();
    view! { <a href=paths::servers(&format!("node:{name}"), "")>{name.clone()}</a> }
}

fn state(row: Signal<NodeRow>) -> impl IntoView {
    let i18n = use_i18n();
    let online = Memo::new(move |_| row.with(|node| node.online));
    let label = Signal::derive(move || {
        if online.get() {
            say!(i18n, overview.online)
        } else {
            say!(i18n, overview.offline)
        }
    });
    let tone = Signal::derive(move || if online.get() { Tone::Success } else { Tone::Danger });
    view! { <StatusDot label=label tone=tone /> }
}

fn cpu(row: Signal<NodeRow>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Meter
            label=text!(i18n, overview.cpu)
            value=Signal::derive(move || row.with(|node| f64::from(node.cpu_percent)))
            text=Signal::derive(move || Some(row.with(|node| format!("{} %", node.cpu_percent))))
        />
    }
}

fn memory(row: Signal<NodeRow>) -> impl IntoView {
    let i18n = use_i18n();
    let text = Signal::derive(move || {
        row.with(|node| {
            let total = say!(i18n, common.of, total = units::size(node.memory_bytes));
            Some(format!("{} {total}", units::size(node.memory_used_bytes)))
        })
    });
    view! {
        <Meter
            label=text!(i18n, overview.memory)
            value=Signal::derive(move || row.with(|node| f64::from(memory_percent(node))))
            text=text
        />
    }
}

fn memory_percent(node: &NodeRow) -> u8 {
    units::percent(node.memory_used_bytes, node.memory_bytes)
}
