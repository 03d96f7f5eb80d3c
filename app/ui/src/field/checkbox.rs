//! Controls for yes and no.

use leptos::{html, prelude::*};

use super::{
    frame::{FieldIds, hint_or_reason},
    sync::sync_checked,
};
use crate::{Bound, Icon, IconName};

/// Yes or no, sent with a form.
#[component]
pub fn Checkbox(
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// Whether it is ticked.
    #[prop(into)]
    value: Bound<bool>,
    /// Whether it stands for many of which some are ticked.
    #[prop(optional, into)]
    indeterminate: Signal<bool>,
    /// A sentence under the label.
    #[prop(optional, into)]
    hint: Signal<Option<String>>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Why it can't be changed; `None` while it can.
    #[prop(optional, into)]
    disabled: Signal<Option<String>>,
    /// Whether only screen readers get the label.
    #[prop(optional)]
    hide_label: bool,
) -> impl IntoView {
    view! {
        <YesNo
            class="checkbox"
            label=label
            value=value
            indeterminate=indeterminate
            hint=hint
            error=error
            disabled=disabled
            hide_label=hide_label
        />
    }
}

/// On or off, at once.
#[component]
pub fn Switch(
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// Whether it is on.
    #[prop(into)]
    value: Bound<bool>,
    /// A sentence under the label.
    #[prop(optional, into)]
    hint: Signal<Option<String>>,
    /// What is wrong with it.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Why it can't be changed; `None` while it can.
    #[prop(optional, into)]
    disabled: Signal<Option<String>>,
    /// Whether only screen readers get the label.
    #[prop(optional)]
    hide_label: bool,
) -> impl IntoView {
    view! {
        <YesNo
            class="switch"
            label=label
            value=value
            indeterminate=Signal::from(false)
            hint=hint
            error=error
            disabled=disabled
            hide_label=hide_label
        />
    }
}

#[component]
fn YesNo(
    class: &'static str,
    label: Signal<String>,
    value: Bound<bool>,
    indeterminate: Signal<bool>,
    hint: Signal<Option<String>>,
    error: Signal<Option<String>>,
    disabled: Signal<Option<String>>,
    hide_label: bool,
) -> impl IntoView {
    let ids = FieldIds::default();
    let element = NodeRef::<html::Input>::new();
    sync_checked(element, value);
    let hint = hint_or_reason(hint, disabled);
    let described_by = ids.described_by(hint, error);
    let (hint_id, error_id) = (
        format!("{}-hint", ids.control()),
        format!("{}-error", ids.control()),
    );
    view! {
        <div class=class data-invalid=move || error.with(Option::is_some).then_some("true")>
            <input
                node_ref=element
                class=format!("{class}__input")
                type="checkbox"
                role=(class == "switch").then_some("switch")
                id=ids.control()
                checked=value.get_untracked()
                prop:indeterminate=move || indeterminate.get()
                disabled=move || disabled.with(Option::is_some)
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=move || described_by.get()
                on:change=move |event| value.set(event_target_checked(&event))
            />
            <label class=format!("{class}__label") class:visually-hidden=hide_label for=ids.control()>
                {move || label.get()}
            </label>
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
