//! The page for an address that does not exist.

use leptos::prelude::*;

/// Says so.
#[component]
pub fn NotFound() -> impl IntoView {
    view! { <h1>"Not found"</h1> }
}
