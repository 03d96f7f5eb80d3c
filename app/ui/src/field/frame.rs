//! What stands around a control: label, hint, error, and the ids that tie them together.

use std::sync::Arc;

use leptos::prelude::*;

use crate::{Icon, IconName, use_id};

/// The ids that tie a control to its label, hint and error.
#[derive(Clone, Debug)]
pub struct FieldIds(Arc<str>);

impl Default for FieldIds {
    fn default() -> Self {
        Self(use_id("field").into())
    }
}

impl FieldIds {
    /// The `id` of the control.
    pub fn control(&self) -> String {
        self.0.to_string()
    }

    fn hint(&self) -> String {
        format!("{}-hint", self.0)
    }

    fn error(&self) -> String {
        format!("{}-error", self.0)
    }

    /// The `aria-describedby` of the control: its error first, then its hint.
    pub fn described_by(
        &self,
        hint: Signal<Option<String>>,
        error: Signal<Option<String>>,
    ) -> Signal<Option<String>> {
        let ids = self.clone();
        Signal::derive(move || {
            let parts: Vec<String> = [
                error.with(Option::is_some).then(|| ids.error()),
                hint.with(Option::is_some).then(|| ids.hint()),
            ]
            .into_iter()
            .flatten()
            .collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        })
    }
}

/// The reason why a control is disabled, or else its hint.
pub(super) fn hint_or_reason(
    hint: Signal<Option<String>>,
    disabled: Signal<Option<String>>,
) -> Signal<Option<String>> {
    Signal::derive(move || disabled.get().or_else(|| hint.get()))
}

/// A label over a control, with hint and error under it. For controls of your own; those of this crate bring it.
#[component]
pub fn Field(
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// The control; its `id` is `ids.control()`.
    children: Children,
    /// The ids that the control uses too.
    #[prop(optional)]
    ids: FieldIds,
    /// A sentence that helps to fill it in.
    #[prop(optional, into)]
    hint: Signal<Option<String>>,
    /// What is wrong with the value.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether it has to be filled in.
    #[prop(optional, into)]
    required: Signal<bool>,
    /// Whether only screen readers get the label: in tables and toolbars.
    #[prop(optional)]
    hide_label: bool,
) -> impl IntoView {
    let (hint_id, error_id) = (ids.hint(), ids.error());
    view! {
        <div class="field" data-invalid=move || error.with(Option::is_some).then_some("true")>
            <label class="field__label" class:visually-hidden=hide_label for=ids.control()>
                {move || label.get()}
                {move || {
                    required.get().then(|| view! { <span class="field__required" aria-hidden="true">"*"</span> })
                }}
            </label>
            {children()}
            {move || {
                error
                    .get()
                    .map(|text| {
                        view! {
                            <p class="field__error" id=error_id.clone()>
                                <Icon name=IconName::Alert />
                                <span>{text}</span>
                            </p>
                        }
                    })
            }}
            {move || {
                hint.get()
                    .map(|text| {
                        view! {
                            <p class="field__hint" id=hint_id.clone()>
                                {text}
                            </p>
                        }
                    })
            }}
        </div>
    }
}
