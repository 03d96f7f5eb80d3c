//! One rendered row of a table, whichever row of the list it shows at the moment.

use std::sync::Arc;

use leptos::{ev::MouseEvent, html, prelude::*};

use super::{
    Column,
    rendered::RenderedRow,
    selection::{Selection, Tick},
};
use crate::paint::Painter;

/// One row.
#[component]
pub(super) fn Row<T: Clone + Send + Sync + 'static>(
    id: Signal<String>,
    rendered: RenderedRow<T>,
    columns: Arc<[Column<T>]>,
    visible: Memo<Vec<usize>>,
    cursor: RwSignal<Option<String>>,
    selection: Option<Selection<T>>,
    on_tick: Callback<Tick>,
) -> impl IntoView {
    let RenderedRow {
        key,
        index,
        waits,
        shift,
        ..
    } = rendered;
    let item: Signal<T> = rendered.item.into();
    let paint = Painter::new(item);
    let is_cursor =
        Memo::new(move |_| key.with(|key| cursor.with(|cursor| cursor.as_deref() == Some(&**key))));
    let is_ticked = selection.as_ref().map(|selection| {
        let keys = selection.keys;
        Memo::new(move |_| key.with(|key| keys.with(|keys| keys.contains(&**key))))
    });
    // Not an attribute: the server's page may carry no styles of its own, and has no row away from its place.
    let element = NodeRef::<html::Tr>::new();
    Effect::new(move |_| {
        let (Some(element), shift) = (element.get(), shift.get()) else {
            return;
        };
        let style = web_sys::HtmlElement::style(&element);
        let set = match shift {
            0 => style.remove_property("inset-block-start").map(drop),
            rows => style.set_property("inset-block-start", &format!("calc(var(--row-height) * {rows})")),
        };
        debug_assert!(set.is_ok(), "the name and the value are plain CSS");
    });
    let point = move |_: MouseEvent| cursor.set(Some(key.with_untracked(ToString::to_string)));
    let tick_box = selection.zip(is_ticked).map(|(selection, is_ticked)| {
        let tick = move |event: MouseEvent| {
            on_tick.run(Tick {
                key: key.with_untracked(ToString::to_string),
                on: !is_ticked.get_untracked(),
                range: event.shift_key(),
            });
        };
        view! {
            <td class="data-table__tick">
                <input
                    type="checkbox"
                    class="checkbox__input"
                    aria-label=move || item.with(|item| (selection.row_label)(item))
                    checked=is_ticked.get_untracked()
                    prop:checked=move || is_ticked.get()
                    on:click=tick
                />
            </td>
        }
    });
    // Columns come and go all together, so that a row need not keep track of each.
    let cells = move || {
        paint.begin();
        let cell = |column: usize| {
            let column = &columns[column];
            view! { <td data-align=column.align.as_str()>{(column.cell)(paint)}</td> }
        };
        visible.with(|visible| visible.iter().copied().map(cell).collect_view())
    };
    view! {
        <tr
            node_ref=element
            id=move || is_cursor.get().then(|| id.get())
            hidden=move || waits.get()
            class="data-table__row"
            aria-rowindex=move || (index.get() + 2).to_string()
            aria-selected=move || is_ticked.map(|is_ticked| is_ticked.get().to_string())
            data-cursor=move || is_cursor.get().then_some("true")
            on:mousedown=point
        >
            {tick_box}
            {cells}
        </tr>
    }
}
