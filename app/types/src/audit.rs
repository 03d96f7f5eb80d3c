//! The audit: who did what, from where, to what, and with which result.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::ids::TaskId;
use crate::lang::Lang;
use crate::task::{TaskKind, TaskState};

macro_rules! actions {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $ko:literal, $en:literal;)*) => {
        /// What was done, tasks aside: those are named by their kind.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action {
            $($(#[$doc])* $variant,)*
        }

        impl Action {
            /// Every one.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name in the API and the database.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),* }
            }

            /// What it is called.
            pub const fn text(self, lang: Lang) -> &'static str {
                match (self, lang) {
                    $((Self::$variant, Lang::Ko) => $ko, (Self::$variant, Lang::En) => $en,)*
                }
            }
        }
    };
}

actions! {
    /// Signing in, or trying to.
    SignIn = "session.sign_in", "로그인", "Sign in";
    /// Signing out.
    SignOut = "session.sign_out", "로그아웃", "Sign out";
    /// Ending sessions.
    EndSessions = "session.end", "세션 종료", "End sessions";
    /// Changing one's own password, or trying to.
    ChangePassword = "user.change_password", "비밀번호 변경", "Change password";
    /// Resetting somebody's password.
    ResetPassword = "user.reset_password", "비밀번호 재설정", "Reset password";
    /// Making a user.
    CreateUser = "user.create", "사용자 생성", "Create user";
    /// Changing a user.
    ChangeUser = "user.change", "사용자 변경", "Change user";
    /// Deleting a user.
    DeleteUser = "user.delete", "사용자 삭제", "Delete user";
    /// Making an API token.
    CreateToken = "token.create", "API 토큰 생성", "Create API token";
    /// Revoking an API token.
    RevokeToken = "token.revoke", "API 토큰 폐기", "Revoke API token";
    /// Asking with a token that is revoked or expired.
    UseToken = "token.use", "API 토큰 사용", "Use API token";
    /// Asking for a task to be cancelled.
    CancelTask = "task.cancel", "작업 취소", "Cancel task";
    /// Changing a server's configuration.
    ChangeConfiguration = "server.configure", "서버 설정 변경", "Change configuration";
    /// Taking servers into care that were made elsewhere.
    AdoptServers = "server.adopt", "서버 등록", "Adopt servers";
    /// Making a firewall group.
    CreateFirewallGroup = "firewall_group.create", "방화벽 그룹 생성", "Create firewall group";
    /// Giving a firewall group another name or comment.
    ChangeFirewallGroup = "firewall_group.change", "방화벽 그룹 변경", "Change firewall group";
    /// Deleting a firewall group.
    DeleteFirewallGroup = "firewall_group.delete", "방화벽 그룹 삭제", "Delete firewall group";
    /// Adding a rule to a firewall group.
    AddFirewallRule = "firewall_rule.add", "방화벽 규칙 추가", "Add firewall rule";
    /// Changing a rule of a firewall group.
    ChangeFirewallRule = "firewall_rule.change", "방화벽 규칙 변경", "Change firewall rule";
    /// Moving a rule of a firewall group.
    MoveFirewallRule = "firewall_rule.move", "방화벽 규칙 이동", "Move firewall rule";
    /// Deleting a rule of a firewall group.
    DeleteFirewallRule = "firewall_rule.delete", "방화벽 규칙 삭제", "Delete firewall rule";
    /// Changing an IP set.
    ChangeIpSet = "firewall_ip_set.change", "IP 집합 변경", "Change IP set";
    /// Changing an alias.
    ChangeAlias = "firewall_alias.change", "별칭 변경", "Change alias";
    /// Changing the options of a cluster's firewall.
    ChangeClusterFirewall = "firewall.cluster", "클러스터 방화벽 설정", "Change cluster firewall";
    /// Changing the options of a server's firewall.
    ChangeServerFirewall = "firewall.server", "서버 방화벽 설정", "Change server firewall";
    /// Changing the notes on a backup, or its protection.
    ChangeBackup = "backup.change", "백업 정보 변경", "Change backup";
    /// Making a backup job.
    CreateBackupJob = "backup_job.create", "백업 일정 생성", "Create backup job";
    /// Changing a backup job.
    ChangeBackupJob = "backup_job.change", "백업 일정 변경", "Change backup job";
    /// Deleting a backup job.
    DeleteBackupJob = "backup_job.delete", "백업 일정 삭제", "Delete backup job";
    /// Choosing after how many days without a backup a server is overdue.
    SetOverdueDays = "backup.set_overdue_days", "백업 지연 기준 설정", "Set overdue days";
    /// Taking a role off a server's record.
    RemoveRole = "role.remove", "역할 기록 삭제", "Take role off the record";
    /// Setting by hand how Drover signs in to a server.
    SetConnection = "server.set_connection", "연결 설정", "Set connection";
    /// Forgetting the keys of a server's host.
    ForgetHostKey = "server.forget_host_key", "호스트 키 삭제", "Forget host key";
    /// Making a notification channel.
    CreateChannel = "channel.create", "알림 채널 생성", "Create notification channel";
    /// Changing a notification channel.
    ChangeChannel = "channel.change", "알림 채널 변경", "Change notification channel";
    /// Deleting a notification channel.
    DeleteChannel = "channel.delete", "알림 채널 삭제", "Delete notification channel";
    /// Sending a trial by a notification channel.
    TestChannel = "channel.test", "알림 채널 시험", "Test notification channel";
    /// Sending again what a channel had given up.
    SendAgain = "channel.send_again", "알림 다시 보내기", "Send notification again";
    /// Choosing how often roles are compared.
    SetRoleChecks = "role.set_checks", "역할 확인 주기 설정", "Set role checks";
    /// Saying that one knows of an alert.
    AcknowledgeAlert = "alert.acknowledge", "경보 확인", "Acknowledge alert";
    /// Putting an alert away.
    ClearAlert = "alert.clear", "경보 정리", "Clear alert";
    /// Making an alert rule.
    CreateAlertRule = "alert_rule.create", "경보 규칙 생성", "Create alert rule";
    /// Changing an alert rule.
    ChangeAlertRule = "alert_rule.change", "경보 규칙 변경", "Change alert rule";
    /// Deleting an alert rule.
    DeleteAlertRule = "alert_rule.delete", "경보 규칙 삭제", "Delete alert rule";
    /// Setting how alerts are raised and told.
    SetMonitoring = "monitoring.set", "모니터링 설정", "Set monitoring";
    /// Choosing where disks go.
    SetDefaultStorage = "storage.set_default", "기본 스토리지 설정", "Set default storage";
    /// Choosing for how long the audit is kept.
    SetRetention = "audit.set_retention", "감사 기록 보관 기간 설정", "Set audit retention";
}

