//! What charts have in common while one looks at them: the moment under the pointer and the span that shows.

use leptos::prelude::*;

/// The crosshair and the zoom of a chart; charts that are given the same one move together.
#[derive(Clone, Copy, Debug)]
pub struct ChartLink {
    moment: RwSignal<Option<i64>>,
    span: RwSignal<Option<(i64, i64)>>,
}

impl Default for ChartLink {
    fn default() -> Self {
        Self::new()
    }
}

impl ChartLink {
    /// Nothing read out, and all of it in view.
    pub fn new() -> Self {
        Self {
            moment: RwSignal::new(None),
            span: RwSignal::new(None),
        }
    }

    /// The moment that is read out, in seconds since 1970; tracked.
    pub fn moment(self) -> Option<i64> {
        self.moment.get()
    }

    /// Reads out a moment, or the newest values.
    pub fn read(self, moment: Option<i64>) {
        if self.moment.get_untracked() != moment {
            self.moment.set(moment);
        }
    }

    /// From when until when one looks, where that is not all; tracked.
    pub fn span(self) -> Option<(i64, i64)> {
        self.span.get()
    }

    /// Looks at a span, or at all.
    pub fn zoom(self, span: Option<(i64, i64)>) {
        if self.span.get_untracked() != span {
            self.span.set(span);
        }
    }
}
