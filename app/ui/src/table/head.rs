//! The header row of a table.

use std::sync::Arc;

use leptos::prelude::*;

use super::{
    Column, Direction, Sort,
    selection::{Selection, Ticked},
};
use crate::{Icon, IconName};

/// The header row.
#[component]
pub(super) fn Head<T: Clone + Send + Sync + 'static>(
    columns: Arc<[Column<T>]>,
    visible: Memo<Vec<usize>>,
    sort: RwSignal<Option<Sort>>,
    selection: Option<Selection<T>>,
    ticked: Signal<Ticked>,
    on_tick_all: Callback<bool>,
) -> impl IntoView {
    view! {
        <thead class="data-table__head">
            <tr aria-rowindex="1">
                {selection
                    .map(|selection| {
                        view! {
                            <th class="data-table__tick" scope="col">
                                <input
                                    type="checkbox"
                                    class="checkbox__input"
                                    aria-label=move || selection.all_label.get()
                                    checked=ticked.get_untracked() == Ticked::All
                                    prop:checked=move || ticked.get() == Ticked::All
                                    prop:indeterminate=move || ticked.get() == Ticked::Some
                                    on:change=move |event| on_tick_all.run(event_target_checked(&event))
                                />
                            </th>
                        }
                    })}
                <For each=move || visible.get() key=|index| *index let:index>
                    <HeadCell column=HeadColumn::of(&columns[index]) sort=sort />
                </For>
            </tr>
        </thead>
    }
}

/// What a header cell needs of its column.
struct HeadColumn {
    id: &'static str,
    header: Signal<String>,
    header_hidden: bool,
    align: &'static str,
    sortable: bool,
}

impl HeadColumn {
    fn of<T: Clone + Send + Sync + 'static>(column: &Column<T>) -> Self {
        Self {
            id: column.id,
            header: column.header,
            header_hidden: column.header_hidden,
            align: column.align.as_str(),
            sortable: column.is_sortable(),
        }
    }
}

#[component]
fn HeadCell(column: HeadColumn, sort: RwSignal<Option<Sort>>) -> impl IntoView {
    let HeadColumn {
        id,
        header,
        header_hidden,
        align,
        sortable,
    } = column;
    let direction = Memo::new(move |_| {
        sort.with(|sort| {
            sort.as_ref()
                .filter(|sort| sort.column == id)
                .map(|sort| sort.direction)
        })
    });
    let icon = Signal::derive(move || match direction.get() {
        Some(Direction::Ascending) => IconName::ArrowUp,
        Some(Direction::Descending) => IconName::ArrowDown,
        None => IconName::ChevronsUpDown,
    });
    view! {
        <th
            scope="col"
            data-align=align
            aria-sort=move || sortable.then(|| direction.get().map_or("none", Direction::as_str))
        >
            {if sortable {
                view! {
                    <button
                        type="button"
                        class="data-table__sort"
                        data-active=move || direction.get().is_some().then_some("true")
                        on:click=move |_| sort.update(|sort| *sort = Sort::next(sort.as_ref(), id))
                    >
                        <span>{move || header.get()}</span>
                        <Icon name=icon />
                    </button>
                }
                    .into_any()
            } else {
                view! { <span class:visually-hidden=header_hidden>{move || header.get()}</span> }.into_any()
            }}
        </th>
    }
}
