//! How one figure stands towards its rule: whether it has lasted, and whether it is over.

use chrono::{DateTime, TimeDelta, Utc};
use drover_types::monitoring::{AlertLevel, RuleInput};

/// What is remembered of one figure of one thing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Track {
    /// The level of the alert that stands.
    pub(super) standing: Option<AlertLevel>,
    /// Since when the figure has been worse than that.
    worse_since: Option<DateTime<Utc>>,
    /// When a figure was taken in last.
    seen_at: Option<DateTime<Utc>>,
}

/// For how long a figure may be missing without what rises beginning anew: one answer that fails is no recovery.
pub(super) const GAP: TimeDelta = TimeDelta::minutes(2);

/// What a figure does to the alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// It has lasted: an alert is to be raised.
    Raised { level: AlertLevel, limit: i64 },
    /// The alert has another level.
    Changed { level: AlertLevel, limit: i64 },
    /// The alert stands as it did, with other figures.
    Renewed,
    /// It is over.
    Over,
}

impl Track {
    /// Of an alert that stands.
    pub(super) const fn standing(level: AlertLevel) -> Self {
        Self {
            standing: Some(level),
            worse_since: None,
            seen_at: None,
        }
    }

    /// Whether there is nothing to be remembered.
    pub(super) const fn is_idle(&self) -> bool {
        self.standing.is_none() && self.worse_since.is_none()
    }

    /// Nothing is known for now: what was rising begins anew once that has lasted, what stands goes on.
    pub(super) fn pause(&mut self, now: DateTime<Utc>) {
        if self.seen_at.is_none_or(|seen| now - seen >= GAP) {
            self.worse_since = None;
        }
    }

    /// What was told before still counts.
    pub(super) const fn hold(&mut self, now: DateTime<Utc>) {
        self.seen_at = Some(now);
    }

    /// Takes a figure in.
    pub(super) fn observe(&mut self, rule: &RuleInput, value: i64, now: DateTime<Utc>) -> Option<Turn> {
        self.seen_at = Some(now);
        let hold = TimeDelta::minutes(i64::from(rule.minutes));
        let found = match self.standing {
            None => rule.level(value),
            Some(level) => rule.kept(level, value),
        };
        let Some((level, limit)) = found else {
            self.worse_since = None;
            return self.standing.take().map(|_| Turn::Over);
        };
        if self.standing.is_some_and(|standing| level <= standing) {
            self.worse_since = None;
            let eased = self.standing != Some(level);
            self.standing = Some(level);
            return eased.then_some(Turn::Changed { level, limit });
        }
        let since = *self.worse_since.get_or_insert(now);
        if now - since < hold {
            return None;
        }
        self.worse_since = None;
        Some(match self.standing.replace(level) {
            None => Turn::Raised { level, limit },
            Some(_) => Turn::Changed { level, limit },
        })
    }
}

#[cfg(test)]
mod tests {
    use drover_types::monitoring::{Metric, RuleTarget};

    use super::*;
    use crate::testing::noon;

    fn rule(minutes: u32) -> RuleInput {
        RuleInput {
            metric: Metric::Cpu,
            target: RuleTarget::All,
            warning: Some(80),
            critical: Some(95),
            hysteresis: 5,
            minutes,
            enabled: true,
        }
    }

    /// What each figure does, one a minute.
    fn turns(rule: &RuleInput, figures: &[i64]) -> Vec<Option<Turn>> {
        let (mut track, mut now) = (Track::default(), noon().now());
        let mut all = Vec::new();
        for figure in figures {
            all.push(track.observe(rule, *figure, now));
            now += TimeDelta::minutes(1);
        }
        all
    }

    #[test]
    fn a_spike_is_no_alert_and_what_lasts_is() {
        let raised = Some(Turn::Raised {
            level: AlertLevel::Warning,
            limit: 80,
        });
        assert_eq!(turns(&rule(2), &[85, 85, 10, 85, 85]), [None; 5]);
        assert_eq!(turns(&rule(2), &[85, 85, 85]), [None, None, raised]);
        assert_eq!(turns(&rule(0), &[85])[0], raised);
    }

    #[test]
    fn it_gets_worse_after_as_long_and_better_at_once() {
        let critical = Some(Turn::Changed {
            level: AlertLevel::Critical,
            limit: 95,
        });
        let eased = Some(Turn::Changed {
            level: AlertLevel::Warning,
            limit: 80,
        });
        let all = turns(&rule(1), &[85, 85, 97, 97, 92, 85, 77, 74]);
        assert_eq!(all[3..], [critical, None, eased, None, Some(Turn::Over)]);
    }

    #[test]
    fn what_is_unknown_for_a_while_begins_anew() {
        let (mut track, mut now) = (Track::default(), noon().now());
        assert_eq!(track.observe(&rule(1), 85, now), None);
        now += GAP;
        track.pause(now);
        now += TimeDelta::minutes(1);
        assert_eq!(track.observe(&rule(1), 85, now), None);
        now += TimeDelta::minutes(1);
        assert!(track.observe(&rule(1), 85, now).is_some());
        now += GAP;
        track.pause(now);
        assert_eq!(
            track.standing,
            Some(AlertLevel::Warning),
            "an alert that stands goes on"
        );
    }

    #[test]
    fn one_look_that_finds_nothing_does_not_begin_anew() {
        let (mut track, mut now) = (Track::default(), noon().now());
        assert_eq!(track.observe(&rule(10), 85, now), None);
        for look in 1..60 {
            now += TimeDelta::seconds(10);
            if look % 6 == 0 {
                track.pause(now);
            } else {
                assert_eq!(track.observe(&rule(10), 85, now), None, "{look}");
            }
        }
        now += TimeDelta::seconds(10);
        assert!(track.observe(&rule(10), 85, now).is_some());
    }
}
