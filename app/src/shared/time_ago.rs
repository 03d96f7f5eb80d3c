//! Times as ages. The first rendering counts from the server's clock and names the time in UTC; the browser's
//! own zone and words come in an Effect.

use chrono::{DateTime, SecondsFormat, Utc};
use drover_types::units;
use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::local_time::utc;
use crate::{clock::use_now, texts::use_lang};

/// How long ago something was; the exact time when pointed at.
#[component]
pub fn TimeAgo(
    /// When it was.
    #[prop(into)]
    at: Signal<DateTime<Utc>>,
) -> impl IntoView {
    let lang = use_lang();
    let now = use_now();
    let exact = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        let date = js_sys::Date::new(&JsValue::from_f64(milliseconds(at.get())));
        let text = date.to_locale_string(lang.get().code(), &JsValue::UNDEFINED);
        exact.set(text.as_string());
    });
    let age = Memo::new(move |_| units::age(now.get() - at.get().timestamp(), lang.get()));
    view! {
        <time
            class="tooltip"
            datetime=move || at.get().to_rfc3339_opts(SecondsFormat::Secs, true)
            data-tip=move || exact.get().unwrap_or_else(|| utc(at.get()))
        >
            {move || age.get()}
        </time>
    }
}

#[expect(clippy::cast_precision_loss, reason = "exact until the year 287396")]
fn milliseconds(at: DateTime<Utc>) -> f64 {
    at.timestamp_millis() as f64
}

/// How long something has been running.
#[component]
pub fn Uptime(
    /// When it was started, in seconds since 1970; 0 while it is off.
    #[prop(into)]
    started_at: Signal<i64>,
) -> impl IntoView {
    let lang = use_lang();
    let now = use_now();
    let text = Memo::new(move |_| match started_at.get() {
        0 => "—".to_owned(),
        started => units::duration(coarse(now.get() - started), lang.get()),
    });
    move || text.get()
}

/// Cuts the seconds off what has run for minutes: nobody reads them, and a list of a thousand would flicker.
const fn coarse(seconds: i64) -> i64 {
    if seconds >= 60 { seconds / 60 * 60 } else { seconds }
}
