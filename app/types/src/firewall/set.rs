//! Named addresses: sets and aliases, of a cluster or of one guest.

use serde::{Deserialize, Serialize};

/// Whose a set or an alias is. A guest's own comes before the cluster's where both have a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum SetScope {
    /// The cluster's, written `dc/name`.
    #[default]
    Cluster,
    /// A guest's own, written `guest/name`.
    Guest,
}

/// A line of a set.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IpSetEntry {
    /// An address, a network or an alias.
    pub cidr: String,
    /// Whether it is taken out of what the other lines say.
    #[serde(default)]
    pub nomatch: bool,
    /// What somebody noted.
    #[serde(default)]
    pub comment: String,
}

/// A set of addresses, which a rule names by `+name`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IpSet {
    /// Its name.
    pub name: String,
    /// Whose it is.
    #[serde(default)]
    pub scope: SetScope,
    /// What somebody noted.
    #[serde(default)]
    pub comment: String,
    /// Its lines.
    #[serde(default)]
    pub entries: Vec<IpSetEntry>,
    /// Proxmox's digest of what was read.
    #[serde(default)]
    pub digest: String,
}

/// Where a set or an alias is named.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", content = "name", rename_all = "snake_case")]
pub enum NamedIn {
    /// In a rule of a group.
    Group(String),
    /// In a line of a set.
    IpSet(String),
    /// In a rule of a cluster or of a node.
    Firewall(String),
}

/// A name for an address or a network.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Alias {
    /// Its name; Proxmox compares it without regard to case.
    pub name: String,
    /// Whose it is.
    #[serde(default)]
    pub scope: SetScope,
    /// What it stands for.
    pub cidr: String,
    /// What somebody noted.
    #[serde(default)]
    pub comment: String,
    /// Proxmox's digest of what was read.
    #[serde(default)]
    pub digest: String,
}
