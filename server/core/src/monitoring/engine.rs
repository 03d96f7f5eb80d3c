//! Remembers how every figure stands towards its rule, and tells what turns. Asks nobody and writes nothing.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use drover_types::guest::GuestRow;
use drover_types::ids::GuestId;
use drover_types::monitoring::{AlertRow, AlertRule, Metric, Subject};

use super::track::{Track, Turn};
use crate::store::alerts::Figures;

/// A figure, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Figure {
    /// So much.
    Known(i64),
    /// So much when it was told last, in seconds since 1970: it counts once, however often it is looked at.
    Told(i64, i64),
    /// Nobody tells now, or it does not count now.
    Unknown,
}

impl Figure {
    /// How much it is, where somebody tells.
    pub(super) const fn value(self) -> Option<i64> {
        match self {
            Self::Known(value) | Self::Told(value, _) => Some(value),
            Self::Unknown => None,
        }
    }
}

/// Something has turned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Turned {
    pub(super) metric: Metric,
    pub(super) subject: Subject,
    /// The alert that stands, where one does.
    pub(super) id: Option<i64>,
    pub(super) turn: Turn,
    pub(super) figures: Figures,
}

/// How often the figures of alerts that stand are renewed.
const RENEWED_EVERY: TimeDelta = TimeDelta::minutes(1);
/// How often it is asked anew when a storage will be full, where it is as full as it was.
const FORECAST_EVERY: TimeDelta = TimeDelta::hours(1);

#[derive(Debug, Default)]
struct Slot {
    track: Track,
    id: Option<i64>,
    /// The figures that are on record.
    written: Option<Figures>,
    /// The worst since it was raised.
    worst: Option<i64>,
    /// When its figures were renewed last.
    renewed_at: Option<DateTime<Utc>>,
    /// The round in which it was looked at last.
    round: u64,
    /// When the figure was told that was taken in last.
    told_at: i64,
}

/// What is remembered.
#[derive(Debug, Default)]
pub(super) struct Engine {
    guests: HashMap<Metric, HashMap<GuestId, Slot>>,
    others: HashMap<(Metric, Subject), Slot>,
    /// The alerts that stand, by id.
    standing: HashMap<i64, (Metric, Subject)>,
    /// Whether figures are renewed in this round, and when they were last.
    renews: bool,
    renewed_at: Option<DateTime<Utc>>,
    round: u64,
    turned: Vec<Turned>,
}

impl Engine {
    /// Begins a round with the alerts that stand on record: another replica may have raised or ended some.
    pub(super) fn begin(&mut self, standing: &[&AlertRow], now: DateTime<Utc>) {
        self.round += 1;
        // All at once, so that browsers are told once.
        self.renews = self.renewed_at.is_none_or(|at| now - at >= RENEWED_EVERY);
        if self.renews {
            self.renewed_at = Some(now);
        }
        let ids: HashSet<i64> = standing.iter().map(|row| row.id).collect();
        let keep = |slot: &mut Slot| {
            // What was to be raised and is not on record was not written.
            let lost = slot.track.standing.is_some() && slot.id.is_none_or(|id| !ids.contains(&id));
            if lost {
                *slot = Slot::default();
            }
            !slot.track.is_idle()
        };
        // First those that were raised in the round before are given their ids.
        for row in standing {
            let slot = self.slot(row.metric, &row.subject);
            slot.id = Some(row.id);
            slot.written = Some(Figures {
                value: row.value,
                worst: row.worst,
                full_at: row.full_at,
            });
            if slot.track.standing != Some(row.level) {
                slot.track = Track::standing(row.level);
            }
        }
        for slots in self.guests.values_mut() {
            slots.retain(|_, slot| keep(slot));
        }
        self.others.retain(|_, slot| keep(slot));
        self.standing = standing
            .iter()
            .map(|row| (row.id, (row.metric, row.subject.clone())))
            .collect();
    }

    fn slot(&mut self, metric: Metric, subject: &Subject) -> &mut Slot {
        match subject {
            Subject::Guest { id, .. } => self
                .guests
                .entry(metric)
                .or_default()
                .entry(id.clone())
                .or_default(),
            other => self.others.entry((metric, other.clone())).or_default(),
        }
    }

    const fn look(&self, now: DateTime<Utc>) -> Look {
        Look {
            round: self.round,
            renews: self.renews,
            now,
        }
    }

