//! The servers with what there is of their backups, and backing up those that are ticked.

use std::collections::BTreeSet;

use drover_types::{
    backup::{BackedUpServer, Coverage},
    filter::natural,
    ids::GuestId,
    permission::Permission,
};
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{
    back_up::BackUpMany,
    known::Known,
    narrowed::{Narrowed, State, holds},
    overdue::OverdueDays,
    server_columns::{address, called, columns},
};
use crate::{
    clock::use_now,
    paths,
    shared::use_refusal,
    texts::{say, text, use_i18n},
};

/// The part of the page.
#[component]
pub(super) fn Servers(known: Known) -> impl IntoView {
    let i18n = use_i18n();
    let navigate = use_navigate();
    let now = use_now();
    // Ages move on by the minute: a list that moved every second would find no rest.
    let minute = Memo::new(move |_| now.get() / 60 * 60);
    let narrowed = Narrowed::from_address();
    let rows = Memo::new(move |_| {
        let wanted = narrowed.text.with(|text| text.trim().to_lowercase());
        let (state, at) = (narrowed.state(), minute.get());
        known.overview.with(|overview| {
            let fits = |server: &&BackedUpServer| {
                let is_so = state.is_none_or(|state| state.fits(server, overview.overdue_days, at));
                is_so && holds(server, &wanted)
            };
            let mut rows: Vec<_> = overview.servers.iter().filter(fits).cloned().collect();
            rows.sort_by(|a, b| natural(&a.name, &b.name).then_with(|| a.guest.cmp(&b.guest)));
            rows
        })
    });
    let ticked = RwSignal::new(BTreeSet::<String>::new());
    let open = RwSignal::new(false);
    // What is ticked and is there: a guest that is gone can't be backed up.
    let chosen = Memo::new(move |_| {
        let keys = ticked.get();
        known.overview.with(|overview| {
            let is_chosen = |one: &&BackedUpServer| one.exists() && keys.contains(&one.guest.to_string());
            overview
                .servers
                .iter()
                .filter(is_chosen)
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    begin_with_selected(ticked, open);
    let selection = Selection::new(
        ticked,
        text!(i18n, backups.select_all),
        move |one: &BackedUpServer| say!(i18n, backups.select, name = called(one)),
    );
    let open_row = move |one: BackedUpServer| navigate(&address(&one), NavigateOptions::default());
    view! {
        <Summary known=known narrowed=narrowed minute=minute />
        <Toolbar narrowed=narrowed chosen=chosen open=open />
        <Card flush=true>
            <div class="backups__list">
                <DataTable
                    label=text!(i18n, backups.servers)
                    rows=rows
                    row_key=|one: &BackedUpServer| format!("{}/{:?}", one.guest, one.kind)
                    columns=columns(known, minute)
                    selection=selection
                    on_open=open_row
                    empty=move || view! { <Empty known=known narrowed=narrowed /> }
                    page_keys=true
                />
            </div>
        </Card>
        <BackUpMany known=known open=open chosen=chosen ticked=ticked />
    }
}

/// Ticks the servers that the address names and asks how they are to be backed up; a reload asks no more.
fn begin_with_selected(ticked: RwSignal<BTreeSet<String>>, open: RwSignal<bool>) {
    let query = use_query_map();
    let navigate = use_navigate();
    Effect::new(move |_| {
        let selected = query.with(|query| query.get(paths::SELECTED).unwrap_or_default());
        let ids = selected.split(',').filter_map(|id| id.parse::<GuestId>().ok());
        let keys: BTreeSet<String> = ids.map(|id| id.to_string()).collect();
        if keys.is_empty() {
            return;
        }
        ticked.set(keys);
        open.set(true);
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(paths::BACKUPS, options);
    });
}

/// How many servers are in no job, and how many have no young backup.
#[component]
fn Summary(known: Known, narrowed: Narrowed, minute: Memo<i64>) -> impl IntoView {
    let i18n = use_i18n();
    let editing = RwSignal::new(false);
    let uncovered = Memo::new(move |_| {
        known.overview.with(|overview| {
            let is_uncovered = |one: &&BackedUpServer| one.coverage == Coverage::Uncovered;
            overview.servers.iter().filter(is_uncovered).count() as u64
        })
    });
    let days = Memo::new(move |_| known.overview.with(|overview| overview.overdue_days));
    let overdue = Memo::new(move |_| {
        let at = minute.get();
        known.overview.with(|overview| {
            let is_overdue = |one: &&BackedUpServer| one.is_overdue(overview.overdue_days, at);
            overview.servers.iter().filter(is_overdue).count() as u64
        })
    });
    let list = move |state: State| move |_| narrowed.state.set(state.as_str().to_owned());
    view! {
        <div class="backups__summary">
            <Button size=ButtonSize::Small variant=ButtonVariant::Ghost on_click=list(State::Uncovered)>
                {text!(i18n, backups.in_no_job, count = uncovered.get())}
            </Button>
            <Button size=ButtonSize::Small variant=ButtonVariant::Ghost on_click=list(State::Overdue)>
                {text!(i18n, backups.overdue_for, count = overdue.get(), days = days.get())}
            </Button>
            <Button size=ButtonSize::Small icon=IconName::Edit on_click=move |_| editing.set(true)>
                {text!(i18n, backups.overdue_change)}
            </Button>
        </div>
        <OverdueDays known=known open=editing />
    }
}

#[component]
fn Toolbar(narrowed: Narrowed, chosen: Memo<Vec<BackedUpServer>>, open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let states = Signal::derive(move || {
        let name = |state: State| match state {
            State::Overdue => say!(i18n, backups.overdue),
            State::Uncovered => say!(i18n, backups.uncovered),
            State::Gone => say!(i18n, backups.gone),
        };
        let option = |state: State| SelectOption::new(state.as_str(), name(state));
        State::ALL.map(option).to_vec()
    });
    let count = Memo::new(move |_| chosen.with(Vec::len) as u64);
    let refusal = use_refusal(Permission::BackupManagement);
    let disabled = Signal::derive(move || {
        let none = || (count.get() == 0).then(|| say!(i18n, backups.nothing_selected));
        refusal.get().or_else(none)
    });
    view! {
        <div class="toolbar" role="group" aria-label=text!(i18n, backups.filter)>
            <SearchInput
                label=text!(i18n, backups.filter)
                value=narrowed.text
                clear_label=text!(i18n, servers.filter_clear)
                placeholder=Signal::derive(move || Some(say!(i18n, backups.filter_example)))
            />
            <Select
                label=text!(i18n, backups.state)
                value=narrowed.state
                options=states
                placeholder=Signal::derive(move || Some(say!(i18n, backups.every_state)))
                hide_label=true
            />
            <span class="toolbar__count" role="status">
                {move || (count.get() > 0).then(|| say!(i18n, backups.selected, count = count.get()))}
            </span>
            <span class="toolbar__end">
                <Button
                    variant=ButtonVariant::Primary
                    icon=IconName::Archive
                    disabled=disabled
                    on_click=move |_| open.set(true)
                >
                    {text!(i18n, backups.back_up)}
                </Button>
            </span>
        </div>
    }
}

/// Nothing to show: because of the filter, or because there is nothing.
#[component]
fn Empty(known: Known, narrowed: Narrowed) -> impl IntoView {
    let i18n = use_i18n();
    let any = Memo::new(move |_| known.overview.with(|overview| !overview.servers.is_empty()));
    let clear = move |_| {
        narrowed.text.set(String::new());
        narrowed.state.set(String::new());
    };
    move || {
        if any.get() {
            view! {
                <EmptyState
                    title=text!(i18n, backups.nothing_fits)
                    icon=IconName::Filter
                    actions=move || view! { <Button on_click=clear>{text!(i18n, servers.filter_clear)}</Button> }
                />
            }
            .into_any()
        } else {
            view! {
                <EmptyState
                    title=text!(i18n, backups.no_servers)
                    description=text!(i18n, backups.no_servers_hint)
                    icon=IconName::Archive
                />
            }
            .into_any()
        }
    }
}
