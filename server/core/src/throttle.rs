//! Slows down whoever guesses passwords: after a few failures an account, or an address, is locked for a time
//! that doubles with every further one. Kept in memory, by this process, for at most so many of each.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use crate::clock::Clock;
use crate::error::{Error, Result};

/// From how many failures on it is locked.
pub const ATTEMPTS: u32 = 5;
const FIRST_SECONDS: i64 = 30;
const LONGEST_SECONDS: i64 = 15 * 60;
/// Failures are forgotten when there was none for this long.
const MEMORY: TimeDelta = TimeDelta::hours(1);
/// How many keys are remembered.
const MOST: usize = 10_000;
/// Longer names are cut: nobody's account is called so, and memory is bounded.
const LONGEST_NAME: usize = 128;

/// What failures are counted for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    /// Signing in as somebody. Any case, and whether or not there is such an account.
    Account(String),
    /// Signing in from somewhere.
    Address(String),
    /// Proving to be the user whose session it is.
    Proof(i64),
}

impl Key {
    pub(crate) fn account(username: &str) -> Self {
        Self::Account(
            username
                .trim()
                .to_lowercase()
                .chars()
                .take(LONGEST_NAME)
                .collect(),
        )
    }

    /// Of an IPv6 address the network counts: its holder has all of it (RFC 6177).
    pub(crate) fn address(address: &str) -> Self {
        Self::Address(match address.parse::<IpAddr>().map(|ip| ip.to_canonical()) {
            Ok(IpAddr::V6(ip)) => {
                let [a, b, c, d, ..] = ip.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
            Ok(IpAddr::V4(ip)) => ip.to_string(),
            Err(_) => address.chars().take(LONGEST_NAME).collect(),
        })
    }
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: DateTime<Utc>,
}

impl Failures {
    fn locked_until(self) -> DateTime<Utc> {
        let Some(over) = self.count.checked_sub(ATTEMPTS) else {
            return self.last;
        };
        // 2^5 times the first delay is beyond the longest.
        let delay = (FIRST_SECONDS << over.min(5)).min(LONGEST_SECONDS);
        self.last + TimeDelta::seconds(delay)
    }
}

/// Counts failures. Cheap to clone; the clones share their counts.
#[derive(Clone)]
pub(crate) struct Throttle {
    clock: Clock,
    failures: Arc<Mutex<HashMap<Key, Failures>>>,
}

impl Throttle {
    /// Nobody has failed yet.
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            failures: Arc::default(),
        }
    }

    /// Lets an attempt through.
    ///
    /// # Errors
    /// [`Error::RateLimited`] where one of `keys` is locked.
    pub(crate) fn check(&self, keys: &[Key]) -> Result<()> {
        let now = self.clock.now();
        let failures = self.lock();
        let wait = keys
            .iter()
            .filter_map(|key| failures.get(key))
            .map(|failures| (failures.locked_until() - now).num_milliseconds())
            .max()
            .unwrap_or(0);
        match u64::try_from(wait) {
            Ok(wait) if wait > 0 => Err(Error::RateLimited {
                retry_after_seconds: wait.div_ceil(1000),
            }),
            _ => Ok(()),
        }
    }

    /// Counts a failure for each of `keys`.
    pub(crate) fn failed(&self, keys: &[Key]) {
        let now = self.clock.now();
        let mut failures = self.lock();
        for key in keys {
            if !failures.contains_key(key) && failures.len() >= MOST {
                make_room(&mut failures, now);
            }
            let entry = failures
                .entry(key.clone())
                .or_insert(Failures { count: 0, last: now });
            if now - entry.last > MEMORY {
                entry.count = 0;
            }
            entry.count = entry.count.saturating_add(1);
            entry.last = now;
        }
    }

    /// Forgets the failures of `key`: whoever holds it has proved it.
    pub(crate) fn succeeded(&self, key: &Key) {
        self.lock().remove(key);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Failures>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets what is old, or else what is not locked, or else the oldest: a flood of made-up names must not push
/// out the locks it has run into.
fn make_room(failures: &mut HashMap<Key, Failures>, now: DateTime<Utc>) {
    failures.retain(|_, entry| now - entry.last <= MEMORY);
    if failures.len() >= MOST {
        failures.retain(|_, entry| entry.locked_until() > now);
    }
    if failures.len() >= MOST {
        let oldest = failures.iter().min_by_key(|(_, entry)| entry.last);
        if let Some(key) = oldest.map(|(key, _)| key.clone()) {
            failures.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn throttle() -> (Throttle, Clock) {
        let clock = Clock::set(DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        (Throttle::new(clock.clone()), clock)
    }

    fn wait(throttle: &Throttle, key: &Key) -> u64 {
        match throttle.check(std::slice::from_ref(key)) {
            Ok(()) => 0,
            Err(Error::RateLimited { retry_after_seconds }) => retry_after_seconds,
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn the_delay_begins_at_the_fifth_failure_and_doubles_to_a_quarter_of_an_hour() {
        let (throttle, clock) = throttle();
        let key = Key::account("ada");
        for _ in 0..4 {
            throttle.failed(std::slice::from_ref(&key));
            assert_eq!(wait(&throttle, &key), 0);
        }
        for expected in [30, 60, 120, 240, 480, 900, 900] {
            throttle.failed(std::slice::from_ref(&key));
            assert_eq!(wait(&throttle, &key), expected);
            clock.advance(TimeDelta::milliseconds(1));
            assert_eq!(wait(&throttle, &key), expected, "rounded up");
            clock.advance(TimeDelta::seconds(i64::try_from(expected).unwrap()));
            assert_eq!(wait(&throttle, &key), 0);
        }
        throttle.succeeded(&key);
        throttle.failed(std::slice::from_ref(&key));
        assert_eq!(wait(&throttle, &key), 0, "counted from the start");
    }

    #[test]
    fn failures_long_ago_are_forgotten() {
        let (throttle, clock) = throttle();
        let key = Key::address("192.0.2.1");
        for _ in 0..4 {
            throttle.failed(std::slice::from_ref(&key));
        }
        clock.advance(MEMORY + TimeDelta::seconds(1));
        throttle.failed(std::slice::from_ref(&key));
        assert_eq!(wait(&throttle, &key), 0);
    }

    #[test]
    fn a_key_is_one_account_or_one_network() {
        assert_eq!(Key::account(" Ada"), Key::account("ada"));
        assert_eq!(Key::address("2001:db8:1:2::1"), Key::address("2001:db8:1:2:3::9"));
        assert_ne!(Key::address("2001:db8:1:2::1"), Key::address("2001:db8:1:3::1"));
        assert_eq!(Key::address("::ffff:192.0.2.1"), Key::address("192.0.2.1"));
        assert_ne!(Key::address("192.0.2.1"), Key::address("192.0.2.2"));
        assert_ne!(Key::account("192.0.2.1"), Key::address("192.0.2.1"));
    }

    #[test]
    fn a_flood_of_names_is_bounded_and_frees_nobody() {
        let (throttle, clock) = throttle();
        let locked = Key::account("ada");
        for _ in 0..ATTEMPTS {
            throttle.failed(std::slice::from_ref(&locked));
        }
        for n in 0..2 * MOST {
            clock.advance(TimeDelta::microseconds(1));
            throttle.failed(&[Key::account(&format!("nobody{n}"))]);
        }
        assert!(throttle.lock().len() <= MOST);
        assert_eq!(wait(&throttle, &locked), 30);
    }
}
