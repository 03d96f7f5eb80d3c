//! What a rule would have done within the last day.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use drover_types::guest::GuestRow;
use drover_types::monitoring::{
    AlertLevel, PreviewFiring, RuleInput, RulePreview, RuleTarget, Subject, SubjectKind,
};

use super::figures::Frame;
use super::service::Monitoring;
use super::track::{Track, Turn};
use crate::context::OpContext;
use crate::error::Result;

/// How many firings are named.
const NAMED: usize = 20;

impl Monitoring {
    /// What a rule would have done within the last day, had it been the only one; or since Drover runs.
    ///
    /// # Errors
    /// [`Error::AdministratorsOnly`](crate::Error::AdministratorsOnly), or
    /// [`Error::Invalid`](crate::Error::Invalid).
    pub fn preview(&self, ctx: &OpContext, rule: &RuleInput) -> Result<RulePreview> {
        ctx.require_admin()?;
        self.check(rule)?;
        let frames = self.memory().frames.all();
        let tries = match rule.metric.subject() {
            SubjectKind::Guest => self.on_servers(rule, &frames),
            _ => on_others(rule, &frames),
        };
        let mut firings: Vec<PreviewFiring> = tries
            .iter()
            .flat_map(|(subject, one)| one.fired.iter().map(|fired| fired.of(subject.clone())))
            .collect();
        firings.sort_by_key(|fired| std::cmp::Reverse(fired.from));
        let fired = count(firings.len());
        firings.truncate(NAMED);
        Ok(RulePreview {
            since: frames.first().map(|frame| frame.at),
            subjects: count(tries.len()),
            fired,
            firings,
        })
    }

    /// What it would have done with each server.
    fn on_servers(&self, rule: &RuleInput, frames: &[Arc<Frame>]) -> Vec<(Subject, Try)> {
        let picture = self.0.inventory.snapshot();
        let rows = picture.guests.iter();
        let rows: Vec<&GuestRow> = rows.filter(|row| !row.template && is_for(rule, row)).collect();
        let numbers: Vec<_> = {
            let memory = self.memory();
            // Nobody has the id 0: such a one is in no frame.
            let number = |row: &&GuestRow| memory.frames.number(&row.id).unwrap_or_default();
            rows.iter().map(number).collect()
        };
        let mut tries: Vec<Try> = rows.iter().map(|_| Try::default()).collect();
        let (mut positions, mut before) = (Vec::new(), None);
        for frame in frames {
            positions = frame.positions(before, &numbers).unwrap_or(positions);
            before = Some(&**frame);
            for (one, at) in tries.iter_mut().zip(&positions) {
                one.observe(rule, frame.at, at.and_then(|at| frame.value(rule.metric, at)));
            }
        }
        let subject = |row: &GuestRow| Subject::Guest {
            id: row.id.clone(),
            name: row.name.clone(),
        };
        rows.into_iter().map(subject).zip(tries).collect()
    }
}

/// What it would have done with each node, storage or cluster that is there.
fn on_others(rule: &RuleInput, frames: &[Arc<Frame>]) -> Vec<(Subject, Try)> {
    let Some(last) = frames.last() else {
        return Vec::new();
    };
    let tried = last.subjects(rule.metric).map(|subject| {
        let mut one = Try::default();
        for frame in frames {
            one.observe(rule, frame.at, frame.other(rule.metric, subject));
        }
        (subject.clone(), one)
    });
    tried.collect()
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn is_for(rule: &RuleInput, row: &GuestRow) -> bool {
    match &rule.target {
        RuleTarget::All => true,
        RuleTarget::Tag(tag) => row.tags.contains(tag),
        RuleTarget::Server(id) => row.id == *id,
    }
}

/// What a rule does with one server's figures.
#[derive(Default)]
struct Try {
    track: Track,
    fired: Vec<Fired>,
}

/// Once that it would have fired.
struct Fired {
    level: AlertLevel,
    value: i64,
    from: DateTime<Utc>,
    to: Option<DateTime<Utc>>,
}

impl Fired {
    const fn of(&self, subject: Subject) -> PreviewFiring {
        PreviewFiring {
            subject,
            level: self.level,
            value: self.value,
            from: self.from,
            to: self.to,
        }
    }
}

impl Try {
    fn observe(&mut self, rule: &RuleInput, at: DateTime<Utc>, value: Option<i64>) {
        let Some(value) = value else {
            self.track.pause(at);
            return;
        };
        let open = self.fired.last_mut().filter(|fired| fired.to.is_none());
        match (self.track.observe(rule, value, at), open) {
            (Some(Turn::Raised { level, .. }), _) => self.fired.push(Fired {
                level,
                value,
                from: at,
                to: None,
            }),
            (Some(Turn::Changed { level, .. }), Some(open)) => {
                open.level = open.level.max(level);
                open.value = open.value.max(value);
            }
            (Some(Turn::Over), Some(open)) => open.to = Some(at),
            (None, Some(open)) => open.value = open.value.max(value),
            (Some(Turn::Renewed), _) | (Some(Turn::Changed { .. } | Turn::Over) | None, None) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use drover_types::monitoring::Metric;

    use super::*;
    use crate::testing::noon;

    #[test]
    fn what_lasts_fires_once_and_a_gap_interrupts_what_rises() {
        let rule = RuleInput {
            metric: Metric::Cpu,
            target: RuleTarget::All,
            warning: Some(80),
            critical: Some(95),
            hysteresis: 5,
            minutes: 10,
            enabled: true,
        };
        let figures = [
            Some(90),
            Some(90),
            Some(96),
            Some(85),
            Some(20),
            Some(90),
            None,
            Some(90),
            Some(90),
            Some(99),
        ];
        let mut one = Try::default();
        for (value, step) in figures.into_iter().zip(0..) {
            one.observe(&rule, noon().now() + TimeDelta::minutes(5 * step), value);
        }
        let fired = one.fired.iter();
        let told: Vec<_> = fired
            .map(|one| (one.level, one.value, one.to.is_some()))
            .collect();
        assert_eq!(
            told,
            [
                (AlertLevel::Critical, 96, true),
                (AlertLevel::Critical, 99, false)
            ]
        );
    }
}
