//! What a sheet shows.

use crate::Tone;

/// A column of a [`Sheet`](crate::Sheet).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetColumn {
    /// Its heading, a part of the name of each of its cells.
    pub label: String,
    /// Its least width, in characters.
    pub width: u16,
    /// Values that are offered while one types.
    pub choices: Vec<String>,
}

impl SheetColumn {
    /// A column for any text.
    pub fn new(label: impl Into<String>, width: u16) -> Self {
        Self {
            label: label.into(),
            width,
            choices: Vec::new(),
        }
    }

    /// The same column, which offers these values.
    #[must_use]
    pub fn choices(mut self, choices: Vec<String>) -> Self {
        self.choices = choices;
        self
    }
}

/// A cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetCell {
    /// What stands there by itself.
    pub filled: String,
    /// What was typed instead; empty for nothing.
    pub own: String,
    /// What is wrong with it.
    pub problem: Option<String>,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetRow {
    /// Tells rows apart while others come and go.
    pub key: usize,
    /// Its number, as it is shown.
    pub number: usize,
    /// Its name for screen readers, such as "row 3".
    pub label: String,
    /// A cell for each column.
    pub cells: Vec<SheetCell>,
    /// What is said of the row, in lines.
    pub note: Vec<String>,
    /// What the note means.
    pub tone: Tone,
    /// What the button that removes it does, such as "Remove web-03".
    pub remove: String,
}

impl SheetRow {
    pub(super) fn empty(key: usize) -> Self {
        Self {
            key,
            number: 0,
            label: String::new(),
            cells: Vec::new(),
            note: Vec::new(),
            tone: Tone::Neutral,
            remove: String::new(),
        }
    }
}

/// Where in a sheet: the row's key, and the column's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SheetPlace {
    /// The key of the row.
    pub row: usize,
    /// The column, from 0.
    pub column: usize,
}
