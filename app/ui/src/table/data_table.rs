//! The table itself: state, scrolling and keys around header and rows.

use std::sync::Arc;

use leptos::{
    attr,
    ev::{self, KeyboardEvent},
    html,
    prelude::*,
};
use leptos_use::{UseElementSizeReturn, use_element_size};

use super::{
    Column, Sort,
    cell::{Row, Tick},
    column::Sorting,
    geometry::{first_rows, rows_in_view, scroll_to_show},
    head::Head,
    keys::{Command, command_of, is_free, target},
    order::sorted_positions,
    selection::{Selection, Ticked, set_all, ticked},
};
use crate::{use_density, use_id};

/// How wide the column of tick boxes is; `--data-table-tick` in the stylesheet says the same.
const TICK_WIDTH: u32 = 36;
/// Rows that stand for a list on its way.
const SKELETON_ROWS: usize = 8;

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
    #[prop(default = 50)]
    initial_rows: usize,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
    K: Fn(&T) -> String + Send + Sync + 'static,
{
    let id = use_id("table");
    let row_key = Arc::new(row_key);
    let columns: Arc<[Column<T>]> = columns.into();
    let sort = sort.unwrap_or_else(|| RwSignal::new(None));
    let density = use_density();
    let scroller = NodeRef::<html::Div>::new();
    let UseElementSizeReturn { height, .. } = use_element_size(scroller);
    let scroll_top = RwSignal::new(0_u32);
    let cursor = RwSignal::new(None::<String>);
    let last_tick = StoredValue::new(None::<String>);

    let visible = {
        let columns = Arc::clone(&columns);
        Memo::new(move |_| {
            (0..columns.len())
                .filter(|index| !columns[*index].hidden.get())
                .collect::<Vec<_>>()
        })
    };
    let has_ticks = selection.is_some();
    let width = {
        let columns = Arc::clone(&columns);
        move || {
            let ticks = if has_ticks { TICK_WIDTH } else { 0 };
            visible.with(|visible| visible.iter().map(|index| columns[*index].width).sum::<u32>() + ticks)
        }
    };
    let count = Memo::new(move |_| rows.with(Vec::len));
    // Where each shown row stands in `rows`; `None` while they are shown as they come.
    let order = {
        let columns = Arc::clone(&columns);
        Memo::new(move |_| {
            let sort = sort.get()?;
            let column = columns.iter().find(|column| column.id == sort.column)?;
            let Sorting::ByTable(compare) = &column.sorting else {
                return None;
            };
            Some(rows.with(|rows| sorted_positions(rows, sort.direction, |left, right| compare(left, right))))
        })
    };
    let window = Memo::new(move |_| {
        let row_height = density.get().row_height();
        match pixels(height.get()) {
            0 => first_rows(count.get(), initial_rows, row_height),
            height => rows_in_view(scroll_top.get(), height, row_height, count.get()),
        }
    });
    let slice = Memo::new(move |_| {
        let window = window.get();
        order.with(|order| {
            rows.with(|rows| {
                (window.start..window.end.min(rows.len()))
                    .filter_map(|index| {
                        let position = order
                            .as_ref()
                            .map_or(Some(index), |order| order.get(index).copied())?;
                        Some((index, rows.get(position)?.clone()))
                    })
                    .collect::<Vec<_>>()
            })
        })
    });
    // All keys in the order shown, read on a key press or a tick only.
    let keys = {
        let row_key = Arc::clone(&row_key);
        StoredValue::new(move || -> Vec<String> {
            order.with(|order| {
                rows.with(|rows| match order {
                    Some(order) => order
                        .iter()
                        .filter_map(|index| rows.get(*index))
                        .map(|row| row_key(row))
                        .collect(),
                    None => rows.iter().map(|row| row_key(row)).collect(),
                })
            })
        })
    };
    let selected = selection.as_ref().map(|selection| selection.keys);
    let ticked_count = Memo::new(move |_| match selected {
        Some(selected) => selected.with(|selected| {
            if selected.is_empty() {
                Ticked::None
            } else {
                ticked(keys.with_value(|keys| keys()), selected)
            }
        }),
        None => Ticked::None,
    });
    let on_tick_all = Callback::new(move |on: bool| {
        if let Some(selected) = selected {
            set_all(selected, untrack(|| keys.with_value(|keys| keys())), on);
        }
    });
    let on_tick = Callback::new(move |tick: Tick| {
        let Some(selected) = selected else { return };
        let from = last_tick.get_value().filter(|_| tick.range);
        let keys = match from {
            Some(from) => range(&untrack(|| keys.with_value(|keys| keys())), &from, &tick.key),
            None => vec![tick.key.clone()],
        };
        set_all(selected, keys, tick.on);
        last_tick.set_value(Some(tick.key));
    });

    let row_id = {
        let id = id.clone();
        move |key: &str| format!("{id}-{}", key.replace(char::is_whitespace, "_"))
    };
    let obey = {
        let row_key = Arc::clone(&row_key);
        move |event: &KeyboardEvent| {
            let Some(command) = command_of(event) else { return };
            let keys = untrack(|| keys.with_value(|keys| keys()));
            let now =
                cursor.with_untracked(|cursor| keys.iter().position(|key| Some(key) == cursor.as_ref()));
            let row_height = density.get_untracked().row_height();
            let view = pixels(height.get_untracked());
            let page = usize::try_from(view / row_height)
                .unwrap_or(1)
                .saturating_sub(2)
                .max(1);
            let Some(index) = target(command, now, keys.len(), page) else {
                return;
            };
            let key = keys[index].clone();
            event.prevent_default();
            match command {
                Command::Toggle => {
                    if let Some(selected) = selected {
                        let on = selected.with_untracked(|selected| !selected.contains(&key));
                        on_tick.run(Tick {
                            key,
                            on,
                            range: false,
                        });
                    }
                }
                Command::Open => {
                    let row =
                        rows.with_untracked(|rows| rows.iter().find(|row| row_key(row) == key).cloned());
                    if let (Some(on_open), Some(row)) = (on_open, row) {
                        on_open.run(row);
                    }
                }
                _ => {
                    cursor.set(Some(key));
                    let top = scroll_top.get_untracked();
                    if let Some(scroller) = scroller.get_untracked()
                        && let Some(to) = scroll_to_show(index, top, view, row_height, row_height)
                    {
                        scroller.set_scroll_top(i32::try_from(to).unwrap_or(i32::MAX));
                    }
                }
            }
        }
    };
    if page_keys {
        let obey = obey.clone();
        Effect::new(move |_| {
            let obey = obey.clone();
            let listener = window_event_listener(ev::keydown, move |event| {
                if is_free(&event) {
                    obey(&event);
                }
            });
            on_cleanup(move || listener.remove());
        });
    }

    let active_descendant = {
        let (row_id, row_key) = (row_id.clone(), Arc::clone(&row_key));
        move || {
            let cursor = cursor.get()?;
            slice
                .with(|slice| slice.iter().any(|(_, row)| row_key(row) == cursor))
                .then(|| row_id(&cursor))
        }
    };
    let col = {
        let columns = Arc::clone(&columns);
        move |index: usize| {
            let column = &columns[index];
            view! { <col {..attr::width((!column.grow).then(|| column.width.to_string()))} /> }
        }
    };
    let row_view = {
        let columns = Arc::clone(&columns);
        let row_key = Arc::clone(&row_key);
        let selection = selection.clone();
        move |(index, row): (usize, T)| {
            let key = row_key(&row);
            let place = {
                let (key, row_key) = (key.clone(), Arc::clone(&row_key));
                // A row that has just left keeps what it showed until it is taken away.
                Memo::new(move |last: Option<&(usize, T)>| {
                    slice
                        .with(|slice| slice.iter().find(|(_, row)| row_key(row) == key).cloned())
                        .or_else(|| last.cloned())
                        .unwrap_or_else(|| (index, row.clone()))
                })
            };
            view! {
                <Row
                    id=row_id(&key)
                    key=key
                    item=Memo::new(move |_| place.with(|(_, row)| row.clone())).into()
                    index=Memo::new(move |_| place.with(|(index, _)| *index)).into()
                    columns=Arc::clone(&columns)
                    visible=visible
                    cursor=cursor
                    selection=selection.clone()
                    on_tick=on_tick
                />
            }
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
    let is_loading = Memo::new(move |_| loading.get() && count.get() == 0);
    let skeleton = move || {
        is_loading.get().then(|| {
            (0..SKELETON_ROWS)
                .map(|_| {
                    view! {
                        <tr class="data-table__row" aria-hidden="true">
                            <td colspan=span>
                                <span class="skeleton__bar"></span>
                            </td>
                        </tr>
                    }
                })
                .collect_view()
        })
    };
    let is_empty = Memo::new(move |_| count.get() == 0 && !loading.get());
    let slice_key = Arc::clone(&row_key);
    let on_key = move |event: KeyboardEvent| obey(&event);

    view! {
        <div
            node_ref=scroller
            class="data-table"
            on:scroll=move |_| {
                if let Some(scroller) = scroller.get_untracked() {
                    scroll_top.set(u32::try_from(scroller.scroll_top()).unwrap_or(0));
                }
            }
        >
            <table
                {..attr::width(move || width().to_string())}
                class="data-table__grid"
                role="grid"
                tabindex="0"
                id=id
                aria-label=move || label.get()
                aria-rowcount=move || (count.get() + 1).to_string()
                aria-multiselectable=has_ticks.then_some("true")
                aria-busy=move || loading.get().then_some("true")
                aria-activedescendant=active_descendant
                on:keydown=on_key
            >
                <colgroup>
                    {has_ticks.then(|| view! { <col {..attr::width(TICK_WIDTH.to_string())} /> })}
                    <For each=move || visible.get() key=|index| *index children=col />
                </colgroup>
                <Head
                    columns=Arc::clone(&columns)
                    visible=visible
                    sort=sort
                    selection=selection
                    ticked=ticked_count.into()
                    on_tick_all=on_tick_all
                />
                <tbody>
                    {spacer(Signal::derive(move || window.with(|window| window.above)))}
                    <For each=move || slice.get() key=move |(_, row)| slice_key(row) children=row_view />
                    {skeleton} {spacer(Signal::derive(move || window.with(|window| window.below)))}
                </tbody>
            </table>
            {move || is_empty.get().then(|| view! { <div class="data-table__empty">{empty.run()}</div> })}
        </div>
    }
}

/// A length that the browser measured, in whole pixels.
fn pixels(length: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a cast saturates, and no element is four billion pixels tall"
    )]
    {
        length.round() as u32
    }
}

/// The keys from `from` to `to`, whichever comes first.
fn range(keys: &[String], from: &str, to: &str) -> Vec<String> {
    let place = |key: &str| keys.iter().position(|other| other == key);
    match (place(from), place(to)) {
        (Some(from), Some(to)) => keys[from.min(to)..=from.max(to)].to_vec(),
        _ => vec![to.to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::range;

    #[test]
    fn a_range_goes_both_ways() {
        let keys = ["a", "b", "c", "d"].map(str::to_owned);
        assert_eq!(range(&keys, "b", "d"), ["b", "c", "d"]);
        assert_eq!(range(&keys, "d", "b"), ["b", "c", "d"]);
        assert_eq!(range(&keys, "gone", "b"), ["b"]);
    }
}
