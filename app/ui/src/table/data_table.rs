//! The table itself: what pages use, put together.

use std::sync::Arc;

use leptos::{attr, ev::KeyboardEvent, prelude::*};

use super::{
    Column, Sort,
    body::{Body, row_id},
    control::Control,
    head::Head,
    model::Model,
    selection::Selection,
    viewport::Viewport,
};
use crate::use_id;

/// How wide the column of tick boxes is; `--data-table-tick` in the stylesheet says the same.
const TICK_WIDTH: u32 = 36;

/// A list of any length. Rows have a fixed height and only those in view are rendered; the server, and the
/// browser until it has measured the view, render the first ones.
///
/// Give it room: inside a flex or grid container of fixed height it fills what is left and scrolls; elsewhere
/// it is as tall as its rows.
#[component]
pub fn DataTable<T, K>(
    /// What is listed, for screen readers.
    #[prop(into)]
    label: Signal<String>,
    /// The rows, filtered, and sorted unless the column sorts itself.
    #[prop(into)]
    rows: Signal<Vec<T>>,
    /// What a row is known by; no two rows share it.
    row_key: K,
    /// What is shown of a row.
    columns: Vec<Column<T>>,
    /// By which column the list is sorted; kept inside where not given.
    #[prop(optional, into)]
    sort: Option<RwSignal<Option<Sort>>>,
    /// Lets rows be ticked.
    #[prop(optional, into)]
    selection: Option<Selection<T>>,
    /// What Enter does to the row under the cursor.
    #[prop(optional, into)]
    on_open: Option<Callback<T>>,
    /// What stands there while there are no rows.
    #[prop(optional, into)]
    empty: ViewFn,
    /// Whether the rows are on their way.
    #[prop(optional, into)]
    loading: Signal<bool>,
    /// Whether the keys work while nothing has the focus: for the one table that is the page.
    #[prop(optional)]
    page_keys: bool,
    /// How many rows the server renders.
    #[prop(default = 30)]
    initial_rows: usize,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    K: Fn(&T) -> String + Send + Sync + 'static,
{
    let id = use_id("table");
    let table_id = id.clone();
    let sort = sort.unwrap_or_else(|| RwSignal::new(None));
    let model = Model::new(rows, Arc::new(row_key), columns.into(), sort);
    let viewport = Viewport::new(model.count, initial_rows);
    let control = Control {
        model: model.clone(),
        viewport,
        cursor: RwSignal::new(None),
        selected: selection.as_ref().map(|selection| selection.keys),
        on_open,
        last_tick: StoredValue::new(None),
        drawn: StoredValue::new(None),
    };
    if page_keys {
        control.listen_to_page();
    }
    let slice = {
        let model = model.clone();
        Memo::new(move |_| model.slice(viewport.window.get()))
    };
    let ticked = {
        let control = control.clone();
        Memo::new(move |_| control.ticked())
    };
    let on_tick_all = {
        let control = control.clone();
        Callback::new(move |on: bool| control.tick_all(on))
    };
    let obey = {
        let control = control.clone();
        move |event: KeyboardEvent| control.obey(&event)
    };
    let active_descendant = {
        let (id, cursor) = (id.clone(), control.cursor);
        move || {
            let cursor = cursor.get()?;
            let in_view = slice.with(|slice| slice.iter().any(|placed| *placed.key == *cursor));
            in_view.then(|| row_id(&id, &cursor))
        }
    };
    let has_ticks = selection.is_some();
    let width = {
        let model = model.clone();
        move || (model.width() + if has_ticks { TICK_WIDTH } else { 0 }).to_string()
    };
    let col = {
        let columns = Arc::clone(&model.columns);
        move |index: usize| {
            let column = &columns[index];
            view! { <col {..attr::width((!column.grow).then(|| column.width.to_string()))} /> }
        }
    };
    let (visible, count) = (model.visible, model.count);
    let is_empty = Memo::new(move |_| count.get() == 0 && !loading.get());
    view! {
        <div node_ref=viewport.element class="data-table" on:scroll=move |_| viewport.on_scroll()>
            <table
                {..attr::width(width)}
                class="data-table__grid"
                role="grid"
                tabindex="0"
                id=table_id
                aria-label=move || label.get()
                aria-rowcount=move || (count.get() + 1).to_string()
                aria-multiselectable=has_ticks.then_some("true")
                aria-busy=move || loading.get().then_some("true")
                aria-activedescendant=active_descendant
                on:keydown=obey
            >
                <colgroup>
                    {has_ticks.then(|| view! { <col {..attr::width(TICK_WIDTH.to_string())} /> })}
                    <For each=move || visible.get() key=|index| *index children=col />
                </colgroup>
                <Head
                    columns=Arc::clone(&model.columns)
                    visible=visible
                    sort=sort
                    selection=selection.clone()
                    ticked=ticked.into()
                    on_tick_all=on_tick_all
                />
                <Body id=id control=control slice=slice selection=selection loading=loading />
            </table>
            {move || is_empty.get().then(|| view! { <div class="data-table__empty">{empty.run()}</div> })}
        </div>
    }
}
