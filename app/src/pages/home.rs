//! The first page: shows that the browser took over.

use leptos::prelude::*;
use leptos_router::components::A;

/// A counter that works only after hydration.
#[component]
pub fn Home() -> impl IntoView {
    let count = RwSignal::new(0_u32);
    view! {
        <h1>"Drover"</h1>
        <p>
            <button type="button" on:click=move |_| count.update(|count| *count += 1)>
                "Count"
            </button>
            <output>{count}</output>
        </p>
        <p>
            <A href="/about">"About"</A>
        </p>
    }
}
