//! From values to pixels and back, and round numbers for axes. Pure; knows no SVG.

/// A straight mapping from values to pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    pub(super) from: (f64, f64),
    pub(super) to: (f64, f64),
}

impl Scale {
    /// Maps `from.0..from.1` to `to.0..to.1`.
    pub(super) const fn new(from: (f64, f64), to: (f64, f64)) -> Self {
        Self { from, to }
    }

    /// The pixel of a value. Where all values are one, the middle.
    pub(super) fn map(self, value: f64) -> f64 {
        let span = self.from.1 - self.from.0;
        if span == 0.0 {
            return f64::midpoint(self.to.0, self.to.1);
        }
        self.to.0 + (value - self.from.0) / span * (self.to.1 - self.to.0)
    }

    /// The value of a pixel.
    pub(super) fn invert(self, pixel: f64) -> f64 {
        Self::new(self.to, self.from).map(pixel)
    }
}

/// What counts as a round number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TickBase {
    /// 1, 2 and 5 with zeros: percent, counts.
    #[default]
    Decimal,
    /// Powers of two: bytes, which are read in KiB, MiB and GiB.
    Binary,
}

/// Round numbers from 0 to the first one at or above `max`, about `count` of them.
pub(super) fn ticks(max: f64, count: u32, base: TickBase) -> Vec<f64> {
    let max = if max.is_finite() && max > 0.0 { max } else { 1.0 };
    let step = round_step(max / f64::from(count.max(1)), base);
    let mut ticks = vec![0.0];
    let mut factor = 0.0;
    while ticks.last().is_some_and(|last| *last < max) {
        factor += 1.0;
        ticks.push(factor * step);
    }
    ticks
}

/// The round number at or above `raw`.
fn round_step(raw: f64, base: TickBase) -> f64 {
    match base {
        TickBase::Binary => 2_f64.powf(raw.log2().ceil()),
        TickBase::Decimal => {
            let power = 10_f64.powf(raw.log10().floor());
            [1.0, 2.0, 5.0, 10.0]
                .into_iter()
                .map(|factor| factor * power)
                // A hair's breadth of rounding must not double the step.
                .find(|step| *step >= raw * (1.0 - 1e-9))
                .unwrap_or(10.0 * power)
        }
    }
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Distances between marks on a time axis that people read easily, in seconds.
const TIME_STEPS: [i64; 16] = [
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    30 * DAY,
    90 * DAY,
];

/// Marks on a time axis between two moments, at most `count`, at whole steps of the clock that is `offset`
/// seconds ahead of UTC.
pub(super) fn time_ticks(start: i64, end: i64, count: i64, offset: i64) -> Vec<i64> {
    if end <= start || count < 1 {
        return Vec::new();
    }
    let span = end - start;
    let step = TIME_STEPS
        .into_iter()
        .find(|step| span / step <= count)
        .unwrap_or_else(|| (span / count / (365 * DAY) + 1) * 365 * DAY);
    let first = (start + offset + step - 1).div_euclid(step) * step - offset;
    std::iter::successors(Some(first), |tick| Some(tick + step))
        .take_while(|tick| *tick <= end)
        .collect()
}

/// The index of the time nearest to `moment` in a sorted list.
pub(super) fn nearest(times: &[i64], moment: i64) -> Option<usize> {
    let distance = |index: usize| times[index].abs_diff(moment);
    let after = times.partition_point(|time| *time < moment);
    match (after.checked_sub(1), (after < times.len()).then_some(after)) {
        (Some(before), Some(after)) => Some(if distance(before) <= distance(after) {
            before
        } else {
            after
        }),
        (before, after) => before.or(after),
    }
}

/// A moment as a number to draw with.
#[expect(
    clippy::cast_precision_loss,
    reason = "seconds since 1970 fit 52 bits for 140 million years"
)]
pub(super) const fn seconds(moment: i64) -> f64 {
    moment as f64
}

/// A number to draw with as a moment.
pub(super) const fn whole_seconds(number: f64) -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a cast saturates, and no moment is that far away"
    )]
    {
        number.round() as i64
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn axes_show_round_numbers() {
        assert_eq!(ticks(100.0, 4, TickBase::Decimal), [0.0, 50.0, 100.0]);
        assert_eq!(
            ticks(87.0, 5, TickBase::Decimal),
            [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]
        );
        assert_eq!(
            ticks(3.0 * 1024.0, 4, TickBase::Binary),
            [0.0, 1024.0, 2048.0, 3072.0]
        );
        assert_eq!(ticks(0.0, 2, TickBase::Decimal), [0.0, 0.5, 1.0]);
        assert_eq!(ticks(f64::NAN, 2, TickBase::Decimal), [0.0, 0.5, 1.0]);
    }

    #[test]
    fn time_marks_follow_the_clock_on_the_wall() {
        // 2026-11-22 00:00 UTC is 09:00 in Seoul; marks every six hours fall on 12:00 and 18:00 there.
        let midnight = 1_795_305_600;
        assert_eq!(
            time_ticks(midnight, midnight + DAY, 4, 9 * HOUR),
            [3, 9, 15, 21].map(|hour| midnight + hour * HOUR)
        );
        assert_eq!(time_ticks(5, 5, 4, 0), Vec::<i64>::new());
    }

    #[test]
    fn the_nearest_time_wins() {
        assert_eq!(nearest(&[10, 20, 30], 24), Some(1));
        assert_eq!(nearest(&[10, 20, 30], 26), Some(2));
        assert_eq!(nearest(&[10, 20, 30], -5), Some(0));
        assert_eq!(nearest(&[10, 20, 30], 99), Some(2));
        assert_eq!(nearest(&[], 1), None);
    }

    proptest! {
        #[test]
        fn a_scale_goes_there_and_back(value in 0.0..1e6_f64, end in 1.0..1e6_f64, width in 1.0..4_000.0_f64) {
            let scale = Scale::new((0.0, end), (width, 0.0));
            prop_assert!((scale.invert(scale.map(value)) - value).abs() < 1e-6 * (1.0 + value));
        }

        #[test]
        fn an_axis_covers_its_values_with_few_marks(
            max in 1e-3..1e15_f64,
            count in 1_u32..10,
            binary in any::<bool>(),
        ) {
            let base = if binary { TickBase::Binary } else { TickBase::Decimal };
            let ticks = ticks(max, count, base);
            prop_assert!(ticks[ticks.len() - 1] >= max);
            prop_assert!(ticks.len() <= count as usize + 2);
            prop_assert!(ticks.windows(2).all(|pair| pair[0] < pair[1]));
        }

        #[test]
        fn time_marks_lie_within_and_are_few(start in 0_i64..4_000_000_000, span in 1_i64..400_000_000, count in 2_i64..12) {
            let marks = time_ticks(start, start + span, count, 0);
            prop_assert!(marks.len() <= usize::try_from(count).expect("small") + 1);
            prop_assert!(marks.iter().all(|mark| (start..=start + span).contains(mark)));
        }
    }
}
