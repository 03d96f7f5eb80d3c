//! What the list shows of a task.

use chrono::Utc;
use drover_types::{
    task::{TaskRow, TaskState},
    units,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    clock::use_now,
    paths,
    shared::{TaskProgress, TimeAgo, children_summary, seconds_between, task_state_name, task_tone},
    texts::{text, use_i18n, use_lang},
};

/// The columns; without the server where the list is that of one.
pub fn columns(with_target: bool) -> Vec<Column<TaskRow>> {
    let i18n = use_i18n();
    let mut columns = vec![
        Column::live("kind", text!(i18n, tasks.kind), kind).width(140),
        // Near the front, where a phone shows it without scrolling.
        Column::live("state", text!(i18n, tasks.state), state).width(100),
    ];
    if with_target {
        columns.push(
            Column::live("target", text!(i18n, tasks.target), target)
                .width(150)
                .grow(),
        );
    }
    columns.extend([
        Column::live("result", text!(i18n, tasks.result), result)
            .width(220)
            .grow(),
        Column::live("actor", text!(i18n, tasks.actor), |row: Signal<TaskRow>| {
            move || row.with(|row| row.actor.clone())
        })
        .width(110),
        Column::live("age", text!(i18n, tasks.age), |row: Signal<TaskRow>| {
            view! { <TimeAgo at=Signal::derive(move || row.with(|row| row.created_at)) /> }
        })
        .width(110),
        Column::live("duration", text!(i18n, tasks.duration), duration)
            .width(100)
            .align(Align::End),
    ]);
    columns
}

fn kind(row: Signal<TaskRow>) -> impl IntoView {
    let lang = use_lang();
    view! {
        <a href=move || row.with(|row| paths::task(&row.id))>
            {move || row.with(|row| row.kind.name(lang.get()))}
        </a>
    }
}

fn target(row: Signal<TaskRow>) -> impl IntoView {
    move || {
        row.with(|row| match &row.guest {
            // A server that is gone again has no page.
            Some(guest) if !matches!(row.state, TaskState::Failed | TaskState::Cancelled) => {
                view! { <a href=paths::server(guest)>{row.target.clone()}</a> }.into_any()
            }
            _ => view! { <span>{row.target.clone()}</span> }.into_any(),
        })
    }
}

fn state(row: Signal<TaskRow>) -> impl IntoView {
    let state = Memo::new(move |_| row.with(|row| row.state));
    view! {
        <Badge tone=Signal::derive(move || task_tone(state.get()))>{move || task_state_name(state.get())}</Badge>
    }
}

fn result(row: Signal<TaskRow>) -> impl IntoView {
    let lang = use_lang();
    let has_ended = Memo::new(move |_| row.with(|row| row.state.has_ended()));
    let text = Memo::new(move |_| {
        row.with(|row| {
            let lang = lang.get();
            if row.state == TaskState::Completed {
                return row.kind.outcome("", lang);
            }
            if let Some(children) = &row.children {
                return children_summary(children);
            }
            row.problem
                .as_ref()
                .map_or_else(|| row.message.text(lang), |problem| problem.text(lang))
        })
    });
    move || {
        if has_ended.get() {
            view! { <span title=move || text.get()>{move || text.get()}</span> }.into_any()
        } else {
            view! { <TaskProgress task=row /> }.into_any()
        }
    }
}

fn duration(row: Signal<TaskRow>) -> impl IntoView {
    let lang = use_lang();
    let now = use_now();
    let text = Memo::new(move |_| {
        let times: (Option<chrono::DateTime<Utc>>, _) = row.with(|row| (row.started_at, row.ended_at));
        match times {
            (Some(started), ended) => units::duration(seconds_between(started, ended, now), lang.get()),
            (None, _) => "—".to_owned(),
        }
    });
    move || text.get()
}
