//! Servers whose backups are overdue: after how many days they are, and telling of each once.

use std::collections::BTreeSet;

use drover_types::audit::{Action, ObjectKind};
use drover_types::channel::Concerned;
use drover_types::guest::{GuestRow, LastBackup};
use drover_types::ids::GuestId;
use drover_types::monitoring::{AlertRule, Metric, RuleInput, RuleTarget};
use drover_types::permission::Permission;
use drover_types::text::{Note, Problem};

use super::service::Backups;
use crate::audit::{self, Entry, changed};
use crate::channels;
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::events::Change;
use crate::notifications::told;
use crate::settings;
use crate::store::alert_rules;
use crate::store::users::change::list;

/// Where no rule says it.
const DAYS: u32 = 7;
/// The most that can be set: a year.
const MOST: u32 = 366;
/// How many servers are named at most.
const NAMED: usize = 5;
/// The same for the house.
const NAMED_OUTSIDE: usize = 50;

impl Backups {
    /// After how many days without a backup a server is overdue: the limit of the alert rule for all servers.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub(super) async fn overdue_days(&self) -> Result<u32> {
        let rules = alert_rules::all(&self.0.db).await?;
        let of_all = rules.iter().find(|rule| is_of_all(&rule.rule));
        Ok(of_all.and_then(|rule| days(&rule.rule)).unwrap_or(DAYS))
    }

    /// Sets it, in that rule.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Limited`], or [`Error::Invalid`].
    pub async fn set_overdue_days(&self, ctx: &OpContext, days: u32) -> Result<()> {
        let actor = ctx.require_for_all(Permission::BackupManagement)?;
        if !(1..=MOST).contains(&days) {
            let max = i64::from(MOST);
            return Err(Error::field("days", Problem::OutOfRange { min: 1, max }));
        }
        let mut write = self.0.events.begin().await?;
        let rule = alert_rules::of_all(&mut write.tx, Metric::BackupOverdue).await?;
        let before = rule.as_ref().and_then(|rule| self::days(&rule.rule));
        let limit = Some(i64::from(days));
        if let Some(rule) = rule {
            let mut input = rule.rule;
            input.warning = limit;
            // What is worse than overdue comes later, or is not told.
            input.critical = input.critical.filter(|critical| *critical > i64::from(days));
            let changed = AlertRule {
                id: rule.id,
                revision: rule.revision + 1,
                rule: input,
            };
            alert_rules::update(&mut write.tx, &changed).await?;
        } else {
            let input = RuleInput::all(Metric::BackupOverdue, limit, None, 0);
            alert_rules::insert(&mut write.tx, &input).await?;
        }
        let mut entry = Entry::done(Action::SetOverdueDays, ObjectKind::Setting, "backups");
        changed(&mut entry.changes, "overdue_days", before.as_ref(), Some(&days));
        write.changed(Change::Alerts);
        let now = write.now();
        audit::record(&mut write.tx, actor.into(), &entry, now).await?;
        Ok(write.commit().await?)
    }

    /// Tells everybody who looks after backups which servers have become overdue since it was told last: those whose
    /// last good backup is too old, and those that are older than that and have none.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn tell_overdue(&self) -> Result<()> {
        let days = self.overdue_days().await?;
        let since = self.0.clock.now().timestamp() - i64::from(days) * 86_400;
        let picture = self.0.inventory.snapshot();
        let is_old = |row: &GuestRow| self.0.inventory.made_at(&row.id).is_some_and(|made| made < since);
        let is_overdue = |row: &&GuestRow| match row.last_backup {
            _ if row.template => false,
            LastBackup::At(at) => at < since,
            LastBackup::Never => is_old(row),
            LastBackup::Unknown => false,
        };
        let overdue: Vec<&GuestRow> = picture.guests.iter().filter(is_overdue).collect();
        let users = list(&self.0.db).await?;
        let key = settings::told_overdue();
        let mut write = self.0.events.begin().await?;
        // Replicas tell one after another, each of what the one before has not.
        let before = self
            .0
            .settings
            .locked(&mut write, &key)
            .await?
            .unwrap_or_default();
        // What is not known now may come back: a cluster that is silent after a start.
        let is_silent = |id: &GuestId| {
            let heard = picture
                .clusters
                .iter()
                .any(|it| it.name == id.cluster && it.fetched_at > 0);
            let row = picture.guests.iter().find(|row| row.id == *id);
            !heard || row.is_some_and(|row| row.last_backup == LastBackup::Unknown)
        };
        let silent = before.iter().filter(|id| is_silent(id)).cloned();
        let now: BTreeSet<GuestId> = overdue.iter().map(|row| row.id.clone()).chain(silent).collect();
        if now == before {
            return Ok(());
        }
        self.0.settings.store(&mut write, &key, Some(&now)).await?;
        let at = write.now();
        for user in users.iter().filter(|user| user.is_active) {
            let grants = user.usable_grants();
            let new = overdue
                .iter()
                .filter(|row| !before.contains(&row.id) && grants.cover(row));
            let names: Vec<&str> = new.map(|row| row.name.as_str()).collect();
            if names.is_empty() || !grants.allow(Permission::BackupManagement) {
                continue;
            }
            told(&mut write, Some(user.id), &note(&names, NAMED, days), None, at).await?;
        }
        let new = overdue.iter().filter(|row| !before.contains(&row.id));
        let new: Vec<Concerned> = new
            .map(|row| Concerned::by_id(row.id.clone(), row.name.clone()))
            .collect();
        if !new.is_empty() {
            let names: Vec<&str> = new.iter().map(|one| one.name.as_str()).collect();
            let note = note(&names, NAMED_OUTSIDE, days);
            channels::put_for_house(&mut write, &note, &new, at).await?;
        }
        Ok(write.commit().await?)
    }
}

/// Whether it says when all servers' backups are overdue.
fn is_of_all(rule: &RuleInput) -> bool {
    rule.metric == Metric::BackupOverdue && rule.target == RuleTarget::All
}

/// The days that a rule says.
fn days(rule: &RuleInput) -> Option<u32> {
    u32::try_from(rule.warning.or(rule.critical)?).ok()
}

fn note(names: &[&str], named: usize, days: u32) -> Note {
    Note::BackupsOverdue {
        servers: names.iter().take(named).map(|name| (*name).to_owned()).collect(),
        others: u32::try_from(names.len().saturating_sub(named)).unwrap_or(u32::MAX),
        days,
    }
}
