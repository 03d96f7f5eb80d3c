//! What a chart draws.

use std::ops::Range;

/// One line of a chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What was measured.
    pub label: String,
    /// One value per time; `None` where nothing was measured.
    pub values: Vec<Option<f64>>,
}

impl Series {
    /// The values of `label`, one per time.
    pub fn new(label: impl Into<String>, values: Vec<Option<f64>>) -> Self {
        Self {
            label: label.into(),
            values,
        }
    }

    /// The values within a range of times; fewer where fewer are known.
    pub(super) fn within(&self, range: &Range<usize>) -> &[Option<f64>] {
        let end = range.end.min(self.values.len());
        &self.values[range.start.min(end)..end]
    }

    /// The largest value within a range that can be drawn.
    pub(super) fn max(&self, range: &Range<usize>) -> f64 {
        self.within(range)
            .iter()
            .flatten()
            .copied()
            .filter(|value| value.is_finite())
            .fold(0.0, f64::max)
    }

    /// The newest value within a range.
    pub(super) fn last(&self, range: &Range<usize>) -> Option<f64> {
        self.within(range).iter().rev().find_map(|value| *value)
    }
}
