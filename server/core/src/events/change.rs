//! The kinds of change, and how each is written in the `events` table.

use drover_types::ids::TaskId;

/// Something durable that changed. Carries ids only; whoever listens reads the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// A task is new, or its state changed.
    Task(TaskId),
    /// A notification is new; without a user it is for everybody.
    Notification {
        /// Which one.
        id: i64,
        /// Whose.
        user: Option<i64>,
    },
    /// A user read or dismissed notifications.
    NotificationsRead {
        /// Who.
        user: i64,
    },
    /// Servers were adopted, or are not any more.
    Adoptions,
    /// Servers were given roles, or those got further.
    Roles,
    /// Servers were given firewall groups, or have other ones.
    Firewall,
    /// Alerts were raised, seen or are over, or what raises them changed.
    Alerts,
    /// Channels were made, changed or deleted, or something went through one.
    Channels,
    /// A user's sessions, role or permissions changed: what is cached of them is void.
    UserChanged {
        /// Whose.
        user: i64,
    },
}

/// A change as it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signal {
    /// The place in the order of changes, from which a browser that reconnects goes on; `None` for one that is
    /// told but not kept, such as a task's progress.
    pub id: Option<i64>,
    /// What changed.
    pub change: Change,
}

impl Change {
    /// Kind, subject and user, as the columns of the table hold them.
    pub(super) fn columns(self) -> (&'static str, String, Option<i64>) {
        match self {
            Self::Task(id) => ("task", id.to_string(), None),
            Self::Notification { id, user } => ("notification", id.to_string(), user),
            Self::NotificationsRead { user } => ("notifications_read", String::new(), Some(user)),
            Self::Adoptions => ("adoptions", String::new(), None),
            Self::Roles => ("roles", String::new(), None),
            Self::Firewall => ("firewall", String::new(), None),
            Self::Alerts => ("alerts", String::new(), None),
            Self::Channels => ("channels", String::new(), None),
            Self::UserChanged { user } => ("user", String::new(), Some(user)),
        }
    }

    /// Reads the columns back; `None` for a kind that a newer replica wrote.
    pub(super) fn parse(kind: &str, subject: &str, user: Option<i64>) -> Option<Self> {
        match kind {
            "task" => subject.parse().ok().map(Self::Task),
            "notification" => subject.parse().ok().map(|id| Self::Notification { id, user }),
            "notifications_read" => user.map(|user| Self::NotificationsRead { user }),
            "adoptions" => Some(Self::Adoptions),
            "roles" => Some(Self::Roles),
            "firewall" => Some(Self::Firewall),
            "alerts" => Some(Self::Alerts),
            "channels" => Some(Self::Channels),
            "user" => user.map(|user| Self::UserChanged { user }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn every_change_is_read_back() {
        for change in [
            Change::Task(TaskId(Uuid::from_u128(7))),
            Change::Notification { id: 3, user: None },
            Change::Notification { id: 3, user: Some(1) },
            Change::NotificationsRead { user: 1 },
            Change::Adoptions,
            Change::Roles,
            Change::Firewall,
            Change::Alerts,
            Change::Channels,
            Change::UserChanged { user: 2 },
        ] {
            let (kind, subject, user) = change.columns();
            assert_eq!(Change::parse(kind, &subject, user), Some(change));
        }
    }
}
