//! Times in the reader's own zone. UTC in the first rendering, which has to equal the server's.

use chrono::{DateTime, SubsecRound, TimeDelta, Timelike, Utc};
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

/// The reader's own time zone; UTC until the page is live. Unlike [`use_utc_offset`] it knows when clocks are set forward
/// and back: for times that are to come.
#[derive(Clone, Copy)]
pub struct LocalZone {
    live: RwSignal<bool>,
}

/// The reader's own time zone.
pub fn use_local_zone() -> LocalZone {
    let live = RwSignal::new(false);
    Effect::new(move |_| live.set(true));
    LocalZone { live }
}

impl LocalZone {
    /// A time by its clock of that day, in chrono's format. Tracked.
    pub fn show(self, at: DateTime<Utc>, format: &str) -> String {
        let offset = if self.live.get() { offset_at(at) } else { 0 };
        local(at, offset, format)
    }

    /// What it is called, such as `Europe/Vienna`. Tracked.
    pub fn name(self) -> String {
        let named = self.live.get().then(browser_zone).flatten();
        named.unwrap_or_else(|| "UTC".to_owned())
    }
}

/// How far the browser's clock is ahead of UTC at a time, in seconds.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "whole minutes, at most 14 hours; milliseconds of some thousand years are exact"
)]
fn offset_at(at: DateTime<Utc>) -> i64 {
    let at = js_sys::Date::new(&(at.timestamp_millis() as f64).into());
    (-at.get_timezone_offset() * 60.0) as i64
}

/// The browser's zone by its name, where it tells.
fn browser_zone() -> Option<String> {
    let format = js_sys::Intl::DateTimeFormat::default();
    let zone = js_sys::Reflect::get(&format.resolved_options(), &"timeZone".into());
    zone.ok()?.as_string()
}

/// A time by the clock `offset` seconds ahead of UTC, in chrono's format.
pub fn local(at: DateTime<Utc>, offset: i64, format: &str) -> String {
    (at + TimeDelta::seconds(offset)).format(format).to_string()
}

/// The time of day by that clock, to the second. What most pages show is put together without chrono's formats, whose
/// interpreter they would have to load.
pub fn local_clock(at: DateTime<Utc>, offset: i64) -> String {
    (at + TimeDelta::seconds(offset))
        .time()
        .trunc_subsecs(0)
        .to_string()
}

/// A time in UTC to the second.
pub fn utc(at: DateTime<Utc>) -> String {
    format!("{} UTC", at.naive_utc().trunc_subsecs(0))
}

/// A time in UTC to the minute.
pub fn utc_minute(at: DateTime<Utc>) -> String {
    format!("{} {:02}:{:02} UTC", at.date_naive(), at.hour(), at.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seoul_is_nine_hours_ahead() {
        let at = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        assert_eq!(local_clock(at, 0), "22:13:20");
        assert_eq!(local(at, 9 * 3600, "%m-%d %H:%M"), "11-15 07:13");
    }

    #[test]
    fn utc_is_as_exact_as_asked_for() {
        let at = DateTime::from_timestamp(1_700_000_040, 999_000_000).unwrap();
        assert_eq!(utc(at), "2023-11-14 22:14:00 UTC");
        assert_eq!(utc_minute(at), "2023-11-14 22:14 UTC");
    }
}