/// What an action is called; a newer Drover's by its name.
pub fn action_text(action: &str, lang: Lang) -> String {
    if let Some(known) = Action::ALL.iter().find(|known| known.as_str() == action) {
        return known.text(lang).to_owned();
    }
    match TaskKind::parse(action) {
        Some(kind) => kind.name(lang).to_owned(),
        None => action.to_owned(),
    }
}

/// What it was done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ObjectKind {
    /// A user.
    User,
    /// A server.
    Server,
    /// A task.
    Task,
    /// An API token.
    Token,
    /// What a cluster's firewall has: groups, sets, aliases, its switch.
    Firewall,
    /// A backup, or a job that makes them.
    Backup,
    /// An alert.
    Alert,
    /// A rule of alerts.
    AlertRule,
    /// A way to the outside for notifications.
    Channel,
    /// Something that holds for everything.
    Setting,
}

impl ObjectKind {
    /// The name in the API and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Server => "server",
            Self::Task => "task",
            Self::Token => "token",
            Self::Firewall => "firewall",
            Self::Backup => "backup",
            Self::Alert => "alert",
            Self::AlertRule => "alert_rule",
            Self::Channel => "channel",
            Self::Setting => "setting",
        }
    }
}

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AuditResult {
    /// It is done.
    Done,
    /// A task was accepted that does it.
    Accepted,
    /// It was refused.
    Refused,
}

impl AuditResult {
    /// Every one.
    pub const ALL: &'static [Self] = &[Self::Done, Self::Accepted, Self::Refused];

    /// The name in the API and the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
        }
    }

    /// The result of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|result| result.as_str() == name)
    }

    /// What it is called.
    pub const fn text(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Done, Lang::Ko) => "완료",
            (Self::Done, Lang::En) => "Done",
            (Self::Accepted, Lang::Ko) => "작업 접수",
            (Self::Accepted, Lang::En) => "Task accepted",
            (Self::Refused, Lang::Ko) => "거절",
            (Self::Refused, Lang::En) => "Refused",
        }
    }
}

/// A field before and after; null where there was or is none. Secrets are masked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldChange {
    /// Before.
    pub before: Value,
    /// After.
    pub after: Value,
}

/// The fields that changed.
pub type FieldChanges = BTreeMap<String, FieldChange>;

/// One row of the audit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditRow {
    /// Its id; later ones are higher.
    pub id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// Whose account; null where nobody was signed in.
    pub user_id: Option<i64>,
    /// The name that was used.
    pub username: String,
    /// The session that asked.
    pub session: Option<Uuid>,
    /// The API token that asked.
    pub token: Option<Uuid>,
    /// What the token's owner calls it; null where the owner was deleted with it.
    pub token_name: Option<String>,
    /// The address that it came from.
    pub address: String,
    /// What was done; [`action_text`] says it.
    pub action: String,
    /// What kind of thing it was done to.
    pub object_kind: String,
    /// What it was done to, by its name or id.
    pub object: String,
    /// What changed.
    pub changes: FieldChanges,
    /// How it went.
    pub result: AuditResult,
    /// The task that does it.
    pub task: Option<TaskId>,
    /// How that task is, or how it ended; null where there is none, or nothing was kept of its end.
    pub task_state: Option<TaskState>,
    /// Whether the task is still there to be looked at.
    pub task_kept: bool,
    /// Proxmox's own tasks for it.
    pub upids: Vec<String>,
}

/// Which rows to list; what is empty narrows nothing down.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AuditFilter {
    /// The user's name, as it is.
    pub user: String,
    /// The action's name, or its first part, such as `user`.
    pub action: String,
    /// Part of the object's name.
    pub object: String,
    /// How it went.
    pub result: Option<AuditResult>,
    /// Not before.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub until: Option<DateTime<Utc>>,
    /// Part of a name, an address, an action, a change or a UPID.
    pub search: String,
}

/// A page of the audit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AuditPage {
    /// The rows, newest first.
    pub rows: Vec<AuditRow>,
    /// How many there are in all.
    pub total: u64,
    /// For how many days rows are kept.
    pub retention_days: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_and_tasks_are_said_and_what_is_unknown_is_shown() {
        assert_eq!(action_text("user.create", Lang::En), "Create user");
        assert_eq!(action_text("delete_server", Lang::En), "Delete server");
        assert_eq!(action_text("moon.land", Lang::Ko), "moon.land");
        for result in AuditResult::ALL {
            assert_eq!(AuditResult::parse(result.as_str()), Some(*result));
            assert_eq!(serde_json::to_value(result).unwrap(), result.as_str());
        }
    }
}
