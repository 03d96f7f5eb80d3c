//! A task as it goes on: how far it is, what went wrong, its steps and its log. Used by its own page and
//! wherever one waits for it.

use drover_types::{
    task::{TaskDetail, TaskState},
    units,
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    error_callout::ErrorCallout,
    task_children::TaskChildren,
    task_log::TaskLog,
    task_progress::{children_summary, task_state_name, task_tone},
    task_steps::{TaskSteps, TaskUpids, seconds_between},
    task_watch::TaskWatch,
    time_ago::TimeAgo,
};
use crate::{
    clock::use_now,
    paths,
    texts::{say, text, use_i18n, use_lang},
};

/// The whole of a task but its title.
#[component]
pub fn TaskPanel(watch: TaskWatch) -> impl IntoView {
    let i18n = use_i18n();
    let detail: Signal<TaskDetail> = watch.detail.into();
    // A task with parts has no steps of its own, and never becomes another kind of task.
    let (id, is_parent) = detail.with_untracked(|detail| (detail.task.id, detail.task.children.is_some()));
    let upids = Memo::new(move |_| detail.with(|detail| detail.steps.iter().any(|step| step.upid.is_some())));
    let file = paths::task_log(&id);
    let download = move || {
        view! {
            <a
                class="button"
                data-variant="ghost"
                data-size="small"
                href=file.clone()
                download=format!("task-{id}.txt")
                rel="external"
            >
                <Icon name=IconName::Download />
                <span class="button__text">{text!(i18n, tasks.log_download)}</span>
            </a>
        }
    };
    view! {
        <div class="task-panel">
            {move || {
                watch
                    .error
                    .get()
                    .map(|error| view! { <ErrorCallout error=error on_retry=move |()| watch.reload() /> })
            }}
            <Facts detail=detail />
            <Outcome detail=detail />
            {if is_parent {
                // Its rows come after the page, with ids that can't meet those that the server has counted.
                view! {
                    <IdScope name="parts">
                        <TaskChildren parent=id />
                    </IdScope>
                }
                    .into_any()
            } else {
                view! {
                    <div class="task-panel__parts">
                        <Card title=text!(i18n, tasks.steps)>
                            <TaskSteps detail=detail />
                            {move || upids.get().then(|| view! { <TaskUpids detail=detail /> })}
                        </Card>
                        <Card title=text!(i18n, tasks.log) actions=download flush=true>
                            <TaskLog detail=detail />
                        </Card>
                    </div>
                }
                    .into_any()
            }}
        </div>
    }
}

#[component]
fn Facts(detail: Signal<TaskDetail>) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let now = use_now();
    let state = Memo::new(move |_| detail.with(|detail| detail.task.state));
    let duration = Memo::new(move |_| {
        let (started, ended) = detail.with(|detail| (detail.task.started_at, detail.task.ended_at));
        let duration = units::duration(seconds_between(started?, ended, now), lang.get());
        Some(if ended.is_some() {
            say!(i18n, tasks.took, duration = duration)
        } else {
            say!(i18n, tasks.so_far, duration = duration)
        })
    });
    let progress = Memo::new(move |_| detail.with(|detail| f64::from(detail.task.progress)));
    view! {
        <div class="task-panel__facts">
            <Badge tone=Signal::derive(move || task_tone(state.get()))>{move || task_state_name(state.get())}</Badge>
            {move || {
                detail
                    .with(|detail| detail.task.cancelling && !detail.task.state.has_ended())
                    .then(|| view! { <Badge tone=Tone::Warning>{text!(i18n, tasks.cancelling)}</Badge> })
            }}
            <span>
                {text!(i18n, tasks.by)} " " {move || detail.with(|detail| detail.task.actor.clone())}
            </span>
            <TimeAgo at=Signal::derive(move || detail.with(|detail| detail.task.created_at)) />
            <span>{move || duration.get()}</span>
            {move || {
                detail
                    .with(|detail| detail.task.children)
                    .map(|children| view! { <span>{children_summary(&children)}</span> })
            }}
            {move || {
                (state.get() == TaskState::Running)
                    .then(|| {
                        view! {
                            <div class="task-panel__progress">
                                <Progress label=text!(i18n, tasks.progress) value=Signal::derive(move || Some(progress.get())) show_value=true />
                            </div>
                        }
                    })
            }}
        </div>
    }
}

/// How it ended: what is so now, or what went wrong and what the system itself said of it.
#[component]
fn Outcome(detail: Signal<TaskDetail>) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let ended = Memo::new(move |_| {
        detail.with(|detail| {
            let task = &detail.task;
            task.state.has_ended().then(|| {
                (
                    task.state,
                    task.kind,
                    task.target.clone(),
                    task.problem.clone(),
                    detail.cause.clone(),
                    task.children.is_some(),
                )
            })
        })
    });
    move || {
        let (state, kind, target, problem, cause, has_parts) = ended.get()?;
        let lang = lang.get();
        let title = match state {
            TaskState::Completed => kind.outcome(&target, lang),
            TaskState::Partial if has_parts => say!(i18n, tasks.ended_some),
            TaskState::Partial => say!(i18n, tasks.ended_partial),
            TaskState::Cancelled => say!(i18n, tasks.ended_cancelled),
            TaskState::Queued | TaskState::Running | TaskState::Failed => say!(i18n, tasks.ended_failed),
        };
        let problem = problem.map(|problem| problem.text(lang));
        Some(view! {
            <Callout tone=task_tone(state) title=title announce=true>
                {problem.map(|text| view! { <p>{text}</p> })}
                {cause
                    .map(|cause| {
                        view! {
                            <details>
                                <summary>{text!(i18n, tasks.cause)}</summary>
                                <Code
                                    text=cause
                                    label=text!(i18n, tasks.cause)
                                    copy_label=Signal::derive(move || Some(say!(i18n, tasks.copy)))
                                    copied_label=text!(i18n, tasks.copied)
                                />
                            </details>
                        }
                    })}
            </Callout>
        })
    }
}
