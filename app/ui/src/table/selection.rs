//! Which rows of a table are ticked.

use std::{collections::BTreeSet, sync::Arc};

use leptos::{prelude::*, reactive::IntoReactiveValue};

/// Lets rows be ticked, and says which are.
pub struct Selection<T> {
    pub(super) keys: RwSignal<BTreeSet<String>>,
    pub(super) all_label: Signal<String>,
    pub(super) row_label: Arc<dyn Fn(&T) -> String + Send + Sync>,
}

impl<T> Clone for Selection<T> {
    fn clone(&self) -> Self {
        Self {
            keys: self.keys,
            all_label: self.all_label,
            row_label: Arc::clone(&self.row_label),
        }
    }
}

impl<T> Selection<T> {
    /// Keeps the keys of the ticked rows in `keys`. `all_label` and `row_label` name the tick boxes for
    /// screen readers.
    pub fn new<M>(
        keys: RwSignal<BTreeSet<String>>,
        all_label: impl IntoReactiveValue<Signal<String>, M>,
        row_label: impl Fn(&T) -> String + Send + Sync + 'static,
    ) -> Self {
        Self {
            keys,
            all_label: all_label.into_reactive_value(),
            row_label: Arc::new(row_label),
        }
    }
}

/// Ticks or unticks `keys` together: all get what `on` says.
pub(super) fn set_all(
    selection: RwSignal<BTreeSet<String>>,
    keys: impl IntoIterator<Item = String>,
    on: bool,
) {
    selection.update(|selected| {
        for key in keys {
            if on {
                selected.insert(key);
            } else {
                selected.remove(&key);
            }
        }
    });
}

/// What happened to a row's tick box.
#[derive(Clone, Debug)]
pub(super) struct Tick {
    pub(super) key: String,
    pub(super) on: bool,
    /// Whether all rows since the last tick are meant.
    pub(super) range: bool,
}

/// The keys from `from` to `to`, whichever comes first.
pub(super) fn range(keys: &[String], from: &str, to: &str) -> Vec<String> {
    let place = |key: &str| keys.iter().position(|other| other == key);
    match (place(from), place(to)) {
        (Some(from), Some(to)) => keys[from.min(to)..=from.max(to)].to_vec(),
        _ => vec![to.to_owned()],
    }
}

/// A range that keys draw: from where it began to where the cursor is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Drawn {
    pub(super) from: String,
    pub(super) to: String,
}

impl Drawn {
    /// The range after the cursor went from `now` to `to`: a new one, unless `last` ended where the cursor was.
    pub(super) fn on(last: Option<Self>, now: &str, to: &str) -> Self {
        let from = last
            .filter(|last| last.to == now)
            .map_or_else(|| now.to_owned(), |last| last.from);
        Self {
            from,
            to: to.to_owned(),
        }
    }
}

/// How many of a list are ticked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ticked {
    None,
    Some,
    All,
}

/// How many of `keys` are in `selected`.
pub(super) fn ticked(keys: impl IntoIterator<Item = String>, selected: &BTreeSet<String>) -> Ticked {
    let (mut any, mut all) = (false, true);
    for key in keys {
        let on = selected.contains(&key);
        any |= on;
        all &= on;
        if any && !all {
            return Ticked::Some;
        }
    }
    if any { Ticked::All } else { Ticked::None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_goes_both_ways() {
        let keys = ["a", "b", "c", "d"].map(str::to_owned);
        assert_eq!(range(&keys, "b", "d"), ["b", "c", "d"]);
        assert_eq!(range(&keys, "d", "b"), ["b", "c", "d"]);
        assert_eq!(range(&keys, "gone", "b"), ["b"]);
    }

    #[test]
    fn a_drawn_range_goes_on_where_it_ended() {
        let first = Drawn::on(None, "b", "c");
        let second = Drawn::on(Some(first), "c", "d");
        let drawn = |from: &str, to: &str| Drawn {
            from: from.to_owned(),
            to: to.to_owned(),
        };
        assert_eq!(second, drawn("b", "d"));
        assert_eq!(Drawn::on(Some(second), "x", "y"), drawn("x", "y"));
    }

    #[test]
    fn counts_only_the_listed_rows() {
        let selected: BTreeSet<String> = ["a", "b", "gone"].map(str::to_owned).into();
        let count = |keys: &[&str]| ticked(keys.iter().map(|key| (*key).to_owned()), &selected);
        assert_eq!(count(&["a", "b"]), Ticked::All);
        assert_eq!(count(&["a", "c"]), Ticked::Some);
        assert_eq!(count(&["c"]), Ticked::None);
        assert_eq!(count(&[]), Ticked::None);
    }
}
