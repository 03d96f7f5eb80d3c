//! How the charts' figures and times read. Pure.

use drover_types::monitoring::{HistoryMetric, HistoryRange, HistorySeries};

use crate::texts::{say, use_i18n};

/// The format of a time in full.
pub(super) const FULL: &str = "%Y-%m-%d %H:%M";

/// The format of a time on the axis.
pub(super) const fn tick_format(range: HistoryRange) -> &'static str {
    match range {
        HistoryRange::Hour | HistoryRange::SixHours | HistoryRange::Day => "%H:%M",
        HistoryRange::Week | HistoryRange::Month => "%m-%d",
        HistoryRange::Year => "%Y-%m",
    }
}

/// How a value reads.
pub(super) fn value(metric: HistoryMetric, value: f64) -> String {
    match metric {
        HistoryMetric::Cpu | HistoryMetric::Memory | HistoryMetric::Disk => {
            let digits = usize::from(value > 0.0 && value < 10.0);
            format!("{value:.digits$} %")
        }
        HistoryMetric::NetworkIn | HistoryMetric::NetworkOut => rate(value),
        HistoryMetric::Load => format!("{value:.2}"),
    }
}

fn rate(value: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to what no network can exceed"
    )]
    let bytes = value.clamp(0.0, 1e18) as u64;
    format!("{}/s", drover_types::units::size(bytes))
}

/// What a figure is called, in the language of now.
pub(super) fn metric_name(metric: HistoryMetric) -> String {
    let i18n = use_i18n();
    match metric {
        HistoryMetric::Cpu => say!(i18n, server.cpu),
        HistoryMetric::Memory => say!(i18n, server.memory),
        HistoryMetric::Disk => say!(i18n, monitoring.disk),
        HistoryMetric::NetworkIn => say!(i18n, monitoring.network_in),
        HistoryMetric::NetworkOut => say!(i18n, monitoring.network_out),
        HistoryMetric::Load => say!(i18n, monitoring.load),
    }
}

/// What the line of each server is called: its name, with its id where others are called the same.
pub(super) fn labels(series: &[HistorySeries]) -> Vec<String> {
    let label = |line: &HistorySeries| {
        let is_shared = series
            .iter()
            .any(|other| other.id != line.id && other.name == line.name);
        if is_shared {
            format!("{} ({})", line.name, line.id)
        } else {
            line.name.clone()
        }
    };
    series.iter().map(label).collect()
}

/// What a range is called, in the language of now.
pub(super) fn range_name(range: HistoryRange) -> String {
    let i18n = use_i18n();
    match range {
        HistoryRange::Hour => say!(i18n, server.hour),
        HistoryRange::SixHours => say!(i18n, monitoring.six_hours),
        HistoryRange::Day => say!(i18n, server.day),
        HistoryRange::Week => say!(i18n, server.week),
        HistoryRange::Month => say!(i18n, server.month),
        HistoryRange::Year => say!(i18n, server.year),
    }
}

#[cfg(test)]
mod tests {
    use drover_types::ids::GuestId;

    use super::*;

    #[test]
    fn values_have_their_units() {
        assert_eq!(value(HistoryMetric::Cpu, 3.24), "3.2 %");
        assert_eq!(value(HistoryMetric::Memory, 0.0), "0 %");
        assert_eq!(value(HistoryMetric::Disk, 99.6), "100 %");
        assert_eq!(value(HistoryMetric::NetworkIn, 1536.0), "1.5 KiB/s");
        assert_eq!(value(HistoryMetric::NetworkOut, -1.0), "0 B/s");
        assert_eq!(value(HistoryMetric::Load, 1.234), "1.23");
    }

    #[test]
    fn servers_that_are_called_the_same_are_told_apart() {
        let line = |cluster: &str, vmid, name: &str| HistorySeries {
            id: GuestId::new(cluster, vmid),
            name: name.to_owned(),
            values: Vec::new(),
        };
        let series = [
            line("one", 100, "web"),
            line("two", 100, "web"),
            line("one", 101, "db"),
        ];
        assert_eq!(labels(&series), ["web (one:100)", "web (two:100)", "db"]);
    }
}
