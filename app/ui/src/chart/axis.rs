//! Where a chart's parts lie.

use super::{
    path::Point,
    scale::{Scale, TickBase, seconds, ticks, time_ticks, whole_seconds},
    zoom::Span,
};

/// Room for the marks' texts, in pixels.
const LEFT: f64 = 64.0;
const RIGHT: f64 = 8.0;
const TOP: f64 = 8.0;
const BOTTOM: f64 = 24.0;
/// The least room between two texts on the time axis.
const TIME_TEXT: f64 = 84.0;
/// The least room between two marks on the value axis.
const VALUE_ROOM: f64 = 44.0;

/// Where a chart's parts lie, in pixels.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axes {
    x: Scale,
    y: Scale,
    pub(super) x_ticks: Vec<i64>,
    pub(super) y_ticks: Vec<f64>,
}

impl Axes {
    /// Fits a span and the values up to `max` into a picture of the given size.
    pub(super) fn new(span: Span, max: f64, size: (f64, f64), base: TickBase, offset: i64) -> Self {
        let (width, height) = size;
        let (start, end) = span;
        let plot = (width - LEFT - RIGHT).max(1.0);
        let y_ticks = ticks(max, whole((height - TOP - BOTTOM) / VALUE_ROOM), base);
        let top = y_ticks[y_ticks.len() - 1];
        Self {
            x: Scale::new((seconds(start), seconds(end)), (LEFT, LEFT + plot)),
            y: Scale::new((0.0, top), (height - BOTTOM, TOP)),
            x_ticks: time_ticks(start, end, i64::from(whole(plot / TIME_TEXT)), offset),
            y_ticks,
        }
    }

    /// The pixel of a moment.
    pub(super) fn x(&self, moment: i64) -> f64 {
        self.x.map(seconds(moment))
    }

    /// The pixel of a value.
    pub(super) fn y(&self, value: f64) -> f64 {
        self.y.map(value)
    }

    /// The pixels from left to right.
    pub(super) const fn horizontal(&self) -> (f64, f64) {
        self.x.to
    }

    /// The pixels of the floor and the top.
    pub(super) const fn vertical(&self) -> (f64, f64) {
        self.y.to
    }

    /// The points of the values at some times.
    pub(super) fn points(&self, times: &[i64], values: &[Option<f64>]) -> Vec<Point> {
        times
            .iter()
            .zip(values)
            .map(|(time, value)| {
                let value = value.filter(|value| value.is_finite())?;
                Some((self.x(*time), self.y(value.clamp(0.0, self.y.from.1))))
            })
            .collect()
    }

    /// The moment under a pixel; at the edges of the plot the first and the last.
    pub(super) fn moment_at(&self, pixel: f64) -> i64 {
        let (left, right) = self.horizontal();
        whole_seconds(self.x.invert(pixel.clamp(left, right)))
    }
}

/// How many whole times something fits; at least once.
fn whole(ratio: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast saturates, and a picture has no four billion marks"
    )]
    {
        ratio.floor().max(1.0) as u32
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::chart::zoom;

    #[test]
    fn the_moment_under_a_pixel_lies_in_the_plot() {
        let axes = Axes::new((100, 220), 10.0, (640.0, 200.0), TickBase::Decimal, 0);
        assert_eq!(axes.moment_at(0.0), 100);
        assert_eq!(axes.moment_at(axes.x(160)), 160);
        assert_eq!(axes.moment_at(9_000.0), 220);
    }

    #[test]
    fn a_value_that_was_not_measured_has_no_point() {
        let axes = Axes::new((0, 120), 10.0, (640.0, 200.0), TickBase::Decimal, 0);
        let points = axes.points(&[0, 60, 120], &[Some(0.0), None, Some(f64::NAN)]);
        assert_eq!(points, [Some((64.0, 176.0)), None, None]);
    }

    proptest! {
        #[test]
        fn every_point_lies_in_the_plot(
            values in prop::collection::vec(prop::option::of(0.0..1e9_f64), 2..80),
            width in 200.0..2_000.0_f64,
        ) {
            let times: Vec<i64> = (0..).map(|index| index * 60).take(values.len()).collect();
            let max = values.iter().flatten().copied().fold(0.0, f64::max);
            let axes = Axes::new(zoom::whole(&times), max, (width, 200.0), TickBase::Decimal, 0);
            for (x, y) in axes.points(&times, &values).into_iter().flatten() {
                prop_assert!((LEFT - 1e-6..=width - RIGHT + 1e-6).contains(&x));
                prop_assert!((TOP - 1e-6..=200.0 - BOTTOM + 1e-6).contains(&y));
            }
        }
    }
}
