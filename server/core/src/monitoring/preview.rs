//! What a rule would have done within the last day.

use chrono::{DateTime, Utc};
use drover_types::guest::GuestRow;
use drover_types::monitoring::{
    AlertLevel, Metric, PreviewFiring, RuleInput, RulePreview, RuleTarget, Subject, SubjectKind,
};

use super::service::Monitoring;
use super::track::{Track, Turn};
use crate::context::OpContext;
use crate::error::Result;

/// How many firings are named.
const NAMED: usize = 20;

/// Metrics of which the figures of the last day are kept.
const KEPT: &[Metric] = &[
    Metric::Cpu,
    Metric::Memory,
    Metric::Disk,
    Metric::Load,
    Metric::Network,
];

impl Monitoring {
    /// What a rule would have done within the last day, had it been the only one. Of what is no figure of servers nothing
    /// is kept, and nothing told.
    ///
    /// # Errors
    /// [`Error::AdministratorsOnly`](crate::Error::AdministratorsOnly), or
    /// [`Error::Invalid`](crate::Error::Invalid).
    pub fn preview(&self, ctx: &OpContext, rule: &RuleInput) -> Result<RulePreview> {
        ctx.require_admin()?;
        self.check(rule)?;
        let picture = self.0.inventory.snapshot();
        let rows: Vec<&GuestRow> = picture
            .guests
            .iter()
            .filter(|row| !row.template && is_for(rule, row))
            .collect();
        let subjects = match rule.metric.subject() {
            SubjectKind::Guest => rows.len(),
            SubjectKind::Node => picture.nodes.len(),
            SubjectKind::Storage => picture.storages.len(),
            SubjectKind::Cluster => picture.clusters.len(),
        };
        let mut preview = RulePreview {
            since: None,
            subjects: u32::try_from(subjects).unwrap_or(u32::MAX),
            fired: 0,
            firings: Vec::new(),
        };
        if !KEPT.contains(&rule.metric) {
            return Ok(preview);
        }
        let (frames, rows, numbers) = {
            let memory = self.memory();
            let known = rows
                .iter()
                .filter_map(|row| Some((*row, memory.frames.number(&row.id)?)));
            let (rows, numbers): (Vec<&GuestRow>, Vec<_>) = known.unzip();
            (memory.frames.all(), rows, numbers)
        };
        preview.since = frames.first().map(|frame| frame.at);
        let mut tries: Vec<Try> = rows.iter().map(|_| Try::default()).collect();
        let (mut positions, mut before) = (Vec::new(), None);
        for frame in &frames {
            positions = frame.positions(before, &numbers).unwrap_or(positions);
            before = Some(&**frame);
            for (one, at) in tries.iter_mut().zip(&positions) {
                one.observe(rule, frame.at, at.and_then(|at| frame.value(rule.metric, at)));
            }
        }
        for (row, one) in rows.into_iter().zip(tries) {
            let subject = || Subject::Guest {
                id: row.id.clone(),
                name: row.name.clone(),
            };
            preview.fired += u32::try_from(one.fired.len()).unwrap_or(u32::MAX);
            preview
                .firings
                .extend(one.fired.iter().map(|fired| fired.of(subject())));
        }
        preview.firings.sort_by_key(|fired| std::cmp::Reverse(fired.from));
        preview.firings.truncate(NAMED);
        Ok(preview)
    }
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
