//! The rendered rows as signals. They are set, not derived: derived from the list, every row in view would be asked
//! along each way through the graph whenever anything of the list moves.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    model::Placed,
    slots::{Slot, assign},
};

/// What a rendered row shows.
pub(super) struct RenderedRow<T: Send + Sync + 'static> {
    pub(super) number: usize,
    pub(super) key: RwSignal<Arc<str>>,
    pub(super) item: RwSignal<T>,
    /// Its place in the order shown.
    pub(super) index: RwSignal<usize>,
    /// Whether it shows nothing at the moment; then it keeps what it showed last.
    pub(super) waits: RwSignal<bool>,
}

impl<T: Send + Sync + 'static> Clone for RenderedRow<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for RenderedRow<T> {}

impl<T: Clone + PartialEq + Send + Sync + 'static> RenderedRow<T> {
    fn new(number: usize, placed: Placed<T>) -> Self {
        Self {
            number,
            key: RwSignal::new(placed.key),
            item: RwSignal::new(placed.row),
            index: RwSignal::new(placed.index),
            waits: RwSignal::new(false),
        }
    }

    fn show(self, placed: Option<Placed<T>>) {
        change(self.waits, placed.is_none());
        if let Some(placed) = placed {
            change(self.key, placed.key);
            change(self.index, placed.index);
            change(self.item, placed.row);
        }
    }
}

/// Sets what is otherwise.
fn change<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, to: T) {
    if signal.with_untracked(|now| *now != to) {
        signal.set(to);
    }
}

/// The rendered rows, in the order shown.
pub(super) fn follow<T>(slice: Memo<Vec<Placed<T>>>) -> Signal<Vec<RenderedRow<T>>>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    // The signals of a row live as long as the table, not until the next change.
    let owner = Owner::current().unwrap_or_default();
    let slots = StoredValue::new(Vec::<Slot>::new());
    let rows = RwSignal::new(Vec::<RenderedRow<T>>::new());
    let show = move |view: Vec<Placed<T>>| {
        let keys: Vec<Arc<str>> = view.iter().map(|placed| Arc::clone(&placed.key)).collect();
        let next = slots.with_value(|last| assign(&keys, last));
        let mut made: Vec<Option<RenderedRow<T>>> = vec![None; next.len()];
        for row in rows.read_untracked().iter() {
            made[row.number] = Some(*row);
        }
        let mut view = view.into_iter();
        let mut shown = Vec::with_capacity(next.len());
        for slot in &next {
            let placed = view.next();
            match (made[slot.number], placed) {
                (Some(row), placed) => {
                    row.show(placed);
                    shown.push(row);
                }
                (None, Some(placed)) => shown.push(owner.with(|| RenderedRow::new(slot.number, placed))),
                (None, None) => {}
            }
        }
        let numbers = |rows: &[RenderedRow<T>]| rows.iter().map(|row| row.number).collect::<Vec<_>>();
        if numbers(&rows.read_untracked()) != numbers(&shown) {
            rows.set(shown);
        }
        slots.set_value(next);
    };
    show(slice.get_untracked());
    Effect::new(move |_| show(slice.get()));
    rows.into()
}
