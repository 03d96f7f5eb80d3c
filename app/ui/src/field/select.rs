//! One of a few values, in the browser's own list.

use leptos::{html, prelude::*};

use super::frame::{Field, FieldIds, hint_or_reason};
use crate::{Bound, Icon, IconName};

/// One value of a [`Select`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectOption {
    /// The value.
    pub value: String,
    /// Its name.
    pub label: String,
    /// Whether it can't be chosen; its name should say why.
    pub disabled: bool,
}

impl SelectOption {
    /// A value and its name.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
            disabled: false,
        }
    }

    /// The same value, not to be chosen.
    #[must_use]
    pub fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }
}

/// One of a few values.
#[component]
pub fn Select(
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// The value.
    #[prop(into)]
    value: Bound<String>,
    /// The values to choose from.
    #[prop(into)]
    options: Signal<Vec<SelectOption>>,
    /// What stands there while the value is empty; without it the first value is as good as chosen.
    #[prop(optional, into)]
    placeholder: Signal<Option<String>>,
    /// A sentence that helps to choose.
    #[prop(optional, into)]
    hint: Signal<Option<String>>,
    /// What is wrong with the value.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether one has to be chosen.
    #[prop(optional, into)]
    required: Signal<bool>,
    /// Why it can't be changed; `None` while it can.
    #[prop(optional, into)]
    disabled: Signal<Option<String>>,
    /// Whether only screen readers get the label.
    #[prop(optional)]
    hide_label: bool,
) -> impl IntoView {
    let ids = FieldIds::default();
    let element = NodeRef::<html::Select>::new();
    let hint = hint_or_reason(hint, disabled);
    let described_by = ids.described_by(hint, error);
    let option_view = move |option: SelectOption| {
        let own = option.value.clone();
        let chosen = move || value.with(|value| *value == own);
        view! {
            <option
                value=option.value
                disabled=option.disabled
                selected=untrack(&chosen)
                prop:selected=chosen
            >
                {option.label}
            </option>
        }
    };
    view! {
        <Field ids=ids.clone() label=label hint=hint error=error required=required hide_label=hide_label>
            <div class="select">
                <select
                    node_ref=element
                    class="select__control"
                    id=ids.control()
                    required=move || required.get()
                    disabled=move || disabled.with(Option::is_some)
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=move || described_by.get()
                    on:change=move |event| value.set(event_target_value(&event))
                >
                    {move || {
                        let empty = placeholder.get().map(|text| SelectOption::new("", text));
                        empty.into_iter().chain(options.get()).map(option_view).collect_view()
                    }}
                </select>
                <Icon name=IconName::ChevronDown />
            </div>
        </Field>
    }
}
