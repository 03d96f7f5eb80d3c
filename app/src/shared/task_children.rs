//! The parts of a task in a list: each with how far it is, its steps folded, and what can be done about it.

use drover_types::{
    error::ApiError,
    ids::TaskId,
    permission::Permission,
    role::{Generated, QueuedTask},
    task::{TaskDetail, TaskKind, TaskRow, TaskState},
    text::Problem,
    units,
};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::{
    children_watch::{ChildrenWatch, watch_children},
    error_callout::ErrorCallout,
    generated_once::GeneratedOnce,
    task_cancel::use_cancel,
    task_progress::{TaskProgress, task_state_name, task_tone},
    task_retry::use_retry,
    task_steps::{TaskSteps, seconds_between},
    task_watch::watch_task,
};
use crate::{
    clock::use_now,
    paths, rpc,
    session::use_session,
    texts::{say, text, use_i18n, use_lang},
};

/// The list.
#[component]
pub fn TaskChildren(
    /// The task that they are parts of.
    parent: TaskId,
) -> impl IntoView {
    let i18n = use_i18n();
    let children = watch_children(parent);
    let is_empty = Memo::new(move |_| children.ids().is_empty());
    // Of parts that were asked for again: their rows may go meanwhile.
    let told = RwSignal::new(Vec::<Generated>::new());
    view! {
        <Card title=text!(i18n, tasks.parts) flush=true>
            {move || {
                children
                    .error
                    .get()
                    .map(|error| {
                        view! {
                            <div class="task-children__error">
                                <ErrorCallout error=error on_retry=move |()| children.load() />
                            </div>
                        }
                    })
            }}
            {move || {
                (is_empty.get() && !children.is_loaded.get())
                    .then(|| {
                        view! {
                            <div class="task-children__error">
                                <Skeleton label=text!(i18n, common.loading) shape=SkeletonShape::Row lines=4 />
                            </div>
                        }
                    })
            }}
            <ul class="task-children" aria-label=text!(i18n, tasks.parts)>
                <For each=move || children.ids() key=|id| *id let:id>
                    <Part children=children told=told id=id />
                </For>
            </ul>
        </Card>
        <GeneratedOnce told=told />
    }
}

#[component]
fn Part(children: ChildrenWatch, told: RwSignal<Vec<Generated>>, id: TaskId) -> impl IntoView {
    let i18n = use_i18n();
    let Some(first) = untrack(|| children.get(&id)) else {
        return ().into_any();
    };
    let task = Memo::new(move |_| children.get(&id).unwrap_or_else(|| first.clone()));
    let is_open = RwSignal::new(false);
    let name = Memo::new(move |_| task.with(|task| task.target.clone()));
    let state = Memo::new(move |_| task.with(|task| task.state));
    // What came to nothing has no page.
    let server = Memo::new(move |_| {
        task.with(|task| {
            let stands = matches!(task.state, TaskState::Completed | TaskState::Partial);
            task.guest.clone().filter(|_| stands)
        })
    });
    view! {
        <li class="task-children__item">
            <IconButton
                icon=Signal::derive(move || if is_open.get() { IconName::ChevronDown } else { IconName::ChevronRight })
                label=Signal::derive(move || say!(i18n, tasks.steps_of, name = name.get()))
                size=ButtonSize::Small
                pressed=Signal::derive(move || Some(is_open.get()))
                on_click=move |_| is_open.update(|is_open| *is_open = !*is_open)
            />
            <span class="task-children__name">
                {move || match server.get() {
                    Some(guest) => view! { <a href=paths::server(&guest)>{name.get()}</a> }.into_any(),
                    None => view! { <span>{name.get()}</span> }.into_any(),
                }}
            </span>
            <Badge tone=Signal::derive(move || task_tone(state.get()))>{move || task_state_name(state.get())}</Badge>
            <div class="task-children__how">
                <How task=task />
            </div>
            <span class="task-children__duration">
                <Duration task=task />
            </span>
            <span class="task-children__actions">
                <Actions children=children told=told task=task id=id />
            </span>
            {move || {
                is_open
                    .get()
                    .then(|| {
                        view! {
                            <div class="task-children__steps">
                                <Steps id=id />
                            </div>
                        }
                    })
            }}
        </li>
    }
    .into_any()
}

