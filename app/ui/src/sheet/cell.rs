//! One cell: a control that shows what stands there by itself until something is typed.

use leptos::{
    ev::{ClipboardEvent, KeyboardEvent},
    html,
    prelude::*,
};

use super::{
    keys,
    model::{SheetCell, SheetColumn, SheetPlace, SheetRow},
};
use crate::{ButtonSize, IconButton, IconName};

/// What every cell of a sheet needs to know.
#[derive(Clone, Copy)]
pub(super) struct Hooks {
    pub id: StoredValue<String>,
    pub columns: Signal<Vec<SheetColumn>>,
    pub put_back: Signal<String>,
    pub on_change: Callback<(SheetPlace, String)>,
    pub on_paste: Callback<(SheetPlace, String)>,
}

impl Hooks {
    /// The id of the values that a column offers.
    pub fn list(self, column: usize) -> String {
        self.id.with_value(|id| format!("{id}-list-{column}"))
    }

    fn of<T>(self, column: usize, read: impl FnOnce(&SheetColumn) -> T) -> Option<T> {
        self.columns.with(|columns| columns.get(column).map(read))
    }
}

#[component]
pub(super) fn Cell(hooks: Hooks, row: Memo<SheetRow>, place: SheetPlace) -> impl IntoView {
    let element = NodeRef::<html::Input>::new();
    let SheetPlace { row: key, column } = place;
    let cell = Memo::new(move |_| row.with(|row| row.cells.get(column).cloned().unwrap_or_default()));
    let own = Memo::new(move |_| cell.with(|cell| cell.own.clone()));
    let problem = Memo::new(move |_| cell.with(|cell| cell.problem.clone()));
    let problem_id = hooks.id.with_value(|id| format!("{id}-{key}-{column}"));
    let describes = problem_id.clone();
    let has_choices = Memo::new(move |_| hooks.of(column, |column| !column.choices.is_empty()) == Some(true));
    let width = Memo::new(move |_| hooks.of(column, |column| column.width).unwrap_or(10));
    let label = move || {
        let of_row = row.with(|row| row.label.clone());
        hooks.of(column, |column| format!("{}, {of_row}", column.label))
    };
    // The caret stays where it is while the text is what was typed.
    Effect::new(move |_| {
        let now = own.get();
        if let Some(element) = element.get()
            && element.value() != now
        {
            element.set_value(&now);
        }
    });
    let edit_filled = move || {
        let filled = cell.with_untracked(|cell: &SheetCell| cell.own.is_empty().then(|| cell.filled.clone()));
        if let Some(filled) = filled.filter(|text| !text.is_empty()) {
            hooks.on_change.run((place, filled));
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "F2" {
            event.prevent_default();
            edit_filled();
        } else if let Some(input) = element.get_untracked() {
            keys::move_on(&event, &input);
        }
    };
    let on_paste = move |event: ClipboardEvent| {
        let text = event
            .clipboard_data()
            .and_then(|data| data.get_data("text/plain").ok())
            .unwrap_or_default();
        if text.trim_end_matches(['\r', '\n']).contains(['\t', '\n']) {
            event.prevent_default();
            hooks.on_paste.run((place, text));
        }
    };
    view! {
        <td
            class="sheet__cell"
            data-own=move || (!own.with(String::is_empty)).then_some("true")
            title=move || problem.get()
        >
            <input
                node_ref=element
                class="sheet__input"
                type="text"
                data-column=column
                size=move || width.get()
                list=move || has_choices.get().then(|| hooks.list(column))
                autocomplete="off"
                spellcheck="false"
                aria-label=label
                aria-invalid=move || problem.with(Option::is_some).then_some("true")
                aria-describedby=move || problem.with(Option::is_some).then(|| describes.clone())
                value=own.get_untracked()
                placeholder=move || cell.with(|cell| cell.filled.clone())
                on:input=move |event| hooks.on_change.run((place, event_target_value(&event)))
                on:keydown=on_key
                on:dblclick=move |_| edit_filled()
                on:paste=on_paste
            />
            {move || (!own.with(String::is_empty)).then(|| view! { <PutBack hooks=hooks place=place /> })}
            {move || {
                problem
                    .get()
                    .map(|text| {
                        view! {
                            <span class="visually-hidden" id=problem_id.clone()>
                                {text}
                            </span>
                        }
                    })
            }}
        </td>
    }
}

/// Takes back what was typed over what counts up.
#[component]
fn PutBack(hooks: Hooks, place: SheetPlace) -> impl IntoView {
    view! {
        <span class="sheet__put-back">
            <IconButton
                icon=IconName::Undo
                label=hooks.put_back
                size=ButtonSize::Small
                on_click=move |_| hooks.on_change.run((place, String::new()))
            />
        </span>
    }
}
