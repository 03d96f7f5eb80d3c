//! The drawer with the tasks that are under way.

use drover_ui::prelude::*;
use leptos::prelude::*;

use super::frame::use_frame;
use crate::{
    paths,
    running::use_running,
    shared::{Part, TaskProgress, TimeAgo, task_state_name, task_tone},
    texts::{text, use_i18n, use_lang},
};

/// The drawer, as it is loaded.
#[lazy]
pub(super) fn tasks_drawer() -> Part<()> {
    |()| view! { <TasksDrawer /> }.into_any()
}

#[component]
fn TasksDrawer() -> impl IntoView {
    let i18n = use_i18n();
    let frame = use_frame();
    view! {
        <Drawer
            open=frame.tasks
            title=text!(i18n, layout.tasks_drawer)
            close_label=text!(i18n, common.close)
            actions=move || {
                view! {
                    <ButtonLink href=paths::TASKS size=ButtonSize::Small variant=ButtonVariant::Ghost>
                        {text!(i18n, layout.all_tasks)}
                    </ButtonLink>
                }
            }
        >
            <RunningTasks />
        </Drawer>
    }
}

/// The tasks that are under way, as cards.
#[component]
fn RunningTasks() -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let running = use_running();
    let is_empty = Memo::new(move |_| running.count() == 0);
    move || {
        if is_empty.get() {
            return view! {
                <EmptyState
                    title=text!(i18n, layout.tasks_none)
                    description=text!(i18n, layout.tasks_none_hint)
                    icon=IconName::CheckCircle
                />
            }
            .into_any();
        }
        view! {
            <ul class="entries">
                <For each=move || running.tasks() key=|task| task.id let:task>
                    {
                        let id = task.id;
                        // A task that has just ended shows what it showed until it leaves.
                        let task = Memo::new(move |last: Option<&drover_types::task::TaskRow>| {
                            running
                                .tasks()
                                .into_iter()
                                .find(|other| other.id == id)
                                .or_else(|| last.cloned())
                                .unwrap_or_else(|| task.clone())
                        });
                        view! {
                            <li class="entries__item">
                                <div class="entries__head">
                                    <a class="entries__title" href=paths::task(&id)>
                                        {move || {
                                            task.with(|task| {
                                                let name = task.kind.name(lang.get());
                                                if task.target.is_empty() {
                                                    name.to_owned()
                                                } else {
                                                    format!("{name}: {}", task.target)
                                                }
                                            })
                                        }}
                                    </a>
                                    <Badge tone=Signal::derive(move || task.with(|task| task_tone(task.state)))>
                                        {move || task_state_name(task.with(|task| task.state))}
                                    </Badge>
                                </div>
                                <TaskProgress task=task />
                                <p class="entries__meta">
                                    <span>{move || task.with(|task| task.actor.clone())}</span>
                                    <TimeAgo at=Signal::derive(move || task.with(|task| task.created_at)) />
                                </p>
                            </li>
                        }
                    }
                </For>
            </ul>
        }
        .into_any()
    }
}
