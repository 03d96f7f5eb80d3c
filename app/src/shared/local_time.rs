//! Times in the reader's own zone. UTC in the first rendering, which has to equal the server's.

use chrono::{DateTime, TimeDelta, Utc};
use leptos::prelude::*;

/// How far the reader's clock is ahead of UTC now, in seconds; 0 until the page is live.
pub fn use_utc_offset() -> Signal<i64> {
    let offset = RwSignal::new(0);
    Effect::new(move |_| offset.set(browser_offset()));
    offset.into()
}

/// The browser's zone. Its minutes count to the west, and are whole.
#[expect(clippy::cast_possible_truncation, reason = "whole minutes, at most 14 hours")]
fn browser_offset() -> i64 {
    (-js_sys::Date::new_0().get_timezone_offset() * 60.0) as i64
}

/// A time by the clock `offset` seconds ahead of UTC, in chrono's format.
pub fn local(at: DateTime<Utc>, offset: i64, format: &str) -> String {
    (at + TimeDelta::seconds(offset)).format(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seoul_is_nine_hours_ahead() {
        let at = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        assert_eq!(local(at, 0, "%H:%M:%S"), "22:13:20");
        assert_eq!(local(at, 9 * 3600, "%m-%d %H:%M"), "11-15 07:13");
    }
}
