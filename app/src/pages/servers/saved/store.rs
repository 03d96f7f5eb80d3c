//! Keeps the filters in the browser's storage, each user's apart. Other tabs of the browser have the same.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use web_sys::Storage;

use crate::session::use_session;

/// How many somebody may keep; more than a menu can show.
pub(super) const MOST: usize = 50;
/// The longest name, in characters.
pub(super) const LONGEST: usize = 60;

/// A filter with its order, kept by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SavedFilter {
    pub name: String,
    pub filter: String,
    /// As the address writes it; empty for the usual one.
    #[serde(default)]
    pub sort: String,
}

/// Why a name can't be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameProblem {
    Missing,
    TooLong,
    Taken,
}

/// What is wrong with calling the filter at `place` so, or a new one.
pub(super) fn name_problem(all: &[SavedFilter], place: Option<usize>, name: &str) -> Option<NameProblem> {
    let name = name.trim();
    let is_taken = |(at, other): (usize, &SavedFilter)| Some(at) != place && other.name == name;
    if name.is_empty() {
        Some(NameProblem::Missing)
    } else if name.chars().count() > LONGEST {
        Some(NameProblem::TooLong)
    } else {
        all.iter().enumerate().any(is_taken).then_some(NameProblem::Taken)
    }
}

/// The filters of the user, by name.
#[derive(Clone, Copy)]
pub(super) struct Saved {
    all: RwSignal<Vec<SavedFilter>>,
    user: Memo<Option<i64>>,
}

impl Saved {
    /// Empty until the page is live.
    pub fn new() -> Self {
        let session = use_session();
        let saved = Self {
            all: RwSignal::new(Vec::new()),
            user: Memo::new(move |_| session.user().map(|user| user.id)),
        };
        Effect::new(move |_| {
            saved.user.track();
            saved.read();
        });
        saved
    }

    /// Looks what the storage holds now: another tab may have written.
    pub fn read(self) {
        let text = self.user.get_untracked().and_then(|user| {
            let storage = storage()?;
            storage.get_item(&key(user)).ok().flatten()
        });
        // What another version wrote is left aside.
        let read = text.and_then(|text| serde_json::from_str(&text).ok());
        self.all.set(read.unwrap_or_default());
    }

    /// All, by name; tracked.
    pub fn get(self) -> Vec<SavedFilter> {
        self.all.get()
    }

    /// All, in place; tracked.
    pub fn with<T>(self, look: impl FnOnce(&[SavedFilter]) -> T) -> T {
        self.all.with(|all| look(all))
    }

    /// Puts `all` in place of what was kept; false where the browser keeps nothing.
    pub fn write(self, mut all: Vec<SavedFilter>) -> bool {
        all.sort_by(|one, other| drover_types::filter::natural(&one.name, &other.name));
        let written = self.user.get_untracked().and_then(|user| {
            let text = serde_json::to_string(&all).ok()?;
            storage()?.set_item(&key(user), &text).ok()
        });
        self.all.set(all);
        written.is_some()
    }
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn key(user: i64) -> String {
    format!("drover-saved-filters-{user}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_given_once() {
        let all = ["prod", "웹"].map(|name| SavedFilter {
            name: name.to_owned(),
            filter: String::new(),
            sort: String::new(),
        });
        assert_eq!(name_problem(&all, None, " prod "), Some(NameProblem::Taken));
        assert_eq!(name_problem(&all, Some(0), "prod"), None);
        assert_eq!(name_problem(&all, Some(1), "prod"), Some(NameProblem::Taken));
        assert_eq!(name_problem(&all, None, " "), Some(NameProblem::Missing));
        assert_eq!(name_problem(&all, None, &"웹".repeat(LONGEST)), None);
        let long = "x".repeat(LONGEST + 1);
        assert_eq!(name_problem(&all, None, &long), Some(NameProblem::TooLong));
    }
}
