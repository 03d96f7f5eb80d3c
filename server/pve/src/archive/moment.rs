//! Dates and times of day in the names of backups.

/// A date and a time of day whose fields are in range; of no time zone by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    year: i64,
    month: i64,
    day: i64,
    seconds: i64,
}

impl Moment {
    /// Reads a text whose digits stand where the pattern has a `0`, and whose other bytes are those of the pattern.
    /// The digits are year, month, day, hour, minute and second.
    pub(super) fn parse(text: &str, pattern: &str) -> Option<Self> {
        if text.len() != pattern.len() {
            return None;
        }
        let mut digits = Vec::with_capacity(14);
        for (byte, wanted) in text.bytes().zip(pattern.bytes()) {
            match wanted {
                b'0' if byte.is_ascii_digit() => digits.push(i64::from(byte - b'0')),
                b'0' => return None,
                _ if byte != wanted => return None,
                _ => {}
            }
        }
        let number = |range: std::ops::Range<usize>| {
            let part = digits.get(range)?;
            Some(part.iter().fold(0, |number, digit| number * 10 + digit))
        };
        let (year, month, day) = (number(0..4)?, number(4..6)?, number(6..8)?);
        let (hour, minute, second) = (number(8..10)?, number(10..12)?, number(12..14)?);
        let real = year >= 1970
            && (1..=12).contains(&month)
            && (1..=days_of(year, month)).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60;
        real.then_some(Self {
            year,
            month,
            day,
            seconds: hour * 3600 + minute * 60 + second,
        })
    }

    /// Seconds since 1970, where it is taken for UTC.
    pub(super) const fn epoch(self) -> i64 {
        let before = self.year - 1;
        let leap_days = before / 4 - before / 100 + before / 400 - LEAP_DAYS_BEFORE_1970;
        let mut days = (self.year - 1970) * 365 + leap_days + self.day - 1;
        let mut month = 1;
        while month < self.month {
            days += days_of(self.year, month);
            month += 1;
        }
        days * 86_400 + self.seconds
    }
}

/// The leap days of the years 1 to 1969.
const LEAP_DAYS_BEFORE_1970: i64 = 1969 / 4 - 1969 / 100 + 1969 / 400;

const fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn epoch(text: &str) -> Option<i64> {
        Moment::parse(text, "0000-00-00T00:00:00Z").map(Moment::epoch)
    }

    #[test]
    fn moments_are_counted_from_1970() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("1970-12-31T23:59:59Z", Some(31_535_999)),
            ("2000-02-29T12:00:00Z", Some(951_825_600)),
            ("2024-02-29T00:00:00Z", Some(1_709_164_800)),
            ("2024-03-01T00:00:00Z", Some(1_709_251_200)),
            ("2026-11-23T04:26:00Z", Some(1_795_407_960)),
            ("9999-12-31T23:59:59Z", Some(253_402_300_799)),
            ("1969-12-31T23:59:59Z", None),
            ("2023-02-29T00:00:00Z", None),
            ("2100-02-29T00:00:00Z", None),
            ("2024-00-10T00:00:00Z", None),
            ("2024-13-10T00:00:00Z", None),
            ("2024-04-31T00:00:00Z", None),
            ("2024-04-00T00:00:00Z", None),
            ("2024-04-30T24:00:00Z", None),
            ("2024-04-30T23:60:00Z", None),
            ("2024-04-30T23:59:60Z", None),
            ("2024-04-30 23:59:59Z", None),
            ("2024-04-30T23:59:59", None),
            ("+024-04-30T23:59:59Z", None),
            ("２024-04-30T23:59:5", None),
        ] {
            assert_eq!(epoch(text), seconds, "{text}");
        }
    }
}
