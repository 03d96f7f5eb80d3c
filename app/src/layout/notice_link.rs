//! Where a notification leads. Pure.

use drover_types::{
    ids::TaskId,
    monitoring::Subject,
    text::{Changed, Note},
};

use crate::paths;

/// The page of what `note` tells of; `None` where there is none.
pub(super) fn address(note: &Note, task: Option<TaskId>) -> Option<String> {
    if let Some(task) = task {
        return Some(paths::task(&task));
    }
    match note {
        Note::AlertsRaised {
            subjects, others: 0, ..
        }
        | Note::AlertsResolved {
            subjects, others: 0, ..
        } => Some(match &subjects[..] {
            [Subject::Guest { id, .. }] => paths::server(id),
            [Subject::Storage { .. }] => paths::STORAGE.to_owned(),
            _ => paths::MONITORING_ALERTS.to_owned(),
        }),
        Note::AlertsRaised { .. } | Note::AlertsResolved { .. } => Some(paths::MONITORING_ALERTS.to_owned()),
        Note::BackupsOverdue { .. } => Some(paths::backups("", "overdue")),
        Note::BackupsFailed { .. } => Some(paths::BACKUPS.to_owned()),
        Note::FirewallGroup { .. } | Note::FirewallRule { .. } => Some(paths::FIREWALL.to_owned()),
        Note::SignedIn { .. }
        | Note::PasswordChanged
        | Note::PasswordReset { .. }
        | Note::PermissionsChanged { .. } => Some(paths::PROFILE.to_owned()),
        Note::UserAdmin {
            change: Changed::Deleted,
            ..
        } => Some(paths::USERS.to_owned()),
        Note::UserAdmin { username, .. } => Some(paths::user(username)),
        Note::ServersSynced { .. } => Some(paths::SERVERS.to_owned()),
        // A task that is kept no more has no page, a trial never had one.
        Note::TaskCompleted { .. }
        | Note::TaskPartial { .. }
        | Note::TaskFailed { .. }
        | Note::TaskCancelled { .. }
        | Note::ChildrenEnded { .. }
        | Note::Trial
        | Note::Unreadable => None,
    }
}

#[cfg(test)]
mod tests {
    use drover_types::{
        ids::GuestId,
        monitoring::{AlertLevel, Metric},
    };

    use super::*;

    fn raised(subjects: Vec<Subject>, others: u32) -> Note {
        Note::AlertsRaised {
            metric: Metric::Memory,
            level: AlertLevel::Warning,
            subjects,
            others,
            value: 90,
            limit: 80,
            full_at: None,
        }
    }

    #[test]
    fn a_notification_leads_to_what_it_tells_of() {
        let server = Subject::Guest {
            id: GuestId::new("main", 100),
            name: "web-01".into(),
        };
        let of = |note: &Note| address(note, None);
        let task = TaskId(uuid::Uuid::nil());
        assert_eq!(address(&Note::Trial, Some(task)), Some(paths::task(&task)));
        assert_eq!(of(&Note::Trial), None);
        let one = raised(vec![server.clone()], 0);
        assert_eq!(of(&one).as_deref(), Some("/servers/main:100"));
        let many = raised(vec![server], 2);
        assert_eq!(of(&many).as_deref(), Some("/monitoring?tab=alerts"));
        let user = |change| Note::UserAdmin {
            username: "kim".into(),
            change,
            by: "admin".into(),
        };
        assert_eq!(of(&user(Changed::Made)).as_deref(), Some("/users/kim"));
        assert_eq!(of(&user(Changed::Deleted)).as_deref(), Some("/users"));
        assert_eq!(of(&Note::PasswordChanged).as_deref(), Some("/profile"));
    }
}
