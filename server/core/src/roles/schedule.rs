//! Compares roles by itself: every so many hours, each server that has some and is on.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use drover_types::audit::{Action, ObjectKind};
use drover_types::guest::GuestStatus;
use drover_types::ids::GuestId;
use drover_types::permission::Permission;
use drover_types::role::{RoleKey, StandingState};
use drover_types::text::Problem;

use super::service::Roles;
use crate::audit::{self, Entry, changed};
use crate::context::{Actor, OpContext};
use crate::error::{Error, Result};
use crate::settings;
use crate::store::{role_runs, server_roles};

/// Every how many hours where nothing is set.
const HOURS: u32 = 24;
/// The most that can be set: four weeks.
const MOST: u32 = 24 * 28;
/// For how many days runs are kept; the last of each kind stay.
const KEPT_DAYS: i64 = 90;
/// How many servers are begun with at once, so that none is kept from other work for long; the next are taken a few
/// minutes later.
const AT_ONCE: usize = 16;

impl Roles {
    /// Every how many hours roles are compared; 0 for never.
    pub(super) async fn check_hours(&self) -> Result<u32> {
        let hours = self.0.settings.get(&settings::role_check_hours()).await?;
        Ok(hours.unwrap_or(HOURS))
    }

    /// Sets it.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Limited`], or [`Error::Invalid`].
    pub async fn set_check_hours(&self, ctx: &OpContext, hours: u32) -> Result<()> {
        let actor = ctx.require_for_all(Permission::AssignRoles)?;
        if hours > MOST {
            let max = i64::from(MOST);
            return Err(Error::field("hours", Problem::OutOfRange { min: 0, max }));
        }
        let key = settings::role_check_hours();
        let mut write = self.0.events.begin().await?;
        let before: Option<u32> = self.0.settings.locked(&mut write, &key).await?;
        let mut entry = Entry::done(Action::SetRoleChecks, ObjectKind::Setting, "roles");
        changed(
            &mut entry.changes,
            "check_hours",
            Some(&before.unwrap_or(HOURS)),
            Some(&hours),
        );
        self.0.settings.store(&mut write, &key, Some(&hours)).await?;
        let now = write.now();
        audit::record(&mut write.tx, actor.into(), &entry, now).await?;
        Ok(write.commit().await?)
    }

    /// Queues the checks that are due, and forgets old runs.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn check_due(&self) -> Result<()> {
        let now = self.0.clock.now();
        let mut write = self.0.events.begin().await?;
        role_runs::prune(&mut write.tx, now - TimeDelta::days(KEPT_DAYS)).await?;
        write.commit().await?;
        let hours = self.check_hours().await?;
        if hours == 0 || self.0.ansible.playbook().is_err() {
            return Ok(());
        }
        let since = now - TimeDelta::hours(i64::from(hours));
        let due = self.due(since).await?;
        if due.is_empty() {
            return Ok(());
        }
        match self.queue_checks(&Actor::drover(), &due).await {
            // All of them are gone, or nobody knows yet.
            Err(Error::NotFound(_) | Error::Proxmox { .. }) => Ok(()),
            other => other.map(drop),
        }
    }

    /// The ids of servers with roles that were installed and neither installed nor compared since, those that were not
    /// for the longest time first.
    async fn due(&self, since: DateTime<Utc>) -> Result<Vec<String>> {
        let mut tried: HashMap<(GuestId, RoleKey), DateTime<Utc>> = HashMap::new();
        for (guest, run) in role_runs::last(&self.0.db).await? {
            let last = tried.entry((guest, run.role)).or_insert(run.started_at);
            *last = run.started_at.max(*last);
        }
        let mut due: BTreeMap<GuestId, DateTime<Utc>> = BTreeMap::new();
        for record in server_roles::all(&self.0.db).await? {
            let row = self.0.inventory.guest(&record.guest);
            let is_on = row.is_some_and(|row| row.status == GuestStatus::Running);
            let last = tried.get(&(record.guest.clone(), record.role)).copied();
            let last = last.unwrap_or(record.assigned_at);
            if record.state == StandingState::Applied && is_on && last <= since {
                let oldest = due.entry(record.guest).or_insert(last);
                *oldest = last.min(*oldest);
            }
        }
        let mut due: Vec<(GuestId, DateTime<Utc>)> = due.into_iter().collect();
        due.sort_by_key(|(_, last)| *last);
        Ok(due
            .into_iter()
            .take(AT_ONCE)
            .map(|(guest, _)| guest.to_string())
            .collect())
    }
}
