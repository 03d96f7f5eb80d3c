//! Words looked for in the texts of many rows at once, since ten thousand of them are asked on every keystroke.

use super::parse::{Clause, Filter, Test};
use crate::guest::GuestRow;

/// What words without a key are looked for in, of many rows: one text, which a word is looked for in once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchTexts {
    text: String,
    /// Where the part of each row ends.
    ends: Vec<usize>,
}

impl SearchTexts {
    /// The texts of `rows`, in their order.
    pub fn new(rows: &[GuestRow]) -> Self {
        let mut texts = Self::default();
        for row in rows {
            texts.text.push_str(&search_text(row));
            texts.ends.push(texts.text.len());
        }
        texts
    }

    /// Puts what `row` has now in the place of what the one at `at` had.
    pub fn change(&mut self, at: usize, row: &GuestRow) {
        let Some(end) = self.ends.get(at).copied() else {
            return;
        };
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        let text = search_text(row);
        for later in &mut self.ends[at..] {
            *later = *later + text.len() - (end - start);
        }
        self.text.replace_range(start..end, &text);
    }

    /// Which rows hold `word`, which is in lower case.
    fn holding(&self, word: &str) -> Vec<bool> {
        let mut found = vec![false; self.ends.len()];
        let mut row = 0;
        let mut mark = |at: usize| {
            while self.ends[row] <= at {
                row += 1;
            }
            found[row] = true;
        };
        let mut chars = word.chars();
        match (chars.next(), chars.next()) {
            // Looked for many times as fast as a text of one character.
            (Some(char), None) => self.text.match_indices(char).for_each(|(at, _)| mark(at)),
            _ => self.text.match_indices(word).for_each(|(at, _)| mark(at)),
        }
        found
    }
}

/// Everything of a row that a word without a key is looked for in: lower case, one part in a line, so that no word is
/// found across two parts or two rows.
fn search_text(row: &GuestRow) -> String {
    let id = row.id.vmid.to_string();
    let parts = [&row.name].into_iter().chain(&row.addresses).chain(&row.tags);
    let text: String = parts.chain([&id]).flat_map(|part| [part, "\n"]).collect();
    text.to_lowercase()
}

/// A filter whose words have been looked for.
pub struct Search<'a> {
    clauses: Vec<SearchClause<'a>>,
}

struct SearchClause<'a> {
    negated: bool,
    any: Vec<SearchTest<'a>>,
}

enum SearchTest<'a> {
    /// The rows that hold the word.
    Word(Vec<bool>),
    Other(&'a Test),
}

impl Filter {
    /// Looks for the filter's words in `texts`.
    pub fn search(&self, texts: &SearchTexts) -> Search<'_> {
        let clauses = self.clauses.iter();
        Search {
            clauses: clauses.map(|clause| SearchClause::new(clause, texts)).collect(),
        }
    }
}

impl<'a> SearchClause<'a> {
    fn new(clause: &'a Clause, texts: &SearchTexts) -> Self {
        let searched = clause.any.iter().map(|test| match test {
            Test::Text(word) => SearchTest::Word(texts.holding(word)),
            other => SearchTest::Other(other),
        });
        Self {
            negated: clause.negated,
            any: searched.collect(),
        }
    }
}

impl Search<'_> {
    /// Whether the row at `at` of those that were searched is let through.
    pub fn matches(&self, at: usize, row: &GuestRow) -> bool {
        self.clauses.iter().all(|clause| {
            let lets = |test: &SearchTest<'_>| match test {
                SearchTest::Word(found) => found.get(at).is_some_and(|found| *found),
                SearchTest::Other(test) => test.lets(row),
            };
            clause.any.iter().any(lets) != clause.negated
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ids::GuestId;

    fn row((vmid, name, addresses, tags): (u32, String, Vec<String>, Vec<String>)) -> GuestRow {
        GuestRow {
            name,
            tags,
            addresses,
            ..GuestRow::unknown(GuestId::new("lab", vmid))
        }
    }

    fn rows() -> impl Strategy<Value = Vec<GuestRow>> {
        let word = || "[aAbB1É]{0,3}";
        let words = || prop::collection::vec(word(), 0..3);
        let row = (0_u32..300, word(), words(), words()).prop_map(row);
        prop::collection::vec(row, 1..8)
    }

    proptest! {
        #[test]
        fn finds_what_one_row_after_another_would(
            rows in rows(),
            other in rows(),
            filter in "((-?[aAbB1É]{1,3}(,[ab1])?|id>150) ){0,4}",
        ) {
            let filter = Filter::parse(&filter, 0).unwrap();
            let mut rows = rows;
            let mut texts = SearchTexts::new(&rows);
            for (at, row) in other.into_iter().enumerate().take(rows.len()) {
                texts.change(at, &row);
                rows[at] = row;
            }
            prop_assert_eq!(&texts, &SearchTexts::new(&rows));
            let search = filter.search(&texts);
            for (at, row) in rows.iter().enumerate() {
                prop_assert_eq!(search.matches(at, row), filter.matches(row));
            }
        }
    }
}
