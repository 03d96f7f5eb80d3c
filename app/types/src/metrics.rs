//! A guest's figures over time, from Proxmox's round-robin database.

use serde::{Deserialize, Serialize};

/// How far back to look; the steps grow with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Timeframe {
    /// The last hour.
    #[default]
    Hour,
    /// The last day.
    Day,
    /// The last week.
    Week,
    /// The last month.
    Month,
    /// The last year.
    Year,
}

impl Timeframe {
    /// Every one, the shortest first.
    pub const ALL: &'static [Self] = &[Self::Hour, Self::Day, Self::Week, Self::Month, Self::Year];

    /// The name in the API and in Proxmox's.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// The one of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|timeframe| timeframe.as_str() == name)
    }
}

/// Figures side by side: every list has one value per time, `None` where nothing was measured.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GuestMetrics {
    /// The begin of each step, in seconds since 1970, oldest first.
    pub times: Vec<i64>,
    /// Load of the guest's cores in percent, 0 to 100.
    pub cpu_percent: Vec<Option<f64>>,
    /// Memory in use in bytes, as its host sees it.
    pub memory_used: Vec<Option<f64>>,
    /// Its memory in bytes.
    pub memory_total: Vec<Option<f64>>,
    /// Bytes received, a second.
    pub network_in: Vec<Option<f64>>,
    /// Bytes sent, a second.
    pub network_out: Vec<Option<f64>>,
    /// Bytes read from its disks, a second.
    pub disk_read: Vec<Option<f64>>,
    /// Bytes written to its disks, a second.
    pub disk_write: Vec<Option<f64>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back() {
        for timeframe in Timeframe::ALL {
            assert_eq!(Timeframe::parse(timeframe.as_str()), Some(*timeframe));
            assert_eq!(serde_json::to_value(timeframe).unwrap(), timeframe.as_str());
        }
    }
}
