//! What tasks make of their guests while they run.

use drover_types::guest::GuestStatus;
use drover_types::ids::GuestId;
use drover_types::task::{TaskKind, TaskState};

use super::overlay::Doing;
use crate::store::reservations::Reservation;
use crate::store::tasks::{TaskRecord, decode};
use crate::tasks::CreateInput;

/// What a task makes of its guest while it runs.
pub(super) fn what_it_does(task: &TaskRecord, reservation: Option<&Reservation>) -> Option<(GuestId, Doing)> {
    if task.row.state != TaskState::Running {
        return None;
    }
    let guest = reservation
        .map(|reservation| reservation.guest.clone())
        .or_else(|| task.row.guest.clone())?;
    let doing = match task.row.kind {
        TaskKind::CreateServer | TaskKind::RestoreNewServer if task.undoing => {
            Doing::Changing(GuestStatus::Deleting)
        }
        TaskKind::CreateServer | TaskKind::RestoreNewServer => Doing::Creating {
            name: task.row.target.clone(),
            node: reservation
                .map(|reservation| reservation.node.clone())
                .unwrap_or_default(),
            tags: tags_to_be(task),
        },
        TaskKind::StartServer | TaskKind::ResumeServer => Doing::Changing(GuestStatus::Starting),
        TaskKind::StopServer
        | TaskKind::ShutdownServer
        | TaskKind::SuspendServer
        | TaskKind::HibernateServer => Doing::Changing(GuestStatus::Stopping),
        TaskKind::RebootServer | TaskKind::ResetServer | TaskKind::ApplyConfiguration => {
            Doing::Changing(GuestStatus::Rebooting)
        }
        TaskKind::DeleteServer | TaskKind::CleanUpServer => Doing::Changing(GuestStatus::Deleting),
        // What is done to a disk, the firewall or backups leaves the guest as it is; one that is restored over is
        // switched off by that task as anybody would.
        TaskKind::ChangeDisks
        | TaskKind::BackUpServer
        | TaskKind::BackUpServers
        | TaskKind::RestoreServer
        | TaskKind::DeleteBackups
        | TaskKind::AssignFirewall
        | TaskKind::RemoveFirewall
        | TaskKind::AssignFirewalls
        | TaskKind::AssignRole
        | TaskKind::AssignRoles
        | TaskKind::CheckRole
        | TaskKind::CheckRoles
        | TaskKind::RemoveRole
        | TaskKind::CreateServers
        | TaskKind::ActOnServers
        | TaskKind::PurgeDisks
        | TaskKind::SelfTest => return None,
    };
    Some((guest, doing))
}

/// The tags that the server will have; none where that can't be read, as another version wrote it.
fn tags_to_be(task: &TaskRecord) -> Vec<String> {
    let input = decode::<CreateInput>("a server to be made", &task.input);
    let mut tags = input.map_or_else(|_| Vec::new(), |input| input.tags);
    tags.sort_unstable();
    tags
}
