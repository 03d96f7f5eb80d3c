//! When to look again at what concerns one server, for a stream that shows its state and not what happened to it.

use std::time::Duration;

use drover_types::event::LiveEvent;
use drover_types::ids::GuestId;
use drover_types::permission::Permission;
use tokio::time::timeout;

use super::item::LiveItem;
use super::reader::Reader;

/// How often to look where nothing is told: whoever may not see all tasks is not told of those of others, and what was
/// being read when this came is seen then.
const LOOK: Duration = Duration::from_secs(5);

pub(super) struct Looks {
    reader: Reader,
    guest: GuestId,
    permission: Permission,
    started: bool,
}

impl Looks {
    pub(super) const fn new(reader: Reader, guest: GuestId, permission: Permission) -> Self {
        Self {
            reader,
            guest,
            permission,
            started: false,
        }
    }

    /// Returns when it is time: at once, and whenever a task on the server has changed. `None` once the session has
    /// ended or the permission is gone.
    pub(super) async fn next(&mut self) -> Option<()> {
        if !self.started {
            self.started = true;
            return Some(());
        }
        loop {
            let item = match timeout(LOOK, self.reader.next()).await {
                Ok(item) => Some(item?),
                Err(_) => None,
            };
            if !self.reader.may(self.permission, &self.guest) {
                return None;
            }
            match item.as_ref().map(LiveItem::event) {
                Some(LiveEvent::SignedOut) => return None,
                Some(LiveEvent::Task { task, .. }) if task.guest.as_ref() != Some(&self.guest) => {}
                None | Some(LiveEvent::Task { .. } | LiveEvent::Resync) => return Some(()),
                Some(
                    LiveEvent::Inventory(_)
                    | LiveEvent::Notification(_)
                    | LiveEvent::NotificationsChanged
                    | LiveEvent::AlertsChanged
                    | LiveEvent::ChannelsChanged
                    | LiveEvent::UserChanged,
                ) => {}
            }
        }
    }
}
