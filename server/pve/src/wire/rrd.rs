//! Figures over time, from the round-robin databases of nodes and guests.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer};

use super::lenient;

/// How far back to look; the step grows with it (a minute for an hour, half a week for a year).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timeframe {
    /// The last hour.
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

impl fmt::Display for Timeframe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        })
    }
}

/// The averages of one step.
#[derive(Debug, Clone, PartialEq)]
pub struct RrdPoint {
    /// Begin of the step, in seconds since 1970.
    pub time: i64,
    /// Figure by Proxmox's name for it, such as `cpu` (0 to 1), `mem` and `maxmem` (bytes), `netin` (bytes/s).
    /// A figure that was not measured is missing.
    pub values: BTreeMap<String, f64>,
}

impl RrdPoint {
    /// The figure of this name.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.values.get(name).copied()
    }
}

impl<'de> Deserialize<'de> for RrdPoint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Wire {
            #[serde(deserialize_with = "lenient::required_int")]
            time: i64,
            #[serde(flatten)]
            values: BTreeMap<String, Figure>,
        }

        #[derive(Deserialize)]
        struct Figure(#[serde(deserialize_with = "lenient::opt_float")] Option<f64>);

        let Wire { time, values } = Wire::deserialize(deserializer)?;
        let values = values
            .into_iter()
            .filter_map(|(name, Figure(value))| Some((name, value?)))
            .collect();
        Ok(Self { time, values })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_left_out() {
        let point: RrdPoint =
            serde_json::from_str(r#"{"time":1700000000,"cpu":0.25,"mem":"1024","netin":null}"#).unwrap();
        assert_eq!(
            (point.time, point.get("cpu"), point.get("mem"), point.get("netin")),
            (1_700_000_000, Some(0.25), Some(1024.0), None)
        );
    }
}
