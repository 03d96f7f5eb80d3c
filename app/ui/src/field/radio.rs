//! One of a few values, all of them in view.

use leptos::prelude::*;

use super::frame::FieldIds;
use crate::{Bound, Icon, IconName};

/// One value of a [`RadioGroup`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RadioOption {
    /// The value.
    pub value: String,
    /// Its name.
    pub label: String,
    /// What choosing it means.
    pub description: Option<String>,
    /// Why it can't be chosen; `None` while it can.
    pub disabled: Option<String>,
}

impl RadioOption {
    /// A value and its name.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            description: None,
            disabled: None,
        }
    }

    /// The same value with what choosing it means.
    #[must_use]
    pub fn description(mut self, text: impl Into<String>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// The same value with the reason why it can't be chosen.
    #[must_use]
    pub fn disabled(mut self, reason: Option<String>) -> Self {
        self.disabled = reason;
        self
    }
}

/// One of a few values, all of them in view.
#[component]
pub fn RadioGroup(
    /// The question.
    #[prop(into)]
    label: Signal<String>,
    /// The value.
    #[prop(into)]
    value: Bound<String>,
    /// The values to choose from.
    #[prop(into)]
    options: Signal<Vec<RadioOption>>,
    /// A sentence that helps to choose.
    #[prop(optional, into)]
    hint: Signal<Option<String>>,
    /// What is wrong with the value.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether the values stand in one row.
    #[prop(optional)]
    inline: bool,
) -> impl IntoView {
    let ids = FieldIds::default();
    let group = ids.control();
    let described_by = ids.described_by(hint, error);
    let (hint_id, error_id) = (format!("{group}-hint"), format!("{group}-error"));
    let option_view = move |(index, option): (usize, RadioOption)| {
        let id = format!("{group}-{index}");
        let note_id = format!("{id}-note");
        let note = option.disabled.clone().or(option.description);
        let own = option.value.clone();
        let chosen = move || value.with(|value| *value == own);
        let new_value = option.value.clone();
        view! {
            <div class="radio-group__option">
                <input
                    class="radio-group__input"
                    type="radio"
                    id=id.clone()
                    name=group.clone()
                    value=option.value
                    checked=untrack(&chosen)
                    prop:checked=chosen
                    disabled=option.disabled.is_some()
                    aria-describedby=note.is_some().then(|| note_id.clone())
                    on:change=move |_| value.set(new_value.clone())
                />
                <label class="radio-group__label" for=id>
                    {option.label}
                </label>
                {note
                    .map(|text| {
                        view! {
                            <p class="field__hint" id=note_id>
                                {text}
                            </p>
                        }
                    })}
            </div>
        }
    };
    view! {
        <fieldset
            class="radio-group"
            role="radiogroup"
            data-inline=inline.then_some("true")
            aria-describedby=move || described_by.get()
            aria-invalid=move || error.with(Option::is_some).then_some("true")
        >
            <legend class="field__label">{move || label.get()}</legend>
            <div class="radio-group__options">
                {move || options.get().into_iter().enumerate().map(&option_view).collect_view()}
            </div>
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
        </fieldset>
    }
}
