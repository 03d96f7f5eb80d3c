//! Which state of a guest allows which action, and why not. The page and the service call the same function.

use serde::{Deserialize, Serialize};

use crate::guest::{GuestRow, GuestStatus};
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
}

impl GuestAction {
    /// Every action, in the order of menus.
    pub const ALL: &'static [Self] = &[Self::Start, Self::Shutdown, Self::Reboot, Self::Stop];

    /// The permissions of which one is enough.
    pub const fn permissions(self) -> &'static [Permission] {
        match self {
            Self::Start => &[Permission::StartServer, Permission::ManageServer],
            Self::Stop | Self::Shutdown => &[Permission::StopServer, Permission::ManageServer],
            Self::Reboot => &[Permission::RebootServer, Permission::ManageServer],
        }
    }

    const fn states(self) -> &'static [GuestStatus] {
        use GuestStatus::{Paused, Running, Stopped, Suspended};
        match self {
            Self::Start => &[Stopped, Suspended],
            Self::Stop => &[Running, Paused],
            Self::Shutdown | Self::Reboot => &[Running],
        }
    }

    /// Why the holder of `grants` can't do this to `guest` now; `None` where it can be done.
    pub fn refusal(self, guest: &GuestRow, grants: &Grants) -> Option<Problem> {
        if !grants.allow_any(self.permissions()) {
            return Some(Problem::PermissionMissing {
                permission: self.permissions()[0],
            });
        }
        if guest.template {
            return Some(Problem::GuestIsTemplate);
        }
        if let Some(lock) = &guest.lock {
            // A suspended guest is locked by its saved state, and starting it is what frees it.
            if !(self == Self::Start && lock == "suspended") {
                return Some(Problem::GuestLocked { lock: lock.clone() });
            }
        }
        if !self.states().contains(&guest.status) {
            let states = self.states().iter().map(|s| s.as_str().to_owned()).collect();
            return Some(Problem::GuestMustBe { states });
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::guest::GuestKind;
    use crate::ids::GuestId;
    use crate::permission::UserRole;

    fn guest(status: GuestStatus) -> GuestRow {
        GuestRow {
            id: GuestId::new("c", 100),
            name: "web-01".into(),
            kind: GuestKind::Qemu,
            status,
            node: "n".into(),
            cores: 1,
            memory_bytes: 1,
            disk_bytes: 1,
            cpu_percent: 0,
            memory_percent: 0,
            started_at: 0,
            tags: vec![],
            pool: None,
            template: false,
            lock: None,
            addresses: vec![],
            made_here: true,
        }
    }

    fn admin() -> Grants {
        Grants {
            role: UserRole::Admin,
            permissions: BTreeSet::new(),
        }
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
            [GuestAction::Shutdown, GuestAction::Reboot, GuestAction::Stop]
        );
        assert_eq!(allowed(GuestStatus::Stopped), [GuestAction::Start]);
        assert_eq!(allowed(GuestStatus::Paused), [GuestAction::Stop]);
        assert_eq!(allowed(GuestStatus::Creating), []);
    }

    #[test]
    fn what_is_missing_is_named_first() {
        let viewer = Grants {
            role: UserRole::Viewer,
            permissions: UserRole::Viewer.defaults().iter().copied().collect(),
        };
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
    }
}