/// What happens now, or how it ended.
#[component]
fn How(task: Memo<TaskRow>) -> impl IntoView {
    let lang = use_lang();
    let has_ended = Memo::new(move |_| task.with(|task| task.state.has_ended()));
    let text = Memo::new(move |_| {
        task.with(|task| {
            let lang = lang.get();
            if task.state == TaskState::Completed {
                return task.kind.outcome("", lang);
            }
            let problem = task.problem.as_ref();
            problem.map_or_else(|| task.message.text(lang), |problem| problem.text(lang))
        })
    });
    move || {
        if has_ended.get() {
            view! { <span>{move || text.get()}</span> }.into_any()
        } else {
            view! { <TaskProgress task=task /> }.into_any()
        }
    }
}

#[component]
fn Duration(task: Memo<TaskRow>) -> impl IntoView {
    let lang = use_lang();
    let now = use_now();
    let times = Memo::new(move |_| task.with(|task| (task.started_at, task.ended_at)));
    move || {
        let (started, ended) = times.get();
        started.map(|started| units::duration(seconds_between(started, ended, now), lang.get()))
    }
}

#[component]
fn Actions(
    children: ChildrenWatch,
    told: RwSignal<Vec<Generated>>,
    task: Memo<TaskRow>,
    id: TaskId,
) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let session = use_session();
    let retry = use_retry(Callback::new(move |queued: QueuedTask| {
        told.try_update(|told| told.extend(queued.generated));
        children.load();
    }));
    let cancel = use_cancel();
    let state = Memo::new(move |_| task.with(|task| task.state));
    let name = Memo::new(move |_| task.with(|task| task.target.clone()));
    let is_cancelling = Signal::derive(move || {
        let is_cancelling = task.with(|task| task.cancelling);
        is_cancelling.then(|| say!(i18n, tasks.cancelling))
    });
    let is_creation = Memo::new(move |_| task.with(|task| task.kind == TaskKind::CreateServer));
    let refusal = Signal::derive(move || {
        let needed = Permission::CreateServer;
        let may = session
            .with_grants(|grants| grants.allow(needed))
            .unwrap_or_default();
        (!may).then(|| Problem::PermissionMissing { permission: needed }.text(lang.get()))
    });
    let ask_cancel = move |_| cancel.run((task.get_untracked(), Callback::new(move |()| children.load())));
    view! {
        {move || match state.get() {
            TaskState::Failed | TaskState::Cancelled if is_creation.get() => {
                Some(
                    view! {
                        <Button
                            icon=IconName::Refresh
                            size=ButtonSize::Small
                            busy=retry.busy
                            disabled=refusal
                            on_click=move |_| retry.run(id)
                        >
                            {text!(i18n, tasks.retry)}
                            <VisuallyHidden>" " {move || name.get()}</VisuallyHidden>
                        </Button>
                    }
                        .into_any(),
                )
            }
            TaskState::Queued | TaskState::Running => {
                Some(
                    view! {
                        <IconButton
                            icon=IconName::Stop
                            label=Signal::derive(move || say!(i18n, tasks.cancel_of, name = name.get()))
                            size=ButtonSize::Small
                            disabled=is_cancelling
                            on_click=ask_cancel
                        />
                    }
                        .into_any(),
                )
            }
            _ => None,
        }}
        <ButtonLink href=paths::task(&id) size=ButtonSize::Small variant=ButtonVariant::Ghost icon=IconName::ArrowRight>
            <VisuallyHidden>{move || say!(i18n, tasks.open_of, name = name.get())}</VisuallyHidden>
        </ButtonLink>
    }
}

/// The steps of a part, from the moment that they are asked for.
#[component]
fn Steps(id: TaskId) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let loaded = RwSignal::new(None::<Result<TaskDetail, ApiError>>);
    let load = move || {
        spawn_local(async move {
            let answer = rpc::tasks::get_task(id).await;
            if let Err(error) = &answer {
                session.heed(error);
            }
            // Folded up meanwhile: nothing to show.
            drop(loaded.try_set(Some(answer)));
        });
    };
    load();
    move || match loaded.get() {
        None => view! { <Skeleton label=text!(i18n, common.loading) lines=4 /> }.into_any(),
        Some(Err(error)) => view! { <ErrorCallout error=error on_retry=move |()| load() /> }.into_any(),
        Some(Ok(first)) => view! { <Watched first=first /> }.into_any(),
    }
}

#[component]
fn Watched(first: TaskDetail) -> impl IntoView {
    let watch = watch_task(first);
    view! { <TaskSteps detail=watch.detail /> }
}
