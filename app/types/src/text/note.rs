//! What a notification says.

use serde::Serialize;

use super::alert_note::{counted, full_on, listed};
use super::changed::Changed;
use super::josa::subject;
use super::named::named;
use super::problem::Problem;
use crate::channel::ChannelTrouble;
use crate::lang::Lang;
use crate::monitoring::{AlertLevel, AlertState, Metric, Subject};
use crate::notification::Level;
use crate::task::{ChildCounts, TaskKind, TaskState};

named! {
    /// The content of a notification: stored as data, said in the reader's language when it is read.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
    #[serde(rename_all = "snake_case")]
    pub enum Note {
        /// A task did what it was for.
        TaskCompleted {
            /// What the task does.
            kind: TaskKind,
            /// The server it was about; empty for a task about none.
            target: String,
        },
        /// A task left its server standing and could not finish.
        TaskPartial {
            /// What the task does.
            kind: TaskKind,
            /// The server it was about.
            target: String,
            /// Why it could not.
            problem: Problem,
        },
        /// A task failed and undid what it had done.
        TaskFailed {
            /// What the task does.
            kind: TaskKind,
            /// The server it was about.
            target: String,
            /// Why it failed.
            problem: Problem,
        },
        /// A task was cancelled and undid what it had done.
        TaskCancelled {
            /// What the task does.
            kind: TaskKind,
            /// The server it was about.
            target: String,
            /// Who cancelled it.
            by: String,
        },
        /// A task with parts of its own ended, with the last of them.
        ChildrenEnded {
            /// What the parts do together.
            kind: TaskKind,
            /// How it ended.
            state: TaskState,
            /// How the parts did.
            children: ChildCounts,
        },
        /// The reader signed in.
        SignedIn {
            /// From which address.
            address: String,
        },
        /// The reader's password was changed.
        PasswordChanged,
        /// Somebody else reset the reader's password.
        PasswordReset {
            /// Who.
            by: String,
        },
        /// Somebody else changed the reader's role or permissions.
        PermissionsChanged {
            /// Who.
            by: String,
        },
        /// Somebody else made, changed or deleted a user; told to administrators.
        UserAdmin {
            /// The user's name.
            username: String,
            /// What was done.
            change: Changed,
            /// Who did it.
            by: String,
        },
        /// The record was compared with what the clusters have, at the reader's wish.
        ServersSynced {
            /// How many servers were taken into somebody's care.
            added: u32,
            /// Of how many something else is on record now.
            updated: u32,
            /// How many that are on record are gone.
            missing: u32,
        },
        /// A firewall group was made, changed or deleted.
        FirewallGroup {
            /// Its name.
            group: String,
            /// What was done.
            change: Changed,
        },
        /// A rule of a firewall group was added, changed, moved or deleted.
        FirewallRule {
            /// The group.
            group: String,
            /// What was done.
            change: Changed,
        },
        /// Servers have had no backup for too long.
        BackupsOverdue {
            /// Some of them.
            servers: Vec<String>,
            /// How many there are beside those.
            others: u32,
            /// After how many days a server is overdue.
            days: u32,
        },
        /// Backups failed that Drover has not begun: those of Proxmox's own jobs, or of somebody who works in Proxmox.
        BackupsFailed {
            /// Some of the servers.
            servers: Vec<String>,
            /// How many there are beside those.
            others: u32,
            /// The nodes where it ended before any server's turn.
            nodes: Vec<String>,
            /// What Proxmox says of the first.
            reason: String,
        },
        /// Something has reached the limit of an alert rule.
        AlertsRaised {
            /// What.
            metric: Metric,
            /// How bad it is.
            level: AlertLevel,
            /// Some of what it was measured of, the worst first.
            subjects: Vec<Subject>,
            /// Of how many more.
            others: u32,
            /// The figure of the first.
            value: i64,
            /// The limit that it has reached.
            limit: i64,
            /// When the first will be full, in seconds since 1970, if it goes on so.
            full_at: Option<i64>,
        },
        /// Alerts are over.
        AlertsResolved {
            /// What had reached a limit.
            metric: Metric,
            /// How bad it was when people were told of it, at its worst.
            level: Option<AlertLevel>,
            /// Some of what it was measured of.
            subjects: Vec<Subject>,
            /// Of how many more.
            others: u32,
        },
        /// A trial, asked for by an administrator.
        Trial,
        /// What is stored can't be read: another version has written it.
        Unreadable,
    }
}

