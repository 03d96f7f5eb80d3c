//! What is under way, and what happened last.

use drover_types::notification::Level;
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::alerts::Alerts;
use crate::{
    layout::use_frame,
    notices::use_notices,
    paths,
    running::use_running,
    shared::{TaskProgress, TimeAgo},
    texts::{text, use_i18n, use_lang},
};

/// How many of each are shown.
const MOST: usize = 5;

/// The newest alerts, running tasks and the newest notifications.
#[component]
pub(super) fn Activity(
    /// Whether alerts are shown too.
    sees_all: Memo<bool>,
) -> impl IntoView {
    view! {
        <div class="overview__stack">
            {move || sees_all.get().then(|| view! { <Alerts /> })}
            <Tasks />
            <Notifications />
        </div>
    }
}

#[component]
fn Tasks() -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let running = use_running();
    let is_empty = Memo::new(move |_| running.count() == 0);
    let rows = move || {
        view! {
            <For each=move || running.tasks().into_iter().take(MOST) key=|task| task.id let:task>
                {
                    let id = task.id;
                    let task = Memo::new(move |last: Option<&drover_types::task::TaskRow>| {
                        let now = running.tasks().into_iter().find(|other| other.id == id);
                        now.or_else(|| last.cloned()).unwrap_or_else(|| task.clone())
                    });
                    view! {
                        <li class="entries__item">
                            <a class="entries__title" href=paths::task(&id)>
                                {move || task.with(|task| format!("{} {}", task.kind.name(lang.get()), task.target))}
                            </a>
                            <TaskProgress task=task />
                        </li>
                    }
                }
            </For>
        }
    };
    view! {
        <Card
            title=text!(i18n, layout.tasks_drawer)
            actions=move || {
                view! {
                    <ButtonLink href=paths::tasks("running", "", false) size=ButtonSize::Small variant=ButtonVariant::Ghost>
                        {text!(i18n, layout.all_tasks)}
                    </ButtonLink>
                }
            }
        >
            {move || {
                if is_empty.get() {
                    view! { <p class="overview__none">{text!(i18n, layout.tasks_none)}</p> }.into_any()
                } else {
                    view! { <ul class="entries">{rows()}</ul> }.into_any()
                }
            }}
        </Card>
    }
}

#[component]
fn Notifications() -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let frame = use_frame();
    let notices = use_notices();
    let newest = Memo::new(move |_| notices.rows().into_iter().take(MOST).collect::<Vec<_>>());
    let is_empty = Memo::new(move |_| newest.with(Vec::is_empty));
    let rows = move || {
        view! {
            <For each=move || newest.get() key=|row| (row.id, row.read) let:row>
                {
                    let (tone, icon) = match row.note.level() {
                        Level::Info => (Tone::Info, IconName::Info),
                        Level::Success => (Tone::Success, IconName::CheckCircle),
                        Level::Warning => (Tone::Warning, IconName::Alert),
                        Level::Error => (Tone::Danger, IconName::XCircle),
                    };
                    let note = row.note.clone();
                    let title = move || note.title(lang.get());
                    view! {
                        <li class="entries__item" data-tone=tone.as_str()>
                            <div class="entries__head">
                                <Icon name=icon />
                                {match row.task {
                                    Some(task) => {
                                        view! {
                                            <a class="entries__title" href=paths::task(&task)>
                                                {title}
                                            </a>
                                        }
                                            .into_any()
                                    }
                                    None => view! { <span class="entries__title">{title}</span> }.into_any(),
                                }}
                                <span class="entries__meta">
                                    <TimeAgo at=Signal::stored(row.created_at) />
                                </span>
                            </div>
                        </li>
                    }
                }
            </For>
        }
    };
    view! {
        <Card
            title=text!(i18n, layout.notifications)
            actions=move || {
                view! {
                    <Button
                        size=ButtonSize::Small
                        variant=ButtonVariant::Ghost
                        on_click=move |_| frame.toggle_notifications()
                    >
                        {text!(i18n, overview.all_notifications)}
                    </Button>
                }
            }
        >
            {move || {
                if is_empty.get() {
                    view! { <p class="overview__none">{text!(i18n, layout.notifications_none)}</p> }.into_any()
                } else {
                    view! { <ul class="entries">{rows()}</ul> }.into_any()
                }
            }}
        </Card>
    }
}
