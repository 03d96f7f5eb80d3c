//! Keeps a control and its value equal, and what was typed before the page came alive.

use leptos::{html, prelude::*};
use web_sys::{HtmlInputElement, HtmlTextAreaElement};

use crate::Bound;

/// Ties a text control to its value. What the user, or the browser's password store, put in before
/// hydration wins over the value that the server sent.
macro_rules! text_sync {
    ($name:ident, $element:ty, $sent:expr) => {
        pub(super) fn $name(element: NodeRef<$element>, value: Bound<String>) {
            Effect::new(move |adopted: Option<bool>| {
                let Some(element) = element.get() else {
                    return false;
                };
                if adopted != Some(true) {
                    let sent: fn(&_) -> Option<String> = $sent;
                    let typed = element.value();
                    if sent(&element).is_some_and(|sent| sent != typed) && typed != value.get_untracked() {
                        value.set(typed);
                    }
                }
                let now = value.get();
                if element.value() != now {
                    element.set_value(&now);
                }
                true
            });
        }
    };
}

text_sync!(sync_input, html::Input, |input: &HtmlInputElement| Some(
    input.default_value()
));
text_sync!(sync_text_area, html::Textarea, |area: &HtmlTextAreaElement| area
    .default_value()
    .ok());

/// Ties a checkbox to its value, as [`sync_input`] does for text.
pub(super) fn sync_checked(element: NodeRef<html::Input>, value: Bound<bool>) {
    Effect::new(move |adopted: Option<bool>| {
        let Some(element) = element.get() else {
            return false;
        };
        if adopted != Some(true)
            && element.checked() != element.default_checked()
            && element.checked() != value.get_untracked()
        {
            value.set(element.checked());
        }
        let now = value.get();
        if element.checked() != now {
            element.set_checked(now);
        }
        true
    });
}
