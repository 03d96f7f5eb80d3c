//! Numbers as the logs write them: sizes, rates and spans of time.

const UNITS: [(&str, u64); 5] = [
    ("K", 1 << 10),
    ("M", 1 << 20),
    ("G", 1 << 30),
    ("T", 1 << 40),
    ("P", 1 << 50),
];

/// The bytes at the head of a text, such as `2.3 GiB` or `636MB`, and what follows. `MB` is 1024² too:
/// `format_size` of `PVE::VZDump` and `tar` count so.
pub(super) fn size(text: &str) -> Option<(u64, &str)> {
    let (number, rest) = decimal(text)?;
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    let end = rest
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(rest.len());
    let (unit, rest) = rest.split_at(end);
    let factor = if unit == "B" {
        1
    } else {
        let prefix = unit.strip_suffix("iB").or_else(|| unit.strip_suffix('B'))?;
        UNITS.iter().find(|(known, _)| *known == prefix)?.1
    };
    Some((rounded(number * float(factor)), rest))
}

/// The seconds at the head of a text, such as `1h 2m 3s` or `133.26 s`, and what follows.
pub(super) fn span(text: &str) -> Option<(u64, &str)> {
    let mut seconds = 0.0;
    let mut rest = text;
    while let Some((part, after)) = part_of_span(if seconds > 0.0 { rest.trim_start() } else { rest }) {
        seconds += part;
        rest = after;
    }
    (rest.len() < text.len()).then_some((rounded(seconds), rest))
}

fn part_of_span(text: &str) -> Option<(f64, &str)> {
    let (number, rest) = decimal(text)?;
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    let mut after = rest.chars();
    let factor = match after.next()? {
        'w' => 604_800.0,
        'd' => 86_400.0,
        'h' => 3_600.0,
        'm' => 60.0,
        's' => 1.0,
        _ => return None,
    };
    let rest = after.as_str();
    (!rest.starts_with(|c: char| c.is_ascii_alphabetic())).then_some((number * factor, rest))
}

/// The seconds of `01:02:03`.
pub(super) fn clock(text: &str) -> Option<u64> {
    let mut parts = text.split(':').map(str::parse::<u64>);
    let (Some(Ok(hours)), Some(Ok(minutes)), Some(Ok(seconds)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    hours
        .checked_mul(3_600)?
        .checked_add(minutes.checked_mul(60)?)?
        .checked_add(seconds)
}

/// The whole number at the head of a text, and what follows.
pub(super) fn whole(text: &str) -> Option<(u64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    Some((number.parse().ok()?, rest))
}

fn decimal(text: &str) -> Option<(f64, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    if !number.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    Some((number.parse().ok()?, rest))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "what is shown of bytes and seconds needs no more than 52 bits"
)]
pub(super) const fn float(number: u64) -> f64 {
    number as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates, and what is below nothing is nothing"
)]
pub(super) fn rounded(number: f64) -> u64 {
    number.round() as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sizes_in_every_spelling() {
        for (text, bytes, rest) in [
            ("2.5 GiB of 5.0 GiB", 5 << 29, " of 5.0 GiB"),
            ("1.5GiB, 3.4MiB/s", 3 << 29, ", 3.4MiB/s"),
            ("636MB", 636 << 20, ""),
            ("534.7 MiB/s", 560_673_587, "/s"),
            ("0 B/s", 0, "/s"),
            ("512 B", 512, ""),
            ("16 KiB)", 16 << 10, ")"),
            ("1.25TB", 5 << 38, ""),
        ] {
            assert_eq!(size(text), Some((bytes, rest)), "{text}");
        }
        for bad in [
            "",
            "GiB",
            "1.2.3 GiB",
            "12",
            "12 apples",
            "-1 GiB",
            ". GiB",
            "1  GiB",
            "3 XiB",
            "1 iB",
        ] {
            assert_eq!(size(bad), None, "{bad}");
        }
    }

    #[test]
    fn spans_in_every_spelling() {
        for (text, seconds, rest) in [
            ("3s, read", 3, ", read"),
            ("1m, uploaded", 60, ", uploaded"),
            ("1h 2m 3s", 3_723, ""),
            ("2w 1d 1h", 1_299_600, ""),
            ("0s", 0, ""),
            ("133.26 s (average", 133, " (average"),
            ("37.10s", 37, ""),
            ("145.15s, speed=2", 145, ", speed=2"),
        ] {
            assert_eq!(span(text), Some((seconds, rest)), "{text}");
        }
        for bad in ["", "s", "3", "3 seconds", "3 MiB", "x3s"] {
            assert_eq!(span(bad), None, "{bad}");
        }
        assert_eq!(clock("01:02:03"), Some(3_723));
        assert_eq!(clock("100:00:00"), Some(360_000));
        for bad in [
            "",
            "1:2",
            "1:2:3:4",
            "a:b:c",
            "99999999999999999999:0:0",
            "9999999999999999999:0:0",
        ] {
            assert_eq!(clock(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[0-9. KMGTiBwdhms:]{0,24}") {
            for found in [size(&text), span(&text), whole(&text)].into_iter().flatten() {
                prop_assert!(text.ends_with(found.1));
            }
            clock(&text);
        }
    }
}
