//! What the parts of one chart share: what is drawn, what of it is in view, and what is read out.

use std::{collections::BTreeSet, ops::Range};

use leptos::prelude::*;

use super::{
    link::ChartLink,
    scale::nearest,
    series::Series,
    zoom::{self, Span},
};

/// What a chart draws and how one looks at it.
#[derive(Clone, Copy)]
pub(super) struct Plot {
    pub(super) times: Signal<Vec<i64>>,
    pub(super) series: Signal<Vec<Series>>,
    pub(super) link: ChartLink,
    /// The labels of the lines that are switched off. By label, so that they stay off when values come anew.
    pub(super) hidden: RwSignal<BTreeSet<String>>,
    /// The line that stands out.
    pub(super) lit: RwSignal<Option<usize>>,
    /// The times in view.
    pub(super) view: Memo<Range<usize>>,
    /// The time that is read out, among all times.
    pub(super) read: Memo<Option<usize>>,
}

impl Plot {
    pub(super) fn new(times: Signal<Vec<i64>>, series: Signal<Vec<Series>>, link: ChartLink) -> Self {
        let view = Memo::new(move |_| times.with(|times| zoom::within(times, link.span())));
        let read = Memo::new(move |_| {
            let moment = link.moment()?;
            let view = view.get();
            times.with(|times| Some(view.start + nearest(times.get(view)?, moment)?))
        });
        Self {
            times,
            series,
            link,
            hidden: RwSignal::new(BTreeSet::new()),
            lit: RwSignal::new(None),
            view,
            read,
        }
    }

    /// From when until when the picture reaches; tracked.
    pub(super) fn span(self) -> Span {
        self.link
            .span()
            .unwrap_or_else(|| self.times.with(|times| zoom::whole(times)))
    }

    /// The largest value in view; tracked.
    pub(super) fn max(self) -> f64 {
        let view = self.view.get();
        self.series.with(|series| {
            self.hidden.with(|hidden| {
                let drawn = series.iter().filter(|series| !hidden.contains(&series.label));
                drawn.map(|series| series.max(&view)).fold(0.0, f64::max)
            })
        })
    }

    /// The moment that is read out; tracked.
    pub(super) fn moment(self) -> Option<i64> {
        let index = self.read.get()?;
        self.times.with(|times| times.get(index).copied())
    }

    /// What a line says at the time that is read out, or at last; tracked.
    pub(super) fn value(self, line: usize) -> Option<f64> {
        self.series.with(|series| {
            let series = series.get(line)?;
            match self.read.get() {
                Some(index) => series.values.get(index).copied().flatten(),
                None => series.last(&self.view.get()),
            }
        })
    }

    /// Switches a line off or on.
    pub(super) fn toggle(self, label: &str) {
        self.hidden.update(|hidden| {
            if !hidden.remove(label) {
                hidden.insert(label.to_owned());
            }
        });
    }
}
