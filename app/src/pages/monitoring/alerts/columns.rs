//! What lists show of an alert.

use std::cmp::Reverse;

use chrono::DateTime;
use drover_types::{
    filter::natural,
    monitoring::{AlertLevel, AlertRow, AlertState},
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    shared::{LevelBadge, TimeAgo, subject_address},
    texts::{say, text, use_i18n, use_lang},
};

/// The columns that both lists have.
pub(super) fn columns() -> Vec<Column<AlertRow>> {
    let i18n = use_i18n();
    vec![
        Column::live("level", text!(i18n, monitoring.level), level)
            .width(110)
            .sort_by(|a: &AlertRow, b: &AlertRow| b.level.cmp(&a.level)),
        Column::live("subject", text!(i18n, monitoring.subject), subject)
            .width(150)
            .sort_by(|a: &AlertRow, b: &AlertRow| natural(a.subject.name(), b.subject.name())),
        Column::live("what", text!(i18n, monitoring.what), what)
            .width(240)
            .grow(),
        Column::live("raised", text!(i18n, monitoring.since), raised)
            .width(110)
            .sort_by(|a: &AlertRow, b: &AlertRow| Reverse(a.raised_at).cmp(&Reverse(b.raised_at))),
        Column::live("state", text!(i18n, monitoring.state), state)
            .width(210)
            .sort_by(|a: &AlertRow, b: &AlertRow| order(a.state).cmp(&order(b.state))),
    ]
}

const fn order(state: AlertState) -> u8 {
    match state {
        AlertState::Raised => 0,
        AlertState::Acknowledged => 1,
        AlertState::Cleared => 2,
        AlertState::Resolved => 3,
    }
}

fn level(row: Signal<AlertRow>) -> impl IntoView {
    view! { <LevelBadge level=Signal::derive(move || row.with(|row| row.level)) /> }
}

fn subject(row: Signal<AlertRow>) -> impl IntoView {
    let lang = use_lang();
    let said = move || row.with(|row| row.subject.said());
    // What a link leads to is no server where the alert is about something else.
    let kind = move || row.with(|row| row.metric.subject().name(lang.get()));
    view! {
        <a href=move || row.with(|row| subject_address(&row.subject)) title=kind>
            {said}
        </a>
    }
}

/// What is the matter, in the language of now.
pub(super) fn said(row: &AlertRow) -> String {
    let i18n = use_i18n();
    let lang = use_lang().get();
    let said = row.metric.said(row.value, row.limit, lang);
    let said = if row.worst == row.value {
        said
    } else {
        let worst = row.metric.figure(row.worst, lang);
        say!(i18n, monitoring.at_worst, what = said, worst = worst)
    };
    match row.full_at.and_then(|at| DateTime::from_timestamp(at, 0)) {
        Some(at) => say!(
            i18n,
            monitoring.full_on,
            what = said,
            day = at.date_naive().to_string()
        ),
        None => said,
    }
}

fn what(row: Signal<AlertRow>) -> impl IntoView {
    let text = Memo::new(move |_| row.with(said));
    view! { <span title=text>{text}</span> }
}

fn raised(row: Signal<AlertRow>) -> impl IntoView {
    view! { <TimeAgo at=Signal::derive(move || row.with(|row| row.raised_at)) /> }
}

/// How it stands, and who has seen to it.
fn state(row: Signal<AlertRow>) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let state = Memo::new(move |_| row.with(|row| row.state));
    let tone = Signal::derive(move || match state.get() {
        AlertState::Raised => match row.with(|row| row.level) {
            AlertLevel::Warning => Tone::Warning,
            AlertLevel::Critical => Tone::Danger,
        },
        AlertState::Acknowledged => Tone::Info,
        AlertState::Cleared => Tone::Neutral,
        AlertState::Resolved => Tone::Success,
    });
    let by = Memo::new(move |_| row.with(|row| row.seen_by.clone()));
    // Over is told last, and by itself where nobody saw it.
    let at = Memo::new(move |_| row.with(|row| row.resolved_at.or(row.seen_at)));
    view! {
        <span class="monitoring__state">
            <StatusDot
                label=Signal::derive(move || state.get().name(lang.get()).to_owned())
                tone=tone
            />
            {move || by.get().map(|by| view! { <span>{say!(i18n, monitoring.seen_by, name = by)}</span> })}
            {move || at.get().map(|at| view! { <TimeAgo at=at /> })}
        </span>
    }
}
