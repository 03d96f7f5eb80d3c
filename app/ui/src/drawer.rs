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
    let opener = StoredValue::new_local(None::<HtmlElement>);
    Effect::new(move |was_open: Option<bool>| {
        let is_open = open.get();
        match (was_open.unwrap_or(false), is_open) {
            (false, true) => {
                opener.set_value(document().active_element().and_then(|it| it.dyn_into().ok()));
                focus(element.get_untracked().and_then(|it| it.dyn_into().ok()));
            }
            (true, false) => {
                focus(opener.try_update_value(Option::take).flatten());
            }
            _ => {}
        }
        is_open
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
