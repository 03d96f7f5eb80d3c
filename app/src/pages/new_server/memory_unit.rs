//! The unit that memory is typed in.

use serde::{Deserialize, Serialize};

/// The unit of the memory field.
#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum MemoryUnit {
    #[default]
    Gib,
    Mib,
}

impl MemoryUnit {
    /// The value of the control.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gib => "GiB",
            Self::Mib => "MiB",
        }
    }

    /// The unit of a control's value.
    pub fn parse(text: &str) -> Self {
        if text == Self::Mib.as_str() {
            Self::Mib
        } else {
            Self::Gib
        }
    }
}
