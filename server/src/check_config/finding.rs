//! What a test found, as a line for people.

use std::fmt;

/// How one test went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// Works.
    Good(String),
    /// Works, with something missing.
    Warning(String, String),
    /// Does not work: what, and how to mend it.
    Bad(String, String),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Good(what) => write!(f, "ok    {what}"),
            Self::Warning(what, mend) => write!(f, "warn  {what}\n      {mend}"),
            Self::Bad(what, mend) => write!(f, "FAIL  {what}\n      {mend}"),
        }
    }
}
