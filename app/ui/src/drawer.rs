//! A panel at the page's right side: over the page, or beside its content.

use leptos::{ev::KeyboardEvent, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::{IconButton, IconName, use_id};

/// A panel at the right side that leaves the page usable. It takes part in the shell's grid on wide screens
/// and lies over the page on a phone.
///
/// Opening moves the focus into it; Escape inside closes it and gives the focus back.
#[component]
pub fn Drawer(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// What the close button does, for screen readers.
    #[prop(into)]
    close_label: Signal<String>,
    /// The content; made each time the drawer opens.
    children: ChildrenFn,
    /// Buttons beside the heading.
    #[prop(optional, into)]
    actions: ViewFn,
) -> impl IntoView {
    let element = NodeRef::<html::Aside>::new();
    let heading = use_id("drawer");
    // What was focused before lives in the effect, which runs in the browser only: the server renders on several
    // threads, and an element belongs to one.
    Effect::new(move |last: Option<(bool, Option<HtmlElement>)>| {
        let is_open = open.get();
        let (was_open, mut opener) = last.unwrap_or_default();
        match (was_open, is_open) {
            (false, true) => {
                opener = document().active_element().and_then(|it| it.dyn_into().ok());
                focus(element.get_untracked().and_then(|it| it.dyn_into().ok()));
            }
            (true, false) => focus(opener.take()),
            _ => {}
        }
        (is_open, opener)
    });
    let close_on_escape = move |event: KeyboardEvent| {
        if event.key() == "Escape" && !event.default_prevented() {
            event.prevent_default();
            open.set(false);
        }
    };
    view! {
        <aside
            node_ref=element
            class="drawer"
            tabindex="-1"
            hidden=move || !open.get()
            aria-labelledby=heading.clone()
            on:keydown=close_on_escape
        >
            <header class="drawer__header">
                <h2 class="drawer__title" id=heading.clone()>
                    {move || title.get()}
                </h2>
                <div class="drawer__actions">
                    {actions.run()}
                    <IconButton icon=IconName::X label=close_label on_click=move |_| open.set(false) />
                </div>
            </header>
            <div class="drawer__body">{move || open.get().then(|| children())}</div>
        </aside>
    }
}

/// Focuses an element where there is one. An element that has left the page can't take it, which is no fault.
fn focus(element: Option<HtmlElement>) {
    if let Some(element) = element {
        drop(element.focus());
    }
}
