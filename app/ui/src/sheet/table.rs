//! The sheet as a whole.

use leptos::prelude::*;

use super::{
    cell::{Cell, Hooks},
    model::{SheetColumn, SheetPlace, SheetRow},
};
use crate::{ButtonSize, IconButton, IconName, use_id};

/// A table whose cells are filled by themselves, each of which can be typed over. An empty cell shows what stands
/// there by itself; emptying one puts that back.
#[component]
pub fn Sheet(
    /// Its name.
    #[prop(into)]
    label: Signal<String>,
    /// Its columns.
    #[prop(into)]
    columns: Signal<Vec<SheetColumn>>,
    /// Its rows, each with a cell for each column.
    #[prop(into)]
    rows: Signal<Vec<SheetRow>>,
    /// The heading of the notes.
    #[prop(into)]
    note_label: Signal<String>,
    /// What the button of a cell that was typed over does.
    #[prop(into)]
    put_back_label: Signal<String>,
    /// What happens while a cell is typed into.
    #[prop(into)]
    on_change: Callback<(SheetPlace, String)>,
    /// What happens when several cells are pasted at once: their text, cells apart by tabs, rows by line ends.
    #[prop(into)]
    on_paste: Callback<(SheetPlace, String)>,
    /// What happens when a row is to go.
    #[prop(into)]
    on_remove: Callback<usize>,
) -> impl IntoView {
    let hooks = Hooks {
        id: StoredValue::new(use_id("sheet")),
        columns,
        put_back: put_back_label,
        on_change,
        on_paste,
    };
    let count = Memo::new(move |_| columns.with(Vec::len));
    let keys = Memo::new(move |_| rows.with(|rows| rows.iter().map(|row| row.key).collect::<Vec<_>>()));
    let headings = move || {
        columns
            .get()
            .into_iter()
            .map(|column| {
                view! {
                    <th scope="col">{column.label}</th>
                }
            })
            .collect_view()
    };
    let lists = move || {
        columns
            .get()
            .into_iter()
            .enumerate()
            .filter(|(_, column)| !column.choices.is_empty())
            .map(|(n, column)| {
                let options = column
                    .choices
                    .into_iter()
                    .map(|choice| view! { <option value=choice></option> });
                view! { <datalist id=hooks.list(n)>{options.collect_view()}</datalist> }
            })
            .collect_view()
    };
    view! {
        <div class="sheet" role="region" tabindex="0" aria-label=move || label.get()>
            <table class="sheet__table">
                <thead>
                    <tr class="sheet__head">
                        <th scope="col" class="sheet__number">
                            "#"
                        </th>
                        {headings}
                        <th scope="col" class="sheet__note">
                            {move || note_label.get()}
                        </th>
                        <td class="sheet__remove"></td>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || keys.get() key=|key| *key let:key>
                        {
                            let row = Memo::new(move |last: Option<&SheetRow>| {
                                let now = rows.with(|rows| rows.iter().find(|row| row.key == key).cloned());
                                // A row that leaves shows what it showed until it is gone.
                                now.or_else(|| last.cloned()).unwrap_or_else(|| SheetRow::empty(key))
                            });
                            view! { <Row hooks=hooks row=row key=key count=count on_remove=on_remove /> }
                        }
                    </For>
                </tbody>
            </table>
            {lists}
        </div>
    }
}

#[component]
fn Row(
    hooks: Hooks,
    row: Memo<SheetRow>,
    key: usize,
    count: Memo<usize>,
    on_remove: Callback<usize>,
) -> impl IntoView {
    let note = Memo::new(move |_| row.with(|row| (row.note.clone(), row.tone)));
    view! {
        <tr class="sheet__row">
            <th scope="row" class="sheet__number">
                {move || row.with(|row| row.number)}
            </th>
            <For each=move || 0..count.get() key=|column| *column let:column>
                <Cell hooks=hooks row=row place=SheetPlace { row: key, column } />
            </For>
            <td class="sheet__note" data-tone=move || note.with(|(_, tone)| tone.as_str())>
                {move || {
                    note.with(|(lines, _)| lines.clone())
                        .into_iter()
                        .map(|line| view! { <span class="sheet__line">{line}</span> })
                        .collect_view()
                }}
            </td>
            <td class="sheet__remove">
                <IconButton
                    icon=IconName::X
                    label=Signal::derive(move || row.with(|row| row.remove.clone()))
                    size=ButtonSize::Small
                    on_click=move |_| on_remove.run(key)
                />
            </td>
        </tr>
    }
}
