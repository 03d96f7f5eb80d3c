//! How fast a copy goes of late, and when it will be done.

use super::words::{float, rounded};

/// How many seconds back what was read counts for about two thirds: long enough for a stretch of zeroes, which is read
/// at many times the usual rate, not to promise too much.
const MEMORY: f64 = 30.0;

/// A rate that follows the latest ones smoothly.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Speed {
    rate: Option<f64>,
    done: u64,
    elapsed: u64,
}

impl Speed {
    /// Notes how many bytes were done after so many seconds, and the rate since the last time where the log says it.
    pub(super) fn note(&mut self, done: u64, elapsed: u64, said: Option<u64>) {
        let seconds = float(elapsed.saturating_sub(self.elapsed));
        let latest = match said {
            Some(rate) => float(rate),
            // Several lines in one second: the next ones tell more.
            None if seconds < 1.0 => return,
            None => float(done.saturating_sub(self.done)) / seconds,
        };
        let weight = 1.0 - (-seconds.max(1.0) / MEMORY).exp();
        self.rate = Some(
            self.rate
                .map_or(latest, |before| before + (latest - before) * weight),
        );
        (self.done, self.elapsed) = (done, elapsed);
    }

    /// Bytes per second.
    pub(super) const fn rate(&self) -> Option<f64> {
        self.rate
    }
}

/// The seconds left at this rate; `None` where nothing moves.
pub(super) fn left(done: u64, total: u64, rate: f64) -> Option<u64> {
    let rest = float(total.saturating_sub(done));
    (rate >= 1.0).then(|| rounded((rest / rate).ceil()))
}

/// The seconds left where the rest takes as long, for its share, as what is done; `None` where too little is done.
pub(super) fn left_by_share(fraction: f64, elapsed: u64) -> Option<u64> {
    (fraction >= 0.01 && elapsed > 0).then(|| rounded((float(elapsed) * (1.0 - fraction) / fraction).ceil()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_steady_copy_is_done_when_it_says() {
        let mut speed = Speed::default();
        for elapsed in 1..=10 {
            speed.note(elapsed * 100, elapsed, None);
        }
        assert_eq!(speed.rate().map(rounded), Some(100));
        assert_eq!(left(1_000, 5_050, 100.0), Some(41));
        assert_eq!(left(5_050, 5_050, 100.0), Some(0));
        assert_eq!(left(0, 5_050, 0.0), None);
        assert_eq!(left_by_share(0.25, 30), Some(90));
        assert_eq!(left_by_share(1.0, 30), Some(0));
        assert_eq!((left_by_share(0.0, 30), left_by_share(0.5, 0)), (None, None));
    }

    #[test]
    fn a_leap_over_zeroes_counts_little_and_a_lasting_change_counts() {
        let mut speed = Speed::default();
        for elapsed in (3..=60).step_by(3) {
            speed.note(elapsed, elapsed, Some(100));
        }
        speed.note(63, 63, Some(1_000));
        let leapt = speed.rate().unwrap();
        assert!((150.0..250.0).contains(&leapt), "{leapt}");
        for elapsed in (66..=180).step_by(3) {
            speed.note(elapsed, elapsed, Some(50));
        }
        let settled = speed.rate().unwrap();
        assert!((50.0..60.0).contains(&settled), "{settled}");
    }

    #[test]
    fn lines_of_one_second_are_taken_together() {
        let mut speed = Speed::default();
        speed.note(500, 0, None);
        assert_eq!(speed.rate(), None);
        for (done, elapsed) in [(600, 1), (700, 1), (1_000, 1), (1_600, 2)] {
            speed.note(done, elapsed, None);
        }
        let rate = speed.rate().unwrap();
        assert!((600.0..1_000.0).contains(&rate), "{rate}");
    }

    proptest! {
        #[test]
        fn a_rate_stays_among_those_it_is_made_of(rates in proptest::collection::vec(0_u64..1 << 40, 1..30), step in 0_u64..100) {
            let mut speed = Speed::default();
            let mut elapsed = 0;
            for rate in &rates {
                elapsed += step;
                speed.note(0, elapsed, Some(*rate));
            }
            let (least, most) = (rates.iter().min().unwrap(), rates.iter().max().unwrap());
            let rate = speed.rate().unwrap();
            prop_assert!(rate >= float(*least) - 1.0 && rate <= float(*most) + 1.0);
        }
    }
}
