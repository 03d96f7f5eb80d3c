//! Servers that went wrong, each with the reason, and the question before they are cleaned up.

use std::collections::BTreeSet;

use drover_types::{error::ApiError, filter::natural, removal::BrokenServer};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    looked::Looked,
    section::{ListSection, Words},
};
use crate::{
    layout::{Question, use_confirm},
    rpc,
    running::use_running,
    shared::{TaskProgress, TimeAgo},
    texts::{say, text, use_i18n, use_lang},
};

/// The section.
#[component]
pub(super) fn BrokenServers() -> impl IntoView {
    let i18n = use_i18n();
    let looked = Looked::new(|| Box::pin(rpc::cleanup::broken_servers()));
    let ticked = RwSignal::new(BTreeSet::<String>::new());
    let words = Words {
        title: text!(i18n, clean_up.servers),
        act: text!(i18n, clean_up.clean),
        empty: text!(i18n, clean_up.servers_none),
        empty_hint: Signal::derive(move || Some(say!(i18n, clean_up.servers_none_hint))),
    };
    view! {
        <ListSection
            words=words
            looked=looked
            row_key=|row: &BrokenServer| row.guest.to_string()
            row_name=|row: &BrokenServer| row.name.clone()
            columns=columns()
            ticked=ticked
            on_act=use_clean_up(ticked)
        />
    }
}

fn columns() -> Vec<Column<BrokenServer>> {
    let i18n = use_i18n();
    vec![
        Column::new("name", text!(i18n, clean_up.name), |row: &BrokenServer| {
            row.name.clone()
        })
        .width(150)
        .sort_by(|a: &BrokenServer, b: &BrokenServer| natural(&a.name, &b.name)),
        Column::new("guest", text!(i18n, clean_up.guest), |row: &BrokenServer| {
            row.guest.to_string()
        })
        .width(120)
        .sort_by(|a: &BrokenServer, b: &BrokenServer| a.guest.cmp(&b.guest)),
        Column::live("what", text!(i18n, clean_up.what), what)
            .width(260)
            .grow(),
        Column::live("left", text!(i18n, clean_up.left), left).width(230),
        Column::live(
            "asked",
            text!(i18n, clean_up.asked),
            |row: Signal<BrokenServer>| {
                view! { <TimeAgo at=Signal::derive(move || row.with(|row| row.created_at)) /> }
            },
        )
        .width(110)
        .sort_by(|a: &BrokenServer, b: &BrokenServer| a.created_at.cmp(&b.created_at)),
    ]
}

/// What is wrong; while a task is at work on it, the task.
fn what(row: Signal<BrokenServer>) -> impl IntoView {
    let lang = use_lang();
    let running = use_running();
    let task = Memo::new(move |_| row.with(|row| running.of_guest(&row.guest)));
    move || {
        if let Some(task) = task.get() {
            return view! { <TaskProgress task=Signal::stored(task) /> }.into_any();
        }
        let words = row.with(|row| row.what.text(lang.get()));
        view! { <span title=words>{words}</span> }.into_any()
    }
}

fn left(row: Signal<BrokenServer>) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        let (is_there, is_reserved) = row.with(|row| (row.is_there, row.is_reserved));
        let mut left = Vec::new();
        if is_there {
            left.push(say!(i18n, clean_up.left_guest));
        }
        if is_reserved {
            left.push(say!(i18n, clean_up.left_reserved));
        }
        left.join(", ")
    }
}

/// What happens to one of them, in the language of now.
fn plan(row: &BrokenServer) -> String {
    let i18n = use_i18n();
    let (name, guest) = (row.name.clone(), row.guest.to_string());
    match (row.is_there, row.is_reserved) {
        (true, true) => say!(i18n, clean_up.plan_both, name = name, guest = guest),
        (true, false) => say!(i18n, clean_up.plan_guest, name = name, guest = guest),
        (false, _) => say!(i18n, clean_up.plan_reserved, name = name),
    }
}

/// Asks with the plan, then starts a task for each.
fn use_clean_up(ticked: RwSignal<BTreeSet<String>>) -> Callback<Vec<BrokenServer>> {
    let i18n = use_i18n();
    let lang = use_lang();
    let confirm = use_confirm();
    let toasts = use_toasts();
    let owner = Owner::current();
    Callback::new(move |rows: Vec<BrokenServer>| {
        let (all, listed) = (rows.clone(), rows);
        let run = move || {
            let rows = all.clone();
            async move {
                let mut failed: Vec<(String, ApiError)> = Vec::new();
                let count = rows.len();
                for row in rows {
                    let guest = row.guest.to_string();
                    match rpc::cleanup::clean_up_server(guest.clone()).await {
                        // An event tells of the task, and may have come before this answer.
                        Ok(_) => drop(ticked.try_update(|ticked| ticked.remove(&guest))),
                        Err(error) => failed.push((row.name, error)),
                    }
                }
                if failed.len() == count
                    && let Some((_, error)) = failed.pop()
                {
                    return Err(error);
                }
                for (name, error) in failed {
                    let reason = untrack(|| error.text(lang.get()));
                    toasts.show(Toast::danger(untrack(|| {
                        say!(i18n, clean_up.not_cleaned, name = name, reason = reason)
                    })));
                }
                Ok(())
            }
        };
        let ask = move || {
            let title = say!(i18n, clean_up.clean_title, count = listed.len() as u64);
            let body = say!(i18n, clean_up.clean_body);
            let question = Question::new(title, body, say!(i18n, clean_up.clean), run);
            confirm.ask(question.with(move || {
                let line = |row: &BrokenServer| {
                    let row = row.clone();
                    view! { <li>{move || plan(&row)}</li> }
                };
                view! { <ul class="clean-up__plan">{listed.iter().map(line).collect_view()}</ul> }.into_any()
            }));
        };
        // A handler has no owner of its own; texts need the context of the component.
        match &owner {
            Some(owner) => owner.with(|| untrack(ask)),
            None => untrack(ask),
        }
    })
}
