//! How the list is filtered and sorted and which columns it shows, kept in the address so that a link shows the
//! same.

use std::{collections::BTreeSet, time::Duration};

use drover_types::filter::{Filter, FilterError, Sort, SortKey};
use drover_ui::{Direction, Sort as TableSort};
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::columns::{OptionalColumn, hidden_of, shown_names};
use crate::{
    clock::use_now, page_context::HIDDEN_COLUMNS, paths, preferences::use_preferences, shared::use_here,
};

/// How long the address waits for the next keystroke.
const SETTLE: Duration = Duration::from_millis(250);

/// Filter, order and columns of the list.
#[derive(Clone, Copy)]
pub(super) struct ViewState {
    /// What stands in the filter field.
    pub text: RwSignal<String>,
    /// What the table is sorted by.
    pub table_sort: RwSignal<Option<TableSort>>,
    /// Columns that are left out: as the address says, else as the visitor chose.
    pub hidden: RwSignal<BTreeSet<String>>,
    /// The visitor's choice, which stays for the next visit.
    kept_hidden: RwSignal<BTreeSet<String>>,
    parsed: Memo<Result<Filter, FilterError>>,
    /// What was understood of it: a part that was not is left out, so that the list stays while it is typed.
    filter: Memo<Filter>,
    sort: Memo<Sort>,
}

impl ViewState {
    /// Begins with the address, and writes to it.
    pub fn from_address() -> Self {
        let query = use_query_map();
        let of = move |name: &str| query.with(|query| query.get(name).unwrap_or_default());
        let text = RwSignal::new(untrack(|| of(paths::FILTER)));
        let table_sort = RwSignal::new(untrack(|| table_sort(&of(paths::SORT))));
        let kept_hidden = use_preferences().hidden_columns;
        let hidden = RwSignal::new(untrack(|| {
            hidden_of(&of(paths::COLUMNS)).unwrap_or_else(|| kept_hidden.get())
        }));
        // Ages move on by the minute: a list that moved every second would find no rest.
        let now = use_now();
        let minute = Memo::new(move |_| now.get() / 60 * 60);
        let parsed = Memo::new(move |_| text.with(|text| Filter::parse(text, minute.get())));
        let filter = Memo::new(move |_| {
            parsed.with(|parsed| match parsed {
                Ok(filter) => filter.clone(),
                Err(error) => text.with(|text| without(text, error, minute.get())),
            })
        });
        let sort = Memo::new(move |_| list_sort(table_sort.get().as_ref()));
        let state = Self {
            text,
            table_sort,
            hidden,
            kept_hidden,
            parsed,
            filter,
            sort,
        };
        // A link inside the page, or going back, changes the address under the list.
        Effect::new(move |last: Option<[String; 3]>| {
            let now = [paths::FILTER, paths::SORT, paths::COLUMNS].map(of);
            if last.is_some_and(|last| last != now) {
                if text.get_untracked() != now[0] {
                    text.set(now[0].clone());
                }
                let sort = self::table_sort(&now[1]);
                if list_sort(sort.as_ref()) != state.sort.get_untracked() {
                    table_sort.set(sort);
                }
                if let Some(columns) = hidden_of(&now[2])
                    && columns != hidden.get_untracked()
                {
                    hidden.set(columns);
                }
            }
            now
        });
        state.write_address();
        state
    }

    fn write_address(self) {
        let navigate = use_navigate();
        let is_here = use_here();
        let timer = StoredValue::new(None::<TimeoutHandle>);
        let cancel = move || {
            if let Some(timer) = timer.try_update_value(Option::take).flatten() {
                timer.clear();
            }
        };
        on_cleanup(cancel);
        Effect::new(move |last: Option<String>| {
            let address = self.address();
            if last.is_some_and(|last| last != address) {
                cancel();
                let (navigate, to) = (navigate.clone(), address.clone());
                let go = move || {
                    let options = NavigateOptions {
                        replace: true,
                        scroll: false,
                        ..NavigateOptions::default()
                    };
                    if is_here() {
                        navigate(&to, options);
                    }
                };
                timer.set_value(set_timeout_with_handle(go, SETTLE).ok());
            }
            address
        });
    }

