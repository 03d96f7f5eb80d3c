//! The time that ages are counted from: the server's, run on by the browser's clock once the page is live. A
//! browser whose clock is wrong shows right ages all the same.

use std::time::Duration;

use leptos::prelude::*;

/// How often ages are counted anew.
const TICK: Duration = Duration::from_secs(1);

#[derive(Clone, Copy)]
struct Clock(Signal<i64>);

/// Starts at the server's time `sent`, in seconds since 1970, and runs once the page is live.
pub fn provide_clock(sent: i64) {
    let now = RwSignal::new(sent);
    provide_context(Clock(now.into()));
    Effect::new(move |_| {
        let ahead = sent - seconds(loaded_at());
        let read = move || {
            now.try_set(seconds(js_sys::Date::now()) + ahead);
        };
        read();
        if let Ok(timer) = set_interval_with_handle(read, TICK) {
            on_cleanup(move || timer.clear());
        }
    });
}

/// The server's time in seconds since 1970; moves every second.
pub fn use_now() -> Signal<i64> {
    use_context::<Clock>().map_or_else(|| Signal::stored(0), |clock| clock.0)
}

/// When the page was asked for, by the browser's clock: as good as when the server wrote its time. A clock that is
/// put in the browser's place may not tell it.
fn loaded_at() -> f64 {
    window()
        .performance()
        .map(|performance| performance.time_origin())
        .filter(|origin| *origin > 0.0)
        .unwrap_or_else(js_sys::Date::now)
}

#[expect(clippy::cast_possible_truncation, reason = "whole seconds are wanted")]
fn seconds(milliseconds: f64) -> i64 {
    (milliseconds / 1000.0) as i64
}
