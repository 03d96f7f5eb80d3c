//! One part of the gallery.

use leptos::prelude::*;

/// A heading and samples under it.
#[component]
pub(super) fn Entry(
    /// The anchor, such as `button`.
    id: &'static str,
    /// The component's name.
    title: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <section class="gallery__entry" id=id aria-labelledby=format!("{id}-title")>
            <h2 class="gallery__title" id=format!("{id}-title")>
                {title}
            </h2>
            {children()}
        </section>
    }
}
