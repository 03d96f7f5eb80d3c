//! What tasks do, and how that is said.

use serde::{Deserialize, Serialize};

use crate::lang::Lang;

named! {
    /// What a task does.
    TaskKind {
        /// Makes a server from a template.
        CreateServer = "create_server",
        /// Makes several servers, each by a task of its own.
        CreateServers = "create_servers",
        /// Starts a guest.
        StartServer = "start_server",
        /// Stops a guest at once.
        StopServer = "stop_server",
        /// Asks a guest to shut down.
        ShutdownServer = "shutdown_server",
        /// Reboots a guest.
        RebootServer = "reboot_server",
        /// Restarts a guest without asking it.
        ResetServer = "reset_server",
        /// Halts a guest in memory.
        SuspendServer = "suspend_server",
        /// Saves a guest's memory to disk and switches it off.
        HibernateServer = "hibernate_server",
        /// Lets a guest go on.
        ResumeServer = "resume_server",
        /// Deletes a guest with its disks.
        DeleteServer = "delete_server",
        /// Does one thing to several guests, each by a task of its own.
        ActOnServers = "act_on_servers",
        /// Adds, grows, detaches, deletes or moves a server's disk.
        ChangeDisks = "change_disks",
        /// Restarts a server so that it gets what waits for that.
        ApplyConfiguration = "apply_configuration",
        /// Removes what a server that went wrong has left behind.
        CleanUpServer = "clean_up_server",
        /// Makes a guest's firewall groups those that were asked for.
        AssignFirewall = "assign_firewall",
        /// Takes firewall groups off a guest.
        RemoveFirewall = "remove_firewall",
        /// Does one of both to several guests, each by a task of its own.
        AssignFirewalls = "assign_firewalls",
        /// Backs a server up.
        BackUpServer = "back_up_server",
        /// Backs several servers up, each by a task of its own.
        BackUpServers = "back_up_servers",
        /// Puts a server back to what it was at a backup.
        RestoreServer = "restore_server",
        /// Makes a server from a backup.
        RestoreNewServer = "restore_new_server",
        /// Deletes backups of a server.
        DeleteBackups = "delete_backups",
        /// Installs roles on a server, or mends them.
        AssignRole = "assign_role",
        /// Installs roles on several servers, each by a task of its own.
        AssignRoles = "assign_roles",
        /// Tells what a server's roles would change.
        CheckRole = "check_role",
        /// Tells that of several servers, each by a task of its own.
        CheckRoles = "check_roles",
        /// Takes back what a role has set up on a server.
        RemoveRole = "remove_role",
        /// Deletes disks of a guest that is not there.
        PurgeDisks = "purge_disks",
        /// Tries the queue.
        SelfTest = "self_test",
    }
}

