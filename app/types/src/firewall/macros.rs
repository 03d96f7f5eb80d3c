//! What a macro stands for. Which there are is passed in: the table is the server's.

use serde::{Deserialize, Serialize};

/// One of the lines that a macro stands for. A text that is empty says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MacroLine {
    /// Name or number of the protocol.
    pub protocol: String,
    /// The port it goes to.
    #[serde(default)]
    pub dest_port: String,
    /// The port it comes from.
    #[serde(default)]
    pub source_port: String,
    /// The type of ICMP.
    #[serde(default)]
    pub icmp_type: String,
}

/// A macro that a rule may name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Macro {
    /// Its name.
    pub name: String,
    /// What it is for, in Proxmox's words.
    #[serde(default)]
    pub description: String,
    /// What it stands for; empty where Drover doesn't know it.
    #[serde(default)]
    pub lines: Vec<MacroLine>,
}
