//! Replication jobs, as far as they name guests.

use serde::Deserialize;

use super::lenient;

/// An element of `GET /cluster/replication`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ReplicationJob {
    /// Its name, such as `100-0`.
    #[serde(deserialize_with = "lenient::required_text")]
    pub id: String,
    /// The guest.
    #[serde(default, deserialize_with = "lenient::opt_int")]
    pub guest: Option<u32>,
    /// The node it is copied to.
    #[serde(default, deserialize_with = "lenient::opt_text")]
    pub target: Option<String>,
}
