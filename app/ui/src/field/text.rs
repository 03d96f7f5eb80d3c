//! Controls for text: one line, a secret, many lines.

use leptos::{html, prelude::*};

use super::{
    frame::{Field, FieldIds, hint_or_reason},
    sync::{sync_input, sync_text_area},
};
use crate::{Bound, ButtonSize, IconButton, IconName};

/// One line of text.
#[component]
pub fn TextInput(
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// The text.
    #[prop(into)]
    value: Bound<String>,
    /// A sentence that helps to fill it in.
    #[prop(optional, into)]
    hint: Signal<Option<String>>,
    /// What is wrong with the text.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether it has to be filled in.
    #[prop(optional, into)]
    required: Signal<bool>,
    /// Why it can't be changed; `None` while it can.
    #[prop(optional, into)]
    disabled: Signal<Option<String>>,
    /// An example of a text.
    #[prop(optional, into)]
    placeholder: Signal<Option<String>>,
    /// Whether only screen readers get the label.
    #[prop(optional)]
    hide_label: bool,
    /// The `type` of the control, such as `email`.
    #[prop(default = "text")]
    input_type: &'static str,
    /// The `inputmode` of the control: which keys a phone shows.
    #[prop(optional)]
    inputmode: Option<&'static str>,
    /// The `autocomplete` of the control, such as `username`.
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    /// The `name` of the control in a form that the browser sends.
    #[prop(optional)]
    name: Option<&'static str>,
    /// Whether it takes the focus when its dialog or page opens.
    #[prop(optional)]
    autofocus: bool,
    /// Whether the text is code, such as an address or a path.
    #[prop(optional)]
    monospace: bool,
    /// What happens when the control is left after a change.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
) -> impl IntoView {
    let ids = FieldIds::default();
    let element = NodeRef::<html::Input>::new();
    sync_input(element, value);
    let hint = hint_or_reason(hint, disabled);
    let described_by = ids.described_by(hint, error);
    view! {
        <Field ids=ids.clone() label=label hint=hint error=error required=required hide_label=hide_label>
            <input
                node_ref=element
                class="input"
                id=ids.control()
                type=input_type
                inputmode=inputmode
                name=name
                value=value.get_untracked()
                placeholder=move || placeholder.get()
                autocomplete=autocomplete
                autofocus=autofocus
                spellcheck="false"
                data-monospace=monospace.then_some("true")
                required=move || required.get()
                disabled=move || disabled.with(Option::is_some)
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=move || described_by.get()
                on:input=move |event| value.set(event_target_value(&event))
                on:change=move |event| {
                    if let Some(on_change) = on_change {
                        on_change.run(event_target_value(&event));
                    }
                }
            />
        </Field>
    }
}

/// A secret, with a button that shows it.
#[component]
pub fn PasswordInput(
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// The secret.
    #[prop(into)]
    value: Bound<String>,
    /// What the button does while the secret is hidden.
    #[prop(into)]
    show_label: Signal<String>,
    /// What the button does while the secret is shown.
    #[prop(into)]
    hide_secret_label: Signal<String>,
    /// A sentence that helps to fill it in.
    #[prop(optional, into)]
    hint: Signal<Option<String>>,
    /// What is wrong with the secret.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether it has to be filled in.
    #[prop(optional, into)]
    required: Signal<bool>,
    /// Why it can't be changed; `None` while it can.
    #[prop(optional, into)]
    disabled: Signal<Option<String>>,
    /// The `autocomplete` of the control.
    #[prop(default = "current-password")]
    autocomplete: &'static str,
    /// The `name` of the control in a form that the browser sends.
    #[prop(optional)]
    name: Option<&'static str>,
) -> impl IntoView {
    let ids = FieldIds::default();
    let element = NodeRef::<html::Input>::new();
    let shown = RwSignal::new(false);
    sync_input(element, value);
    let hint = hint_or_reason(hint, disabled);
    let described_by = ids.described_by(hint, error);
    view! {
        <Field ids=ids.clone() label=label hint=hint error=error required=required>
            <div class="input-group">
                <input
                    node_ref=element
                    class="input"
                    id=ids.control()
                    type=move || if shown.get() { "text" } else { "password" }
                    name=name
                    value=value.get_untracked()
                    autocomplete=autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    required=move || required.get()
                    disabled=move || disabled.with(Option::is_some)
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=move || described_by.get()
                    on:input=move |event| value.set(event_target_value(&event))
                />
                <span class="input-group__end">
                    <IconButton
                        icon=Signal::derive(move || if shown.get() { IconName::EyeOff } else { IconName::Eye })
                        label=Signal::derive(move || {
                            if shown.get() { hide_secret_label.get() } else { show_label.get() }
                        })
                        size=ButtonSize::Small
                        on_click=move |_| shown.update(|shown| *shown = !*shown)
                    />
                </span>
            </div>
        </Field>
    }
}

/// Many lines of text.
#[component]
pub fn TextArea(
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// The text.
    #[prop(into)]
    value: Bound<String>,
    /// A sentence that helps to fill it in.
    #[prop(optional, into)]
    hint: Signal<Option<String>>,
    /// What is wrong with the text.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether it has to be filled in.
    #[prop(optional, into)]
    required: Signal<bool>,
    /// Why it can't be changed; `None` while it can.
    #[prop(optional, into)]
    disabled: Signal<Option<String>>,
    /// An example of a text.
    #[prop(optional, into)]
    placeholder: Signal<Option<String>>,
    /// How many lines it shows.
    #[prop(default = 4)]
    rows: u32,
    /// Whether only screen readers get the label.
    #[prop(optional)]
    hide_label: bool,
    /// Whether the text is code, such as a key or a configuration.
    #[prop(optional)]
    monospace: bool,
) -> impl IntoView {
    let ids = FieldIds::default();
    let element = NodeRef::<html::Textarea>::new();
    sync_text_area(element, value);
    let hint = hint_or_reason(hint, disabled);
    let described_by = ids.described_by(hint, error);
    view! {
        <Field ids=ids.clone() label=label hint=hint error=error required=required hide_label=hide_label>
            <textarea
                node_ref=element
                class="input"
                id=ids.control()
                rows=rows
                placeholder=move || placeholder.get()
                spellcheck="false"
                data-monospace=monospace.then_some("true")
                required=move || required.get()
                disabled=move || disabled.with(Option::is_some)
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=move || described_by.get()
                on:input=move |event| value.set(event_target_value(&event))
            >
                {value.get_untracked()}
            </textarea>
        </Field>
    }
}
