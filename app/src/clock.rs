//! The time that ages are counted from: the server's until the page is live, then the browser's.

use std::time::Duration;

use leptos::prelude::*;

/// How often ages are counted anew.
const TICK: Duration = Duration::from_secs(1);

#[derive(Clone, Copy)]
struct Clock(Signal<i64>);

/// Starts at `now`, in seconds since 1970, and runs once the page is live.
pub fn provide_clock(now: i64) {
    let seconds = RwSignal::new(now);
    provide_context(Clock(seconds.into()));
    Effect::new(move |_| {
        let read = move || {
            seconds.try_set(browser_seconds());
        };
        read();
        if let Ok(timer) = set_interval_with_handle(read, TICK) {
            on_cleanup(move || timer.clear());
        }
    });
}

/// The time in seconds since 1970; moves every second.
pub fn use_now() -> Signal<i64> {
    use_context::<Clock>().map_or_else(|| Signal::stored(0), |clock| clock.0)
}

/// The browser's clock. Not before an Effect: the first rendering must equal the server's.
#[expect(clippy::cast_possible_truncation, reason = "whole seconds are wanted")]
pub fn browser_seconds() -> i64 {
    (js_sys::Date::now() / 1000.0) as i64
}
