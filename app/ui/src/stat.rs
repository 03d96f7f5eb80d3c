//! Figures for an overview.

use leptos::prelude::*;

use crate::Tone;

/// One figure with its name.
#[component]
pub fn Stat(
    /// What is counted.
    #[prop(into)]
    label: Signal<String>,
    /// The figure.
    #[prop(into)]
    value: Signal<String>,
    /// Its unit, or what it is a part of, such as "of 256 GiB".
    #[prop(optional, into)]
    unit: Signal<Option<String>>,
    /// How it changed, or what it means.
    #[prop(optional, into)]
    note: Signal<Option<String>>,
    /// What the note's colour means.
    #[prop(optional, into)]
    tone: Signal<Tone>,
    /// Where one sees what is counted.
    #[prop(optional, into)]
    href: Signal<Option<String>>,
    /// A meter or a sparkline under the figure.
    #[prop(optional, into)]
    footer: ViewFn,
) -> impl IntoView {
    let figure = move || {
        view! {
            <span class="stat__figure">
                <span class="stat__value">{move || value.get()}</span>
                {move || unit.get().map(|unit| view! { <span class="stat__unit">{unit}</span> })}
            </span>
        }
    };
    view! {
        <div class="stat" data-tone=move || tone.get().as_str()>
            <span class="stat__label">
                {move || match href.get() {
                    Some(href) => view! { <a class="stat__link" href=href>{move || label.get()}</a> }.into_any(),
                    None => label.get().into_any(),
                }}
            </span>
            {figure()}
            {move || note.get().map(|note| view! { <span class="stat__note">{note}</span> })}
            {footer.run()}
        </div>
    }
}
