//! Whether something has come into view: what nobody looks at is not asked for.

use leptos::{html, prelude::*};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{IntersectionObserver, IntersectionObserverEntry};

/// Becomes true once `element` is seen, and stays so.
pub fn use_seen(element: NodeRef<html::Div>) -> Signal<bool> {
    let seen = RwSignal::new(false);
    Effect::new(move |_| {
        let Some(element) = element.get() else { return };
        if seen.get_untracked() {
            return;
        }
        let look = Closure::<dyn FnMut(js_sys::Array)>::new(move |entries: js_sys::Array| {
            let is_seen = |entry: JsValue| {
                let entry = entry.dyn_into::<IntersectionObserverEntry>();
                entry.is_ok_and(|entry| entry.is_intersecting())
            };
            if entries.iter().any(is_seen) {
                seen.try_set(true);
            }
        });
        match IntersectionObserver::new(look.as_ref().unchecked_ref()) {
            Ok(observer) => {
                observer.observe(&element);
                // The observer calls it as long as it is there.
                let kept = StoredValue::new_local((observer, look));
                on_cleanup(move || {
                    kept.try_with_value(|(observer, _)| observer.disconnect());
                });
            }
            // A browser that can't tell shows everything.
            Err(_) => seen.set(true),
        }
    });
    seen.into()
}
