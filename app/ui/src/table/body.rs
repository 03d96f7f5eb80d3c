//! The rows of a table: those in view, and room for the others.

use leptos::{attr, prelude::*};

use super::{
    cell::Row,
    control::Control,
    model::Placed,
    selection::{Selection, Tick},
    slots::{Slot, assign},
};

/// Rows that stand for a list on its way.
const SKELETON_ROWS: usize = 8;

/// Where a table's rows get their ids from, so that the cursor can name one.
pub(super) fn row_id(table: &str, key: &str) -> String {
    format!("{table}-{}", key.replace(char::is_whitespace, "_"))
}

/// The rows in view, and room for the others.
#[component]
pub(super) fn Body<T: Clone + PartialEq + Send + Sync + 'static>(
    id: String,
    control: Control<T>,
    slice: Memo<Vec<Placed<T>>>,
    selection: Option<Selection<T>>,
    loading: Signal<bool>,
) -> impl IntoView {
    let (visible, count) = (control.model.visible, control.model.count);
    let window = control.viewport.window;
    let has_ticks = selection.is_some();
    let on_tick = {
        let control = control.clone();
        Callback::new(move |tick: Tick| control.tick(tick))
    };
    let slots = Memo::new(move |last: Option<&Vec<Slot<T>>>| {
        assign(slice.get(), last.map(Vec::as_slice).unwrap_or_default())
    });
    let table = StoredValue::new(id);
    let row_view = move |first: Slot<T>| {
        let number = first.number;
        // Made for a row, so it has one; while the slot waits it keeps the last.
        let first = first.placed?;
        let now = Memo::new(move |_| {
            slots.with(|slots| {
                let slot = slots.iter().find(|slot| slot.number == number)?;
                slot.placed.clone()
            })
        });
        let place = Memo::new(move |last: Option<&Placed<T>>| {
            now.get()
                .or_else(|| last.cloned())
                .unwrap_or_else(|| first.clone())
        });
        Some(view! {
            <Row
                id=Signal::derive(move || {
                    place.with(|place| table.with_value(|table| row_id(table, &place.key)))
                })
                key=Memo::new(move |_| place.with(|place| place.key.clone())).into()
                item=Memo::new(move |_| place.with(|place| place.row.clone())).into()
                index=Memo::new(move |_| place.with(|place| place.index)).into()
                waits=Signal::derive(move || now.with(Option::is_none))
                columns=control.model.columns.clone()
                visible=visible
                cursor=control.cursor
                selection=selection.clone()
                on_tick=on_tick
            />
        })
    };
    let span = move || (visible.with(Vec::len) + usize::from(has_ticks)).to_string();
    let spacer = move |height: Signal<u32>| {
        view! {
            <tr class="data-table__spacer" aria-hidden="true" hidden=move || height.get() == 0>
                <td {..attr::height(move || height.get().to_string())} colspan=span></td>
            </tr>
        }
    };
    let is_waiting = Memo::new(move |_| loading.get() && count.get() == 0);
    let skeleton = move || {
        is_waiting.get().then(|| {
            let row = |_| {
                view! {
                    <tr class="data-table__row" aria-hidden="true">
                        <td colspan=span>
                            <span class="skeleton__bar"></span>
                        </td>
                    </tr>
                }
            };
            (0..SKELETON_ROWS).map(row).collect_view()
        })
    };
    view! {
        <tbody>
            {spacer(Signal::derive(move || window.with(|window| window.above)))}
            <For each=move || slots.get() key=|slot| slot.number children=row_view />
            {skeleton} {spacer(Signal::derive(move || window.with(|window| window.below)))}
        </tbody>
    }
}
