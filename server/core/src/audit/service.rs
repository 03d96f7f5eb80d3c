//! Reading the audit, and for how long it is kept.

use chrono::TimeDelta;
use drover_types::audit::{Action, AuditFilter, AuditPage, AuditRow, ObjectKind};
use drover_types::permission::Permission;
use drover_types::text::Problem;

use super::record::{Entry, changed, record};
use crate::clock::Clock;
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::events::Events;
use crate::settings::{self, Settings};
use crate::store::Db;
use crate::store::audit::{self, Part};

/// How many rows are removed in one transaction: whoever wants to write waits for it.
const BATCH: i64 = 1000;
/// How many rows an export reads at once.
const EXPORT: i64 = 1000;
/// The longest that can be chosen, in days: a hundred years.
const LONGEST: u32 = 36_500;

/// The audit. Cheap to clone.
#[derive(Clone)]
pub struct Audit {
    db: Db,
    clock: Clock,
    events: Events,
    settings: Settings,
}

impl Audit {
    /// The audit of a database.
    pub const fn new(db: Db, clock: Clock, events: Events, settings: Settings) -> Self {
        Self {
            db,
            clock,
            events,
            settings,
        }
    }

    /// A page, newest first, counted from 1.
    ///
    /// # Errors
    /// [`Error::Denied`] without `manage_users`, [`Error::Limited`] where the actor is.
    pub async fn page(
        &self,
        ctx: &OpContext,
        filter: &AuditFilter,
        number: u32,
        size: u32,
    ) -> Result<AuditPage> {
        ctx.require_for_all(Permission::ManageUsers)?;
        let total = audit::count(&self.db, filter).await?;
        let part = Part {
            before: None,
            limit: size.into(),
            offset: i64::from(number.saturating_sub(1)).saturating_mul(size.into()),
        };
        Ok(AuditPage {
            rows: audit::list(&self.db, filter, part).await?,
            total: u64::try_from(total).unwrap_or(0),
            retention_days: self.settings.audit_days().await?,
        })
    }

    /// The next rows of an export, newest first, below the id `before`; none at its end.
    ///
    /// # Errors
    /// As [`Audit::page`].
    pub async fn export(
        &self,
        ctx: &OpContext,
        filter: &AuditFilter,
        before: Option<i64>,
    ) -> Result<Vec<AuditRow>> {
        ctx.require_for_all(Permission::ManageUsers)?;
        let part = Part {
            before,
            limit: EXPORT,
            offset: 0,
        };
        audit::list(&self.db, filter, part).await
    }

    /// Chooses for how many days rows are kept; 0 for ever.
    ///
    /// # Errors
    /// [`Error::AdministratorsOnly`]; [`Error::Invalid`] on `days`.
    pub async fn set_retention(&self, ctx: &OpContext, days: u32) -> Result<()> {
        let actor = ctx.require_admin()?;
        if days > LONGEST {
            let (min, max) = (0, LONGEST.into());
            return Err(Error::field("days", Problem::OutOfRange { min, max }));
        }
        let mut write = self.events.begin().await?;
        let key = settings::audit_days();
        let before = self.settings.locked(&mut write, &key).await?;
        let before = before.unwrap_or(settings::AUDIT_DAYS);
        self.settings.set(ctx, &mut write, &key, Some(&days)).await?;
        let mut entry = Entry::done(Action::SetRetention, ObjectKind::Setting, "audit.days");
        changed(&mut entry.changes, "days", Some(&before), Some(&days));
        record(&mut write.tx, actor.into(), &entry, self.clock.now()).await?;
        Ok(write.commit().await?)
    }

    /// Removes the rows that are kept no longer, and tells how many. For the house-keeping.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub async fn prune(&self) -> Result<u64> {
        let days = self.settings.audit_days().await?;
        let age = TimeDelta::days(days.into());
        let Some(before) = self.clock.now().checked_sub_signed(age).filter(|_| days > 0) else {
            return Ok(0);
        };
        let mut gone = 0;
        loop {
            let mut tx = self.db.begin().await?;
            let some = audit::prune(&mut tx, before, BATCH).await?;
            tx.commit().await?;
            gone += some;
            if some < BATCH.unsigned_abs() {
                return Ok(gone);
            }
        }
    }
}