    /// Takes in a server's figure. Most are well, and cost a comparison.
    pub(super) fn guest(
        &mut self,
        metric: Metric,
        row: &GuestRow,
        rule: Option<&AlertRule>,
        figure: Figure,
        now: DateTime<Utc>,
    ) {
        let look = self.look(now);
        let slots = self.guests.entry(metric).or_default();
        let slot = if slots.is_empty() {
            None
        } else {
            slots.get_mut(&row.id)
        };
        let subject = || Subject::Guest {
            id: row.id.clone(),
            name: row.name.clone(),
        };
        if let Some(slot) = slot {
            self.turned.extend(slot.turn(metric, subject, rule, figure, look));
            return;
        }
        let reaches = match (rule, figure) {
            (Some(rule), Figure::Known(value) | Figure::Told(value, _)) => rule.rule.level(value).is_some(),
            _ => false,
        };
        if reaches {
            let mut slot = Slot::default();
            self.turned.extend(slot.turn(metric, subject, rule, figure, look));
            slots.insert(row.id.clone(), slot);
        }
    }

    /// Takes in the figure of something else.
    pub(super) fn other(
        &mut self,
        metric: Metric,
        subject: Subject,
        rule: Option<&AlertRule>,
        figure: Figure,
        now: DateTime<Utc>,
    ) {
        let look = self.look(now);
        let slot = self.others.entry((metric, subject.clone())).or_default();
        let turned = slot.turn(metric, || subject, rule, figure, look);
        self.turned.extend(turned);
    }

    /// The guests of which a figure that only they tell is about to raise an alert, or has raised one.
    pub(super) fn suspects(&self) -> HashSet<GuestId> {
        [Metric::Memory, Metric::Disk, Metric::Load]
            .iter()
            .filter_map(|metric| self.guests.get(metric))
            .flat_map(HashMap::keys)
            .cloned()
            .collect()
    }

    /// Ends the round: what has turned, and the alerts about what is not there any more. `is_heard` says whether anything
    /// can be known of a cluster.
    pub(super) fn end(&mut self, is_heard: impl Fn(&str) -> bool) -> Vec<Turned> {
        let mut turned = std::mem::take(&mut self.turned);
        for (id, (metric, subject)) in &self.standing {
            let slot = match subject {
                Subject::Guest { id, .. } => self.guests.get(metric).and_then(|slots| slots.get(id)),
                other => self.others.get(&(*metric, other.clone())),
            };
            let looked_at = slot.is_some_and(|slot| slot.round == self.round);
            if !looked_at && is_heard(subject.cluster()) {
                turned.push(Turned {
                    metric: *metric,
                    subject: subject.clone(),
                    id: Some(*id),
                    turn: Turn::Over,
                    figures: Figures::default(),
                });
            }
        }
        // In one order, whichever replica writes: two that wait for each other would both fail.
        turned.sort_by_key(|one| one.id);
        turned
    }
}

/// One look at everything.
#[derive(Clone, Copy)]
struct Look {
    round: u64,
    renews: bool,
    now: DateTime<Utc>,
}

impl Slot {
    fn turn(
        &mut self,
        metric: Metric,
        subject: impl FnOnce() -> Subject,
        rule: Option<&AlertRule>,
        figure: Figure,
        look: Look,
    ) -> Option<Turned> {
        if self.round + 1 < look.round {
            // It was not there to be looked at.
            self.track.pause(look.now);
        }
        self.round = look.round;
        let (turn, value) = match (rule, figure) {
            (None, _) => {
                let stood = self.track.standing.is_some();
                self.track = Track::default();
                (stood.then_some(Turn::Over), 0)
            }
            (Some(_), Figure::Unknown) => {
                self.track.pause(look.now);
                (None, 0)
            }
            (Some(_), Figure::Told(_, at)) if at <= self.told_at => {
                self.track.hold(look.now);
                (None, 0)
            }
            (Some(rule), Figure::Known(value)) => (self.observe(metric, rule, value, look), value),
            (Some(rule), Figure::Told(value, at)) => {
                self.told_at = at;
                (self.observe(metric, rule, value, look), value)
            }
        };
        Some(Turned {
            metric,
            subject: subject(),
            id: self.id,
            turn: turn?,
            figures: Figures {
                value,
                worst: self.worst.unwrap_or(value),
                full_at: self.written.and_then(|written| written.full_at),
            },
        })
    }

    fn observe(&mut self, metric: Metric, rule: &AlertRule, value: i64, look: Look) -> Option<Turn> {
        let turn = self.track.observe(&rule.rule, value, look.now);
        let before = match turn {
            Some(Turn::Raised { .. }) => None,
            _ => self.worst.or(self.written.map(|written| written.worst)),
        };
        let worst = before
            .filter(|before| metric.reaches(*before, value))
            .unwrap_or(value);
        self.worst = self.track.standing.map(|_| worst);
        if turn.is_some() || !look.renews || self.track.standing.is_none() {
            return turn;
        }
        let written = self.written?;
        let is_other = (written.value, written.worst) != (value, worst);
        let is_due =
            metric == Metric::Storage && self.renewed_at.is_none_or(|at| look.now - at >= FORECAST_EVERY);
        (is_other || is_due).then(|| {
            self.renewed_at = Some(look.now);
            Turn::Renewed
        })
    }
}
