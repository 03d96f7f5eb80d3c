//! The steps of which tasks are made.

use serde::{Deserialize, Serialize};

use crate::lang::Lang;

named! {
    /// A step of a task.
    StepName {
        /// Takes name, id and addresses.
        Reserve = "reserve",
        /// Copies the template.
        Clone = "clone",
        /// Sets cores and memory.
        Hardware = "hardware",
        /// Grows and adds disks.
        Disks = "disks",
        /// Plugs in NICs and writes cloud-init.
        Network = "network",
        /// Puts firewall groups in place, or takes them away.
        Firewall = "firewall",
        /// Switches on.
        Start = "start",
        /// Waits until the guest answers.
        Wait = "wait",
        /// Switches off at once.
        Stop = "stop",
        /// Asks the guest to switch off.
        Shutdown = "shutdown",
        /// Asks the guest to restart.
        Reboot = "reboot",
        /// Restarts at once.
        Reset = "reset",
        /// Halts in memory.
        Suspend = "suspend",
        /// Saves the memory to disk.
        Hibernate = "hibernate",
        /// Lets go on.
        Resume = "resume",
        /// Looks at what is to go.
        Check = "check",
        /// Deletes the guest with its disks.
        Destroy = "destroy",
        /// Gives name, id and addresses back.
        Release = "release",
        /// Backs up.
        Backup = "backup",
        /// Restores from a backup.
        Restore = "restore",
        /// Deletes backups.
        DeleteBackups = "delete_backups",
        /// Runs roles by Ansible.
        Roles = "roles",
        /// Deletes volumes.
        Purge = "purge",
        /// Tries the queue.
        Probe = "probe",
    }
}

impl StepName {
    /// What it does, in a word or two.
    pub const fn name(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Reserve, Lang::Ko) => "예약",
            (Self::Reserve, Lang::En) => "Reserve",
            (Self::Clone, Lang::Ko) => "템플릿 복제",
            (Self::Clone, Lang::En) => "Clone the template",
            (Self::Hardware, Lang::Ko) => "CPU와 메모리",
            (Self::Hardware, Lang::En) => "Cores and memory",
            (Self::Disks, Lang::Ko) => "디스크",
            (Self::Disks, Lang::En) => "Disks",
            (Self::Network, Lang::Ko) => "네트워크와 cloud-init",
            (Self::Network, Lang::En) => "Network and cloud-init",
            (Self::Firewall, Lang::Ko) => "방화벽",
            (Self::Firewall, Lang::En) => "Firewall",
            (Self::Start, Lang::Ko) => "시작",
            (Self::Start, Lang::En) => "Start",
            (Self::Wait, Lang::Ko) => "응답 대기",
            (Self::Wait, Lang::En) => "Wait for an answer",
            (Self::Stop, Lang::Ko) => "중지",
            (Self::Stop, Lang::En) => "Stop",
            (Self::Shutdown, Lang::Ko) => "종료",
            (Self::Shutdown, Lang::En) => "Shut down",
            (Self::Reboot, Lang::Ko) => "재시작",
            (Self::Reboot, Lang::En) => "Reboot",
            (Self::Reset, Lang::Ko) => "강제 재시작",
            (Self::Reset, Lang::En) => "Reset",
            (Self::Suspend, Lang::Ko) => "일시 정지",
            (Self::Suspend, Lang::En) => "Suspend",
            (Self::Hibernate, Lang::Ko) => "절전",
            (Self::Hibernate, Lang::En) => "Hibernate",
            (Self::Resume, Lang::Ko) => "재개",
            (Self::Resume, Lang::En) => "Resume",
            (Self::Check, Lang::Ko) => "확인",
            (Self::Check, Lang::En) => "Check",
            (Self::Destroy, Lang::Ko) => "삭제",
            (Self::Destroy, Lang::En) => "Delete",
            (Self::Release, Lang::Ko) => "예약 해제",
            (Self::Release, Lang::En) => "Release",
            (Self::Backup, Lang::Ko) => "백업",
            (Self::Backup, Lang::En) => "Back up",
            (Self::Restore, Lang::Ko) => "복원",
            (Self::Restore, Lang::En) => "Restore",
            (Self::DeleteBackups, Lang::Ko) => "백업 삭제",
            (Self::DeleteBackups, Lang::En) => "Delete backups",
            (Self::Roles, Lang::Ko) => "역할",
            (Self::Roles, Lang::En) => "Roles",
            (Self::Purge, Lang::Ko) => "디스크 삭제",
            (Self::Purge, Lang::En) => "Delete disks",
            (Self::Probe, Lang::Ko) => "점검",
            (Self::Probe, Lang::En) => "Try",
        }
    }
}