impl Note {
    /// How grave it is.
    pub const fn level(&self) -> Level {
        match self {
            Self::TaskCompleted { .. } | Self::PasswordChanged | Self::AlertsResolved { .. } => {
                Level::Success
            }
            Self::TaskPartial { .. } | Self::PasswordReset { .. } | Self::BackupsOverdue { .. } => {
                Level::Warning
            }
            Self::TaskFailed { .. } | Self::BackupsFailed { .. } => Level::Error,
            Self::AlertsRaised { level, .. } => match level {
                AlertLevel::Warning => Level::Warning,
                AlertLevel::Critical => Level::Error,
            },
            Self::ChildrenEnded { state, .. } => match state {
                TaskState::Completed => Level::Success,
                TaskState::Partial => Level::Warning,
                TaskState::Failed => Level::Error,
                TaskState::Cancelled | TaskState::Queued | TaskState::Running => Level::Info,
            },
            Self::TaskCancelled { .. }
            | Self::SignedIn { .. }
            | Self::PermissionsChanged { .. }
            | Self::UserAdmin { .. }
            | Self::FirewallGroup { .. }
            | Self::FirewallRule { .. }
            | Self::Trial
            | Self::Unreadable => Level::Info,
            Self::ServersSynced { missing, .. } => {
                if *missing > 0 {
                    Level::Warning
                } else {
                    Level::Success
                }
            }
        }
    }

