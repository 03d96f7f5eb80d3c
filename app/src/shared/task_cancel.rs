//! Cancelling a task: asks first, and says what will be undone.

use drover_types::{
    ids::TaskId,
    task::{TaskKind, TaskRow},
};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::task_watch::TaskWatch;
use crate::{
    layout::{Question, use_confirm},
    rpc,
    texts::{say, text, use_i18n, use_lang},
};

/// What cancelling a task does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// What it has made is removed.
    Undoes,
    /// What it is about stays as it is.
    Keeps,
    /// Its parts are cancelled.
    Parts,
}

fn question(id: TaskId, effect: Effect, target: &str, done: Callback<()>) -> Question {
    let i18n = use_i18n();
    let target = target.to_owned();
    let body = match effect {
        Effect::Undoes => say!(i18n, tasks.cancel_undoes, target = target.clone()),
        Effect::Keeps => say!(i18n, tasks.cancel_keeps, target = target.clone()),
        Effect::Parts => say!(i18n, tasks.cancel_parts),
    };
    Question::new(
        say!(i18n, tasks.cancel_title),
        body,
        say!(i18n, tasks.cancel_confirm),
        move || async move {
            rpc::tasks::cancel_task(id).await?;
            done.try_run(());
            Ok(())
        },
    )
}

/// Something that asks whether to cancel a task, and then calls back. Call it in a component, use the result in
/// handlers.
pub fn use_cancel() -> Callback<(TaskRow, Callback<()>)> {
    let confirm = use_confirm();
    let owner = Owner::current();
    Callback::new(move |(task, done): (TaskRow, Callback<()>)| {
        let effect = match (task.kind, task.children) {
            (_, Some(_)) => Effect::Parts,
            (TaskKind::CreateServer, None) => Effect::Undoes,
            _ => Effect::Keeps,
        };
        let ask = || confirm.ask(question(task.id, effect, &task.target, done));
        // A handler has no owner of its own; texts need the context of the component.
        match &owner {
            Some(owner) => owner.with(|| untrack(ask)),
            None => untrack(ask),
        }
    })
}

/// The button that cancels; gone when the task has ended.
#[component]
pub fn CancelTask(
    watch: TaskWatch,
    /// How tall it is.
    #[prop(optional)]
    size: ButtonSize,
) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let confirm = use_confirm();
    let detail = watch.detail;
    let has_ended = Memo::new(move |_| detail.with(|detail| detail.task.state.has_ended()));
    let refusal = Signal::derive(move || {
        detail.with(|detail| {
            detail
                .cancel_refusal
                .as_ref()
                .map(|problem| problem.text(lang.get()))
        })
    });
    let owner = Owner::current();
    let ask = move |_| {
        let open = || {
            detail.with_untracked(|detail| {
                let effect = match (detail.task.children, detail.undoes) {
                    (Some(_), _) => Effect::Parts,
                    (None, true) => Effect::Undoes,
                    (None, false) => Effect::Keeps,
                };
                let done = Callback::new(move |()| watch.reload());
                confirm.ask(question(detail.task.id, effect, &detail.task.target, done));
            });
        };
        match &owner {
            Some(owner) => owner.with(|| untrack(open)),
            None => untrack(open),
        }
    };
    move || {
        let ask = ask.clone();
        (!has_ended.get()).then(move || {
            view! {
                <Button icon=IconName::Stop size=size disabled=refusal on_click=ask>
                    {text!(i18n, tasks.cancel)}
                </Button>
            }
        })
    }
}
