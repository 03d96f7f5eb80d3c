//! Drover in the browser: takes over the page that the server rendered.
//! Nothing else belongs here; pages and state live in `app`.

/// Called by the script that `app`'s shell writes into each page; ends when the page is live.
/// leptos's `hydrate_lazy` does the same but tells nobody when it is done.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub async fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_from_async(leptos::tachys::dom::body(), app::App)
        .await
        .forget();
}
