//! The change that was asked for last, from its beginning to its end, or to what went wrong.

use drover_types::task::{Retry, TaskDetail, TaskRow, TaskState};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    paths,
    shared::{TaskProgress, task_tone, watch_task},
    texts::{text, use_i18n, use_lang},
};

/// The task above the disks; nothing once it is done, for the disks tell.
#[component]
pub fn LastTask(task: RwSignal<Option<TaskRow>>) -> impl IntoView {
    move || task.get().map(|task| view! { <Watched task=task /> })
}

#[component]
fn Watched(task: TaskRow) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let watch = watch_task(TaskDetail {
        task,
        steps: Vec::new(),
        log: Vec::new(),
        cause: None,
        cancel_refusal: None,
        undoes: false,
        retry: Retry::No,
        retried_by: None,
    });
    let row = Signal::derive(move || watch.detail.with(|detail| detail.task.clone()));
    let state = Memo::new(move |_| row.with(|row| row.state));
    let href = Signal::derive(move || row.with(|row| paths::task(&row.id)));
    let title = Signal::derive(move || row.with(|row| row.kind.name(lang.get()).to_owned()));
    let show = move || view! { <ButtonLink href=href size=ButtonSize::Small>{text!(i18n, server.show_task)}</ButtonLink> };
    move || match state.get() {
        TaskState::Completed => ().into_any(),
        TaskState::Queued | TaskState::Running => view! {
            <div class="server-disks__task">
                <TaskProgress task=row />
            </div>
        }
        .into_any(),
        ended => view! {
            <div class="server-disks__task">
                <Callout
                    tone=task_tone(ended)
                    title=Signal::derive(move || Some(title.get()))
                    announce=true
                    actions=show
                >
                    {move || row.with(|row| row.problem.as_ref().map(|problem| problem.text(lang.get())))}
                </Callout>
            </div>
        }
        .into_any(),
    }
}
