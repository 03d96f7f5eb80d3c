//! Which notifications channels carry, and by what they are sorted there.

use serde::{Deserialize, Serialize};

use crate::ids::GuestId;
use crate::monitoring::{AlertLevel, Subject};
use crate::notification::Level;
use crate::text::Note;

/// A server that a notification is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concerned {
    /// Which one, where that is known.
    pub id: Option<GuestId>,
    /// What it was called.
    pub name: String,
}

impl Concerned {
    /// The server of this id.
    pub const fn by_id(id: GuestId, name: String) -> Self {
        Self { id: Some(id), name }
    }
}

impl Note {
    /// The servers that it names.
    pub fn concerned(&self) -> Vec<Concerned> {
        match self {
            Self::AlertsRaised { subjects, .. } | Self::AlertsResolved { subjects, .. } => {
                subjects.iter().filter_map(Subject::concerned).collect()
            }
            other => {
                let by_name = |name: &str| Concerned {
                    id: None,
                    name: name.to_owned(),
                };
                other.servers().into_iter().map(by_name).collect()
            }
        }
    }

    /// The names of the servers that it is about.
    pub fn servers(&self) -> Vec<&str> {
        match self {
            Self::BackupsOverdue { servers, .. } | Self::BackupsFailed { servers, .. } => {
                servers.iter().map(String::as_str).collect()
            }
            Self::AlertsRaised { subjects, .. } | Self::AlertsResolved { subjects, .. } => {
                let guests = subjects.iter().filter_map(|subject| match subject {
                    Subject::Guest { name, .. } => Some(name.as_str()),
                    _ => None,
                });
                guests.collect()
            }
            other => Some(other.target())
                .into_iter()
                .filter(|name| !name.is_empty())
                .collect(),
        }
    }

    /// Whether channels to the outside carry it when somebody is told: what concerns the house, and nothing about
    /// somebody's account.
    pub const fn goes_out(&self) -> bool {
        match self {
            Self::TaskCompleted { .. }
            | Self::TaskPartial { .. }
            | Self::TaskFailed { .. }
            | Self::TaskCancelled { .. }
            | Self::ChildrenEnded { .. }
            | Self::FirewallGroup { .. }
            | Self::FirewallRule { .. }
            | Self::ServersSynced { .. } => true,
            // Of the first four each who is told reads of their own servers; the house is told apart, of all.
            Self::BackupsOverdue { .. }
            | Self::BackupsFailed { .. }
            | Self::AlertsRaised { .. }
            | Self::AlertsResolved { .. }
            | Self::SignedIn { .. }
            | Self::PasswordChanged
            | Self::PasswordReset { .. }
            | Self::PermissionsChanged { .. }
            | Self::UserAdmin { .. }
            | Self::Trial
            | Self::Unreadable => false,
        }
    }

    /// How grave it is for a channel: whoever is warned that something began is told that it is over.
    pub const fn gravity(&self) -> Level {
        match self {
            // Before the level was kept, every end was told to whoever hears warnings.
            Self::AlertsResolved { level, .. } => match level {
                Some(AlertLevel::Critical) => Level::Error,
                Some(AlertLevel::Warning) | None => Level::Warning,
            },
            other => other.level(),
        }
    }
}

impl Subject {
    /// The server that it is, if it is one.
    pub fn concerned(&self) -> Option<Concerned> {
        match self {
            Self::Guest { id, name } => Some(Concerned::by_id(id.clone(), name.clone())),
            _ => None,
        }
    }
}
