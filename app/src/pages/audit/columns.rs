//! What the list shows of a row.

use drover_types::{
    audit::{AuditResult, AuditRow, action_text},
    lang::Lang,
    task::TaskState,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    paths,
    shared::{TimeAgo, task_state_name, task_tone},
    texts::{text, use_i18n, use_lang},
};

/// The columns, in order; `open` shows a row in full.
pub(super) fn columns(open: Callback<AuditRow>) -> Vec<Column<AuditRow>> {
    let i18n = use_i18n();
    vec![
        Column::live("at", text!(i18n, audit.at), |row: Signal<AuditRow>| {
            view! { <TimeAgo at=Signal::derive(move || row.with(|row| row.at)) /> }
        })
        .width(110),
        Column::live("user", text!(i18n, audit.user), |row: Signal<AuditRow>| {
            move || row.with(|row| row.username.clone())
        })
        .width(120),
        Column::live("action", text!(i18n, audit.action), move |row| action(row, open)).width(220),
        Column::live("object", text!(i18n, audit.object), object)
            .width(180)
            .grow(),
        Column::live("result", text!(i18n, audit.result), result).width(130),
        Column::live("address", text!(i18n, audit.address), |row: Signal<AuditRow>| {
            move || row.with(|row| row.address.clone())
        })
        .width(140),
    ]
}

fn action(row: Signal<AuditRow>, open: Callback<AuditRow>) -> impl IntoView {
    let lang = use_lang();
    view! {
        <button type="button" class="audit__action" on:click=move |_| open.run(row.get_untracked())>
            {move || row.with(|row| action_text(&row.action, lang.get()))}
        </button>
    }
}

fn object(row: Signal<AuditRow>) -> impl IntoView {
    move || {
        row.with(|row| match row.task.filter(|_| row.task_kept) {
            Some(task) => view! { <a href=paths::task(&task)>{row.object.clone()}</a> }.into_any(),
            None => view! { <span title=row.object.clone()>{row.object.clone()}</span> }.into_any(),
        })
    }
}

fn result(row: Signal<AuditRow>) -> impl IntoView {
    let lang = use_lang();
    let result = Memo::new(move |_| row.with(outcome));
    let tone = Signal::derive(move || match result.get() {
        (_, Some(state)) => task_tone(state),
        (AuditResult::Done, None) => Tone::Success,
        (AuditResult::Accepted, None) => Tone::Info,
        (AuditResult::Refused, None) => Tone::Danger,
    });
    view! { <Badge tone=tone>{move || outcome_name(result.get(), lang.get())}</Badge> }
}

/// How it went: what was accepted goes as its task does.
pub(super) fn outcome(row: &AuditRow) -> (AuditResult, Option<TaskState>) {
    let state = row.task_state.filter(|_| row.result == AuditResult::Accepted);
    (row.result, state)
}

/// What that is called, in the language of now.
pub(super) fn outcome_name(outcome: (AuditResult, Option<TaskState>), lang: Lang) -> String {
    match outcome {
        (_, Some(state)) => task_state_name(state),
        (result, None) => result.text(lang).to_owned(),
    }
}
