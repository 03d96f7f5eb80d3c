//! After how many days without a backup a server is overdue.

use drover_types::audit::{Action, ObjectKind};
use drover_types::permission::Permission;
use drover_types::text::Problem;

use super::service::Backups;
use crate::audit::{self, Entry, changed};
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::settings;

/// The setting where nothing is set.
const DAYS: u32 = 7;
/// The most that can be set: a year.
const MOST: u32 = 366;

impl Backups {
    /// After how many days without a backup a server is overdue.
    ///
    /// # Errors
    /// Where the database does not answer.
    pub(super) async fn overdue_days(&self) -> Result<u32> {
        let days = self.0.settings.get(&settings::overdue_days()).await?;
        Ok(days.unwrap_or(DAYS))
    }

    /// Sets it.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Limited`], or [`Error::Invalid`].
    pub async fn set_overdue_days(&self, ctx: &OpContext, days: u32) -> Result<()> {
        let actor = ctx.require_for_all(Permission::BackupManagement)?;
        if !(1..=MOST).contains(&days) {
            let max = i64::from(MOST);
            return Err(Error::field("days", Problem::OutOfRange { min: 1, max }));
        }
        let before = self.overdue_days().await?;
        let mut entry = Entry::done(Action::SetOverdueDays, ObjectKind::Setting, "backups");
        changed(&mut entry.changes, "overdue_days", Some(&before), Some(&days));
        let mut write = self.0.events.begin().await?;
        let key = settings::overdue_days();
        self.0.settings.store(&mut write, &key, Some(&days)).await?;
        let now = write.now();
        audit::record(&mut write.tx, actor.into(), &entry, now).await?;
        Ok(write.commit().await?)
    }
}