    fn address(self) -> String {
        let sort = self.sort_text();
        let columns = self.hidden.with(|hidden| {
            let mut usual = HIDDEN_COLUMNS.split('.');
            if hidden.len() == usual.clone().count() && usual.all(|column| hidden.contains(column)) {
                String::new()
            } else {
                shown_names(hidden)
            }
        });
        self.text
            .with(|text| paths::servers_view(text.trim(), &sort, &columns))
    }

    /// Shows a column, or leaves it out, from now on and on every visit.
    pub fn toggle(self, column: OptionalColumn) {
        let id = column.id();
        self.hidden.update(|hidden| {
            if !hidden.remove(id) {
                hidden.insert(id.to_owned());
            }
        });
        self.kept_hidden.set(self.hidden.get_untracked());
    }

    /// Filters and sorts as was kept.
    pub fn show(self, filter: &str, sort: &str) {
        self.text.set(filter.to_owned());
        self.table_sort.set(table_sort(sort));
    }

    /// The order as the address writes it; nothing for the usual one. Tracked.
    pub fn sort_text(self) -> String {
        let sort = self.sort.get();
        if sort == Sort::default() {
            String::new()
        } else {
            sort.to_string()
        }
    }

    /// The filter; tracked.
    pub fn filter(self) -> Filter {
        self.filter.get()
    }

    /// The order; tracked.
    pub fn sort(self) -> Sort {
        self.sort.get()
    }

    /// What is wrong with the text; tracked.
    pub fn error(self) -> Option<FilterError> {
        self.parsed.with(|parsed| parsed.as_ref().err().cloned())
    }
}

/// The filter without the term that was not understood; everything passes where more than one was not.
fn without(text: &str, error: &FilterError, now: i64) -> Filter {
    let (before, after) = (text.get(..error.at.start), text.get(error.at.end..));
    let term_start = before.map(|before| before.rfind(char::is_whitespace).unwrap_or_default());
    let term_end = after.map(|after| after.find(char::is_whitespace).unwrap_or(after.len()));
    before
        .zip(term_start)
        .zip(after.zip(term_end))
        .and_then(|((before, start), (after, end))| {
            Filter::parse(&format!("{} {}", &before[..start], &after[end..]), now).ok()
        })
        .unwrap_or_default()
}

fn table_sort(text: &str) -> Option<TableSort> {
    let sort: Sort = text.parse().ok()?;
    let column = sort.key.as_str();
    Some(if sort.descending {
        TableSort::descending(column)
    } else {
        TableSort::ascending(column)
    })
}

fn list_sort(sort: Option<&TableSort>) -> Sort {
    sort.and_then(|sort| {
        let key = SortKey::ALL
            .iter()
            .copied()
            .find(|key| key.as_str() == sort.column)?;
        Some(Sort {
            key,
            descending: sort.direction == Direction::Descending,
        })
    })
    .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_is_not_understood_is_left_out() {
        let text = "web foo:1 node:pve1";
        let error = Filter::parse(text, 0).unwrap_err();
        assert_eq!(
            without(text, &error, 0),
            Filter::parse("web node:pve1", 0).unwrap()
        );
    }

    #[test]
    fn every_order_of_the_list_is_one_of_the_table_and_back() {
        for key in SortKey::ALL {
            for descending in [false, true] {
                let sort = Sort {
                    key: *key,
                    descending,
                };
                assert_eq!(list_sort(table_sort(&sort.to_string()).as_ref()), sort);
            }
        }
        assert_eq!(list_sort(table_sort("colour").as_ref()), Sort::default());
    }
}
