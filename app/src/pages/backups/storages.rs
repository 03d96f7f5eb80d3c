//! The storages that may hold backups, how much of them each holds, and how much each node's servers have.

use chrono::DateTime;
use drover_types::{backup::BackupStorage, filter::natural, units};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{known::Known, nodes::Nodes};
use crate::{
    shared::TimeAgo,
    texts::{say, text, use_i18n},
};

/// The part of the page.
#[component]
pub(super) fn Storages(known: Known) -> impl IntoView {
    let i18n = use_i18n();
    let rows = Memo::new(move |_| known.overview.with(|overview| overview.storages.clone()));
    let empty = move || {
        view! {
            <EmptyState
                title=text!(i18n, backups.no_storages)
                description=text!(i18n, backups.no_storages_hint)
                icon=IconName::Database
            />
        }
    };
    view! {
        <Card title=text!(i18n, backups.storages) flush=true>
            <DataTable
                label=text!(i18n, backups.storages)
                rows=rows
                row_key=|one: &BackupStorage| {
                    format!("{}/{}/{}", one.cluster, one.storage, one.node.as_deref().unwrap_or_default())
                }
                columns=columns(known)
                empty=empty
                page_keys=true
            />
        </Card>
        <Nodes known=known />
    }
}

fn columns(known: Known) -> Vec<Column<BackupStorage>> {
    type Row = BackupStorage;
    let i18n = use_i18n();
    let is_only = Signal::derive(move || {
        known.overview.with(|overview| {
            let mut clusters = overview.storages.iter().map(|one| &one.cluster);
            let first = clusters.next();
            clusters.all(|cluster| Some(cluster) == first)
        })
    });
    vec![
        Column::new("name", text!(i18n, backups.storage), |one: &Row| {
            one.storage.clone()
        })
        .width(140)
        .grow()
        .sort_by(|a: &Row, b: &Row| natural(&a.storage, &b.storage)),
        Column::new("cluster", text!(i18n, backups.cluster), |one: &Row| {
            one.cluster.clone()
        })
        .width(110)
        .hidden(is_only)
        .sort_by(|a: &Row, b: &Row| a.cluster.cmp(&b.cluster)),
        Column::live("node", text!(i18n, backups.node), node)
            .width(110)
            .sort_by(|a: &Row, b: &Row| a.node.cmp(&b.node)),
        Column::new("type", text!(i18n, storage.kind), |one: &Row| one.kind.clone()).width(90),
        Column::live("used", text!(i18n, storage.used), used)
            .width(200)
            .sort_by(|a: &Row, b: &Row| percent(a).cmp(&percent(b))),
        Column::new("count", text!(i18n, backups.count), |one: &Row| one.holds.count)
            .width(90)
            .align(Align::End)
            .sort_by(|a: &Row, b: &Row| a.holds.count.cmp(&b.holds.count)),
        Column::new("size", text!(i18n, backups.size), |one: &Row| {
            units::size(one.holds.bytes)
        })
        .width(96)
        .align(Align::End)
        .sort_by(|a: &Row, b: &Row| a.holds.bytes.cmp(&b.holds.bytes)),
        Column::live("heard", text!(i18n, backups.heard), heard).width(210),
    ]
}

fn percent(one: &BackupStorage) -> u8 {
    units::percent(one.used_bytes, one.total_bytes)
}

fn node(row: Signal<BackupStorage>) -> impl IntoView {
    let i18n = use_i18n();
    move || row.with(|one| one.node.clone().unwrap_or_else(|| say!(i18n, storage.is_shared)))
}

fn used(row: Signal<BackupStorage>) -> impl IntoView {
    let i18n = use_i18n();
    let text = Signal::derive(move || {
        row.with(|one| {
            let total = say!(i18n, common.of, total = units::size(one.total_bytes));
            Some(format!("{} {total}", units::size(one.used_bytes)))
        })
    });
    view! {
        <Meter
            label=text!(i18n, storage.used)
            value=Signal::derive(move || f64::from(row.with(percent)))
            text=text
        />
    }
}

/// When it told last what it holds, and why it does not now.
fn heard(row: Signal<BackupStorage>) -> impl IntoView {
    let i18n = use_i18n();
    let at = Memo::new(move |_| row.with(|one| DateTime::from_timestamp(one.fetched_at?, 0)));
    let problem = Memo::new(move |_| row.with(|one| one.problem.clone()));
    view! {
        <span class="backups__name">
            {move || match at.get() {
                Some(at) => view! { <TimeAgo at=at /> }.into_any(),
                None => view! { <span>{text!(i18n, backups.never)}</span> }.into_any(),
            }}
            {move || {
                problem
                    .get()
                    .map(|why| {
                        view! {
                            <span title=why>
                                <Badge tone=Tone::Danger icon=IconName::Alert>
                                    {text!(i18n, backups.silent)}
                                </Badge>
                            </span>
                        }
                    })
            }}
        </span>
    }
}
