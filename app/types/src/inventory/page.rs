//! A part of the list, for a first paint before the browser has the whole.

use serde::{Deserialize, Serialize};

use super::snapshot::Version;
use crate::guest::GuestRow;

/// A part of the filtered and sorted list of guests.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GuestPage {
    /// The picture it was cut from.
    pub version: Version,
    /// Its rows.
    pub rows: Vec<GuestRow>,
    /// How many guests the filter lets through.
    pub matched: u32,
    /// How many guests there are.
    pub total: u32,
}
