//! Guests that were made elsewhere, compared with what Drover has on record.

use serde::{Deserialize, Serialize};

use crate::ids::GuestId;

/// What a comparison found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Synced {
    /// Those that were adopted now.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub added: Vec<GuestId>,
    /// Those on record that have another name now, or were given another role.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub updated: Vec<GuestId>,
    /// Those on record that are gone from Proxmox.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub missing: Vec<GuestId>,
    /// Those that were made elsewhere and nobody has adopted; not templates.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub others: Vec<GuestId>,
    /// Clusters that did not answer: nothing is said of theirs.
    pub unreachable: Vec<String>,
}
