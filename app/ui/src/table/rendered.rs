//! The rendered rows as signals. They are set, not derived: derived from the list, every row in view would be asked
//! along each way through the graph whenever anything of the list moves.

use std::{sync::Arc, time::Duration};

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};

use super::{
    geometry::RowWindow,
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
    /// By how many rows it is shown below its place in the document.
    pub(super) shift: RwSignal<isize>,
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
            shift: RwSignal::new(0),
        }
    }

    /// Whether showing `placed` is what scrolling makes of it: another row of the list, or its own where it was.
    fn may_show_away(self, placed: &Placed<T>) -> bool {
        let is_own = self.key.with_untracked(|key| *key == placed.key);
        !self.waits.get_untracked() && (!is_own || self.index.get_untracked() == placed.index)
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

/// The rendered rows in the order of the document, and the room above and below them.
pub(super) struct Rendered<T: Send + Sync + 'static> {
    pub(super) rows: Signal<Vec<RenderedRow<T>>>,
    pub(super) room: Signal<RowWindow>,
}

/// For how long nothing may have moved before the rows stand in the document as they are shown.
const REST: Duration = Duration::from_secs(1);

/// Follows the rows in view.
///
/// While the list is scrolled, no row is moved in the document: the browser would lay it out as a new one, at several
/// times the cost of other texts. It is shown away from its place instead, until the list has come to rest.
pub(super) fn follow<T>(slice: Memo<Vec<Placed<T>>>, window: Memo<RowWindow>) -> Rendered<T>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    // The signals of a row live as long as the table, not until the next change.
    let owner = Owner::current().unwrap_or_default();
    let slots = StoredValue::new(Vec::<Slot>::new());
    let rows = RwSignal::new(Vec::<RenderedRow<T>>::new());
    let room = RwSignal::new(RowWindow::default());
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    on_cleanup(stop);

    let settle = move |shown: Vec<RenderedRow<T>>, window: RowWindow| {
        stop();
        for row in &shown {
            change(row.shift, 0);
        }
        let numbers = |rows: &[RenderedRow<T>]| rows.iter().map(|row| row.number).collect::<Vec<_>>();
        if numbers(&rows.read_untracked()) != numbers(&shown) {
            rows.set(shown);
        }
        change(room, window);
    };
    let show = move |view: Vec<Placed<T>>, window: RowWindow| {
        let keys: Vec<Arc<str>> = view.iter().map(|placed| Arc::clone(&placed.key)).collect();
        let next = slots.with_value(|last| assign(&keys, last));
        let mut made: Vec<Option<RenderedRow<T>>> = vec![None; next.len()];
        for row in rows.read_untracked().iter() {
            made[row.number] = Some(*row);
        }
        let is_scrolled = room.with_untracked(|room| room.is_scrolled_to(&window))
            && next
                .iter()
                .zip(&view)
                .all(|(slot, placed)| made[slot.number].is_some_and(|row| row.may_show_away(placed)));
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
        slots.set_value(next);
        if !is_scrolled {
            return settle(shown, window);
        }
        let start = room.with_untracked(|room| room.start);
        // Those that wait take no room.
        let rows = rows.read_untracked();
        let in_view = rows.iter().filter(|row| !row.waits.get_untracked());
        for (place, row) in in_view.enumerate() {
            change(
                row.shift,
                row.index.get_untracked().cast_signed() - (start + place).cast_signed(),
            );
        }
        stop();
        if window != room.get_untracked() {
            let at_rest = move || settle(shown, window);
            timer.set_value(set_timeout_with_handle(at_rest, REST).ok());
        }
    };
    show(slice.get_untracked(), window.get_untracked());
    Effect::new(move |_| show(slice.get(), window.get()));
    Rendered {
        rows: rows.into(),
        room: room.into(),
    }
}
