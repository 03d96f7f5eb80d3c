//! How a new server comes along, and what to do when it stands.

use drover_types::{
    error::ApiError,
    ids::TaskId,
    task::{TaskDetail, TaskState},
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use crate::{
    paths, rpc,
    shared::{Awaited, CancelTask, ErrorCallout, TaskPanel, watch_task},
    texts::{text, use_i18n},
};

/// The task `id`, live.
#[component]
pub fn Making(id: TaskId) -> impl IntoView {
    let i18n = use_i18n();
    let loaded = Resource::new(move || id, rpc::tasks::get_task);
    let show = move |task: Result<TaskDetail, ApiError>| match task {
        Ok(detail) => view! { <Progressing first=detail /> }.into_any(),
        Err(error) => view! { <ErrorCallout error=error on_retry=move |()| loaded.refetch() /> }.into_any(),
    };
    view! {
        <Awaited
            load=move || async move { loaded.await }
            show=show
            fallback=move || {
            view! { <Skeleton label=text!(i18n, common.loading) lines=8 /> }
            }
        />
    }
}

#[component]
fn Progressing(first: TaskDetail) -> impl IntoView {
    let i18n = use_i18n();
    let watch = watch_task(first);
    let target = Memo::new(move |_| watch.detail.with(|detail| detail.task.target.clone()));
    let stands = Memo::new(move |_| {
        watch.detail.with(|detail| {
            let task = &detail.task;
            task.guest
                .clone()
                .filter(|_| matches!(task.state, TaskState::Completed | TaskState::Partial))
        })
    });
    let has_ended = Memo::new(move |_| watch.detail.with(|detail| detail.task.state.has_ended()));
    let id = watch.detail.with_untracked(|detail| detail.task.id);
    view! {
        <div class="detail">
            <div class="detail__header">
                <h2 class="detail__title">{move || target.get()}</h2>
                <div class="detail__actions">
                    <CancelTask watch=watch />
                    <ButtonLink href=paths::task(&id)>{text!(i18n, new_server.open_task)}</ButtonLink>
                    {move || {
                        has_ended
                            .get()
                            .then(|| {
                                view! {
                                    <ButtonLink href=paths::NEW_SERVER icon=IconName::Plus>
                                        {text!(i18n, new_server.another)}
                                    </ButtonLink>
                                }
                            })
                    }}
                    {move || {
                        stands
                            .get()
                            .map(|guest| {
                                view! {
                                    <ButtonLink
                                        href=paths::server(&guest)
                                        variant=ButtonVariant::Primary
                                        icon=IconName::Server
                                    >
                                        {text!(i18n, new_server.open_server)}
                                    </ButtonLink>
                                }
                            })
                    }}
                </div>
            </div>
            <TaskPanel watch=watch />
        </div>
    }
}
