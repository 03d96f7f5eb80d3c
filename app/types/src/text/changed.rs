//! What was done to something, in a word.

use serde::{Deserialize, Serialize};

use crate::lang::Lang;

/// What was done to something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// It was made.
    Made,
    /// It was changed.
    Changed,
    /// It was moved.
    Moved,
    /// It was deleted.
    Deleted,
}

impl Changed {
    pub(super) const fn said(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Made, Lang::Ko) => "추가",
            (Self::Made, Lang::En) => "added",
            (Self::Changed, Lang::Ko) => "변경",
            (Self::Changed, Lang::En) => "changed",
            (Self::Moved, Lang::Ko) => "이동",
            (Self::Moved, Lang::En) => "moved",
            (Self::Deleted, Lang::Ko) => "삭제",
            (Self::Deleted, Lang::En) => "deleted",
        }
    }
}
