//! The alerts that stand and those of the past, and what people do with them.

use std::collections::BTreeSet;

use drover_types::audit::{Action, ObjectKind};
use drover_types::monitoring::{AlertEvent, AlertPage, AlertRow, AlertState, may_see_to};
use drover_types::permission::Permission;
use drover_types::text::Problem;

use super::service::Monitoring;
use crate::audit::{self, Entry};
use crate::context::{Actor, OpContext};
use crate::error::{Error, Result};
use crate::events::Change;
use crate::store::alerts;

/// How many alerts of the past are read at once.
const PAGE: usize = 50;
/// How often it is read for one page: who is limited to few servers may see few of many alerts.
const MOST_READS: usize = 20;

impl Monitoring {
    fn sees(&self, actor: &Actor, row: &AlertRow) -> bool {
        let Some(id) = row.subject.guest() else {
            return true;
        };
        actor.grants.reach().is_everything() || self.0.inventory.guest_of(actor, id).is_some()
    }

    /// Whoever may say that they know of alerts, and put them away.
    ///
    /// # Errors
    /// [`Error::Denied`] for others.
    pub fn seer(ctx: &OpContext) -> Result<&Actor> {
        let actor = ctx.require(Permission::ViewAll)?;
        if may_see_to(&actor.grants) {
            Ok(actor)
        } else {
            Err(Error::Denied(Permission::ManageServer))
        }
    }

    /// The alerts that stand and that nobody has put away, the worst and newest first.
    ///
    /// # Errors
    /// [`Error::Denied`], or where the database does not answer.
    pub async fn open(&self, ctx: &OpContext) -> Result<Vec<AlertRow>> {
        let actor = ctx.require(Permission::ViewAll)?;
        let standing = alerts::standing(&self.0.db).await?;
        let mut rows: Vec<AlertRow> = standing
            .into_iter()
            .map(|kept| kept.row)
            .filter(|row| row.state.is_open() && self.sees(actor, row))
            .collect();
        rows.sort_by_key(|row| (std::cmp::Reverse(row.level), std::cmp::Reverse(row.id)));
        Ok(rows)
    }

    /// Alerts older than `before`, whatever has become of them, newest first.
    ///
    /// # Errors
    /// [`Error::Denied`], or where the database does not answer.
    pub async fn history(&self, ctx: &OpContext, before: Option<i64>) -> Result<AlertPage> {
        let actor = ctx.require(Permission::ViewAll)?;
        let mut before = before.unwrap_or(i64::MAX);
        let mut page = AlertPage::default();
        // What the reader may not see leaves no gaps, within reason.
        for _ in 0..MOST_READS {
            let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
            let rows = alerts::page(&self.0.db, before, limit).await?;
            let is_last = rows.len() <= PAGE;
            for row in rows {
                if page.rows.len() == PAGE {
                    page.next = page.rows.last().map(|row| row.id);
                    return Ok(page);
                }
                before = row.id;
                if self.sees(actor, &row) {
                    page.rows.push(row);
                }
            }
            if is_last {
                return Ok(page);
            }
        }
        page.next = Some(before);
        Ok(page)
    }

    /// What happened to an alert.
    ///
    /// # Errors
    /// [`Error::Denied`], or [`Error::NotFound`].
    pub async fn events(&self, ctx: &OpContext, id: i64) -> Result<Vec<AlertEvent>> {
        let actor = ctx.require(Permission::ViewAll)?;
        let found = alerts::page(&self.0.db, id.saturating_add(1), 1).await?;
        found
            .first()
            .filter(|row| row.id == id && self.sees(actor, row))
            .ok_or(Error::NotFound(Problem::AlertNotFound))?;
        alerts::events(&self.0.db, id).await
    }

    /// Says that somebody knows of alerts; those that are over, or known already, are left as they are.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Limited`], or [`Error::NotFound`].
    pub async fn acknowledge(&self, ctx: &OpContext, ids: &[i64]) -> Result<u32> {
        self.see(ctx, ids, false).await
    }

    /// Puts alerts away: those of `ids`, or all that stand and that the actor may put away. What is put away is raised again once it has been over.
    ///
    /// # Errors
    /// As [`Monitoring::acknowledge`].
    pub async fn clear(&self, ctx: &OpContext, ids: Option<&[i64]>) -> Result<u32> {
        if let Some(ids) = ids {
            return self.see(ctx, ids, true).await;
        }
        let open = self.open(ctx).await?;
        let reaches_all = ctx.signed_in()?.grants.reach().is_everything();
        let mine = open
            .iter()
            .filter(|row| reaches_all || row.subject.guest().is_some());
        let ids: Vec<i64> = mine.map(|row| row.id).collect();
        self.see(ctx, &ids, true).await
    }

    async fn see(&self, ctx: &OpContext, ids: &[i64], clear: bool) -> Result<u32> {
        let actor = Self::seer(ctx)?;
        // In one order, whoever changes them: two that wait for each other would both fail.
        let ids: BTreeSet<i64> = ids.iter().copied().collect();
        let mut write = self.0.events.begin().await?;
        let now = write.now();
        let mut count = 0;
        for id in ids {
            let row = alerts::locked(&mut write.tx, id).await?;
            let row = row
                .filter(|row| self.sees(actor, row))
                .ok_or(Error::NotFound(Problem::AlertNotFound))?;
            let is_new = match row.state {
                AlertState::Raised => true,
                AlertState::Acknowledged => clear,
                AlertState::Cleared | AlertState::Resolved => false,
            };
            if !is_new {
                continue;
            }
            // What concerns every server is not for somebody who is limited to some.
            if row.subject.guest().is_none() && !actor.grants.reach().is_everything() {
                return Err(Error::Limited);
            }
            alerts::see(&mut write.tx, id, &actor.username, clear, now).await?;
            let action = if clear {
                Action::ClearAlert
            } else {
                Action::AcknowledgeAlert
            };
            let object = format!("{} {}", row.metric.as_str(), row.subject.said());
            let entry = Entry::done(action, ObjectKind::Alert, &object);
            audit::record(&mut write.tx, actor.into(), &entry, now).await?;
            count += 1;
        }
        if count > 0 {
            write.changed(Change::Alerts);
            write.commit().await?;
        }
        Ok(count)
    }

    /// Removes alerts that were over as long ago as notifications are kept. For the house-keeping.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn prune(&self) -> Result<u64> {
        let days = self.0.settings.notification_days().await?;
        let before = self.0.clock.now() - chrono::TimeDelta::days(i64::from(days));
        let mut tx = self.0.db.begin().await?;
        let gone = alerts::prune(&mut tx, before).await?;
        tx.commit().await?;
        Ok(gone)
    }
}
