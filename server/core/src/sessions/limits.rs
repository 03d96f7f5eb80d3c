//! How long a session lasts.

use chrono::{DateTime, TimeDelta, Utc};

/// The two limits of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// How long it lasts without a request by its user.
    pub idle: TimeDelta,
    /// How long it lasts at most.
    pub absolute: TimeDelta,
}

impl Default for SessionLimits {
    fn default() -> Self {
        Self {
            idle: TimeDelta::hours(8),
            absolute: TimeDelta::hours(24),
        }
    }
}

impl SessionLimits {
    /// After when a session must have been opened, and used, to stand now.
    pub(crate) fn since(self, now: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
        (now - self.absolute, now - self.idle)
    }

    /// When a session ends that was opened and last used then.
    pub(super) fn end(self, created_at: DateTime<Utc>, last_used_at: DateTime<Utc>) -> DateTime<Utc> {
        (created_at + self.absolute).min(last_used_at + self.idle)
    }
}
