//! The field above the list, in the language of `drover_types::filter`.

use drover_ui::prelude::*;
use leptos::{
    ev::{self, KeyboardEvent},
    html,
    prelude::*,
};
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::view_state::ViewState;
use crate::texts::{text, use_i18n, use_lang};

/// The field. `/` leads to it from anywhere on the page.
#[component]
pub(super) fn FilterField(state: ViewState) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        let listener = window_event_listener(ev::keydown, move |event| {
            if event.key() == "/"
                && !is_typing(&event)
                && let Some(input) = input.get_untracked()
            {
                event.prevent_default();
                input.select();
                drop(input.focus());
            }
        });
        on_cleanup(move || listener.remove());
    });
    view! {
        <SearchInput
            label=text!(i18n, servers.filter)
            value=state.text
            clear_label=text!(i18n, servers.filter_clear)
            placeholder=Signal::derive(move || Some(crate::texts::say!(i18n, servers.filter_example)))
            shortcut=Signal::stored(Some("/".to_owned()))
            error=Signal::derive(move || state.error().map(|error| error.problem.text(lang.get())))
            input_ref=input
        />
    }
}

/// Whether a key press is meant for a field, or for what lies over the page.
fn is_typing(event: &KeyboardEvent) -> bool {
    event.ctrl_key()
        || event.meta_key()
        || event.alt_key()
        || event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .is_some_and(|target| {
                let inside =
                    target.closest("input, textarea, select, [contenteditable], dialog, [role=menu]");
                matches!(inside, Ok(Some(_)))
            })
}
