//! Counts the streams of each user: a page that opens one after another must not use up the server.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use drover_types::error::{ApiError, ErrorCode};
use drover_types::text::Problem;

/// How many a user may have. Tabs share one, so this is as many browsers and scripts.
const MOST: u32 = 20;

/// The gauge of all of them.
const OPEN: &str = "drover_streams_open";

/// How many streams each user has. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct OpenStreams(Arc<Mutex<HashMap<i64, u32>>>);

/// Stands for a stream for as long as it is kept.
#[derive(Debug)]
pub(super) struct OpenStream {
    streams: OpenStreams,
    user: i64,
}

impl OpenStreams {
    /// One more of `user`'s.
    ///
    /// # Errors
    /// Where they have too many.
    pub(super) fn open(&self, user: i64) -> Result<OpenStream, ApiError> {
        let mut counts = self.counts();
        let count = counts.entry(user).or_default();
        if *count >= MOST {
            return Err(ApiError::new(
                ErrorCode::RateLimited,
                Problem::TooManyStreams { max: MOST },
            ));
        }
        *count += 1;
        metrics::gauge!(OPEN).increment(1.0);
        Ok(OpenStream {
            streams: self.clone(),
            user,
        })
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<i64, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        metrics::gauge!(OPEN).decrement(1.0);
        let mut counts = self.streams.counts();
        if let Some(count) = counts.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.user);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_stream_makes_room_and_users_do_not_share() {
        let streams = OpenStreams::default();
        let mut open: Vec<_> = (0..MOST).map(|_| streams.open(1).unwrap()).collect();
        assert!(streams.open(1).is_err());
        assert!(streams.open(2).is_ok());
        open.pop();
        assert!(streams.open(1).is_ok());
        drop(open);
        assert!(streams.counts().is_empty());
    }
}