    /// The API's type of notification.
    pub const fn type_name(&self) -> &'static str {
        match self {
            Self::TaskCompleted { kind, .. } => kind.notification_type(true),
            Self::TaskPartial { kind, .. }
            | Self::TaskFailed { kind, .. }
            | Self::TaskCancelled { kind, .. } => kind.notification_type(false),
            Self::ChildrenEnded { kind, state, .. } => {
                kind.notification_type(matches!(state, TaskState::Completed))
            }
            Self::BackupsOverdue { .. } => "backup_overdue",
            // As for a backup of Drover's own.
            Self::BackupsFailed { .. } => "backup_failed",
            Self::AlertsRaised { .. } => "alert_raised",
            Self::AlertsResolved { .. } => "alert_resolved",
            Self::SignedIn { .. } => "login",
            Self::PasswordChanged => "password_change",
            Self::PasswordReset { .. } => "password_reset",
            Self::PermissionsChanged { .. } => "permission_changed",
            Self::UserAdmin { change, .. } => match change {
                Changed::Made => "user_admin_created",
                Changed::Changed | Changed::Moved => "user_admin_changed",
                Changed::Deleted => "user_admin_deleted",
            },
            Self::ServersSynced { .. } => "sync_servers",
            Self::FirewallGroup { .. } => "firewall_group",
            Self::FirewallRule { .. } => "firewall_rule",
            Self::Trial => "test",
            Self::Unreadable => "unreadable",
        }
    }

    /// The API's category: `server`, `backup`, `firewall`, `user`, `monitoring` or `system` so far.
    pub const fn category(&self) -> &'static str {
        match self {
            Self::TaskCompleted { kind, .. }
            | Self::TaskPartial { kind, .. }
            | Self::TaskFailed { kind, .. }
            | Self::TaskCancelled { kind, .. }
            | Self::ChildrenEnded { kind, .. } => kind.category(),
            Self::SignedIn { .. }
            | Self::PasswordChanged
            | Self::PasswordReset { .. }
            | Self::PermissionsChanged { .. }
            | Self::UserAdmin { .. } => "user",
            Self::ServersSynced { .. } => "server",
            Self::FirewallGroup { .. } | Self::FirewallRule { .. } => "firewall",
            Self::BackupsOverdue { .. } | Self::BackupsFailed { .. } => "backup",
            Self::AlertsRaised { .. } | Self::AlertsResolved { .. } => "monitoring",
            Self::Trial | Self::Unreadable => "system",
        }
    }

    /// The name of the server it is about; empty where it is about none.
    pub fn target(&self) -> &str {
        match self {
            Self::TaskCompleted { target, .. }
            | Self::TaskPartial { target, .. }
            | Self::TaskFailed { target, .. }
            | Self::TaskCancelled { target, .. } => target,
            Self::AlertsRaised {
                subjects, others: 0, ..
            }
            | Self::AlertsResolved {
                subjects, others: 0, ..
            } => match &subjects[..] {
                [Subject::Guest { name, .. }] => name,
                _ => "",
            },
            Self::BackupsFailed {
                servers, others: 0, ..
            } => match &servers[..] {
                [one] => one,
                _ => "",
            },
            Self::AlertsRaised { .. }
            | Self::AlertsResolved { .. }
            | Self::ChildrenEnded { .. }
            | Self::SignedIn { .. }
            | Self::PasswordChanged
            | Self::PasswordReset { .. }
            | Self::PermissionsChanged { .. }
            | Self::UserAdmin { .. }
            | Self::ServersSynced { .. }
            | Self::FirewallGroup { .. }
            | Self::FirewallRule { .. }
            | Self::BackupsOverdue { .. }
            | Self::BackupsFailed { .. }
            | Self::Trial
            | Self::Unreadable => "",
        }
    }

    /// The line that names what happened, and to what.
    pub fn title(&self, lang: Lang) -> String {
        let of = |kind: &TaskKind, target: &str, ko: &str, en: &str| {
            let separator = if target.is_empty() { "" } else { ": " };
            lang.pick(
                format!("{} {ko}{separator}{target}", kind.name(Lang::Ko)),
                format!("{} {en}{separator}{target}", kind.name(Lang::En)),
            )
        };
        match self {
            Self::TaskCompleted { kind, target } => of(kind, target, "완료", "completed"),
            Self::TaskPartial { kind, target, .. } => of(kind, target, "일부 완료", "completed in part"),
            Self::TaskFailed { kind, target, .. } => of(kind, target, "실패", "failed"),
            Self::TaskCancelled { kind, target, .. } => of(kind, target, "취소됨", "cancelled"),
            Self::ChildrenEnded {
                kind,
                state,
                children,
            } => {
                let (done, total) = (children.completed, children.total());
                let (ko, en) = match state {
                    TaskState::Completed => ("완료", "completed"),
                    TaskState::Partial => ("일부 완료", "completed in part"),
                    TaskState::Cancelled => ("취소됨", "cancelled"),
                    TaskState::Failed | TaskState::Queued | TaskState::Running => ("실패", "failed"),
                };
                lang.pick(
                    format!("{} {ko}: {total}개 중 {done}개", kind.name(Lang::Ko)),
                    format!("{} {en}: {done} of {total}", kind.name(Lang::En)),
                )
            }
            Self::SignedIn { .. } => lang.pick("로그인했습니다", "You signed in").to_owned(),
            Self::PasswordChanged => lang.pick("비밀번호를 바꿨습니다", "Password changed").to_owned(),
            Self::PasswordReset { .. } => lang
                .pick("비밀번호가 재설정되었습니다", "Your password was reset")
                .to_owned(),
            Self::PermissionsChanged { .. } => lang
                .pick("역할이나 권한이 바뀌었습니다", "Your role or permissions changed")
                .to_owned(),
            Self::UserAdmin { username, change, .. } => lang.pick(
                format!("사용자 {}: {username}", change.said(Lang::Ko)),
                format!("User {}: {username}", change.said(Lang::En)),
            ),
            Self::ServersSynced { .. } => lang.pick("서버 동기화 완료", "Servers compared").to_owned(),
            Self::FirewallGroup { group, change } => lang.pick(
                format!("방화벽 그룹 {}: {group}", change.said(Lang::Ko)),
                format!("Firewall group {}: {group}", change.said(Lang::En)),
            ),
            Self::FirewallRule { group, change } => lang.pick(
                format!("방화벽 규칙 {}: {group}", change.said(Lang::Ko)),
                format!("Firewall rule {}: {group}", change.said(Lang::En)),
            ),
            Self::BackupsOverdue { .. } | Self::BackupsFailed { .. } => self.backups_title(lang),
            Self::AlertsRaised {
                metric,
                level,
                subjects,
                others,
                ..
            } => format!(
                "{} · {}: {}",
                level.name(lang),
                metric.name(lang),
                counted(*metric, subjects, *others, lang)
            ),
            Self::AlertsResolved {
                metric,
                subjects,
                others,
                ..
            } => format!(
                "{} · {}: {}",
                AlertState::Resolved.name(lang),
                metric.name(lang),
                counted(*metric, subjects, *others, lang)
            ),
            Self::Trial => lang.pick("시험 알림", "A trial notification").to_owned(),
            Self::Unreadable => lang
                .pick("읽을 수 없는 알림", "An unreadable notification")
                .to_owned(),
        }
    }

    /// The sentence behind the title.
    pub fn body(&self, lang: Lang) -> String {
        match self {
            Self::TaskCompleted { kind, target } => kind.outcome(target, lang),
            Self::TaskPartial { problem, .. } => lang.pick(
                format!("서버는 그대로 두었습니다. {}", problem.text(Lang::Ko)),
                format!("The server was left as it is. {}", problem.text(Lang::En)),
            ),
            Self::TaskFailed { problem, .. } => problem.text(lang),
            Self::TaskCancelled { by, kind, .. } if *kind != TaskKind::CreateServer => lang.pick(
                format!("{} 취소했습니다.", subject(by)),
                format!("Cancelled by {by}."),
            ),
            Self::TaskCancelled { by, .. } => lang.pick(
                format!("{} 취소했습니다. 만들던 것은 모두 되돌렸습니다.", subject(by)),
                format!("Cancelled by {by}. What had been made was undone."),
            ),
            Self::ChildrenEnded { kind, children, .. } => {
                if children.completed == children.total() {
                    return kind.outcome("", lang);
                }
                let parts = [
                    (children.completed, "완료", "completed"),
                    (children.partial, "일부 완료", "completed in part"),
                    (children.failed, "실패", "failed"),
                    (children.cancelled, "취소", "cancelled"),
                ];
                let told = |(count, ko, en): &(u32, &str, &str)| {
                    lang.pick(format!("{ko} {count}"), format!("{count} {en}"))
                };
                let told: Vec<String> = parts.iter().filter(|part| part.0 > 0).map(told).collect();
                format!("{}.", told.join(", "))
            }
            Self::SignedIn { address } => lang.pick(
                format!("{address}에서 로그인했습니다. 본인이 아니면 비밀번호를 바꾸십시오."),
                format!("From {address}. If that was not you, change your password."),
            ),
            Self::PasswordReset { by } => lang.pick(
                format!(
                    "{} 비밀번호를 재설정했습니다. 열려 있던 세션은 모두 끝났습니다.",
                    subject(by)
                ),
                format!("By {by}. All your sessions were ended."),
            ),
            Self::PermissionsChanged { by } => lang.pick(
                format!("{} 바꿨습니다. 지금부터 적용됩니다.", subject(by)),
                format!("By {by}. It holds from now on."),
            ),
            Self::UserAdmin { by, .. } => {
                lang.pick(format!("{} 처리했습니다.", subject(by)), format!("By {by}."))
            }
            Self::ServersSynced {
                added,
                updated,
                missing,
            } => lang.pick(
                format!("등록 {added}대, 갱신 {updated}대, 사라짐 {missing}대."),
                format!("{added} adopted, {updated} updated, {missing} gone."),
            ),
            Self::PasswordChanged => lang
                .pick(
                    "다른 모든 세션에서 로그아웃되었습니다.",
                    "All your other sessions were signed out.",
                )
                .to_owned(),
            Self::FirewallGroup { .. } | Self::FirewallRule { .. } => lang
                .pick(
                    "이 그룹이 지정된 서버에 바로 적용됩니다.",
                    "It holds at once for the servers that have this group.",
                )
                .to_owned(),
            Self::BackupsOverdue { .. } | Self::BackupsFailed { .. } => self.backups_body(lang),
            Self::AlertsRaised {
                metric,
                subjects,
                others,
                value,
                limit,
                full_at,
                ..
            } => {
                let said = metric.said(*value, *limit, lang);
                let full = full_on(*full_at, lang);
                match (&subjects[..], others) {
                    ([_], 0) => format!("{said}.{full}"),
                    ([first, ..], _) => format!(
                        "{}. {}: {said}.{full}",
                        listed(subjects, *others, lang),
                        first.said()
                    ),
                    ([], _) => said,
                }
            }
            Self::AlertsResolved { subjects, others, .. } => format!("{}.", listed(subjects, *others, lang)),
            Self::Trial => lang
                .pick(
                    "알림이 이렇게 표시됩니다.",
                    "This is what a notification looks like.",
                )
                .to_owned(),
            Self::Unreadable => ChannelTrouble::Unreadable.text(lang),
        }
    }
}
