//! Which notifications channels carry, and by what they are sorted there.

use crate::monitoring::Subject;
use crate::notification::Level;
use crate::text::Note;

impl Note {
    /// The names of the servers that it is about.
    pub fn servers(&self) -> Vec<&str> {
        match self {
            Self::BackupsOverdue { servers, .. } => servers.iter().map(String::as_str).collect(),
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
            // Of the first three each who is told reads of their own servers; the house is told apart, of all.
            Self::BackupsOverdue { .. }
            | Self::AlertsRaised { .. }
            | Self::AlertsResolved { .. }
            | Self::SignedIn { .. }
            | Self::PasswordChanged
            | Self::PasswordReset { .. }
            | Self::PermissionsChanged { .. }
            | Self::UserAdmin { .. }
            | Self::Trial => false,
        }
    }

    /// How grave it is for a channel: whoever is warned that something began is told that it is over.
    pub const fn gravity(&self) -> Level {
        match self {
            Self::AlertsResolved { .. } => Level::Warning,
            other => other.level(),
        }
    }
}
