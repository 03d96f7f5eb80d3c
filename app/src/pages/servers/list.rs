//! The rows: the first ones from the server, then the browser's own copy, filtered and sorted here.

use std::sync::Arc;

use drover_types::inventory::GuestPage;
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    chosen::chosen, columns::columns, ticked::Ticked, tools::Tools, trend::Trends, view_state::ViewState,
};
use crate::{
    inventory::{Guest, Order, use_inventory},
    paths,
    shared::{Later, RowMenu, RowMenuList},
    texts::{say, text, use_i18n, use_lang},
};

/// The table, with the line over it.
#[component]
pub(super) fn List(state: ViewState, first: GuestPage) -> impl IntoView {
    let i18n = use_i18n();
    let inventory = use_inventory();
    let navigate = use_navigate();
    let is_loaded = Memo::new(move |_| inventory.is_loaded());
    let order = Memo::new(move |last: Option<&Order>| inventory.order(state.sort(), last));
    let sent: Vec<Guest> = first.rows.into_iter().map(Arc::new).collect();
    let (sent_matched, sent_total) = (first.matched, first.total);
    let rows = Memo::new(move |_| {
        if is_loaded.get() {
            let filter = state.filter();
            order.with(|order| inventory.select(order, &filter))
        } else {
            sent.clone()
        }
    });
    let matched = Memo::new(move |_| {
        if is_loaded.get() {
            rows.with(Vec::len)
        } else {
            usize::try_from(sent_matched).unwrap_or(usize::MAX)
        }
    });
    let total = Memo::new(move |_| {
        if is_loaded.get() {
            inventory.count()
        } else {
            usize::try_from(sent_total).unwrap_or(usize::MAX)
        }
    });
    let ticked = Ticked::new(state, rows.into());
    let selection = Selection::new(
        ticked.keys,
        text!(i18n, servers.select_all),
        move |guest: &Guest| say!(i18n, servers.select, name = guest.name.clone()),
    );
    let open = move |guest: Guest| navigate(&paths::server(&guest.id), NavigateOptions::default());
    let count = Signal::derive(move || {
        if matched.get() == total.get() {
            say!(i18n, servers.count, count = total.get() as u64)
        } else {
            say!(
                i18n,
                servers.count_of,
                matched = matched.get(),
                total = total.get()
            )
        }
    });
    let lang = use_lang();
    let error = Memo::new(move |_| state.error().map(|error| error.problem.text(lang.get())));
    let any_ticked = Signal::derive(move || ticked.count() > 0);
    let menu = RowMenu::new();
    view! {
        <div class="toolbar">
            <span class="toolbar__count" role="status">
                {count}
            </span>
            {move || error.get().map(|text| view! { <span class="toolbar__error">{text}</span> })}
            <Later wanted=any_ticked part=chosen with=ticked />
            <span class="toolbar__end">
                <Tools state=state rows=rows />
            </span>
        </div>
        <DataTable
            label=text!(i18n, servers.title)
            rows=rows
            row_key=|guest: &Guest| guest.id.to_string()
            columns=columns(state, menu, Trends::new())
            sort=state.table_sort
            selection=selection
            on_open=open
            empty=move || view! { <Empty state=state total=total /> }
            page_keys=true
        />
        <RowMenuList menu=menu />
    }
}

/// Nothing to show: because of the filter, or because there is nothing.
#[component]
fn Empty(state: ViewState, total: Memo<usize>) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        if total.get() > 0 {
            view! {
                <EmptyState
                    title=text!(i18n, servers.nothing_fits)
                    description=text!(i18n, servers.nothing_fits_hint)
                    icon=IconName::Filter
                    actions=move || {
                        view! {
                            <Button on_click=move |_| state.text.set(String::new())>
                                {text!(i18n, servers.filter_clear)}
                            </Button>
                        }
                    }
                />
            }
            .into_any()
        } else {
            view! {
                <EmptyState
                    title=text!(i18n, servers.empty)
                    description=text!(i18n, servers.empty_hint)
                    icon=IconName::Server
                    actions=move || {
                        view! {
                            <ButtonLink href=paths::NEW_SERVER variant=ButtonVariant::Primary icon=IconName::Plus>
                                {text!(i18n, layout.new_server)}
                            </ButtonLink>
                        }
                    }
                />
            }
            .into_any()
        }
    }
}
