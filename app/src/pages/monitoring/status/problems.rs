//! The servers that somebody should look at, with the reasons.

use drover_types::filter::natural;
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use crate::{
    monitoring::Judged,
    paths,
    shared::HealthBadge,
    texts::{text, use_i18n, use_lang},
};

/// The list, the worst first.
#[component]
pub(super) fn Problems(#[prop(into)] servers: Signal<Vec<Judged>>) -> impl IntoView {
    let i18n = use_i18n();
    let navigate = use_navigate();
    let columns = vec![
        Column::live("health", text!(i18n, monitoring.health), |row: Signal<Judged>| {
            view! { <HealthBadge health=Signal::derive(move || row.with(|row| row.health.health)) /> }
        })
        .width(120)
        .sort_by(|a: &Judged, b: &Judged| b.health.health.cmp(&a.health.health)),
        Column::live("name", text!(i18n, monitoring.server), name)
            .width(160)
            .sort_by(|a: &Judged, b: &Judged| natural(&a.guest.name, &b.guest.name)),
        Column::live("reasons", text!(i18n, monitoring.reasons), reasons)
            .width(280)
            .grow(),
        Column::live("node", text!(i18n, monitoring.node), |row: Signal<Judged>| {
            move || row.with(|row| row.guest.node.clone())
        })
        .width(90)
        .sort_by(|a: &Judged, b: &Judged| a.guest.node.cmp(&b.guest.node)),
    ];
    let open = move |row: Judged| navigate(&paths::server(&row.guest.id), NavigateOptions::default());
    view! {
        <Card title=text!(i18n, monitoring.problems) flush=true>
            <div class="monitoring__list">
                <DataTable
                    label=text!(i18n, monitoring.problems)
                    rows=servers
                    row_key=|row: &Judged| row.guest.id.to_string()
                    columns=columns
                    on_open=open
                    empty=move || {
                        view! {
                            <EmptyState
                                title=text!(i18n, monitoring.no_problems)
                                description=text!(i18n, monitoring.no_problems_hint)
                                icon=IconName::CheckCircle
                            />
                        }
                    }
                />
            </div>
        </Card>
    }
}

fn name(row: Signal<Judged>) -> impl IntoView {
    let name = move || row.with(|row| row.guest.name.clone());
    view! {
        <a href=move || row.with(|row| paths::server(&row.guest.id)) title=name>
            {name}
        </a>
    }
}

fn reasons(row: Signal<Judged>) -> impl IntoView {
    let lang = use_lang();
    let text = Memo::new(move |_| {
        let lang = lang.get();
        row.with(|row| {
            let reasons = row.health.reasons.iter();
            reasons
                .map(|reason| reason.cause.text(lang))
                .collect::<Vec<_>>()
                .join(", ")
        })
    });
    view! { <span title=text>{text}</span> }
}
