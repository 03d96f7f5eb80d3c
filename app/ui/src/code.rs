//! Code and output, and copying them.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDocument, HtmlTextAreaElement};

use crate::{ButtonSize, IconButton, IconName};

/// How long a copy button says that it has copied.
const SAID_FOR: Duration = Duration::from_millis(1_500);

/// A block of code or output, with a button that copies it.
#[component]
pub fn Code(
    /// The text, shown as it is.
    #[prop(into)]
    text: Signal<String>,
    /// What the block holds, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// The text of the copy button; without it there is no button.
    #[prop(optional, into)]
    copy_label: Signal<Option<String>>,
    /// What the copy button says once it has copied.
    #[prop(optional, into)]
    copied_label: Signal<String>,
) -> impl IntoView {
    view! {
        <div class="code">
            <pre class="code__text" tabindex="0" role="region" aria-label=move || label.get()>
                <code>{move || text.get()}</code>
            </pre>
            {move || {
                copy_label
                    .get()
                    .map(|label| {
                        view! {
                            <span class="code__copy">
                                <CopyButton text=text label=label copied_label=copied_label />
                            </span>
                        }
                    })
            }}
        </div>
    }
}

/// Copies a text to the clipboard and says so for a moment.
#[component]
pub fn CopyButton(
    /// What to copy.
    #[prop(into)]
    text: Signal<String>,
    /// What it does.
    #[prop(into)]
    label: Signal<String>,
    /// What it says once it has.
    #[prop(into)]
    copied_label: Signal<String>,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let copy = move |_| {
        if write_to_clipboard(&text.get_untracked()) {
            copied.set(true);
            set_timeout(
                move || {
                    copied.try_set(false);
                },
                SAID_FOR,
            );
        }
    };
    view! {
        <span class="copy-button">
            <IconButton
                icon=Signal::derive(move || if copied.get() { IconName::Check } else { IconName::Copy })
                label=Signal::derive(move || if copied.get() { copied_label.get() } else { label.get() })
                size=ButtonSize::Small
                on_click=copy
            />
            <span class="visually-hidden" role="status">
                {move || copied.get().then(|| copied_label.get())}
            </span>
        </span>
    }
}

/// Hands a text to the clipboard; returns whether the browser took it.
///
/// Panels often run on plain HTTP inside a network, where `navigator.clipboard` does not exist; there a
/// selected text field is copied instead.
fn write_to_clipboard(text: &str) -> bool {
    if window().is_secure_context() {
        // The promise fails only without permission, which a press on a button grants.
        drop(window().navigator().clipboard().write_text(text));
        return true;
    }
    let document = document();
    let Some(body) = document.body() else { return false };
    let Some(field) = document
        .create_element("textarea")
        .ok()
        .and_then(|element| element.dyn_into::<HtmlTextAreaElement>().ok())
    else {
        return false;
    };
    field.set_value(text);
    field.set_class_name("visually-hidden");
    if body.append_child(&field).is_err() {
        return false;
    }
    field.select();
    let copied = document
        .dyn_ref::<HtmlDocument>()
        .is_some_and(|document| document.exec_command("copy").unwrap_or(false));
    field.remove();
    copied
}
