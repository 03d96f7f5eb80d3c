//! Counts who looks at the inventory: with nobody there, Proxmox is asked less often.

use tokio::sync::watch;

/// How many look. Cheap to clone.
#[derive(Clone)]
pub(super) struct Watchers(watch::Sender<u32>);

/// Stands for one who looks, for as long as it is kept.
pub struct WatchGuard(watch::Sender<u32>);

impl Watchers {
    pub(super) fn new() -> Self {
        Self(watch::Sender::new(0))
    }

    /// One more looks.
    pub(super) fn add(&self) -> WatchGuard {
        self.0.send_modify(|count| *count += 1);
        WatchGuard(self.0.clone())
    }

    /// Follows the number.
    pub(super) fn follow(&self) -> watch::Receiver<u32> {
        self.0.subscribe()
    }
}

impl Drop for WatchGuard {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count = count.saturating_sub(1));
    }
}
