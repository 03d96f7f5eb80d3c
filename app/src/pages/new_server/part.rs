//! A part of the form: its name and reason at the left, its controls at the right.

use drover_ui::use_id;
use leptos::prelude::*;

/// One part.
#[component]
pub fn Part(
    /// Its name.
    #[prop(into)]
    title: Signal<String>,
    /// What it is for.
    #[prop(into)]
    hint: Signal<String>,
    /// Its controls.
    children: Children,
) -> impl IntoView {
    let id = use_id("part");
    let heading = id.clone();
    view! {
        <section class="form-page__section" aria-labelledby=id>
            <div>
                <h2 class="form-page__title" id=heading>
                    {move || title.get()}
                </h2>
                <p class="form-page__hint">{move || hint.get()}</p>
            </div>
            <div class="form-page__fields">{children()}</div>
        </section>
    }
}
