//! The sentences of answers that succeeded, in both languages.

use drover_types::lang::Lang;
use serde::Serialize;
use utoipa::ToSchema;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    SignedIn,
    SignedOut,
    PasswordChanged,
    SessionRefreshed,
    CreationQueued,
    CreationsQueued,
    RetryQueued,
    /// A task was asked to stop.
    CancelAsked,
    StartQueued,
    StopQueued,
    RebootQueued,
    ShutdownQueued,
    ResetQueued,
    SuspendQueued,
    ResumeQueued,
    DeleteQueued,
    PurgeQueued,
    ConfigurationChanged,
    ConfigurationWaits,
    ConfigurationApplied,
    DiskAddQueued,
    DiskGrowQueued,
    DiskRemoveQueued,
    DiskMoveQueued,
    ServersSynced,
    StoragesRefreshed,
    DefaultStoragesSet,
    UserCreated,
    UserChanged,
    UserDeleted,
    PasswordReset,
    SessionsEnded,
    SessionEnded,
    PermissionsChanged,
    RoleChanged,
    RetentionSet,
    TokenCreated,
    TokenRevoked,
    TestQueued,
    NotificationRead,
    NotificationDismissed,
    NotificationsCleared,
    NotificationTold,
    EstimatedTime,
    FirewallGroupMade,
    FirewallGroupChanged,
    FirewallGroupDeleted,
    FirewallGroupNote,
    FirewallGroupAssigned,
    FirewallGroupRemoved,
    FirewallAssignRuns,
    FirewallRuleAdded,
    FirewallRuleChanged,
    FirewallRuleMoved,
    FirewallRuleDeleted,
    IpSetSaved,
    IpSetDeleted,
    AliasSaved,
    AliasDeleted,
    ClusterFirewallChanged,
    BackupQueued,
    NoBackup,
    RestoreQueued,
    RestoreAsNewQueued,
    BackupsDeleted,
    BackupsDeleteRuns,
    BackupChanged,
    BackupsRefreshed,
    OverdueSet,
    BackupJobMade,
    BackupJobChanged,
    BackupJobDeleted,
    ServerFirewallChanged,
    RoleQueued,
    RoleTakenOff,
    NoRoleToTakeOff,
    RoleRemovalQueued,
    RoleCheckQueued,
    RoleChecksSet,
    RoleValid,
    ConnectionSet,
    HostKeysForgotten,
    AlertAcknowledged,
    AlertsCleared,
    AlertRuleMade,
    AlertRuleChanged,
    AlertRuleDeleted,
    MonitoringSet,
    ChannelMade,
    ChannelChanged,
    ChannelDeleted,
    TrialTaken,
    TrialNotTaken,
    DeliveryGoesAgain,
}

