//! Sizes, shares and ages as people read them. Pure, so that the server and the browser print the same.

use crate::lang::Lang;

/// Bytes in one KiB.
pub const KIB: u64 = 1024;
/// Bytes in one MiB.
pub const MIB: u64 = 1024 * KIB;
/// Bytes in one GiB.
pub const GIB: u64 = 1024 * MIB;
/// Bytes in one TiB.
pub const TIB: u64 = 1024 * GIB;

/// A size with a binary unit and at most one decimal, such as `1.5 GiB`.
#[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
pub fn size(bytes: u64) -> String {
    let (unit, name) = match bytes {
        TIB.. => (TIB, "TiB"),
        GIB.. => (GIB, "GiB"),
        MIB.. => (MIB, "MiB"),
        KIB.. => (KIB, "KiB"),
        _ => return format!("{bytes} B"),
    };
    let value = bytes as f64 / unit as f64;
    let text = format!("{value:.1}");
    format!("{} {name}", text.strip_suffix(".0").unwrap_or(&text))
}

/// `part` of `whole` in percent, rounded, 0 where there is no whole and never above 100.
pub fn percent(part: u64, whole: u64) -> u8 {
    if whole == 0 {
        return 0;
    }
    let rounded = (u128::from(part) * 200 / u128::from(whole)).div_ceil(2);
    rounded.min(100) as u8
}

/// A duration in its two largest units, such as `3 d 4 h`; `0 s` for less than a second or a negative one.
pub fn duration(seconds: i64, lang: Lang) -> String {
    let s = seconds.max(0);
    let units = lang.pick(["일", "시간", "분", "초"], [" d", " h", " min", " s"]);
    let parts = [s / 86_400, s / 3_600 % 24, s / 60 % 60, s % 60];
    let Some(first) = parts.iter().position(|part| *part > 0) else {
        return format!("0{}", units[3]);
    };
    let text = format!("{}{}", parts[first], units[first]);
    if let Some(next) = parts.get(first + 1).filter(|part| **part > 0) {
        return format!("{text} {next}{}", units[first + 1]);
    }
    text
}

/// How long ago, in the largest unit: `5 min ago`; under five seconds `just now`.
pub fn age(seconds: i64, lang: Lang) -> String {
    let s = seconds.max(0);
    let (value, unit) = match s {
        0..5 => return lang.pick("방금", "just now").to_owned(),
        5..60 => (s, lang.pick("초", " s")),
        60..3_600 => (s / 60, lang.pick("분", " min")),
        3_600..86_400 => (s / 3_600, lang.pick("시간", " h")),
        _ => (s / 86_400, lang.pick("일", " d")),
    };
    format!("{value}{unit}{}", lang.pick(" 전", " ago"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sizes_have_a_binary_unit() {
        assert_eq!(size(0), "0 B");
        assert_eq!(size(1536), "1.5 KiB");
        assert_eq!(size(32 * GIB), "32 GiB");
        assert_eq!(size(3 * TIB / 2), "1.5 TiB");
    }

    #[test]
    fn durations_show_two_units() {
        assert_eq!(duration(0, Lang::En), "0 s");
        assert_eq!(duration(3_723, Lang::En), "1 h 2 min");
        assert_eq!(duration(86_400 * 3, Lang::Ko), "3일");
        assert_eq!(age(3, Lang::En), "just now");
        assert_eq!(age(7_300, Lang::Ko), "2시간 전");
    }

    proptest! {
        #[test]
        fn a_share_is_between_0_and_100(part: u64, whole: u64) {
            prop_assert!(percent(part, whole) <= 100);
        }

        #[test]
        fn a_share_is_rounded(part in 0u32..=1_000_000) {
            let exact = f64::from(part) / 10_000.0;
            prop_assert!((f64::from(percent(part.into(), 1_000_000)) - exact).abs() <= 0.5);
        }
    }
}
