//! How a new server comes along, and what to do when it stands.

use drover_types::{
    error::ApiError,
    ids::TaskId,
    task::{TaskDetail, TaskRow, TaskState},
};
use drover_ui::prelude::*;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{kept, sending::LeftOut};
use crate::{
    paths, rpc,
    shared::{Awaited, CancelTask, ErrorCallout, RetryTask, TaskPanel, watch_task},
    texts::{say, text, use_i18n, use_lang},
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
    let navigate = use_navigate();
    let go = Callback::new(move |task: TaskRow| {
        navigate(&paths::new_server(&task.id), NavigateOptions::default());
    });
    view! {
        <div class="detail">
            <div class="detail__header">
                <h2 class="detail__title">{move || target.get()}</h2>
                <div class="detail__actions">
                    <CancelTask watch=watch />
                    <RetryTask watch=watch go=go />
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
            <LeftOutRows id=id />
            <TaskPanel watch=watch />
        </div>
    }
}

/// The servers that were left out when the others were asked for, and why.
#[component]
fn LeftOutRows(id: TaskId) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let rows = RwSignal::new(Vec::<LeftOut>::new());
    // The browser alone knows of them.
    Effect::new(move |_| rows.set(kept::left_out(&id)));
    move || {
        let rows = rows.get();
        if rows.is_empty() {
            return None;
        }
        let lang = lang.get();
        let count = rows.len();
        let rows: Vec<_> = rows
            .into_iter()
            .map(|(name, problems)| {
                let problems = problems
                    .iter()
                    .map(|(label, problem)| format!("{label}: {}", problem.text(lang)));
                let text = problems.collect::<Vec<_>>().join(" ");
                view! { <li><strong>{name}</strong> " " {text}</li> }
            })
            .collect();
        Some(view! {
            <Callout tone=Tone::Warning title=say!(i18n, new_server.left_out, count = count as u64)>
                <ul class="new-server__lines">{rows}</ul>
            </Callout>
        })
    }
}