impl TaskKind {
    /// What it does, in a few words.
    pub const fn name(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::CreateServer, Lang::Ko) => "서버 생성",
            (Self::CreateServer, Lang::En) => "Create server",
            (Self::CreateServers, Lang::Ko) => "서버 일괄 생성",
            (Self::CreateServers, Lang::En) => "Create servers",
            (Self::StartServer, Lang::Ko) => "서버 시작",
            (Self::StartServer, Lang::En) => "Start server",
            (Self::StopServer, Lang::Ko) => "서버 중지",
            (Self::StopServer, Lang::En) => "Stop server",
            (Self::ShutdownServer, Lang::Ko) => "서버 종료",
            (Self::ShutdownServer, Lang::En) => "Shut down server",
            (Self::RebootServer, Lang::Ko) => "서버 재시작",
            (Self::RebootServer, Lang::En) => "Reboot server",
            (Self::ResetServer, Lang::Ko) => "서버 강제 재시작",
            (Self::ResetServer, Lang::En) => "Reset server",
            (Self::SuspendServer, Lang::Ko) => "서버 일시 정지",
            (Self::SuspendServer, Lang::En) => "Suspend server",
            (Self::HibernateServer, Lang::Ko) => "서버 절전",
            (Self::HibernateServer, Lang::En) => "Hibernate server",
            (Self::ResumeServer, Lang::Ko) => "서버 재개",
            (Self::ResumeServer, Lang::En) => "Resume server",
            (Self::DeleteServer, Lang::Ko) => "서버 삭제",
            (Self::DeleteServer, Lang::En) => "Delete server",
            (Self::ActOnServers, Lang::Ko) => "서버 일괄 작업",
            (Self::ActOnServers, Lang::En) => "Act on servers",
            (Self::CleanUpServer, Lang::Ko) => "서버 정리",
            (Self::CleanUpServer, Lang::En) => "Clean up server",
            (Self::ChangeDisks, Lang::Ko) => "디스크 변경",
            (Self::ChangeDisks, Lang::En) => "Change disks",
            (Self::ApplyConfiguration, Lang::Ko) => "설정 적용",
            (Self::ApplyConfiguration, Lang::En) => "Apply configuration",
            (Self::AssignFirewall, Lang::Ko) => "방화벽 그룹 지정",
            (Self::AssignFirewall, Lang::En) => "Assign firewall groups",
            (Self::RemoveFirewall, Lang::Ko) => "방화벽 그룹 해제",
            (Self::RemoveFirewall, Lang::En) => "Remove firewall groups",
            (Self::AssignFirewalls, Lang::Ko) => "방화벽 그룹 일괄 변경",
            (Self::AssignFirewalls, Lang::En) => "Change firewall groups of servers",
            (Self::BackUpServer, Lang::Ko) => "서버 백업",
            (Self::BackUpServer, Lang::En) => "Back up server",
            (Self::BackUpServers, Lang::Ko) => "서버 일괄 백업",
            (Self::BackUpServers, Lang::En) => "Back up servers",
            (Self::RestoreServer, Lang::Ko) => "서버 복원",
            (Self::RestoreServer, Lang::En) => "Restore server",
            (Self::RestoreNewServer, Lang::Ko) => "백업에서 새 서버 만들기",
            (Self::RestoreNewServer, Lang::En) => "Restore as new server",
            (Self::DeleteBackups, Lang::Ko) => "백업 삭제",
            (Self::DeleteBackups, Lang::En) => "Delete backups",
            (Self::AssignRole, Lang::Ko) => "역할 설치",
            (Self::AssignRole, Lang::En) => "Install role",
            (Self::AssignRoles, Lang::Ko) => "역할 일괄 설치",
            (Self::AssignRoles, Lang::En) => "Install roles",
            (Self::CheckRole, Lang::Ko) => "역할 확인",
            (Self::CheckRole, Lang::En) => "Check role",
            (Self::CheckRoles, Lang::Ko) => "역할 일괄 확인",
            (Self::CheckRoles, Lang::En) => "Check roles",
            (Self::RemoveRole, Lang::Ko) => "역할 제거",
            (Self::RemoveRole, Lang::En) => "Remove role",
            (Self::PurgeDisks, Lang::Ko) => "남은 디스크 삭제",
            (Self::PurgeDisks, Lang::En) => "Delete orphan disks",
            (Self::SelfTest, Lang::Ko) => "자체 점검",
            (Self::SelfTest, Lang::En) => "Self-test",
        }
    }

    /// What is so when it has completed.
    pub fn outcome(self, target: &str, lang: Lang) -> String {
        let (ko, en) = match self {
            Self::CreateServer => ("서버가 실행 중이며 응답합니다.", "The server runs and answers."),
            Self::CreateServers => (
                "서버가 모두 실행 중이며 응답합니다.",
                "All servers run and answer.",
            ),
            Self::StartServer => ("서버가 실행 중입니다.", "The server runs."),
            Self::StopServer | Self::ShutdownServer => ("서버가 꺼졌습니다.", "The server is off."),
            Self::RebootServer | Self::ResetServer => {
                ("서버가 다시 시작되었습니다.", "The server was restarted.")
            }
            Self::SuspendServer => ("서버가 일시 정지되었습니다.", "The server is paused."),
            Self::HibernateServer => (
                "서버의 메모리를 디스크에 저장하고 껐습니다.",
                "The server's memory is on disk, and it is off.",
            ),
            Self::ResumeServer => ("서버가 다시 실행 중입니다.", "The server runs again."),
            Self::DeleteServer => (
                "서버와 디스크가 삭제되었습니다.",
                "The server and its disks are deleted.",
            ),
            Self::ActOnServers => ("모든 서버에 적용되었습니다.", "It was done to all of them."),
            Self::CleanUpServer => ("남아 있던 것이 모두 정리되었습니다.", "Nothing of it is left."),
            Self::ChangeDisks => ("디스크가 변경되었습니다.", "The disk is as it should be."),
            Self::ApplyConfiguration => (
                "서버가 새 설정으로 실행 중입니다.",
                "The server runs with its new configuration.",
            ),
            Self::AssignFirewall => (
                "방화벽 그룹이 지정되었습니다.",
                "The server has its firewall groups.",
            ),
            Self::RemoveFirewall => (
                "방화벽 그룹이 해제되었습니다.",
                "The firewall groups were taken off the server.",
            ),
            Self::AssignFirewalls => (
                "모든 서버의 방화벽 그룹이 바뀌었습니다.",
                "All servers have their firewall groups.",
            ),
            Self::BackUpServer => ("서버가 백업되었습니다.", "The server is backed up."),
            Self::BackUpServers => ("서버가 모두 백업되었습니다.", "All servers are backed up."),
            Self::RestoreServer => (
                "서버가 백업 시점으로 복원되었습니다.",
                "The server is as it was at the backup.",
            ),
            Self::RestoreNewServer => (
                "백업에서 새 서버를 만들었습니다.",
                "The server was made from the backup.",
            ),
            Self::DeleteBackups => ("백업이 삭제되었습니다.", "The backups are deleted."),
            Self::AssignRole => ("역할이 설치되었습니다.", "The role is installed."),
            Self::AssignRoles => (
                "모든 서버에 역할이 설치되었습니다.",
                "The role is installed on all of them.",
            ),
            Self::CheckRole | Self::CheckRoles => ("역할을 확인했습니다.", "The roles were checked."),
            Self::RemoveRole => (
                "역할이 설정한 것을 되돌렸습니다. 패키지와 데이터는 남아 있습니다.",
                "What the role had set up is taken back. Packages and data stay.",
            ),
            Self::PurgeDisks => ("남은 디스크가 삭제되었습니다.", "The orphan disks are deleted."),
            Self::SelfTest => ("작업 대기열이 동작합니다.", "The task queue works."),
        };
        let text = lang.pick(ko, en);
        if target.is_empty() {
            text.to_owned()
        } else {
            format!("{target}: {text}")
        }
    }

    /// The API's type of the notification at its end; that of what concerns backups tells whether all was `done`.
    pub const fn notification_type(self, done: bool) -> &'static str {
        match self {
            Self::CreateServer => "server_creation",
            Self::CreateServers => "bulk_server_creation",
            Self::StartServer => "server_start",
            Self::StopServer => "server_stop",
            Self::ShutdownServer => "server_shutdown",
            Self::RebootServer => "server_reboot",
            Self::ResetServer => "server_reset",
            Self::SuspendServer => "server_suspend",
            Self::HibernateServer => "server_hibernate",
            Self::ResumeServer => "server_resume",
            Self::DeleteServer => "server_deletion",
            Self::ActOnServers => "bulk_server_action",
            Self::CleanUpServer => "server_creation_failure",
            Self::ChangeDisks => "server_disk",
            Self::ApplyConfiguration => "server_config",
            Self::AssignFirewall => "firewall_assign",
            Self::RemoveFirewall => "firewall_remove",
            Self::AssignFirewalls => "bulk_firewall_assign",
            Self::BackUpServer | Self::BackUpServers if done => "backup_completed",
            Self::BackUpServer | Self::BackUpServers => "backup_failed",
            Self::RestoreServer | Self::RestoreNewServer if done => "restore_completed",
            Self::RestoreServer | Self::RestoreNewServer => "restore_failed",
            Self::DeleteBackups if done => "backup_deleted",
            Self::DeleteBackups => "backup_deletion_failed",
            Self::AssignRole => "ansible_role",
            Self::AssignRoles => "bulk_ansible_role",
            Self::CheckRole | Self::CheckRoles => "role_check",
            Self::RemoveRole => "role_removed",
            Self::PurgeDisks => "orphan_disks",
            Self::SelfTest => "self_test",
        }
    }

    /// Whether it makes a server: what it has reserved and made is undone where it comes to nothing.
    pub const fn makes_server(self) -> bool {
        matches!(self, Self::CreateServer | Self::RestoreNewServer)
    }

    /// The API's category of that notification.
    pub const fn category(self) -> &'static str {
        match self {
            Self::SelfTest => "system",
            Self::AssignFirewall | Self::RemoveFirewall | Self::AssignFirewalls => "firewall",
            Self::AssignRole | Self::AssignRoles | Self::CheckRole | Self::CheckRoles | Self::RemoveRole => {
                "role"
            }
            Self::BackUpServer
            | Self::BackUpServers
            | Self::RestoreServer
            | Self::RestoreNewServer
            | Self::DeleteBackups => "backup",
            _ => "server",
        }
    }
}
