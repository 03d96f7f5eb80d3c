//! The rows of a table: those in view, and room for the others.

use leptos::{attr, prelude::*};

use super::{
    cell::Row,
    control::Control,
    model::Placed,
    rendered::{Rendered, RenderedRow, follow},
    selection::{Selection, Tick},
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
    let Rendered { rows, room } = follow(slice, window);
    let row_view = move |row: RenderedRow<T>| {
        let id = id.clone();
        view! {
            <Row
                id=Signal::derive(move || row.key.with(|key| row_id(&id, key)))
                rendered=row
                columns=control.model.columns.clone()
                visible=visible
                cursor=control.cursor
                selection=selection.clone()
                on_tick=on_tick
            />
        }
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
            {spacer(Signal::derive(move || room.with(|room| room.above)))}
            <For each=move || rows.get() key=|row| row.number children=row_view />
            {skeleton} {spacer(Signal::derive(move || room.with(|room| room.below)))}
        </tbody>
    }
}
