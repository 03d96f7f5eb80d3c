//! Figures of servers over time, side by side.

use serde::{Deserialize, Serialize};

use crate::ids::GuestId;
use crate::metrics::Timeframe;
use crate::text::Problem;

/// What is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum HistoryMetric {
    /// Load of the cores, in percent.
    #[default]
    Cpu,
    /// Memory in use, in percent.
    Memory,
    /// The fullest file system, in percent.
    Disk,
    /// Bytes received, a second.
    NetworkIn,
    /// Bytes sent, a second.
    NetworkOut,
    /// The load average of a minute.
    Load,
}

impl HistoryMetric {
    /// Every one.
    pub const ALL: &'static [Self] = &[
        Self::Cpu,
        Self::Memory,
        Self::Disk,
        Self::NetworkIn,
        Self::NetworkOut,
        Self::Load,
    ];

    /// The name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Memory => "memory",
            Self::Disk => "disk",
            Self::NetworkIn => "network_in",
            Self::NetworkOut => "network_out",
            Self::Load => "load",
        }
    }

    /// The one of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|metric| metric.as_str() == name)
    }

    /// Whether its values are percent.
    pub const fn is_percent(self) -> bool {
        matches!(self, Self::Cpu | Self::Memory | Self::Disk)
    }
}

/// How far back to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum HistoryRange {
    /// The last hour.
    #[default]
    #[serde(rename = "1h")]
    Hour,
    /// The last six hours.
    #[serde(rename = "6h")]
    SixHours,
    /// The last 24 hours.
    #[serde(rename = "24h")]
    Day,
    /// The last seven days.
    #[serde(rename = "7d")]
    Week,
    /// The last 30 days.
    #[serde(rename = "30d")]
    Month,
    /// The last 365 days.
    #[serde(rename = "1y")]
    Year,
}

impl HistoryRange {
    /// Every one, the shortest first.
    pub const ALL: &'static [Self] = &[
        Self::Hour,
        Self::SixHours,
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Year,
    ];

    /// The name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "1h",
            Self::SixHours => "6h",
            Self::Day => "24h",
            Self::Week => "7d",
            Self::Month => "30d",
            Self::Year => "1y",
        }
    }

    /// The one of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|range| range.as_str() == name)
    }

    /// How long it is, in seconds.
    pub const fn seconds(self) -> i64 {
        match self {
            Self::Hour => 3600,
            Self::SixHours => 6 * 3600,
            Self::Day => 24 * 3600,
            Self::Week => 7 * 24 * 3600,
            Self::Month => 30 * 24 * 3600,
            Self::Year => 365 * 24 * 3600,
        }
    }

    /// The distance of two points, in seconds: some hundred fill a chart.
    pub const fn step(self) -> i64 {
        match self {
            Self::Hour => 15,
            Self::SixHours => 60,
            Self::Day => 300,
            Self::Week => 1800,
            Self::Month => 7200,
            Self::Year => 24 * 3600,
        }
    }

    /// The shortest of Proxmox's time frames that holds it.
    pub const fn timeframe(self) -> Timeframe {
        match self {
            Self::Hour => Timeframe::Hour,
            Self::SixHours | Self::Day => Timeframe::Day,
            Self::Week => Timeframe::Week,
            Self::Month => Timeframe::Month,
            Self::Year => Timeframe::Year,
        }
    }
}

/// Who measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HistorySource {
    /// The exporter inside each server, by way of Prometheus.
    Prometheus,
    /// The servers' hosts, by Proxmox's round-robin databases.
    Proxmox,
}

/// One figure of several servers over time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// The times of all values, in seconds since 1970, oldest first.
    pub times: Vec<i64>,
    /// A line for each server that was asked for, in that order.
    pub series: Vec<HistorySeries>,
    /// Who measured.
    pub source: HistorySource,
    /// Why not all is there that could be, such as that Prometheus does not answer.
    pub problem: Option<Problem>,
}

/// The values of one server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistorySeries {
    /// The server.
    pub id: GuestId,
    /// Its name.
    pub name: String,
    /// A value for each time, `None` where nothing was measured: percent, bytes a second, or the load average.
    pub values: Vec<Option<f64>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back() {
        for metric in HistoryMetric::ALL {
            assert_eq!(HistoryMetric::parse(metric.as_str()), Some(*metric));
            assert_eq!(serde_json::to_value(metric).unwrap(), metric.as_str());
        }
        for range in HistoryRange::ALL {
            assert_eq!(HistoryRange::parse(range.as_str()), Some(*range));
            assert_eq!(serde_json::to_value(range).unwrap(), range.as_str());
        }
        assert_eq!(HistoryMetric::parse("CPU"), None);
        assert_eq!(HistoryRange::parse("2h"), None);
    }

    #[test]
    fn a_chart_is_filled_by_some_hundred_points() {
        for range in HistoryRange::ALL {
            let points = range.seconds() / range.step();
            assert!((200..=400).contains(&points), "{range:?}: {points}");
        }
    }
}
