//! The alerts that stand.

use std::collections::BTreeSet;

use drover_types::monitoring::{AlertRow, AlertState};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    columns::columns,
    deeds::{Deed, use_deeds},
    events::Events,
};
use crate::{
    pages::monitoring::known::Known,
    shared::use_alert_refusal,
    texts::{say, text, use_i18n},
};

/// The list, and what can be done with those that are ticked.
#[component]
pub(super) fn Open(known: Known, events: Events) -> impl IntoView {
    let i18n = use_i18n();
    let deeds = use_deeds(known);
    let rows = Memo::new(move |_| known.state.with(|state| state.alerts.clone()));
    let ticked = RwSignal::new(BTreeSet::<String>::new());
    // What is over meanwhile can't be acted on.
    let chosen = Memo::new(move |_| {
        let keys = ticked.get();
        rows.with(|rows| {
            let is_chosen = |row: &&AlertRow| keys.contains(&row.id.to_string());
            rows.iter().filter(is_chosen).cloned().collect::<Vec<_>>()
        })
    });
    let selection = Selection::new(
        ticked,
        text!(i18n, monitoring.select_all),
        move |row: &AlertRow| say!(i18n, monitoring.select, name = row.subject.said()),
    );
    let mut columns = columns();
    columns.push(
        Column::live("actions", text!(i18n, monitoring.actions), move |row| {
            view! { <Actions row=row deeds=deeds /> }
        })
        .width(190)
        .align(Align::End),
    );
    view! {
        <Toolbar rows=rows chosen=chosen deeds=deeds />
        <Card flush=true>
            <div class="monitoring__list">
                <DataTable
                    label=text!(i18n, monitoring.open_alerts)
                    rows=rows
                    row_key=|row: &AlertRow| row.id.to_string()
                    columns=columns
                    selection=selection
                    on_open=move |row: AlertRow| events.show(row)
                    empty=move || {
                        view! {
                            <EmptyState
                                title=text!(i18n, monitoring.no_alerts)
                                description=text!(i18n, monitoring.no_alerts_hint)
                                icon=IconName::CheckCircle
                            />
                        }
                    }
                    page_keys=true
                />
            </div>
        </Card>
    }
}

#[component]
fn Toolbar(
    rows: Memo<Vec<AlertRow>>,
    chosen: Memo<Vec<AlertRow>>,
    deeds: Callback<(Deed, Vec<AlertRow>)>,
) -> impl IntoView {
    let i18n = use_i18n();
    let refusal = use_alert_refusal();
    let count = Memo::new(move |_| chosen.with(Vec::len) as u64);
    // Those that somebody has acknowledged already need no second one.
    let raised = move || {
        chosen.with_untracked(|chosen| {
            let raised = chosen.iter().filter(|row| row.state == AlertState::Raised);
            raised.cloned().collect::<Vec<_>>()
        })
    };
    let any_raised =
        Memo::new(move |_| chosen.with(|chosen| chosen.iter().any(|row| row.state == AlertState::Raised)));
    let none = move || (count.get() == 0).then(|| say!(i18n, monitoring.nothing_selected));
    let may_acknowledge = Signal::derive(move || {
        let known = || (!any_raised.get()).then(|| say!(i18n, monitoring.all_acknowledged));
        refusal.get().or_else(none).or_else(known)
    });
    let may_clear = Signal::derive(move || refusal.get().or_else(none));
    let may_clear_all = Signal::derive(move || {
        let nothing = || rows.with(Vec::is_empty).then(|| say!(i18n, monitoring.no_alerts));
        refusal.get().or_else(nothing)
    });
    view! {
        <div class="toolbar" role="group" aria-label=text!(i18n, monitoring.open_alerts)>
            <span class="toolbar__count" role="status">
                {move || {
                    match count.get() {
                        0 => say!(i18n, monitoring.alerts_open, count = rows.with(Vec::len) as u64),
                        count => say!(i18n, monitoring.selected, count = count),
                    }
                }}
            </span>
            <span class="toolbar__end">
                <Button
                    variant=ButtonVariant::Primary
                    icon=IconName::Check
                    disabled=may_acknowledge
                    on_click=move |_| deeds.run((Deed::Acknowledge, raised()))
                >
                    {text!(i18n, monitoring.acknowledge)}
                </Button>
                <Button disabled=may_clear on_click=move |_| deeds.run((Deed::Clear, chosen.get_untracked()))>
                    {text!(i18n, monitoring.clear)}
                </Button>
                <Button
                    variant=ButtonVariant::Ghost
                    disabled=may_clear_all
                    on_click=move |_| deeds.run((Deed::Clear, rows.get_untracked()))
                >
                    {text!(i18n, monitoring.clear_all)}
                </Button>
            </span>
        </div>
    }
}

/// What can be done with one.
#[component]
fn Actions(row: Signal<AlertRow>, deeds: Callback<(Deed, Vec<AlertRow>)>) -> impl IntoView {
    let i18n = use_i18n();
    let refusal = use_alert_refusal();
    let known = Signal::derive(move || {
        let is_known = || row.with(|row| row.state != AlertState::Raised);
        let reason = || is_known().then(|| say!(i18n, monitoring.is_acknowledged));
        refusal.get().or_else(reason)
    });
    let act = move |deed: Deed| move |_| deeds.run((deed, vec![row.get_untracked()]));
    view! {
        <span class="monitoring__actions">
            <Button size=ButtonSize::Small disabled=known on_click=act(Deed::Acknowledge)>
                {text!(i18n, monitoring.acknowledge)}
            </Button>
            <Button
                size=ButtonSize::Small
                variant=ButtonVariant::Ghost
                disabled=refusal
                on_click=act(Deed::Clear)
            >
                {text!(i18n, monitoring.clear)}
            </Button>
        </span>
    }
}
