//! Which part of the times is in view. Pure; knows no SVG.

use std::ops::Range;

/// How many times there are in view at least: two make the shortest line.
const LEAST: usize = 2;

/// From when until when, in seconds since 1970.
pub(super) type Span = (i64, i64);

/// All there is.
pub(super) fn whole(times: &[i64]) -> Span {
    (
        times.first().copied().unwrap_or(0),
        times.last().copied().unwrap_or(1),
    )
}

/// The times within a span.
pub(super) fn within(times: &[i64], span: Option<Span>) -> Range<usize> {
    let Some((start, end)) = span else {
        return 0..times.len();
    };
    let first = times.partition_point(|time| *time < start);
    let after = times.partition_point(|time| *time <= end);
    first..after.max(first)
}

/// The span between two moments, whichever comes first; `None` where too little lies in it.
pub(super) fn between(times: &[i64], one: i64, other: i64) -> Option<Span> {
    let span = (one.min(other), one.max(other));
    (within(times, Some(span)).len() >= LEAST).then_some(span)
}

/// Half of a span, around a moment of it; the span itself where less would show nothing.
pub(super) fn closer(times: &[i64], span: Span, around: i64) -> Span {
    let quarter = (span.1 - span.0) / 4;
    let start = (around - quarter).clamp(span.0, span.1 - 2 * quarter);
    between(times, start, start + 2 * quarter).unwrap_or(span)
}

/// Twice a span around its middle, within what there is; `None` where that is all.
pub(super) fn wider(times: &[i64], span: Span) -> Option<Span> {
    let half = ((span.1 - span.0) / 2).max(1);
    let (first, last) = whole(times);
    let wide = ((span.0 - half).max(first), (span.1 + half).min(last));
    (wide != (first, last)).then_some(wide)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TIMES: [i64; 5] = [0, 60, 120, 180, 240];

    #[test]
    fn what_is_in_view_lies_within_the_span() {
        assert_eq!(within(&TIMES, None), 0..5);
        assert_eq!(within(&TIMES, Some((60, 180))), 1..4);
        assert_eq!(within(&TIMES, Some((61, 62))), 2..2);
        assert_eq!(within(&[], Some((0, 9))), 0..0);
    }

    #[test]
    fn a_span_of_one_point_is_none() {
        assert_eq!(between(&TIMES, 180, 60), Some((60, 180)));
        assert_eq!(between(&TIMES, 50, 70), None);
    }

    #[test]
    fn closer_and_wider_take_each_other_back() {
        assert_eq!(closer(&TIMES, (0, 240), 120), (60, 180));
        assert_eq!(closer(&TIMES, (0, 240), 0), (0, 120));
        assert_eq!(wider(&TIMES, (60, 180)), None);
        assert_eq!(wider(&TIMES, (90, 150)), Some((60, 180)));
    }

    proptest! {
        #[test]
        fn closer_stays_within(start in 0_i64..100, length in 1_i64..200, around in -50_i64..400) {
            let span = (start, start + length);
            let close = closer(&TIMES, span, around);
            prop_assert!(close.0 >= span.0 && close.1 <= span.1);
        }
    }
}