impl Said {
    /// The sentence.
    #[expect(clippy::too_many_lines, reason = "a line or two for each sentence")]
    pub(crate) const fn text(self, lang: Lang) -> &'static str {
        let (ko, en) = match self {
            Self::SignedIn => ("로그인 성공", "Signed in."),
            Self::FirewallGroupMade => ("방화벽 그룹을 만들었습니다.", "The firewall group was made."),
            Self::FirewallGroupChanged => ("방화벽 그룹을 바꿨습니다.", "The firewall group was changed."),
            Self::FirewallGroupDeleted => ("방화벽 그룹을 삭제했습니다.", "The firewall group was deleted."),
            Self::FirewallGroupNote => (
                "규칙을 추가하고 서버에 지정하면 적용됩니다.",
                "It takes effect once it has rules and servers have it.",
            ),
            Self::FirewallGroupAssigned => {
                ("방화벽 그룹을 지정했습니다.", "The firewall group was assigned.")
            }
            Self::FirewallGroupRemoved => {
                ("방화벽 그룹을 해제했습니다.", "The firewall groups were removed.")
            }
            Self::FirewallAssignRuns => (
                "방화벽 그룹을 바꾸고 있습니다. 작업에서 결과를 확인하십시오.",
                "The firewall groups are being changed. The task tells how it ends.",
            ),
            Self::FirewallRuleAdded => ("방화벽 규칙을 추가했습니다.", "The firewall rule was added."),
            Self::FirewallRuleChanged => ("방화벽 규칙을 바꿨습니다.", "The firewall rule was changed."),
            Self::FirewallRuleMoved => ("방화벽 규칙을 옮겼습니다.", "The firewall rule was moved."),
            Self::FirewallRuleDeleted => ("방화벽 규칙을 삭제했습니다.", "The firewall rule was deleted."),
            Self::IpSetSaved => ("IP 집합을 저장했습니다.", "The IP set was saved."),
            Self::IpSetDeleted => ("IP 집합을 삭제했습니다.", "The IP set was deleted."),
            Self::AliasSaved => ("별칭을 저장했습니다.", "The alias was saved."),
            Self::AliasDeleted => ("별칭을 삭제했습니다.", "The alias was deleted."),
            Self::ClusterFirewallChanged => (
                "클러스터의 방화벽 설정을 바꿨습니다.",
                "The cluster's firewall was changed.",
            ),
            Self::BackupQueued => ("백업이 시작되었습니다.", "The server is being backed up."),
            Self::NoBackup => ("아직 백업을 요청하지 않았습니다.", "No backup was asked for yet."),
            Self::RestoreQueued => ("복원이 시작되었습니다.", "The server is being restored."),
            Self::RestoreAsNewQueued => (
                "백업으로 새 서버를 만들고 있습니다.",
                "A server is being made from the backup.",
            ),
            Self::BackupsDeleted => ("백업을 삭제했습니다.", "The backup was deleted."),
            Self::BackupsDeleteRuns => (
                "백업을 삭제하고 있습니다. 작업에서 결과를 확인하십시오.",
                "The backup is being deleted. The task tells how it ends.",
            ),
            Self::BackupChanged => ("백업 정보를 바꿨습니다.", "The backup was changed."),
            Self::BackupsRefreshed => (
                "백업 목록을 새로 가져왔습니다.",
                "The storages were asked anew for their backups.",
            ),
            Self::OverdueSet => (
                "백업이 밀린 것으로 볼 기간을 설정했습니다.",
                "It is set when a backup is overdue.",
            ),
            Self::BackupJobMade => ("백업 작업을 만들었습니다.", "The backup job was made."),
            Self::BackupJobChanged => ("백업 작업을 바꿨습니다.", "The backup job was changed."),
            Self::BackupJobDeleted => ("백업 작업을 삭제했습니다.", "The backup job was deleted."),
            Self::ServerFirewallChanged => (
                "서버의 방화벽 설정을 바꿨습니다.",
                "The server's firewall was changed.",
            ),
            Self::RoleQueued => ("역할을 설치하고 있습니다.", "The role is being installed."),
            Self::RoleTakenOff => (
                "역할을 해제했습니다. 설치된 패키지와 데이터는 서버에 그대로 남아 있습니다.",
                "The role was taken off the record. Packages and data stay on the server.",
            ),
            Self::NoRoleToTakeOff => ("서버에 역할이 없습니다.", "The server has no role."),
            Self::RoleRemovalQueued => (
                "역할이 설정한 것을 되돌리고 있습니다. 설치된 패키지와 데이터는 서버에 그대로 남습니다.",
                "What the role has set up is being taken back. Packages and data stay on the server.",
            ),
            Self::RoleCheckQueued => (
                "역할을 서버의 현재 상태와 비교하고 있습니다.",
                "The roles are being compared with what is there.",
            ),
            Self::RoleChecksSet => (
                "역할을 비교하는 주기를 설정했습니다.",
                "It is set how often roles are compared.",
            ),
            Self::RoleValid => ("사용할 수 있는 역할입니다.", "There is such a role."),
            Self::ConnectionSet => ("연결 설정을 저장했습니다.", "The connection is set."),
            Self::AlertAcknowledged => ("경보를 확인했습니다.", "The alert is acknowledged."),
            Self::AlertsCleared => ("경보를 정리했습니다.", "The alerts are put away."),
            Self::AlertRuleMade => ("경보 규칙을 만들었습니다.", "The alert rule was made."),
            Self::AlertRuleChanged => ("경보 규칙을 바꿨습니다.", "The alert rule was changed."),
            Self::AlertRuleDeleted => ("경보 규칙을 삭제했습니다.", "The alert rule was deleted."),
            Self::MonitoringSet => ("모니터링 설정을 저장했습니다.", "Monitoring is set."),
            Self::HostKeysForgotten => (
                "서버의 호스트 키를 지웠습니다. 다음 접속 때의 키를 새로 기억합니다.",
                "The host's keys are forgotten. Those of the next contact are taken for its own.",
            ),
            Self::ChannelMade => ("알림 채널을 만들었습니다.", "The notification channel was made."),
            Self::ChannelChanged => ("알림 채널을 바꿨습니다.", "The notification channel was changed."),
            Self::ChannelDeleted => (
                "알림 채널을 삭제했습니다.",
                "The notification channel was deleted.",
            ),
            Self::TrialTaken => ("시험 알림을 보냈습니다.", "The trial was taken."),
            Self::TrialNotTaken => ("시험 알림을 보내지 못했습니다.", "The trial was not taken."),
            Self::DeliveryGoesAgain => ("알림을 다시 보냅니다.", "The notification goes out again."),
            Self::SignedOut => ("로그아웃했습니다.", "Signed out."),
            Self::PasswordChanged => (
                "비밀번호를 바꿨습니다. 다른 세션은 모두 로그아웃되었습니다.",
                "Password changed. All other sessions were signed out.",
            ),
            Self::SessionRefreshed => ("세션을 연장했습니다.", "The session goes on."),
            Self::CreationQueued => ("서버 생성이 시작되었습니다.", "The server is being created."),
            Self::CreationsQueued => (
                "서버들의 생성이 시작되었습니다.",
                "The servers are being created.",
            ),
            Self::CancelAsked => ("작업 취소를 요청했습니다.", "The task was asked to stop."),
            Self::RetryQueued => ("작업을 다시 시작했습니다.", "The task was started again."),
            Self::StartQueued => ("서버 시작을 요청했습니다.", "The server is being started."),
            Self::StopQueued => ("서버 중지를 요청했습니다.", "The server is being stopped."),
            Self::RebootQueued => ("서버 재시작을 요청했습니다.", "The server is being rebooted."),
            Self::ShutdownQueued => ("서버 종료를 요청했습니다.", "The server is being shut down."),
            Self::ResetQueued => ("서버 강제 재시작을 요청했습니다.", "The server is being reset."),
            Self::SuspendQueued => ("서버 일시 정지를 요청했습니다.", "The server is being suspended."),
            Self::ResumeQueued => ("서버 재개를 요청했습니다.", "The server is being resumed."),
            Self::DeleteQueued => ("서버 삭제를 요청했습니다.", "The server is being deleted."),
            Self::PurgeQueued => (
                "남은 디스크 삭제를 요청했습니다.",
                "The orphan disks are being deleted.",
            ),
            Self::ConfigurationChanged => ("서버 설정을 변경했습니다.", "The configuration is changed."),
            Self::ConfigurationWaits => (
                "서버 설정을 변경했습니다. 일부는 다음 시작부터 적용됩니다.",
                "The configuration is changed. Some of it waits for the next start.",
            ),
            Self::ConfigurationApplied => (
                "서버 설정을 변경했습니다. 적용하려고 서버를 다시 시작합니다.",
                "The configuration is changed. The server is being restarted to apply it.",
            ),
            Self::DiskAddQueued => ("디스크 추가를 요청했습니다.", "The disk is being added."),
            Self::DiskGrowQueued => ("디스크 확장을 요청했습니다.", "The disk is being grown."),
            Self::DiskRemoveQueued => ("디스크 제거를 요청했습니다.", "The disk is being removed."),
            Self::DiskMoveQueued => ("디스크 이동을 요청했습니다.", "The disk is being moved."),
            Self::ServersSynced => (
                "서버 정보를 Proxmox와 맞추었습니다.",
                "The servers were compared with Proxmox.",
            ),
            Self::StoragesRefreshed => (
                "스토리지 정보를 새로 가져왔습니다.",
                "The storages were asked for anew.",
            ),
            Self::DefaultStoragesSet => ("기본 스토리지를 설정했습니다.", "The default storages are set."),
            Self::UserCreated => ("사용자를 만들었습니다.", "The user is created."),
            Self::UserChanged => ("사용자 정보를 변경했습니다.", "The user is changed."),
            Self::UserDeleted => ("사용자를 삭제했습니다.", "The user is deleted."),
            Self::PasswordReset => (
                "비밀번호를 재설정했습니다. 사용자의 세션은 모두 끝났습니다.",
                "The password is reset. All sessions of the user were ended.",
            ),
            Self::SessionsEnded => (
                "사용자의 세션을 모두 끝냈습니다.",
                "All sessions of the user were ended.",
            ),
            Self::SessionEnded => ("세션을 끝냈습니다.", "The session was ended."),
            Self::PermissionsChanged => ("권한을 변경했습니다.", "The permissions are changed."),
            Self::RoleChanged => ("역할을 변경했습니다.", "The role is changed."),
            Self::RetentionSet => (
                "감사 기록의 보관 기간을 설정했습니다.",
                "The audit's retention is set.",
            ),
            Self::TokenCreated => (
                "API 토큰을 만들었습니다. 지금만 표시되니 보관하십시오.",
                "The API token is created. It is told only now: keep it.",
            ),
            Self::TokenRevoked => ("API 토큰을 폐기했습니다.", "The API token is revoked."),
            Self::TestQueued => ("점검 작업을 대기열에 넣었습니다.", "The self-test is queued."),
            Self::NotificationRead => (
                "알림을 읽음으로 표시했습니다.",
                "The notification is marked as read.",
            ),
            Self::NotificationDismissed => ("알림을 지웠습니다.", "The notification is dismissed."),
            Self::NotificationsCleared => ("모든 알림을 정리했습니다.", "All notifications are cleared."),
            Self::NotificationTold => ("시험 알림을 보냈습니다.", "A trial notification was sent."),
            Self::EstimatedTime => ("1-5분", "1-5 minutes"),
        };
        match lang {
            Lang::Ko => ko,
            Lang::En => en,
        }
    }
}

/// The answer to a change that has nothing more to tell.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Done {
    /// Always true.
    success: bool,
    /// What was done, for people.
    message: &'static str,
}

impl Done {
    /// Says that it was done.
    pub(crate) const fn new(said: Said, lang: Lang) -> Self {
        Self {
            success: true,
            message: said.text(lang),
        }
    }
}
