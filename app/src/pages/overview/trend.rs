//! How the clusters' load went while one looked: the figures of the picture itself, kept since the page was opened.

use std::{collections::VecDeque, time::Duration};

use drover_types::overview::Overview;
use leptos::prelude::*;

use crate::inventory::use_inventory;

/// How often a figure is kept.
const STEP: Duration = Duration::from_secs(5);
/// How many are kept: ten minutes of them.
pub(super) const KEPT: usize = 120;

/// Figures in percent, oldest first.
pub(super) type Trend = RwSignal<VecDeque<f64>>;

/// Keeps what `read` finds, once the browser's own copy is there.
pub(super) fn use_trend(
    figures: Memo<Overview>,
    read: impl Fn(&Overview) -> f64 + Copy + Send + Sync + 'static,
) -> Trend {
    let inventory = use_inventory();
    let kept = Trend::new(VecDeque::new());
    let keep = move || {
        if !inventory.is_loaded_untracked() {
            return;
        }
        let Some(now) = figures.try_with_untracked(read) else {
            return;
        };
        kept.try_update(|kept| push(kept, now));
    };
    Effect::new(move |_| {
        if inventory.is_loaded() {
            keep();
        }
    });
    Effect::new(move |_| {
        if let Ok(timer) = set_interval_with_handle(keep, STEP) {
            on_cleanup(move || timer.clear());
        }
    });
    kept
}

fn push(kept: &mut VecDeque<f64>, now: f64) {
    kept.push_back(now);
    while kept.len() > KEPT {
        kept.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_goes_first() {
        let mut kept = VecDeque::new();
        for at in 0..=u32::try_from(KEPT).unwrap() {
            push(&mut kept, f64::from(at));
        }
        assert_eq!((kept.len(), kept.front().copied()), (KEPT, Some(1.0)));
    }
}
