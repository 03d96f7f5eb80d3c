//! Which state of a guest allows which action, and why not. The page and the service call the same function.

use serde::{Deserialize, Serialize};

use crate::guest::{GuestKind, GuestRow, GuestStatus};
use crate::permission::{Grants, Permission};
use crate::text::Problem;

/// Something that can be done to one guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum GuestAction {
    /// Switch on.
    Start,
    /// Switch off at once.
    Stop,
    /// Ask the guest to switch off.
    Shutdown,
    /// Ask the guest to restart.
    Reboot,
    /// Restart at once, without asking.
    Reset,
    /// Halt it in memory.
    Suspend,
    /// Save its memory to disk and switch it off.
    Hibernate,
    /// Let one go on that was suspended or hibernated.
    Resume,
    /// Delete it with its disks.
    Delete,
}

impl GuestAction {
    /// Every action, in the order of menus.
    pub const ALL: &'static [Self] = &[
        Self::Start,
        Self::Resume,
        Self::Shutdown,
        Self::Reboot,
        Self::Suspend,
        Self::Hibernate,
        Self::Reset,
        Self::Stop,
        Self::Delete,
    ];

    /// The name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Shutdown => "shutdown",
            Self::Reboot => "reboot",
            Self::Reset => "reset",
            Self::Suspend => "suspend",
            Self::Hibernate => "hibernate",
            Self::Resume => "resume",
            Self::Delete => "delete",
        }
    }

    /// The one that is named `text`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.as_str() == text)
    }

    /// The permissions of which one is enough.
    pub const fn permissions(self) -> &'static [Permission] {
        match self {
            Self::Start | Self::Resume => &[Permission::StartServer, Permission::ManageServer],
            Self::Stop | Self::Shutdown | Self::Suspend | Self::Hibernate => {
                &[Permission::StopServer, Permission::ManageServer]
            }
            Self::Reboot | Self::Reset => &[Permission::RebootServer, Permission::ManageServer],
            Self::Delete => &[Permission::DeleteServer, Permission::ManageServer],
        }
    }

    const fn states(self) -> &'static [GuestStatus] {
        use GuestStatus::{Paused, Running, Stopped, Suspended};
        match self {
            Self::Start => &[Stopped, Suspended],
            Self::Stop => &[Running, Paused],
            Self::Shutdown | Self::Reboot | Self::Reset | Self::Suspend | Self::Hibernate => &[Running],
            Self::Resume => &[Paused, Suspended],
            Self::Delete => &[Running, Paused, Stopped, Suspended],
        }
    }

    /// Whether a guest of this status is what the action would make of it.
    pub const fn is_so(self, status: GuestStatus) -> bool {
        match self {
            Self::Start | Self::Resume => matches!(status, GuestStatus::Running),
            Self::Stop | Self::Shutdown => matches!(status, GuestStatus::Stopped),
            Self::Suspend => matches!(status, GuestStatus::Paused),
            Self::Hibernate => matches!(status, GuestStatus::Suspended),
            Self::Reboot | Self::Reset | Self::Delete => false,
        }
    }

    /// Whether it can lose what was not saved, or more: people are asked first.
    pub const fn is_dangerous(self) -> bool {
        matches!(self, Self::Stop | Self::Reset | Self::Delete)
    }

    /// Whether Proxmox does it to containers. It has no reset of them, and calls their suspension experimental:
    /// it fails on most kernels (`PVE::API2::LXC::Status`, `vm_suspend`).
    const fn is_for_containers(self) -> bool {
        !matches!(self, Self::Reset | Self::Suspend | Self::Hibernate | Self::Resume)
    }

    /// Why the holder of `grants` can't do this to `guest` now; `None` where it can be done.
    pub fn refusal(self, guest: &GuestRow, grants: &Grants) -> Option<Problem> {
        if !grants.allow_any(self.permissions()) {
            return Some(Problem::PermissionMissing {
                permission: self.permissions()[0],
            });
        }
        if guest.template && self != Self::Delete {
            return Some(Problem::GuestIsTemplate);
        }
        if guest.kind == GuestKind::Lxc && !self.is_for_containers() {
            return Some(Problem::ContainersUnsupported);
        }
        if let Some(lock) = &guest.lock {
            // A suspended guest is locked by its saved state, which these three free.
            if !(matches!(self, Self::Start | Self::Resume | Self::Delete) && lock == "suspended") {
                return Some(Problem::GuestLocked { lock: lock.clone() });
            }
        }
        if !self.states().contains(&guest.status) {
            let states = self.states().iter().map(|s| s.as_str().to_owned()).collect();
            return Some(Problem::GuestMustBe { states });
        }
        (guest.protected && self == Self::Delete).then_some(Problem::GuestProtected)
    }
}

