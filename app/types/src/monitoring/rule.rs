//! Rules: from which figures on somebody is told. The rule of a server goes before the rules of its tags, and those
//! before the rule of all; of several tags' rules the strictest holds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::alert::AlertLevel;
use super::metric::{Metric, SubjectKind};
use crate::ids::GuestId;
use crate::text::Problem;

/// The longest time that something must last: a day.
pub(super) const LONGEST_MINUTES: u32 = 1440;

/// What a rule is for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RuleTarget {
    /// Everything that the metric is measured of.
    All,
    /// Servers with this tag.
    Tag(String),
    /// One server.
    Server(GuestId),
}

/// A rule as it is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RuleInput {
    /// What it looks at.
    pub metric: Metric,
    /// What it is for.
    pub target: RuleTarget,
    /// From where on it warns, in the metric's unit; for what is so or not, 1.
    pub warning: Option<i64>,
    /// From where on it is critical.
    pub critical: Option<i64>,
    /// By how much the figure has to be better than the limit again, for the alert to end.
    #[serde(default)]
    pub hysteresis: i64,
    /// For how many minutes it has to last.
    #[serde(default)]
    pub minutes: u32,
    /// Whether it is in force. A rule of a tag or a server that is not switches those off.
    #[serde(default = "on")]
    pub enabled: bool,
}

