//! The question before something is done that can't be taken back. One dialog for the whole page: any
//! component asks through [`use_confirm`].

use drover_types::{error::ApiError, text::Problem};
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use crate::{
    session::use_session,
    shared::Part,
    texts::{text, use_i18n, use_lang},
};

type Answer = std::pin::Pin<Box<dyn Future<Output = Result<(), ApiError>>>>;

type More = std::sync::Arc<dyn Fn() -> AnyView + Send + Sync>;

/// What is asked.
#[derive(Clone)]
pub struct Question {
    /// The question.
    pub title: String,
    /// What will happen.
    pub body: String,
    /// What the button that goes on says.
    pub confirm: String,
    /// Whether it destroys something.
    pub is_dangerous: bool,
    /// What has to be typed first, and how that is asked for.
    typed: Option<(String, String)>,
    /// What stands under the body.
    more: Option<More>,
    /// Why it can't be done, where that is found out while the dialog is open.
    blocked: Option<ArcRwSignal<Option<Problem>>>,
    /// What is done on confirmation; an error is shown in the dialog, which stays open. So it does where that has asked
    /// something else.
    run: std::sync::Arc<dyn Fn() -> Answer + Send + Sync>,
}

impl Question {
    /// A question whose confirmation runs `action`.
    pub fn new<F>(
        title: String,
        body: String,
        confirm: String,
        action: impl Fn() -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(), ApiError>> + 'static,
    {
        Self {
            title,
            body,
            confirm,
            is_dangerous: true,
            typed: None,
            more: None,
            blocked: None,
            run: std::sync::Arc::new(move || Box::pin(action())),
        }
    }

    /// The same question, for something that can be taken back.
    #[must_use]
    pub fn harmless(mut self) -> Self {
        self.is_dangerous = false;
        self
    }
}

impl Question {
    /// The same question, to which `word` has to be typed; `label` asks for that.
    #[must_use]
    pub fn typed(mut self, word: String, label: String) -> Self {
        self.typed = Some((word, label));
        self
    }

    /// The same question, whose button can't be pressed while `blocked` has a reason.
    #[must_use]
    pub fn unless(mut self, blocked: ArcRwSignal<Option<Problem>>) -> Self {
        self.blocked = Some(blocked);
        self
    }

    /// The same question, with more under its body. Made anew each time the dialog opens.
    #[must_use]
    pub fn with(mut self, more: impl Fn() -> AnyView + Send + Sync + 'static) -> Self {
        self.more = Some(std::sync::Arc::new(more));
        self
    }
}

/// Asks; get it with [`use_confirm`].
#[derive(Clone, Copy)]
pub struct Confirm {
    /// Whether the dialog is open.
    pub(super) open: RwSignal<bool>,
    question: RwSignal<Option<Question>>,
}

impl Confirm {
    /// Opens the dialog.
    pub fn ask(self, question: Question) {
        self.question.set(Some(question));
        self.open.set(true);
    }
}

/// Provides the dialog's state.
pub(super) fn provide_confirm() -> Confirm {
    let confirm = Confirm {
        open: RwSignal::new(false),
        question: RwSignal::new(None),
    };
    provide_context(confirm);
    confirm
}

/// The dialog in context; one that nobody shows where none was provided.
pub fn use_confirm() -> Confirm {
    use_context().unwrap_or_else(|| Confirm {
        open: RwSignal::new(false),
        question: RwSignal::new(None),
    })
}

/// The dialog, as it is loaded.
#[lazy]
pub(super) fn confirm_box() -> Part<()> {
    |()| view! { <ConfirmBox /> }.into_any()
}

#[component]
fn ConfirmBox() -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let session = use_session();
    let Confirm { open, question } = use_confirm();
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<ApiError>);
    Effect::new(move |_| {
        if open.get() {
            error.set(None);
        }
    });
    let of = move |read: fn(&Question) -> String| {
        Signal::derive(move || question.with(|question| question.as_ref().map(read).unwrap_or_default()))
    };
    let confirm = move |()| {
        let Some(asked) = question.get_untracked() else {
            return;
        };
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let done = (asked.run)().await;
            busy.try_set(false);
            let is_same = |now: &Question| std::sync::Arc::ptr_eq(&now.run, &asked.run);
            match done {
                Ok(()) => {
                    if question.with_untracked(|now| now.as_ref().is_none_or(is_same)) {
                        open.try_set(false);
                    }
                }
                Err(problem) => {
                    session.heed(&problem);
                    error.try_set(Some(problem));
                }
            }
        });
    };
    let typed =
        Signal::derive(move || question.with(|question| Some(question.as_ref()?.typed.as_ref()?.0.clone())));
    let blocked = Signal::derive(move || {
        let problem = question.with(|question| question.as_ref()?.blocked.as_ref()?.get());
        problem.map(|problem| problem.text(lang.get()))
    });
    // The variant is fixed when the dialog is made, so it is made anew for the other kind of question.
    let is_dangerous = Memo::new(move |_| question.with(|q| q.as_ref().is_none_or(|q| q.is_dangerous)));
    move || {
        let variant = if is_dangerous.get() {
            ButtonVariant::Danger
        } else {
            ButtonVariant::Primary
        };
        view! {
            <ConfirmDialog
                open=open
                title=of(|question| question.title.clone())
                confirm_label=of(|question| question.confirm.clone())
                cancel_label=text!(i18n, common.cancel)
                on_confirm=confirm
                variant=variant
                busy=busy
                disabled=blocked
                type_to_confirm=typed
                type_label=of(|question| question.typed.clone().unwrap_or_default().1)
                error=Signal::derive(move || error.with(|e| e.as_ref().map(|e| e.text(lang.get()))))
            >
                <p>{of(|question| question.body.clone())}</p>
                {move || question.with(|question| question.as_ref()?.more.clone()).map(|more| more())}
            </ConfirmDialog>
        }
    }
}
