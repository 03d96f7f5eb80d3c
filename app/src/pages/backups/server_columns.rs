//! What the list shows of a server's backups.

use chrono::DateTime;
use drover_types::{
    backup::{BackedUpServer, Coverage},
    filter::natural,
    guest::GuestKind,
    units,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::known::Known;
use crate::{
    paths,
    shared::TimeAgo,
    texts::{text, use_i18n},
};

/// What a server is called; one without a name by its id.
pub(super) fn called(server: &BackedUpServer) -> String {
    if server.name.is_empty() {
        server.guest.to_string()
    } else {
        server.name.clone()
    }
}

/// Where its backups are.
pub(super) fn address(server: &BackedUpServer) -> String {
    if server.exists() {
        paths::server_tab(&server.guest, paths::BACKUPS_TAB)
    } else {
        paths::guest_backups(&server.guest)
    }
}

/// The columns, in order.
pub(super) fn columns(known: Known, minute: Memo<i64>) -> Vec<Column<BackedUpServer>> {
    type Row = BackedUpServer;
    let i18n = use_i18n();
    let newest = move |row| newest(row, known, minute);
    vec![
        Column::live("name", text!(i18n, backups.name), name)
            .width(180)
            .grow()
            .sort_by(|a: &Row, b: &Row| natural(&called(a), &called(b))),
        Column::new("id", text!(i18n, backups.id), |one: &Row| one.guest.vmid)
            .width(76)
            .align(Align::End)
            .sort_by(|a: &Row, b: &Row| a.guest.cmp(&b.guest)),
        Column::new("node", text!(i18n, backups.node), |one: &Row| {
            one.node.clone().unwrap_or_else(|| "—".to_owned())
        })
        .width(90)
        .sort_by(|a: &Row, b: &Row| a.node.cmp(&b.node)),
        Column::live("newest", text!(i18n, backups.newest), newest)
            .width(190)
            .sort_by(|a: &Row, b: &Row| a.newest.cmp(&b.newest)),
        Column::new("count", text!(i18n, backups.count), |one: &Row| one.count)
            .width(90)
            .align(Align::End)
            .sort_by(|a: &Row, b: &Row| a.count.cmp(&b.count)),
        Column::new("size", text!(i18n, backups.size), |one: &Row| {
            units::size(one.bytes)
        })
        .width(96)
        .align(Align::End)
        .sort_by(|a: &Row, b: &Row| a.bytes.cmp(&b.bytes)),
        Column::new("storages", text!(i18n, backups.storages), |one: &Row| {
            one.storages.join(", ")
        })
        .width(130),
        Column::live("coverage", text!(i18n, backups.coverage), coverage)
            .width(110)
            .sort_by(|a: &Row, b: &Row| order(a.coverage).cmp(&order(b.coverage))),
    ]
}

const fn order(coverage: Coverage) -> u8 {
    match coverage {
        Coverage::Uncovered => 0,
        Coverage::Unknown => 1,
        Coverage::Covered => 2,
    }
}

fn name(row: Signal<BackedUpServer>) -> impl IntoView {
    let i18n = use_i18n();
    let name = move || row.with(called);
    let what = Memo::new(move |_| row.with(|one| (one.kind, one.exists())));
    view! {
        <span class="backups__name">
            <a href=move || row.with(address) title=name>
                {name}
            </a>
            {move || (what.get().0 == GuestKind::Lxc).then(|| view! { <Badge>"CT"</Badge> })}
            {move || {
                (!what.get().1)
                    .then(|| view! { <Badge tone=Tone::Warning>{text!(i18n, backups.gone)}</Badge> })
            }}
        </span>
    }
}

/// How long ago the newest good one was made, and whether that is too long.
fn newest(row: Signal<BackedUpServer>, known: Known, minute: Memo<i64>) -> impl IntoView {
    let i18n = use_i18n();
    let at = Memo::new(move |_| row.with(|one| DateTime::from_timestamp(one.newest?, 0)));
    let is_overdue = Memo::new(move |_| {
        let days = known.overview.with(|overview| overview.overdue_days);
        row.with(|one| one.is_overdue(days, minute.get()))
    });
    view! {
        <span class="backups__name">
            {move || match at.get() {
                Some(at) => view! { <TimeAgo at=at /> }.into_any(),
                None => view! { <span>{text!(i18n, backups.never)}</span> }.into_any(),
            }}
            {move || {
                is_overdue
                    .get()
                    .then(|| {
                        view! {
                            <Badge tone=Tone::Warning icon=IconName::Alert>
                                {text!(i18n, backups.overdue)}
                            </Badge>
                        }
                    })
            }}
        </span>
    }
}

/// Whether a job makes them; nothing for a guest that is gone.
fn coverage(row: Signal<BackedUpServer>) -> impl IntoView {
    let i18n = use_i18n();
    let known = Memo::new(move |_| row.with(|one| one.exists().then_some(one.coverage)));
    move || {
        let (tone, icon, words) = match known.get()? {
            Coverage::Covered => (Tone::Success, IconName::Check, text!(i18n, backups.covered)),
            Coverage::Uncovered => (Tone::Warning, IconName::Alert, text!(i18n, backups.uncovered)),
            Coverage::Unknown => (Tone::Neutral, IconName::Info, text!(i18n, backups.unknown)),
        };
        Some(view! {
            <Badge tone=tone icon=icon>
                {words}
            </Badge>
        })
    }
}