const fn on() -> bool {
    true
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AlertRule {
    /// Its id.
    pub id: i64,
    /// Counts its changes: a change names the one that it was thought of with.
    pub revision: i64,
    /// What it says.
    #[serde(flatten)]
    pub rule: RuleInput,
}

impl RuleInput {
    /// A rule of everything, as Drover begins with.
    pub const fn all(metric: Metric, warning: Option<i64>, critical: Option<i64>, minutes: u32) -> Self {
        Self {
            metric,
            target: RuleTarget::All,
            warning,
            critical,
            hysteresis: match metric {
                Metric::Cpu | Metric::Memory => 5,
                Metric::Disk | Metric::Storage => 2,
                Metric::Load => 20,
                _ => 0,
            },
            minutes,
            enabled: true,
        }
    }

    /// The level that `value` has.
    pub fn level(&self, value: i64) -> Option<(AlertLevel, i64)> {
        let reached = |limit: Option<i64>| limit.filter(|limit| self.metric.reaches(value, *limit));
        let critical = reached(self.critical).map(|limit| (AlertLevel::Critical, limit));
        critical.or_else(|| reached(self.warning).map(|limit| (AlertLevel::Warning, limit)))
    }

    /// The level that an alert of `level` keeps at `value`: what it has reached, or the one before within the
    /// hysteresis.
    pub fn kept(&self, level: AlertLevel, value: i64) -> Option<(AlertLevel, i64)> {
        let eased = if self.metric.is_falling() {
            value.saturating_sub(self.hysteresis)
        } else {
            value.saturating_add(self.hysteresis)
        };
        let reached = self.level(value);
        match (reached, self.level(eased)) {
            // Within the hysteresis it stays what it was, and does not get worse by it.
            (None | Some((AlertLevel::Warning, _)), Some((AlertLevel::Critical, limit)))
                if level == AlertLevel::Critical =>
            {
                Some((AlertLevel::Critical, limit))
            }
            (None, Some(_)) => self.warning.or(self.critical).map(|limit| {
                let level = if self.warning.is_some() {
                    AlertLevel::Warning
                } else {
                    level
                };
                (level, limit)
            }),
            (reached, _) => reached,
        }
    }

    /// With more hysteresis than that an alert could never end: nothing is better than nothing at all.
    pub fn most_hysteresis(&self) -> i64 {
        let (_, max) = self.metric.range();
        if self.metric.is_falling() {
            return max;
        }
        let lowest = self.warning.into_iter().chain(self.critical).min();
        lowest
            .map_or(max, |lowest| lowest.saturating_sub(1))
            .clamp(0, max)
    }

    /// What is wrong with it.
    ///
    /// # Errors
    /// The problems by field.
    pub fn check(&self) -> Result<(), BTreeMap<String, Problem>> {
        let mut wrong = BTreeMap::new();
        let mut add = |field: &str, problem| {
            wrong.entry(field.to_owned()).or_insert(problem);
        };
        let (min, max) = self.metric.range();
        for (field, limit) in [("warning", self.warning), ("critical", self.critical)] {
            if limit.is_some_and(|limit| !(min..=max).contains(&limit)) {
                add(field, Problem::OutOfRange { min, max });
            }
        }
        match (self.warning, self.critical) {
            (None, None) => add("warning", Problem::Required),
            (Some(warning), Some(critical)) if min != max => {
                let is_worse = warning != critical && self.metric.reaches(critical, warning);
                if !is_worse {
                    add("warning", Problem::WarningBeyondCritical);
                }
            }
            _ => {}
        }
        let most = self.most_hysteresis();
        if !(0..=most).contains(&self.hysteresis) {
            add("hysteresis", Problem::OutOfRange { min: 0, max: most });
        }
        if self.minutes > LONGEST_MINUTES {
            let max = i64::from(LONGEST_MINUTES);
            add("minutes", Problem::OutOfRange { min: 0, max });
        }
        match &self.target {
            RuleTarget::Tag(tag) if tag.trim().is_empty() => add("target", Problem::Required),
            RuleTarget::Tag(_) | RuleTarget::Server(_) if self.metric.subject() != SubjectKind::Guest => {
                add("target", Problem::RuleOfAllOnly);
            }
            _ => {}
        }
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

/// The rules that Drover begins with.
pub fn default_rules() -> Vec<RuleInput> {
    use Metric::{
        BackupOverdue, Certificate, ClusterDown, Cpu, Disk, GuestDown, Load, Memory, NodeDown, Quorum,
        Storage, TaskFailed,
    };
    vec![
        RuleInput::all(Cpu, Some(80), Some(95), 10),
        RuleInput::all(Memory, Some(85), Some(95), 10),
        RuleInput::all(Disk, Some(85), Some(95), 10),
        RuleInput::all(Load, Some(200), Some(400), 15),
        RuleInput::all(GuestDown, None, Some(1), 1),
        RuleInput::all(NodeDown, None, Some(1), 1),
        RuleInput::all(ClusterDown, None, Some(1), 2),
        RuleInput::all(Quorum, None, Some(1), 1),
        RuleInput::all(Storage, Some(85), Some(95), 10),
        RuleInput::all(BackupOverdue, Some(7), None, 0),
        RuleInput::all(TaskFailed, Some(1), None, 0),
        RuleInput::all(Certificate, Some(21), Some(5), 0),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(warning: Option<i64>, critical: Option<i64>) -> RuleInput {
        RuleInput {
            hysteresis: 5,
            ..RuleInput::all(Metric::Cpu, warning, critical, 0)
        }
    }

    #[test]
    fn what_drover_begins_with_is_sound_and_has_one_of_each() {
        let rules = default_rules();
        for (at, rule) in rules.iter().enumerate() {
            assert_eq!(rule.check(), Ok(()), "{rule:?}");
            assert!(rules[at + 1..].iter().all(|other| other.metric != rule.metric));
        }
    }

    #[test]
    fn an_alert_ends_by_its_hysteresis_below_the_limit() {
        let rule = rule(Some(80), Some(95));
        let kept = |level, value| rule.kept(level, value).map(|(level, _)| level);
        let (warning, critical) = (AlertLevel::Warning, AlertLevel::Critical);
        assert_eq!(kept(critical, 91), Some(critical), "within five of 95");
        assert_eq!(kept(critical, 89), Some(warning));
        assert_eq!(
            kept(warning, 91),
            Some(warning),
            "it does not get worse by the hysteresis"
        );
        assert_eq!(kept(warning, 95), Some(critical));
        assert_eq!(kept(warning, 76), Some(warning));
        assert_eq!(kept(warning, 74), None);
        assert_eq!(kept(critical, 10), None);
    }

    #[test]
    fn one_limit_is_enough_and_nonsense_is_named() {
        assert_eq!(rule(None, Some(95)).check(), Ok(()));
        let only = rule(None, Some(95));
        assert_eq!(
            only.kept(AlertLevel::Critical, 91),
            Some((AlertLevel::Critical, 95))
        );
        assert_eq!(only.kept(AlertLevel::Critical, 89), None);
        let fields = |rule: RuleInput| rule.check().unwrap_err().into_keys().collect::<Vec<_>>();
        assert_eq!(fields(rule(None, None)), ["warning"]);
        assert_eq!(fields(rule(Some(95), Some(80))), ["warning"]);
        assert_eq!(fields(rule(Some(80), Some(101))), ["critical"]);
        let endless = RuleInput {
            hysteresis: 20,
            ..rule(Some(20), None)
        };
        assert_eq!(fields(endless), ["hysteresis"]);
        let node = RuleInput {
            target: RuleTarget::Tag("web".to_owned()),
            ..RuleInput::all(Metric::NodeDown, None, Some(1), 0)
        };
        assert_eq!(fields(node), ["target"]);
    }
}
