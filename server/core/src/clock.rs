//! The time, passed in so that a test can set it. Services never ask the system.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

/// Tells the time. Cheap to clone; every clone tells the same.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    System,
    Set(Arc<Mutex<DateTime<Utc>>>),
}

impl Clock {
    /// The system's clock.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `now` until it is advanced.
    pub fn set(now: DateTime<Utc>) -> Self {
        Self(Source::Set(Arc::new(Mutex::new(now))))
    }

    /// The time, rounded down to a microsecond: what both databases keep.
    pub fn now(&self) -> DateTime<Utc> {
        let now = match &self.0 {
            #[expect(
                clippy::disallowed_methods,
                reason = "this is the clock that everybody else is given"
            )]
            Source::System => Utc::now(),
            Source::Set(time) => *time.lock().unwrap_or_else(PoisonError::into_inner),
        };
        now.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(now)
    }

    /// Moves a set clock forward; the system's goes by itself.
    pub fn advance(&self, by: TimeDelta) {
        if let Source::Set(time) = &self.0 {
            *time.lock().unwrap_or_else(PoisonError::into_inner) += by;
        }
    }
}
