//! What goes wrong with a lab, as one sentence: tests unwrap it, so `Debug` is the sentence too.

use std::fmt;

/// Why a lab can't be started or steered.
#[derive(Clone, PartialEq, Eq)]
pub struct LabError(String);

impl LabError {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl fmt::Display for LabError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for LabError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for LabError {}
