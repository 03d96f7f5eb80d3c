//! How problems with backups are said to people.

use super::problem::Problem;
use crate::lang::Lang;

impl Problem {
    /// The sentence for people, of those problems that [`Problem::text`] sends here.
    pub(super) fn backup_text(&self, lang: Lang) -> String {
        let say = |ko: String, en: String| lang.pick(ko, en);
        let fixed = |ko: &str, en: &str| lang.pick(ko, en).to_owned();
        match self {
            Self::StorageWithoutBackups { storage } => say(
                format!("스토리지 {storage}에는 백업을 둘 수 없습니다."),
                format!("The storage {storage} does not take backups."),
            ),
            Self::InvalidBackupVolume { given } => say(
                format!("{given}은(는) 백업의 이름이 아닙니다."),
                format!("{given} is not the name of a backup."),
            ),
            Self::BackupOfAnother { volume } => say(
                format!("{volume}은(는) 다른 서버의 백업입니다."),
                format!("{volume} is a backup of another server."),
            ),
            Self::InvalidSchedule { given } => say(
                format!("일정 {given}을(를) 이해할 수 없습니다. 예: mon..fri 02:00"),
                format!("The schedule {given} is not understood. One such as mon..fri 02:00 is."),
            ),
            Self::BackupNotFound { volume } => say(
                format!("백업 {volume}이(가) 없습니다."),
                format!("There is no backup {volume}."),
            ),
            Self::BackupProtected { volume } => say(
                format!("백업 {volume}은(는) 보호되어 있습니다. 먼저 보호를 해제하세요."),
                format!("The backup {volume} is protected. Take the protection off first."),
            ),
            Self::BackupJobNotFound { id } => say(
                format!("백업 작업 {id}이(가) 없습니다."),
                format!("There is no backup job {id}."),
            ),
            Self::BackupJobChanged { id } => say(
                format!(
                    "그 사이에 다른 사람이 백업 작업 {id}을(를) 바꾸었습니다. 두 내용을 견주어 보고 다시 시도하십시오."
                ),
                format!(
                    "Somebody else has changed the backup job {id} meanwhile. Compare both versions and try again."
                ),
            ),
            Self::StorageFull { storage } if storage.is_empty() => {
                fixed("스토리지에 남은 공간이 없습니다.", "A storage has no space left.")
            }
            Self::StorageFull { storage } => say(
                format!("스토리지 {storage}에 남은 공간이 없습니다."),
                format!("The storage {storage} has no space left."),
            ),
            Self::BackupMissing { storage } => say(
                format!("백업이 끝났지만 스토리지 {storage}에 보관 파일이 없습니다."),
                format!("The backup ended, but the storage {storage} holds no archive of it."),
            ),
            Self::BackupTurnMissed => fixed(
                "이 노드의 다른 백업이 제때 끝나지 않았습니다.",
                "Another backup of this node did not end in time.",
            ),
            Self::RestoreIncomplete => fixed(
                "복원이 끝까지 되지 않았습니다. 서버가 없거나 일부만 있을 수 있으니 백업을 다시 복원하세요.",
                "The restore did not get to its end. The server may be gone or half there; restore a backup again.",
            ),
            Self::VmidTaken { vmid } => say(
                format!("VMID {vmid}은(는) 이미 쓰이고 있습니다."),
                format!("The VMID {vmid} is in use."),
            ),
            Self::GuestLocked { lock } if lock.is_empty() => fixed(
                "Proxmox가 이 서버를 잠갔습니다.",
                "Proxmox has locked this server.",
            ),
            Self::GuestLocked { lock } => say(
                format!("Proxmox가 이 서버를 잠갔습니다({lock})."),
                format!("Proxmox has locked this server ({lock})."),
            ),
            Self::NodeNotFound { node } => say(
                format!("노드 {node}이(가) 없습니다."),
                format!("There is no node {node}."),
            ),
            _ => String::new(),
        }
    }
}
