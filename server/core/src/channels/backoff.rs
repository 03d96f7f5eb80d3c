//! When something is tried again.

use std::time::Duration;

use chrono::TimeDelta;

/// How often something is tried before it is given up.
pub(super) const TRIES: u32 = 8;
/// How long the second try waits for the first.
pub(super) const FIRST: TimeDelta = TimeDelta::seconds(30);
/// How long a try waits at most.
const LONGEST: TimeDelta = TimeDelta::hours(1);
/// How much of a wait is left to chance, in percent: what failed together does not come again together.
const CHANCE: i64 = 20;

/// How long to wait after the try of this number, the first being 1. `chance` is a number from 0 to 1.
pub(super) fn wait(tried: u32, chance: f64, asked: Option<Duration>) -> TimeDelta {
    let doubled = FIRST * 2_i32.saturating_pow(tried.saturating_sub(1).min(16));
    let base = doubled.min(LONGEST);
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a share of some thousand milliseconds"
    )]
    let share = ((chance.clamp(0.0, 1.0) * 2.0 - 1.0) * 1000.0) as i64;
    let spread = TimeDelta::milliseconds(base.num_milliseconds() * CHANCE * share / 100_000);
    // What asks to be left alone for days is asked once an hour.
    let asked = asked
        .and_then(|asked| TimeDelta::from_std(asked).ok())
        .unwrap_or_default()
        .min(LONGEST);
    (base + spread).max(asked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_an_hour_and_differ_by_chance() {
        let seconds = |tried, chance| wait(tried, chance, None).num_seconds();
        assert_eq!([1, 2, 3, 7].map(|tried| seconds(tried, 0.5)), [30, 60, 120, 1920]);
        assert_eq!([seconds(1, 0.0), seconds(1, 1.0)], [24, 36]);
        assert_eq!(seconds(100, 0.5), 3600);
    }

    #[test]
    fn what_the_server_asks_for_is_heeded_within_reason() {
        let after = |seconds| wait(1, 0.5, Some(Duration::from_secs(seconds))).num_seconds();
        assert_eq!([1, 90, 86_400].map(after), [30, 90, 3600]);
        assert_eq!(wait(1, 0.5, Some(Duration::MAX)).num_seconds(), 30);
    }
}
