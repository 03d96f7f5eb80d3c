//! The time zones that the browser knows.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};

/// Their names, such as `Asia/Seoul`; empty until the page is live, and where the browser does not tell.
pub(super) fn use_time_zones() -> Signal<Vec<String>> {
    let names = RwSignal::new(Vec::new());
    Effect::new(move |_| names.set(supported().unwrap_or_default()));
    names.into()
}

/// `Intl.supportedValuesOf("timeZone")`, ECMA-402; younger than js-sys's own list of functions.
fn supported() -> Option<Vec<String>> {
    let intl = js_sys::Reflect::get(&js_sys::global(), &JsValue::from_str("Intl")).ok()?;
    let ask = js_sys::Reflect::get(&intl, &JsValue::from_str("supportedValuesOf")).ok()?;
    let ask = ask.dyn_into::<js_sys::Function>().ok()?;
    let names = ask.call1(&intl, &JsValue::from_str("timeZone")).ok()?;
    let names = names.dyn_into::<js_sys::Array>().ok()?;
    Some(names.iter().filter_map(|name| name.as_string()).collect())
}

/// The browser's own zone; `UTC` where it does not tell.
pub(super) fn own_time_zone() -> String {
    let format = js_sys::Intl::DateTimeFormat::new(&js_sys::Array::new(), &js_sys::Object::new());
    let name = js_sys::Reflect::get(&format.resolved_options(), &JsValue::from_str("timeZone"));
    name.ok()
        .and_then(|name| name.as_string())
        .unwrap_or_else(|| "UTC".to_owned())
}
