//! What is in the way: what the form sees by itself, then what the server sees; of many servers, each row's own.

use std::collections::BTreeMap;

use drover_types::{
    error::{ApiError, ErrorCode, FieldProblems},
    text::Problem,
};
use leptos::prelude::*;

use super::{
    draft::{Draft, Reading},
    fields,
    planned::Planned,
    state::Form,
};
use crate::texts::use_lang;

/// What is wrong with servers of a series, by their places in it.
pub type RowProblems = BTreeMap<usize, FieldProblems>;

/// What creating answered.
#[derive(Clone, PartialEq)]
pub struct Refusal {
    /// The answer.
    pub error: ApiError,
    /// The places of the rows that were sent; empty for a single server.
    pub sent: Vec<usize>,
}

fn add(problems: &mut FieldProblems, others: &FieldProblems) {
    for (field, problem) in others {
        problems.entry(field.clone()).or_insert_with(|| problem.clone());
    }
}

/// The row of a path such as `servers[3].name`, and the rest of it.
fn row_of(path: &str) -> Option<(usize, &str)> {
    let (row, field) = path.strip_prefix("servers[")?.split_once("].")?;
    Some((row.parse().ok()?, field))
}

/// What is wrong with each row. Tracked.
pub fn rows_of(
    read: Memo<Reading>,
    planned: RwSignal<Planned>,
    refused: RwSignal<Option<Refusal>>,
) -> RowProblems {
    let mut rows = RowProblems::new();
    let mut of_plan = |plan: &Planned, reading: &Reading| {
        for row in &reading.rows {
            let problems = rows.entry(row.at).or_default();
            add(problems, &row.problems);
            if let Some(plan) = plan.of(row.at) {
                add(problems, &plan.problems);
                // What all have in common is said once, above.
                problems.retain(|field, _| {
                    !reading.problems.contains_key(field) || row.problems.contains_key(field)
                });
            }
        }
    };
    planned.with(|planned| read.with(|reading| of_plan(planned, reading)));
    refused.with(|refused| {
        let Some(refused) = refused else { return };
        for (path, problem) in &refused.error.fields {
            let found = row_of(path).and_then(|(n, field)| Some((refused.sent.get(n)?, field)));
            if let Some((at, field)) = found {
                let problems = rows.entry(*at).or_default();
                problems
                    .entry(field.to_owned())
                    .or_insert_with(|| problem.clone());
            }
        }
    });
    rows.retain(|_, problems| !problems.is_empty());
    rows
}

impl Form {
    /// What is wrong with the only server, or with what all have in common. Tracked.
    pub fn problems(self) -> FieldProblems {
        let mut problems = self.read.with(|reading| reading.problems.clone());
        self.planned.with(|planned| match planned {
            Planned::Nothing => {}
            Planned::One(plan) => add(&mut problems, &plan.problems),
            Planned::Many(_, plan) => add(&mut problems, &plan.problems),
            Planned::Failed(error) => add(&mut problems, &error.fields),
        });
        self.refused.with(|refused| {
            if let Some(refused) = refused {
                add(&mut problems, &refused.error.fields);
            }
        });
        problems.retain(|field, _| row_of(field).is_none());
        self.count_problem(&mut problems);
        problems
    }

    /// More servers than may be asked for at once. The name is where it can be mended if it says how many.
    fn count_problem(self, problems: &mut FieldProblems) {
        let most = self.choices.with_value(|choices| choices.most);
        let count = self.draft.with(|draft| {
            let field = if draft.said_by_name().is_some() {
                fields::NAME
            } else {
                fields::COUNT
            };
            let typed = draft.count.unwrap_or(0);
            let said = draft
                .said_by_name()
                .map(|count| i64::try_from(count).unwrap_or(i64::MAX));
            (field, said.unwrap_or(typed))
        });
        let refused = problems.remove(fields::SERVERS);
        let (field, count) = count;
        if !(1..=i64::from(most)).contains(&count) {
            let limit = Problem::OutOfRange {
                min: 1,
                max: i64::from(most),
            };
            problems.entry(field.to_owned()).or_insert(limit);
        } else if let Some(problem) = refused {
            problems.entry(field.to_owned()).or_insert(problem);
        }
    }

    /// The problems that are shown of [`Form::problems`]: an empty field is named once the user wanted to create.
    /// Tracked.
    pub fn shown_problems(self) -> FieldProblems {
        let mut problems = self.problems();
        if !self.is_asked.get() {
            problems.retain(|_, problem| *problem != Problem::Required);
        }
        problems
    }

    /// The failure that belongs to no field. Tracked.
    pub fn failure(self) -> Option<ApiError> {
        let is_whole = |error: &ApiError| error.code != ErrorCode::ValidationError || error.fields.is_empty();
        let planned = self.planned.with(|planned| match planned {
            Planned::Failed(error) => Some(error.clone()),
            _ => None,
        });
        let refused = self
            .refused
            .with(|refused| refused.as_ref().map(|refused| refused.error.clone()));
        refused.or(planned).filter(is_whole)
    }

    /// What is wrong with a field, as a sentence. Of many servers also what is wrong with the first of them that
    /// has it, where the table has no cell for it.
    pub fn problem(self, field: impl Fn(&Draft) -> String + Send + Sync + 'static) -> Signal<Option<String>> {
        let lang = use_lang();
        let problem = Memo::new(move |_| {
            let (field, has_cell) = self.draft.with(|draft| {
                let field = field(draft);
                let mut cells = draft.cells().into_iter();
                let has_cell = cells.any(|cell| cell.field(&draft.nics) == field);
                (field, has_cell)
            });
            let mut shown = self.shown_problems();
            shown.remove(&field).or_else(|| {
                let rows = self.row_problems.read();
                let mut rows = rows.values().filter(|_| !has_cell);
                rows.find_map(|problems| problems.get(&field).cloned())
            })
        });
        Signal::derive(move || {
            problem.with(|problem| problem.as_ref().map(|problem| problem.text(lang.get())))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_taken_apart() {
        assert_eq!(row_of("servers[3].disks[0].size"), Some((3, "disks[0].size")));
        assert_eq!(row_of("servers"), None);
        assert_eq!(row_of("disks[0].size"), None);
    }
}
