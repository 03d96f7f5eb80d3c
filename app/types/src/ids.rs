//! Ids as they stand in URLs, in answers and in the database.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// The id of a task of Drover's. Proxmox's own task ids are UPIDs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct TaskId(pub Uuid);

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for TaskId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// Names one guest among all clusters, written `cluster:vmid`. A colon can't stand in a DNS name, so the
/// written form is never mistaken for a server's name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GuestId {
    /// The name of the cluster in Drover's configuration.
    pub cluster: String,
    /// Proxmox's id of the guest, unique in its cluster.
    pub vmid: u32,
}

impl GuestId {
    /// The guest `vmid` of `cluster`.
    pub fn new(cluster: impl Into<String>, vmid: u32) -> Self {
        Self {
            cluster: cluster.into(),
            vmid,
        }
    }
}

impl fmt::Display for GuestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.cluster, self.vmid)
    }
}

/// Why a text is no [`GuestId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not of the form cluster:vmid")]
pub struct ParseGuestIdError;

impl FromStr for GuestId {
    type Err = ParseGuestIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (cluster, vmid) = text.rsplit_once(':').ok_or(ParseGuestIdError)?;
        if cluster.is_empty() {
            return Err(ParseGuestIdError);
        }
        Ok(Self::new(cluster, vmid.parse().map_err(|_| ParseGuestIdError)?))
    }
}

impl Serialize for GuestId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for GuestId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for GuestId {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        String::schema()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for GuestId {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_is_read_back(cluster in "[a-z][a-z0-9-]{0,20}", vmid in 100u32..=999_999_999) {
            let id = GuestId::new(cluster, vmid);
            prop_assert_eq!(id.to_string().parse::<GuestId>(), Ok(id));
        }
    }

    #[test]
    fn a_name_is_no_id() {
        for text in ["web-01", ":100", "lab:", "lab:x"] {
            assert_eq!(text.parse::<GuestId>(), Err(ParseGuestIdError), "{text}");
        }
    }
}
