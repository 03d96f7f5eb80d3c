//! What is shown first when a form can't be sent.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Scrolls to the first element that `selector` finds, once it is there.
pub fn scroll_to_first(selector: &'static str) {
    request_animation_frame(move || {
        if let Ok(Some(element)) = document().query_selector(selector) {
            element.scroll_into_view();
        }
    });
}

/// Puts the focus into the first field with an error inside `form`, a selector, once the errors are shown.
pub fn focus_first_problem(form: &'static str) {
    request_animation_frame(move || {
        let found = document().query_selector(&format!("{form} [aria-invalid='true']"));
        let field = found
            .ok()
            .flatten()
            .and_then(|element| element.dyn_into::<HtmlElement>().ok());
        if let Some(field) = field {
            // A field that has left the page can't take the focus, which is no fault.
            drop(field.focus());
        }
    });
}