/// The longest time that may be said for a shutdown, in seconds.
pub const LONGEST_SHUTDOWN: u32 = 3600;

/// How an action is taken, where there is a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ActionOptions {
    /// How many seconds a guest may take to shut down or to restart; Drover's own limit where none.
    pub timeout_seconds: Option<u32>,
    /// Whether a guest that has not shut down by then is stopped.
    pub force_stop: bool,
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::ids::GuestId;
    use crate::permission::UserRole;

    fn guest(status: GuestStatus) -> GuestRow {
        GuestRow {
            name: "web-01".into(),
            status,
            node: "n".into(),
            cores: 1,
            memory_bytes: 1,
            disk_bytes: 1,
            made_here: true,
            ..GuestRow::unknown(GuestId::new("c", 100))
        }
    }

    fn admin() -> Grants {
        Grants::of(UserRole::Admin)
    }

    #[test]
    fn the_table_of_states() {
        let allowed = |status| {
            GuestAction::ALL
                .iter()
                .copied()
                .filter(|a| a.refusal(&guest(status), &admin()).is_none())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            allowed(GuestStatus::Running),
            [
                GuestAction::Shutdown,
                GuestAction::Reboot,
                GuestAction::Suspend,
                GuestAction::Hibernate,
                GuestAction::Reset,
                GuestAction::Stop,
                GuestAction::Delete
            ]
        );
        assert_eq!(
            allowed(GuestStatus::Stopped),
            [GuestAction::Start, GuestAction::Delete]
        );
        assert_eq!(
            allowed(GuestStatus::Paused),
            [GuestAction::Resume, GuestAction::Stop, GuestAction::Delete]
        );
        assert_eq!(allowed(GuestStatus::Creating), []);
    }

    #[test]
    fn what_is_missing_is_named_first() {
        let viewer = Grants::of(UserRole::Viewer);
        assert_eq!(
            GuestAction::Start.refusal(&guest(GuestStatus::Running), &viewer),
            Some(Problem::PermissionMissing {
                permission: Permission::StartServer
            })
        );
    }

    #[test]
    fn a_lock_stops_all_but_waking() {
        let mut row = guest(GuestStatus::Stopped);
        row.lock = Some("backup".into());
        assert!(GuestAction::Start.refusal(&row, &admin()).is_some());
        row.lock = Some("suspended".into());
        assert!(GuestAction::Start.refusal(&row, &admin()).is_none());
        row.status = GuestStatus::Suspended;
        assert!(GuestAction::Resume.refusal(&row, &admin()).is_none());
        assert!(GuestAction::Delete.refusal(&row, &admin()).is_none());
    }
    #[test]
    fn containers_and_templates() {
        let mut row = guest(GuestStatus::Running);
        row.kind = GuestKind::Lxc;
        for action in [GuestAction::Reset, GuestAction::Suspend, GuestAction::Hibernate] {
            assert_eq!(
                action.refusal(&row, &admin()),
                Some(Problem::ContainersUnsupported)
            );
        }
        assert!(GuestAction::Reboot.refusal(&row, &admin()).is_none());
        let mut row = guest(GuestStatus::Stopped);
        row.template = true;
        assert_eq!(
            GuestAction::Start.refusal(&row, &admin()),
            Some(Problem::GuestIsTemplate)
        );
        assert!(GuestAction::Delete.refusal(&row, &admin()).is_none());
    }

    #[test]
    fn every_name_is_read_back() {
        for action in GuestAction::ALL {
            assert_eq!(GuestAction::parse(action.as_str()), Some(*action));
        }
        assert_eq!(GuestAction::parse("explode"), None);
    }
}
