//! How the server is by the rules of monitoring, why, and the alerts that stand about it.

use drover_types::{
    monitoring::{AlertRow, Health},
    permission::Permission,
};
use leptos::prelude::*;

use crate::{
    inventory::Guest,
    monitoring::{use_guest_health, use_monitoring},
    paths,
    session::use_session,
    shared::{HealthBadge, LevelBadge, TimeAgo},
    texts::{text, use_i18n, use_lang},
};

/// The line under the facts, for whoever may see everything; nothing until the rules are here.
#[component]
pub(super) fn HealthLine(guest: Memo<Guest>) -> impl IntoView {
    let session = use_session();
    let monitoring = use_monitoring();
    let sees_all =
        Memo::new(move |_| session.with_grants(|grants| grants.allow(Permission::ViewAll)) == Some(true));
    Effect::new(move |_| {
        if sees_all.get() {
            monitoring.need(None);
        }
    });
    move || sees_all.get().then(|| view! { <Known guest=guest /> })
}

#[component]
fn Known(guest: Memo<Guest>) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let monitoring = use_monitoring();
    let health = use_guest_health(guest);
    let worst = Memo::new(move |_| health.with(|health| health.as_ref().map(|health| health.health)));
    let reasons = Memo::new(move |_| {
        let lang = lang.get();
        health.with(|health| {
            let reasons = health.iter().flat_map(|health| &health.reasons);
            reasons
                .map(|reason| reason.cause.text(lang))
                .collect::<Vec<_>>()
                .join(", ")
        })
    });
    let alerts = Memo::new(move |_| {
        let id = guest.with(|guest| guest.id.clone());
        monitoring.with(|state| {
            let all = state.into_iter().flat_map(|state| &state.alerts);
            let own = all.filter(|alert| alert.subject.guest() == Some(&id));
            own.cloned().collect::<Vec<AlertRow>>()
        })
    });
    move || {
        worst.get()?;
        let health = Signal::derive(move || worst.get().unwrap_or(Health::Unknown));
        Some(view! {
            <section class="server__health" aria-label=text!(i18n, monitoring.health)>
                <HealthBadge health=health />
                <span>{reasons}</span>
                <ul class="server__alerts">
                    <For
                        each=move || alerts.get()
                        key=|alert| (alert.id, alert.level, alert.value)
                        let:alert
                    >
                        <Alert alert=alert />
                    </For>
                </ul>
            </section>
        })
    }
}

#[component]
fn Alert(alert: AlertRow) -> impl IntoView {
    let lang = use_lang();
    let (metric, value, limit) = (alert.metric, alert.value, alert.limit);
    view! {
        <li>
            <LevelBadge level=Signal::stored(alert.level) />
            <a href=paths::MONITORING_ALERTS>{move || metric.said(value, limit, lang.get())}</a>
            <TimeAgo at=Signal::stored(alert.raised_at) />
        </li>
    }
}
