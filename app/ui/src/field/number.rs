//! A control for a whole number with its unit.

use leptos::{html, prelude::*};

use super::frame::{Field, FieldIds, hint_or_reason};
use crate::Bound;

/// A whole number with its unit. The value is `None` while the text is no number.
#[component]
pub fn NumberInput(
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// The number.
    #[prop(into)]
    value: Bound<Option<i64>>,
    /// Its unit, shown at the end of the control.
    #[prop(optional, into)]
    unit: Signal<Option<String>>,
    /// The smallest number that makes sense.
    #[prop(optional, into)]
    min: Signal<Option<i64>>,
    /// The largest number that makes sense.
    #[prop(optional, into)]
    max: Signal<Option<i64>>,
    /// How far the arrows go.
    #[prop(default = 1)]
    step: i64,
    /// A sentence that helps to fill it in.
    #[prop(optional, into)]
    hint: Signal<Option<String>>,
    /// What is wrong with the number.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether it has to be filled in.
    #[prop(optional, into)]
    required: Signal<bool>,
    /// Why it can't be changed; `None` while it can.
    #[prop(optional, into)]
    disabled: Signal<Option<String>>,
    /// An example, or what counts while nothing is filled in.
    #[prop(optional, into)]
    placeholder: Signal<Option<String>>,
    /// Whether only screen readers get the label.
    #[prop(optional)]
    hide_label: bool,
) -> impl IntoView {
    let ids = FieldIds::default();
    let element = NodeRef::<html::Input>::new();
    let hint = hint_or_reason(hint, disabled);
    let described_by = ids.described_by(hint, error);
    Effect::new(move |_| {
        let now = value.get();
        // A text that means the same number stays as it is: "007" is not rewritten under the cursor.
        if let Some(element) = element.get()
            && parse(&element.value()) != now
        {
            element.set_value(&now.map(|number| number.to_string()).unwrap_or_default());
        }
    });
    view! {
        <Field ids=ids.clone() label=label hint=hint error=error required=required hide_label=hide_label>
            <div class="input-group">
                <input
                    node_ref=element
                    class="input"
                    id=ids.control()
                    type="number"
                    inputmode="numeric"
                    value=value.get_untracked().map(|number| number.to_string())
                    min=move || min.get().map(|number| number.to_string())
                    max=move || max.get().map(|number| number.to_string())
                    step=step.to_string()
                    placeholder=move || placeholder.get()
                    required=move || required.get()
                    disabled=move || disabled.with(Option::is_some)
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=move || described_by.get()
                    on:input=move |event| value.set(parse(&event_target_value(&event)))
                />
                {move || unit.get().map(|unit| view! { <span class="input-group__unit">{unit}</span> })}
            </div>
        </Field>
    }
}

fn parse(text: &str) -> Option<i64> {
    text.trim().parse().ok()
}
