//! What a server has to tell of itself: its journal, and what Proxmox did to it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Which log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum LogType {
    /// The journal of the system inside, by the guest agent.
    #[default]
    System,
    /// What its kernel says there.
    Kernel,
    /// Proxmox's tasks of the server; with a number of lines, what they logged too.
    Tasks,
}

impl LogType {
    /// Each.
    pub const ALL: &'static [Self] = &[Self::System, Self::Kernel, Self::Tasks];

    /// The name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Kernel => "kernel",
            Self::Tasks => "tasks",
        }
    }

    /// The log of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.as_str() == name)
    }
}

/// A log, the oldest line first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerLog {
    /// The server's name.
    pub server: String,
    /// Which log.
    pub kind: LogType,
    /// Its last lines.
    pub lines: Vec<String>,
    /// When it was read.
    pub read_at: DateTime<Utc>,
}
