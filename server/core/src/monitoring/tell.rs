//! Tells people of alerts: of those that were raised or got worse, and of those that are over. In quiet hours nobody is
//! told; what still stands is told in the morning.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use drover_types::channel::Concerned;
use drover_types::inventory::Snapshot;
use drover_types::monitoring::{
    AlertLevel, AlertRow, AlertState, Judge, Metric, MonitoringSettings, RuleTarget, Subject,
};
use drover_types::permission::{Grants, Permission};
use drover_types::session::CurrentUser;
use drover_types::text::Note;

use super::service::Monitoring;
use super::settings::is_quiet;
use crate::channels;
use crate::error::Result;
use crate::events::Write;
use crate::notifications::told;
use crate::store::alerts::{self, Kept};
use crate::store::users::change::list;

/// How many are named at most.
const NAMED: usize = 5;
/// The same for the house.
const NAMED_OUTSIDE: usize = 50;

impl Monitoring {
    /// Tells of what stands and was not told, where it is not quiet.
    pub(super) async fn tell(&self, picture: &Snapshot, now: DateTime<Utc>) -> Result<()> {
        let settings = self.settings().await?;
        let untold = alerts::untold(&self.0.db).await?.into_iter();
        let (over, raised): (Vec<Kept>, Vec<Kept>) =
            untold.partition(|kept| kept.row.state == AlertState::Resolved);
        let raised = raised.into_iter().map(|kept| kept.row);
        let raised: Vec<AlertRow> = raised.filter(|row| is_to_be_told(row, &settings, now)).collect();
        let over: Vec<AlertRow> = if is_quiet(&settings, now) {
            Vec::new()
        } else {
            over.into_iter().map(as_told).collect()
        };
        if raised.is_empty() && over.is_empty() {
            return Ok(());
        }
        let users = list(&self.0.db).await?;
        let readers: Vec<&CurrentUser> = users
            .iter()
            .filter(|user| user.is_active && user.usable_grants().allow(Permission::ViewAll))
            .collect();
        let mut write = self.0.events.begin().await?;
        let mut raised = mark(&mut write, raised).await?;
        let mut over = mark(&mut write, over).await?;
        let judge = self.judge().await?;
        for rows in [&mut raised, &mut over] {
            rows.retain(|row| !is_told_by_backups(row, &judge, picture));
        }
        for group in groups(raised) {
            to_readers(&mut write, &users, &readers, picture, &group, raised_note, now).await?;
        }
        for group in groups(over) {
            to_readers(&mut write, &users, &readers, picture, &group, over_note, now).await?;
        }
        Ok(write.commit().await?)
    }
}

/// An alert that is over, as bad as people were told at its worst: whoever heard that hears the end.
fn as_told(kept: Kept) -> AlertRow {
    AlertRow {
        level: kept.told_level.unwrap_or(kept.row.level),
        ..kept.row
    }
}

/// Marks as told, and leaves out what another replica has told meanwhile.
async fn mark(write: &mut Write<'_>, rows: Vec<AlertRow>) -> Result<Vec<AlertRow>> {
    let mut marked = Vec::with_capacity(rows.len());
    for row in rows {
        if alerts::tell(&mut write.tx, row.id).await? {
            marked.push(row);
        }
    }
    // What somebody has put away is told no more.
    marked.retain(|row| row.state != AlertState::Cleared);
    Ok(marked)
}

/// Whether the word about overdue backups has it: by the days that are set for all.
fn is_told_by_backups(row: &AlertRow, judge: &Judge, picture: &Snapshot) -> bool {
    let (Metric::BackupOverdue, Some(id)) = (row.metric, row.subject.guest()) else {
        return false;
    };
    let at = picture.guests.binary_search_by(|guest| guest.id.cmp(id)).ok();
    let rule = at.and_then(|at| judge.of_guest(row.metric, &picture.guests[at]));
    rule.is_none_or(|rule| rule.rule.target == RuleTarget::All)
}

fn is_to_be_told(row: &AlertRow, settings: &MonitoringSettings, now: DateTime<Utc>) -> bool {
    let passes = settings.quiet.as_ref().is_some_and(|quiet| quiet.critical_passes);
    !is_quiet(settings, now) || (passes && row.level == AlertLevel::Critical)
}

/// Alerts of the same kind are told together.
fn groups(rows: Vec<AlertRow>) -> Vec<Vec<AlertRow>> {
    let mut groups: BTreeMap<(Metric, AlertLevel), Vec<AlertRow>> = BTreeMap::new();
    for row in rows {
        groups.entry((row.metric, row.level)).or_default().push(row);
    }
    groups.into_values().collect()
}

/// Tells everybody at once where all may see all of it, and each of what they may see otherwise.
async fn to_readers(
    write: &mut Write<'_>,
    users: &[CurrentUser],
    readers: &[&CurrentUser],
    picture: &Snapshot,
    group: &[AlertRow],
    note: fn(&[&AlertRow], usize) -> Option<Note>,
    now: DateTime<Utc>,
) -> Result<()> {
    let sees = |grants: &Grants, row: &AlertRow| match row.subject.guest() {
        None => true,
        Some(id) => {
            let known = picture.guests.binary_search_by(|guest| guest.id.cmp(id)).ok();
            known.map_or_else(
                || grants.reach().is_everything(),
                |at| grants.cover(&picture.guests[at]),
            )
        }
    };
    let all: Vec<&AlertRow> = group.iter().collect();
    let active = users.iter().filter(|user| user.is_active).count();
    let is_for_all = readers.len() == active
        && readers
            .iter()
            .all(|user| user.usable_grants().reach().is_everything());
    // The house's channels are told all of it once, and go by every server that it is about.
    if let Some(note) = note(&all, NAMED_OUTSIDE) {
        let servers: Vec<Concerned> = all.iter().filter_map(|row| row.subject.concerned()).collect();
        channels::put_for_house(write, &note, &servers, now).await?;
    }
    if is_for_all {
        if let Some(note) = note(&all, NAMED) {
            told(write, None, &note, None, now).await?;
        }
        return Ok(());
    }
    for user in readers {
        let grants = user.usable_grants();
        let seen: Vec<&AlertRow> = all.iter().copied().filter(|row| sees(&grants, row)).collect();
        if let Some(note) = note(&seen, NAMED) {
            told(write, Some(user.id), &note, None, now).await?;
        }
    }
    Ok(())
}

fn named(rows: &[&AlertRow], most: usize) -> (Vec<Subject>, u32) {
    let subjects = rows.iter().take(most).map(|row| row.subject.clone()).collect();
    (
        subjects,
        u32::try_from(rows.len().saturating_sub(most)).unwrap_or(u32::MAX),
    )
}

fn raised_note(rows: &[&AlertRow], most: usize) -> Option<Note> {
    let mut rows = rows.to_vec();
    let falls = rows.first()?.metric.is_falling();
    rows.sort_by_key(|row| {
        if falls {
            row.value
        } else {
            row.value.saturating_neg()
        }
    });
    let first = *rows.first()?;
    let (subjects, others) = named(&rows, most);
    Some(Note::AlertsRaised {
        metric: first.metric,
        level: first.level,
        subjects,
        others,
        value: first.value,
        limit: first.limit,
        full_at: first.full_at,
    })
}

fn over_note(rows: &[&AlertRow], most: usize) -> Option<Note> {
    let (subjects, others) = named(rows, most);
    let first = rows.first()?;
    Some(Note::AlertsResolved {
        metric: first.metric,
        level: Some(first.level),
        subjects,
        others,
    })
}
