//! The table of servers where there are several: what each of them is, filled by counting up from what stands above,
//! and to be typed over.

use drover_types::{server::CreatePlan, text::Problem};
use drover_ui::prelude::*;
use leptos::prelude::*;

use super::{
    draft::{Cell, Draft, ReadRow},
    paste::PasteButton,
    state::{Choices, Form},
};
use crate::texts::{say, text, use_i18n, use_lang};

/// The table, its buttons, and what was taken out of it.
#[component]
pub fn Servers(form: Form) -> impl IntoView {
    let is_many = Memo::new(move |_| form.is_many());
    move || {
        is_many.get().then(|| {
            // Comes after the page: ids of its own can't meet those that the server has counted.
            view! {
                <IdScope name="new-servers">
                    <Table form=form />
                </IdScope>
            }
        })
    }
}

#[component]
fn Table(form: Form) -> impl IntoView {
    let i18n = use_i18n();
    let lang = use_lang();
    let cells = Memo::new(move |_| form.draft.with(Draft::cells));
    let columns = Memo::new(move |_| columns(form, &cells.get()));
    let rows = Memo::new(move |_| {
        lang.track();
        let cells = cells.get();
        form.read.with(|reading| {
            let rows = reading.rows.iter().enumerate();
            rows.map(|(n, row)| sheet_row(form, &cells, n, row))
                .collect::<Vec<_>>()
        })
    });
    let left_out = Memo::new(move |_| form.draft.with(|draft| draft.total() - draft.places().len()));
    let cell_at = move |place: SheetPlace| cells.with_untracked(|cells| cells.get(place.column).copied());
    let change = move |(place, text): (SheetPlace, String)| {
        if let Some(cell) = cell_at(place) {
            form.draft.update(|draft| draft.set_cell(place.row, cell, &text));
        }
    };
    let paste = move |(place, text): (SheetPlace, String)| {
        if let Some(cell) = cell_at(place) {
            form.draft.update(|draft| {
                draft.paste(&text, Some((place.row, cell)));
            });
        }
    };
    let heading = use_id("servers");
    let labelled_by = heading.clone();
    view! {
        <section class="form-page__section new-server__servers" aria-labelledby=labelled_by>
            <div class="new-server__servers-head">
                <h2 class="form-page__title" id=heading>
                    {text!(i18n, new_server.servers)}
                </h2>
                <p class="form-page__hint">{text!(i18n, new_server.servers_hint)}</p>
            </div>
            <Sheet
                label=text!(i18n, new_server.servers)
                columns=columns
                rows=rows
                note_label=text!(i18n, new_server.result)
                put_back_label=text!(i18n, new_server.put_back)
                on_change=change
                on_paste=paste
                on_remove=move |at| form.draft.update(|draft| draft.leave_out(at))
            />
            <div class="new-server__servers-actions">
                <Button
                    icon=IconName::Plus
                    size=ButtonSize::Small
                    on_click=move |_| form.draft.update(|draft| draft.set_total(draft.total() + 1))
                >
                    {text!(i18n, new_server.add_row)}
                </Button>
                <PasteButton form=form />
                {move || {
                    (left_out.get() > 0)
                        .then(|| {
                            view! {
                                <Button
                                    icon=IconName::Undo
                                    size=ButtonSize::Small
                                    variant=ButtonVariant::Ghost
                                    on_click=move |_| form.draft.update(Draft::put_back)
                                >
                                    {text!(i18n, new_server.put_rows_back, count = left_out.get() as u64)}
                                </Button>
                            }
                        })
                }}
            </div>
        </section>
    }
}

fn columns(form: Form, cells: &[Cell]) -> Vec<SheetColumn> {
    let i18n = use_i18n();
    let (cluster, many_nics) = form
        .draft
        .with(|draft| (draft.cluster.clone(), draft.nics.len() > 1));
    let mut nics = 0..;
    let column = |cell: &Cell| match cell {
        Cell::Name => SheetColumn::new(say!(i18n, new_server.name), 16),
        Cell::Address(_) => {
            let label = say!(i18n, new_server.address);
            let label = match nics.next() {
                Some(n) if many_nics => format!("{label} net{n}"),
                _ => label,
            };
            SheetColumn::new(label, 14)
        }
        Cell::Node => {
            let nodes = |choices: &Choices| choices.nodes_of(&cluster);
            SheetColumn::new(say!(i18n, new_server.node), 7).choices(form.choices.with_value(nodes))
        }
        Cell::Cores => SheetColumn::new(say!(i18n, new_server.cores), 4),
        Cell::Memory => SheetColumn::new(say!(i18n, new_server.memory), 7),
        Cell::Storage => {
            let storages = |choices: &Choices| choices.storages_of(&cluster);
            SheetColumn::new(say!(i18n, new_server.storage), 9).choices(form.choices.with_value(storages))
        }
    };
    cells.iter().map(column).collect()
}

/// A row of the table. Called in a memo, which follows all that it reads.
fn sheet_row(form: Form, cells: &[Cell], n: usize, row: &ReadRow) -> SheetRow {
    let i18n = use_i18n();
    let lang = use_lang().get();
    let number = n + 1;
    let problems = form
        .row_problems
        .with(|rows| rows.get(&row.at).cloned().unwrap_or_default());
    let is_asked = form.is_asked.get();
    let shown = |problem: &Problem| is_asked || *problem != Problem::Required;
    let plan = form.planned.with(|planned| planned.of(row.at).cloned());
    let sheet_cells = form.draft.with(|draft| {
        let own = draft.rows.get(row.at);
        let cell = |cell: &Cell| {
            let problem = problems.get(&cell.field(&draft.nics));
            SheetCell {
                filled: filled(*cell, row, plan.as_ref(), draft),
                own: own.and_then(|own| own.get(*cell)).unwrap_or_default().to_owned(),
                problem: problem
                    .filter(|problem| shown(problem))
                    .map(|problem| problem.text(lang)),
            }
        };
        cells.iter().map(cell).collect()
    });
    let wrong: Vec<String> = problems
        .iter()
        .filter(|(_, problem)| shown(problem))
        .map(|(field, problem)| format!("{}: {}", form.label_of(field), problem.text(lang)))
        .collect();
    let (note, tone) = if wrong.is_empty() {
        let id = plan.and_then(|plan| plan.vmid);
        let note = id.map(|id| say!(i18n, new_server.id, id = id));
        (note.into_iter().collect(), Tone::Neutral)
    } else {
        (wrong, Tone::Danger)
    };
    SheetRow {
        key: row.at,
        number,
        label: say!(i18n, new_server.row, number = number),
        cells: sheet_cells,
        note,
        tone,
        remove: say!(i18n, new_server.remove_row, number = number),
    }
}

/// What stands in a cell by itself. Where the server chooses, its choice.
fn filled(cell: Cell, row: &ReadRow, plan: Option<&CreatePlan>, draft: &Draft) -> String {
    let text = cell.text(&row.counted, &draft.nics);
    let chosen = || match cell {
        Cell::Node => plan?.node.clone(),
        Cell::Storage => plan?.disks.first().map(|disk| disk.storage.clone()),
        _ => None,
    };
    if text.is_empty() {
        chosen().unwrap_or_default()
    } else {
        text
    }
}
