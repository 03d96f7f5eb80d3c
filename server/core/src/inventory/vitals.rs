//! What guests do beside what the picture shows: their traffic, and what they tell of themselves.

use std::collections::{HashMap, HashSet};

/// What a guest does beside what the picture shows of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Vitals {
    /// Bytes received and sent, a second.
    pub traffic: Option<u64>,
    /// Load average of the last minute in percent of one for each core.
    pub load_percent: Option<u32>,
    /// When what only the guest knows was told, in seconds since 1970: its load, memory and disks.
    pub told_at: Option<i64>,
    /// When it was made, in seconds since 1970, where that is known.
    pub made_at: Option<i64>,
}

/// Proxmox writes counters about every ten seconds (`PVE::Service::pvestatd`): what is read sooner may be the same.
const STEP_SECONDS: i64 = 10;
/// What was read longer ago tells nothing about now.
const FORGOTTEN_SECONDS: i64 = 120;

/// Makes rates of counters.
#[derive(Debug, Default)]
pub(super) struct Traffic(HashMap<u32, Counter>);

#[derive(Debug, Clone, Copy)]
struct Counter {
    bytes: u64,
    at: i64,
    rate: Option<u64>,
}

impl Traffic {
    /// Takes in what the counters of all guests of a cluster say at `now`, in seconds since 1970.
    pub(super) fn take(&mut self, counters: &[(u32, u64)], now: i64) {
        for (vmid, bytes) in counters {
            let counted = self.0.get(vmid).map(|before| before.counted(*bytes, now));
            let first = Counter {
                bytes: *bytes,
                at: now,
                rate: None,
            };
            self.0.insert(*vmid, counted.unwrap_or(first));
        }
        // Mostly none has gone.
        if self.0.len() > counters.len() {
            let there: HashSet<u32> = counters.iter().map(|(vmid, _)| *vmid).collect();
            self.0.retain(|vmid, _| there.contains(vmid));
        }
    }

    /// Bytes a second, where two counts tell.
    pub(super) fn rate(&self, vmid: u32) -> Option<u64> {
        self.0.get(&vmid)?.rate
    }
}

impl Counter {
    fn counted(self, bytes: u64, now: i64) -> Self {
        let passed = now - self.at;
        if passed < STEP_SECONDS {
            return self;
        }
        // A counter that falls has begun anew.
        let grown = bytes
            .checked_sub(self.bytes)
            .filter(|_| passed <= FORGOTTEN_SECONDS);
        let rate = grown.and_then(|grown| grown.checked_div(passed.unsigned_abs()));
        Self { bytes, at: now, rate }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_needs_two_counts_and_a_counter_that_falls_begins_anew() {
        let mut traffic = Traffic::default();
        let mut rate = |bytes, at| {
            traffic.take(&[(100, bytes)], at);
            traffic.rate(100)
        };
        assert_eq!(rate(1_000, 0), None);
        assert_eq!(rate(1_500, 2), None, "too soon");
        assert_eq!(rate(21_000, 10), Some(2_000));
        assert_eq!(rate(21_000, 12), Some(2_000), "what was known stays");
        assert_eq!(rate(10, 30), None, "it was started anew");
        assert_eq!(rate(200_010, 40), Some(20_000));
        assert_eq!(rate(900_010, 1_000), None, "too long ago");
        traffic.take(&[], 2_000);
        assert_eq!(traffic.rate(100), None, "gone");
    }
}
