//! What is wrong with a form that was sent: beside each field what is wrong with it, and the rest with the whole.

use drover_types::{
    error::{ApiError, ErrorCode, FieldProblems},
    lang::Lang,
    text::Problem,
};
use leptos::prelude::*;

use crate::texts::use_lang;

/// The refusal of a form, while there is one; get it with [`use_form_error`].
#[derive(Clone, Copy)]
pub struct FormError {
    error: RwSignal<Option<ApiError>>,
    lang: Signal<Lang>,
}

/// Of a form that was not sent yet.
pub fn use_form_error() -> FormError {
    FormError {
        error: RwSignal::new(None),
        lang: use_lang(),
    }
}

impl FormError {
    /// Nothing is wrong any more.
    pub fn clear(self) {
        self.error.set(None);
    }

    /// The form was refused. Does nothing where the form has gone since it was sent.
    pub fn set(self, error: ApiError) {
        drop(self.error.try_set(Some(error)));
    }

    /// Whether the form tells by itself that it would be refused; says why then.
    pub fn found(self, problems: FieldProblems) -> bool {
        let is_wrong = !problems.is_empty();
        if is_wrong {
            let mut error = ApiError::new(ErrorCode::ValidationError, Problem::MalformedBody);
            error.fields = problems;
            self.set(error);
        }
        is_wrong
    }

    /// What is wrong with a field, for its `error`.
    pub fn field(self, name: &'static str) -> Signal<Option<String>> {
        let Self { error, lang } = self;
        Signal::derive(move || error.with(|error| Some(error.as_ref()?.fields.get(name)?.text(lang.get()))))
    }

    /// What is wrong with a field of a list, by its path. Tracked.
    pub fn at(self, path: &str) -> Option<Problem> {
        self.error.with(|error| error.as_ref()?.fields.get(path).cloned())
    }

    /// What is wrong with more than single fields. Tracked.
    pub fn whole(self) -> Option<ApiError> {
        self.error
            .get()
            .filter(|error| error.code != ErrorCode::ValidationError || error.fields.is_empty())
    }

    /// The sentence of [`Self::whole`], for the `error` of a dialog.
    pub fn text(self) -> Signal<Option<String>> {
        Signal::derive(move || Some(self.whole()?.text(self.lang.get())))
    }
}
