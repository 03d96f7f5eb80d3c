//! Which backups of a guest are kept when older ones are pruned, as Proxmox's `prune-backups` says it.

use serde::{Deserialize, Serialize};

use crate::error::FieldProblems;
use crate::text::Problem;

/// The most that may be kept of one sort.
const MOST: u32 = 10_000;

/// How many backups are kept of each sort. One that several sorts keep counts for one of them only; with none of them
/// given, every backup is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, rename_all = "kebab-case")]
pub struct Retention {
    /// The latest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_last: Option<u32>,
    /// The latest of each hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_hourly: Option<u32>,
    /// The latest of each day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_daily: Option<u32>,
    /// The latest of each week.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_weekly: Option<u32>,
    /// The latest of each month.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_monthly: Option<u32>,
    /// The latest of each year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_yearly: Option<u32>,
}

impl Retention {
    /// The names of the sorts in Proxmox's API, with how many are kept.
    pub const fn parts(&self) -> [(&'static str, Option<u32>); 6] {
        [
            ("keep-last", self.keep_last),
            ("keep-hourly", self.keep_hourly),
            ("keep-daily", self.keep_daily),
            ("keep-weekly", self.keep_weekly),
            ("keep-monthly", self.keep_monthly),
            ("keep-yearly", self.keep_yearly),
        ]
    }

    /// Whether every backup is kept.
    pub fn keeps_all(&self) -> bool {
        self.parts()
            .iter()
            .all(|(_, count)| count.unwrap_or_default() == 0)
    }

    /// What is wrong with it, by field.
    pub fn problems(&self) -> FieldProblems {
        let too_many = self.parts().into_iter().filter(|(_, count)| *count > Some(MOST));
        let problem = Problem::OutOfRange {
            min: 0,
            max: i64::from(MOST),
        };
        too_many
            .map(|(name, _)| (name.to_owned(), problem.clone()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_says_nothing_keeps_all_and_absurd_numbers_are_refused() {
        assert!(Retention::default().keeps_all());
        let none = Retention {
            keep_last: Some(0),
            ..Retention::default()
        };
        assert!(none.keeps_all() && none.problems().is_empty());
        let absurd = Retention {
            keep_daily: Some(MOST + 1),
            keep_last: Some(1),
            ..Retention::default()
        };
        assert!(!absurd.keeps_all());
        assert_eq!(absurd.problems().into_keys().collect::<Vec<_>>(), ["keep-daily"]);
    }
}
