//! What a server is doing, for people.

use drover_types::guest::GuestStatus;
use drover_types::lang::Lang;
use drover_types::role::RoleKey;

/// What a server is there for; empty where that is not on record.
pub(super) fn role(role: Option<&RoleKey>) -> String {
    role.map_or("", RoleKey::as_str).to_owned()
}

/// The word.
pub(super) const fn status(status: GuestStatus, lang: Lang) -> &'static str {
    let (ko, en) = match status {
        GuestStatus::Running => ("실행 중", "Running"),
        GuestStatus::Stopped => ("중지됨", "Stopped"),
        GuestStatus::Paused => ("일시 정지", "Paused"),
        GuestStatus::Suspended => ("절전", "Suspended"),
        GuestStatus::Unknown => ("알 수 없음", "Unknown"),
        GuestStatus::Creating => ("생성 중", "Creating"),
        GuestStatus::Starting => ("시작 중", "Starting"),
        GuestStatus::Stopping => ("중지 중", "Stopping"),
        GuestStatus::Rebooting => ("재시작 중", "Rebooting"),
        GuestStatus::Deleting => ("삭제 중", "Deleting"),
    };
    match lang {
        Lang::Ko => ko,
        Lang::En => en,
    }
}
