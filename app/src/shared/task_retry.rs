//! Asking for a task again that came to nothing. A password is asked for where the server kept only its hash, and
//! no longer than the task.

use drover_types::{
    error::ApiError,
    ids::TaskId,
    role::QueuedTask,
    task::{Retry, TaskRow, TaskState},
    text::Problem,
};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{generated_once::GeneratedOnce, task_watch::TaskWatch};
use crate::{
    layout::{Question, use_confirm},
    paths, rpc,
    running::use_running,
    session::use_session,
    texts::{say, text, use_i18n, use_lang},
};

/// Asks for tasks again; get it with [`use_retry`].
#[derive(Clone, Copy)]
pub struct Retrying {
    /// Whether it is under way.
    pub busy: RwSignal<bool>,
    run: Callback<TaskId>,
}

impl Retrying {
    /// Asks for the task again.
    pub fn run(self, id: TaskId) {
        self.run.run(id);
    }
}

/// Something that asks for a task again and calls back with the one to follow, and with the secrets that were made up
/// for it. Call it in a component, use the result
/// in handlers.
pub fn use_retry(done: Callback<QueuedTask>) -> Retrying {
    let lang = use_lang();
    let confirm = use_confirm();
    let running = use_running();
    let session = use_session();
    let toasts = use_toasts();
    let owner = Owner::current();
    let busy = RwSignal::new(false);
    let follow = move |queued: QueuedTask| {
        running.take(queued.task.clone());
        done.try_run(queued);
    };
    let start = move |id: TaskId, owner: Option<Owner>| async move {
        match rpc::tasks::get_task(id).await?.retry {
            Retry::Yes => follow(rpc::tasks::retry_task(id, None).await?),
            Retry::WithPassword => {
                let ask = || confirm.ask(password_question(id, follow));
                match &owner {
                    Some(owner) => owner.with(|| untrack(ask)),
                    None => untrack(ask),
                }
            }
            Retry::No => {
                toasts.show(Toast::danger(
                    Problem::TaskNotRetryable.text(lang.get_untracked()),
                ));
            }
        }
        Ok::<(), ApiError>(())
    };
    let run = Callback::new(move |id: TaskId| {
        busy.set(true);
        let owner = owner.clone();
        spawn_local(async move {
            let answer = start(id, owner).await;
            busy.try_set(false);
            if let Err(error) = answer {
                session.heed(&error);
                let fields = error
                    .fields
                    .values()
                    .map(|problem| problem.text(lang.get_untracked()));
                let detail = fields.collect::<Vec<_>>().join(" ");
                let toast = Toast::danger(error.text(lang.get_untracked()));
                toasts.show(if detail.is_empty() {
                    toast
                } else {
                    toast.detail(detail)
                });
            }
        });
    });
    Retrying { busy, run }
}

fn password_question(id: TaskId, follow: impl Fn(QueuedTask) + Copy + Send + Sync + 'static) -> Question {
    let i18n = use_i18n();
    let password = RwSignal::new(String::new());
    let question = Question::new(
        say!(i18n, tasks.retry_title),
        say!(i18n, tasks.retry_password),
        say!(i18n, tasks.retry),
        move || async move {
            let password = password.try_get_untracked().unwrap_or_default();
            follow(rpc::tasks::retry_task(id, Some(password)).await?);
            Ok(())
        },
    );
    question.harmless().with(move || {
        view! {
            <PasswordInput
                label=text!(i18n, new_server.password)
                value=password
                show_label=text!(i18n, new_server.show_password)
                hide_secret_label=text!(i18n, new_server.hide_password)
                autocomplete="new-password"
            />
        }
        .into_any()
    })
}

/// The button that asks again, on the page of a task that came to nothing; of a task with parts, for those of them.
/// Says why where it can't.
#[component]
pub fn RetryTask(
    /// The task.
    watch: TaskWatch,
    /// Where to go with the task to follow.
    #[prop(optional, into)]
    go: Option<Callback<TaskRow>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let navigate = use_navigate();
    let detail = watch.detail;
    let own = detail.with_untracked(|detail| detail.task.id);
    let told = RwSignal::new(Vec::new());
    let next = StoredValue::new(None::<TaskRow>);
    let go_on = Callback::new(move |()| {
        let Some(task) = next.try_update_value(Option::take).flatten() else {
            return;
        };
        if task.id == own {
            watch.reload();
        } else if let Some(go) = go {
            go.run(task);
        } else {
            navigate(&paths::task(&task.id), NavigateOptions::default());
        }
    });
    let retry = use_retry(Callback::new(move |queued: QueuedTask| {
        next.set_value(Some(queued.task));
        if queued.generated.is_empty() {
            go_on.run(());
        } else {
            // The page goes on once they were kept.
            told.set(queued.generated);
        }
    }));
    let came_to_nothing = Memo::new(move |_| {
        detail.with(|detail| {
            let failed = |children: drover_types::task::ChildCounts| children.failed + children.cancelled > 0;
            match detail.task.state {
                TaskState::Failed | TaskState::Cancelled => true,
                // A run of roles ends so where one could not be installed: the server stays.
                TaskState::Partial => detail.retry != Retry::No || detail.task.children.is_some_and(failed),
                _ => false,
            }
        })
    });
    let retried_by = Memo::new(move |_| detail.with(|detail| detail.retried_by));
    let refusal = Signal::derive(move || {
        let can = detail.with(|detail| detail.retry != Retry::No);
        (!can).then(|| Problem::TaskNotRetryable.text(lang.get()))
    });
    let button = move || match retried_by.get() {
        Some(task) => Some(
            view! {
                <ButtonLink href=paths::task(&task) icon=IconName::ArrowRight>
                    {text!(i18n, tasks.retried)}
                </ButtonLink>
            }
            .into_any(),
        ),
        None => came_to_nothing.get().then(|| {
            view! {
                <Button
                    icon=IconName::Refresh
                    disabled=refusal
                    busy=retry.busy
                    on_click=move |_| retry.run(own)
                >
                    {text!(i18n, tasks.retry)}
                </Button>
            }
            .into_any()
        }),
    };
    view! {
        {button}
        <GeneratedOnce told=told on_closed=go_on />
    }
}
