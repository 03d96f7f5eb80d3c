//! Samples of sheets.

use leptos::prelude::*;

use super::entry::Entry;
use crate::{Sheet, SheetCell, SheetColumn, SheetPlace, SheetRow, Tone};

const COUNT: usize = 4;

fn cell(filled: String, own: &str) -> SheetCell {
    SheetCell {
        filled,
        own: own.to_owned(),
        problem: own.contains(' ').then(|| "No spaces, please.".to_owned()),
    }
}

#[component]
pub(super) fn Sheets() -> impl IntoView {
    let typed = RwSignal::new(vec![[String::new(), String::new()]; COUNT]);
    typed.update(|typed| {
        "mail".clone_into(&mut typed[1][0]);
        "two words".clone_into(&mut typed[2][0]);
    });
    let gone = RwSignal::new(Vec::<usize>::new());
    let rows = Signal::derive(move || {
        let rows = (0..COUNT).filter(|key| !gone.read().contains(key)).enumerate();
        rows.map(|(place, key)| {
            let own = typed.with(|typed| typed[key].clone());
            let name = cell(format!("web-{:02}", key + 1), &own[0]);
            let is_wrong = name.problem.is_some();
            SheetRow {
                key,
                number: place + 1,
                label: format!("row {}", place + 1),
                note: vec![
                    name.problem
                        .clone()
                        .unwrap_or_else(|| format!("id {}", 100 + key)),
                ],
                tone: if is_wrong { Tone::Danger } else { Tone::Neutral },
                remove: format!("Remove {}", name.filled),
                cells: vec![name, cell("pve1".to_owned(), &own[1])],
            }
        })
        .collect::<Vec<_>>()
    });
    let change = move |(place, text): (SheetPlace, String)| {
        typed.update(|typed| typed[place.row][place.column] = text);
    };
    let paste = move |(place, text): (SheetPlace, String)| {
        typed.update(|typed| {
            for (row, line) in typed.iter_mut().skip(place.row).zip(text.lines()) {
                for (own, cell) in row.iter_mut().skip(place.column).zip(line.split('\t')) {
                    cell.clone_into(own);
                }
            }
        });
    };
    let columns = vec![
        SheetColumn::new("Name", 16),
        SheetColumn::new("Node", 12).choices(vec!["pve1".to_owned(), "pve2".to_owned()]),
    ];
    view! {
        <Entry id="sheet" title="Sheet">
            <Sheet
                label="Servers to be made"
                columns=columns
                rows=rows
                note_label="What it will be"
                put_back_label="Put back what stood there"
                on_change=change
                on_paste=paste
                on_remove=move |key| gone.update(|gone| gone.push(key))
            />
        </Entry>
    }
}
