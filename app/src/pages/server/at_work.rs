//! The task that was begun last in a part of the page: how far it is, and how it ended.

use drover_types::task::{Retry, TaskDetail, TaskRow};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    paths,
    shared::{CancelTask, TaskPanel, TaskProgress, task_state_name, task_tone, watch_task},
    texts::{text, use_i18n, use_lang},
};

/// The task; nothing where none has begun.
#[component]
pub fn AtWork(
    /// Which.
    task: RwSignal<Option<TaskRow>>,
    /// Whether its steps and its log show from the beginning.
    #[prop(optional)]
    unfolded: bool,
) -> impl IntoView {
    // Watched once, however often it is told that it has begun.
    let id = Memo::new(move |_| task.with(|task| task.as_ref().map(|task| task.id)));
    move || {
        id.get()?;
        let first = task.get_untracked()?;
        Some(view! { <Watched first=first task=task unfolded=unfolded /> })
    }
}

#[component]
fn Watched(first: TaskRow, task: RwSignal<Option<TaskRow>>, unfolded: bool) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let watch = watch_task(TaskDetail {
        task: first,
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
    let title = Signal::derive(move || Some(row.with(|row| row.kind.name(lang.get()).to_owned())));
    let has_ended = Memo::new(move |_| state.get().has_ended());
    let actions = move || {
        view! {
            <CancelTask watch=watch size=ButtonSize::Small />
            <ButtonLink href=href size=ButtonSize::Small>
                {text!(i18n, server.show_task)}
            </ButtonLink>
            {move || {
                has_ended
                    .get()
                    .then(|| {
                        view! {
                            <IconButton
                                icon=IconName::X
                                label=text!(i18n, server_backups.hide_task)
                                size=ButtonSize::Small
                                on_click=move |_| task.set(None)
                            />
                        }
                    })
            }}
        }
    };
    let outcome = move || {
        row.with(|row| match &row.problem {
            Some(problem) => problem.text(lang.get()),
            None if state.get() == drover_types::task::TaskState::Completed => {
                row.kind.outcome(&row.target, lang.get())
            }
            None => task_state_name(state.get()),
        })
    };
    view! {
        <Card title=title actions=actions>
            {move || {
                if has_ended.get() {
                    let tone = task_tone(state.get());
                    view! {
                        <Callout tone=tone announce=true>
                            {outcome}
                        </Callout>
                    }
                        .into_any()
                } else {
                    view! { <TaskProgress task=row /> }.into_any()
                }
            }}
            <details class="backup-form__fold" open=unfolded>
                <summary>{text!(i18n, server_backups.task_steps)}</summary>
                <TaskPanel watch=watch />
            </details>
        </Card>
    }
}
