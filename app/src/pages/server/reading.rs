//! How the charts' times and values read. Pure.

use drover_types::{metrics::Timeframe, units};

/// The format of a time on the axis.
pub const fn tick_format(timeframe: Timeframe) -> &'static str {
    match timeframe {
        Timeframe::Hour | Timeframe::Day => "%H:%M",
        Timeframe::Week | Timeframe::Month => "%m-%d",
        Timeframe::Year => "%Y-%m",
    }
}

/// The format of a time in full.
pub const FULL: &str = "%Y-%m-%d %H:%M";

/// A share.
pub fn percent(value: f64) -> String {
    if value < 10.0 && value > 0.0 {
        format!("{value:.1} %")
    } else {
        format!("{value:.0} %")
    }
}

/// A size in bytes.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to what no host can exceed"
)]
pub fn bytes(value: f64) -> String {
    units::size(value.clamp(0.0, 1e18) as u64)
}

/// Bytes a second.
pub fn rate(value: f64) -> String {
    format!("{}/s", bytes(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_units() {
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(percent(3.24), "3.2 %");
        assert_eq!(percent(99.6), "100 %");
        assert_eq!(rate(1536.0), "1.5 KiB/s");
        assert_eq!(bytes(-1.0), "0 B");
    }
}
