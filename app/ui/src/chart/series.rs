//! What a chart draws.

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

    /// The largest value that can be drawn.
    pub(super) fn max(&self) -> f64 {
        self.values
            .iter()
            .flatten()
            .copied()
            .filter(|value| value.is_finite())
            .fold(0.0, f64::max)
    }

    /// The newest value.
    pub(super) fn last(&self) -> Option<f64> {
        self.values.iter().rev().find_map(|value| *value)
    }
}
