//! What is set about monitoring beside the rules.

use chrono::{DateTime, Datelike, FixedOffset, NaiveTime, Weekday};
use serde::{Deserialize, Serialize};

use super::history::HistoryRange;

/// When nobody is to be woken: alerts are raised, but not told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct QuietHours {
    /// From when on, such as `22:00`.
    pub from: String,
    /// Until when; before `from`, it is the next morning.
    pub to: String,
    /// On which days they begin, 1 for Monday to 7 for Sunday.
    pub days: Vec<u8>,
    /// The time zone, such as `Asia/Seoul`.
    pub time_zone: String,
    /// Whether what is critical is told nevertheless.
    #[serde(default)]
    pub critical_passes: bool,
}

/// A time of day as people write it.
fn time_of_day(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text.trim(), "%H:%M").ok()
}

impl QuietHours {
    /// Whether `text` is a time of day, such as `22:00`.
    pub fn is_time(text: &str) -> bool {
        time_of_day(text).is_some()
    }

    /// Whether `now`, in their time zone, is within them.
    pub fn contain(&self, now: DateTime<FixedOffset>) -> bool {
        let (Some(from), Some(to)) = (time_of_day(&self.from), time_of_day(&self.to)) else {
            return false;
        };
        let time = now.time();
        let begins = |day: Weekday| {
            let number = u8::try_from(day.number_from_monday()).unwrap_or_default();
            self.days.contains(&number)
        };
        let today = now.weekday();
        if from <= to {
            return begins(today) && from <= time && time < to;
        }
        (begins(today) && time >= from) || (begins(today.pred()) && time < to)
    }
}

/// What is set about monitoring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct MonitoringSettings {
    /// Whether alerts are raised at all.
    pub enabled: bool,
    /// When nobody is told.
    pub quiet: Option<QuietHours>,
    /// Whether guests' own memory and disks are asked of their agents.
    pub ask_agents: bool,
    /// How far back figures are shown where nothing is said.
    pub default_range: HistoryRange,
    /// Counts the changes: a change names the one that it was thought of with.
    pub revision: i64,
}

impl Default for MonitoringSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            quiet: None,
            ask_agents: true,
            default_range: HistoryRange::Hour,
            revision: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_night_belongs_to_the_day_that_it_begins_on() {
        let quiet = QuietHours {
            from: "22:00".to_owned(),
            to: "07:00".to_owned(),
            // Friday.
            days: vec![5],
            time_zone: "Asia/Seoul".to_owned(),
            critical_passes: false,
        };
        let at = |text: &str| quiet.contain(DateTime::parse_from_rfc3339(text).unwrap());
        assert!(at("2026-11-20T22:00:00+09:00"));
        assert!(at("2026-11-21T06:59:00+09:00"), "the morning after");
        assert!(!at("2026-11-21T07:00:00+09:00"));
        assert!(!at("2026-11-20T06:00:00+09:00"), "Thursday's night");
        assert!(!at("2026-11-21T23:00:00+09:00"), "Saturday's");
        let nonsense = QuietHours {
            from: "25:00".to_owned(),
            ..quiet.clone()
        };
        assert!(!nonsense.contain(DateTime::parse_from_rfc3339("2026-11-20T23:00:00+09:00").unwrap()));
    }
}
