//! The dialog around a form: it is filled when the dialog opens, sent when it is saved, and stays open with what is wrong
//! where it comes back.

use drover_types::error::ApiError;
use drover_ui::prelude::*;
use leptos::{prelude::*, task::spawn_local};

use super::form_error::{FormError, use_form_error};
use crate::{
    session::{Session, use_session},
    texts::{text, use_i18n},
};

/// A form in a dialog; get it with [`use_form_dialog`].
#[derive(Clone, Copy)]
pub struct FormInDialog {
    /// Why it came back.
    pub error: FormError,
    open: RwSignal<bool>,
    busy: RwSignal<bool>,
    session: Session,
}

/// A form that is filled whenever its dialog opens.
pub fn use_form_dialog(open: RwSignal<bool>, fill: impl Fn() + 'static) -> FormInDialog {
    let error = use_form_error();
    Effect::new(move |_| {
        if open.get() {
            untrack(&fill);
            error.clear();
        }
    });
    FormInDialog {
        error,
        open,
        busy: RwSignal::new(false),
        session: use_session(),
    }
}

impl FormInDialog {
    /// Sends it. Once it was taken the dialog closes, and `then` is told what came of it.
    pub fn send<T: 'static>(
        self,
        call: impl Future<Output = Result<T, ApiError>> + 'static,
        then: impl FnOnce(T) + 'static,
    ) {
        let Self {
            error,
            open,
            busy,
            session,
        } = self;
        busy.set(true);
        error.clear();
        spawn_local(async move {
            let answer = session.heeded(call.await);
            busy.try_set(false);
            match answer {
                Ok(made) => {
                    open.try_set(false);
                    then(made);
                }
                Err(problem) => error.set(problem),
            }
        });
    }
}

/// The dialog.
#[component]
pub fn FormDialog(
    form: FormInDialog,
    /// What the form is about.
    #[prop(into)]
    title: Signal<String>,
    /// The fields.
    children: ChildrenFn,
    /// Sends the form, by [`FormInDialog::send`].
    #[prop(into)]
    on_save: Callback<()>,
    /// What the button says that sends it; that it is saved, where nothing else is said.
    #[prop(optional, into)]
    save_label: Option<Signal<String>>,
    /// Why it can't be sent.
    #[prop(optional, into)]
    disabled: Signal<Option<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let save = save_label.unwrap_or_else(|| text!(i18n, common.save));
    view! {
        <ConfirmDialog
            open=form.open
            title=title
            confirm_label=save
            cancel_label=text!(i18n, common.cancel)
            on_confirm=on_save
            variant=ButtonVariant::Primary
            busy=form.busy
            disabled=disabled
            error=form.error.text()
        >
            {children()}
        </ConfirmDialog>
    }
}
