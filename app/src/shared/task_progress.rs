//! A task in a line: what is happening, and how far it is.

use drover_types::task::{ChildCounts, TaskRow, TaskState};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    paths,
    texts::{say, use_i18n, use_lang},
};

/// What the colour of a task's state means.
pub const fn task_tone(state: TaskState) -> Tone {
    match state {
        TaskState::Queued | TaskState::Cancelled => Tone::Neutral,
        TaskState::Running => Tone::Info,
        TaskState::Completed => Tone::Success,
        TaskState::Partial => Tone::Warning,
        TaskState::Failed => Tone::Danger,
    }
}

/// The name of a task's state, in the language of now.
pub fn task_state_name(state: TaskState) -> String {
    let i18n = use_i18n();
    match state {
        TaskState::Queued => say!(i18n, status.task_queued),
        TaskState::Running => say!(i18n, status.task_running),
        TaskState::Completed => say!(i18n, status.task_completed),
        TaskState::Partial => say!(i18n, status.task_partial),
        TaskState::Failed => say!(i18n, status.task_failed),
        TaskState::Cancelled => say!(i18n, status.task_cancelled),
    }
}

/// How far the parts of a task are, in the language of now.
pub fn children_summary(children: &ChildCounts) -> String {
    let i18n = use_i18n();
    let total = children.total();
    let mut text = say!(i18n, tasks.parts_done, done = children.completed, total = total);
    for (count, name) in [
        (children.partial, TaskState::Partial),
        (children.failed, TaskState::Failed),
        (children.cancelled, TaskState::Cancelled),
    ] {
        if count > 0 {
            let name = task_state_name(name).to_lowercase();
            text.push_str(&say!(i18n, tasks.parts_so, count = count, name = name.clone()));
        }
    }
    text
}

/// A task that is under way, inline; leads to its page.
#[component]
pub fn TaskProgress(
    /// The task.
    #[prop(into)]
    task: Signal<TaskRow>,
) -> impl IntoView {
    let lang = use_lang();
    let message = Memo::new(move |_| {
        task.with(|task| match &task.children {
            Some(children) => children_summary(children),
            None => task.message.text(lang.get()),
        })
    });
    let label = Signal::derive(move || task.with(|task| task.kind.name(lang.get()).to_owned()));
    let value = Signal::derive(move || {
        task.with(|task| (task.state == TaskState::Running).then(|| f64::from(task.progress)))
    });
    view! {
        <a class="task-progress" href=move || task.with(|task| paths::task(&task.id)) title=move || message.get()>
            <span class="task-progress__text">{move || message.get()}</span>
            <Progress label=label value=value />
        </a>
    }
}
