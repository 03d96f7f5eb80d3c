//! One task: its steps and its log while they happen.

use drover_types::{
    error::{ApiError, ErrorCode},
    ids::TaskId,
    task::{TaskDetail, TaskKind, TaskState},
    text::Problem,
};
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::{
    layout::Page,
    paths, rpc,
    shared::{Awaited, CancelTask, ErrorCallout, RetryTask, TaskPanel, watch_task},
    texts::{say, text, use_i18n, use_lang},
};

/// The page.
#[component]
pub fn TaskPage() -> impl IntoView {
    let i18n = use_i18n();
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|params| params.get_str("id").and_then(|id| id.parse::<TaskId>().ok()))
    });
    let loaded = Resource::new(
        move || id.get(),
        |id| async move {
            match id {
                Some(id) => rpc::tasks::get_task(id).await,
                None => Err(ApiError::new(ErrorCode::ResourceNotFound, Problem::TaskNotFound)),
            }
        },
    );
    let show = move |task: Result<TaskDetail, ApiError>| match task {
        Ok(detail) => view! { <Loaded first=detail /> }.into_any(),
        Err(error) => view! {
            <Page title=text!(i18n, tasks.one)>
                <Path here=text!(i18n, tasks.one) />
                {if error.code == ErrorCode::ResourceNotFound {
                    view! { <Gone /> }.into_any()
                } else {
                    view! { <ErrorCallout error=error on_retry=move |()| loaded.refetch() /> }.into_any()
                }}
            </Page>
        }
        .into_any(),
    };
    view! {
        <Awaited
            load=move || async move { loaded.await }
            show=show
            fallback=move || {
            view! {
                <Page title=text!(i18n, tasks.one)>
                    <Skeleton label=text!(i18n, common.loading) lines=8 />
                </Page>
            }
            }
        />
    }
}

#[component]
fn Path(here: Signal<String>) -> impl IntoView {
    let i18n = use_i18n();
    let crumbs = Signal::derive(move || {
        vec![
            Crumb::link(say!(i18n, tasks.title), paths::TASKS),
            Crumb::here(here.get()),
        ]
    });
    view! { <Breadcrumb label=text!(i18n, tasks.path) crumbs=crumbs /> }
}

#[component]
fn Gone() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <EmptyState
            title=text!(i18n, tasks.gone)
            description=Signal::derive(move || Some(say!(i18n, tasks.gone_hint)))
            icon=IconName::List
            actions=move || view! { <ButtonLink href=paths::TASKS>{text!(i18n, tasks.show_all)}</ButtonLink> }
        />
    }
}

#[component]
fn Loaded(first: TaskDetail) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let watch = watch_task(first);
    let parent = watch.detail.with_untracked(|detail| detail.task.parent);
    let title = Memo::new(move |_| {
        watch.detail.with(|detail| {
            let (kind, target) = (detail.task.kind.name(lang.get()), &detail.task.target);
            if target.is_empty() {
                kind.to_owned()
            } else {
                format!("{kind}: {target}")
            }
        })
    });
    // What was to be made and was undone has no page.
    let server = Memo::new(move |_| {
        watch.detail.with(|detail| {
            let task = &detail.task;
            let is_undone = task.kind == TaskKind::CreateServer
                && matches!(task.state, TaskState::Failed | TaskState::Cancelled);
            task.guest.clone().filter(|_| !is_undone)
        })
    });
    let actions = move || {
        view! {
            <CancelTask watch=watch />
            <RetryTask watch=watch />
            {move || {
                parent
                    .map(|parent| {
                        view! {
                            <ButtonLink href=paths::task(&parent) icon=IconName::Layers>
                                {text!(i18n, tasks.whole)}
                            </ButtonLink>
                        }
                    })
            }}
            {move || {
                server
                    .get()
                    .map(|guest| {
                        view! {
                            <ButtonLink href=paths::server(&guest) icon=IconName::Server>
                                {text!(i18n, tasks.open_server)}
                            </ButtonLink>
                        }
                    })
            }}
        }
    };
    view! {
        <Page title=title actions=actions>
            <Path here=title.into() />
            <TaskPanel watch=watch />
        </Page>
    }
}
