//! How the latest backup of a server goes, or went.

use drover_types::ids::GuestId;
use drover_types::permission::Permission;
use drover_types::task::{TaskKind, TaskRow};

use super::service::Backups;
use crate::context::OpContext;
use crate::error::Result;
use crate::store::tasks::{self, TaskRecord, Wanted, decode};
use crate::tasks::BackUpInput;

/// A backup that was asked for, and its task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupStatus {
    /// The task.
    pub task: TaskRow,
    /// What was asked for; `None` where another version wrote it.
    pub asked: Option<drover_types::backup::BackUp>,
}

impl Backups {
    /// The latest backup of a server that was asked for here; `None` where none was.
    ///
    /// # Errors
    /// [`Error::Denied`](crate::Error::Denied), or [`Error::NotFound`](crate::Error::NotFound).
    pub async fn status(&self, ctx: &OpContext, guest: &GuestId) -> Result<Option<BackupStatus>> {
        let actor = ctx.require(Permission::BackupManagement)?;
        self.0.servers.listed(actor, guest).await?;
        let wanted = Wanted {
            kind: Some(TaskKind::BackUpServer),
            guest: Some(guest),
            limit: 1,
            ..Wanted::default()
        };
        let found = tasks::list(&self.0.db, &wanted).await?.into_iter();
        Ok(found.filter(|task| self.is_own(guest, task)).map(status).next())
    }

    /// Whether a backup was of the guest that has its id now, not of one that had it before.
    fn is_own(&self, guest: &GuestId, task: &TaskRecord) -> bool {
        let made = self.0.inventory.made_at(guest);
        made.is_none_or(|made| task.row.created_at.timestamp() >= made)
    }

    /// The latest backup of every server that the actor reaches, as far as one was asked for here lately.
    ///
    /// # Errors
    /// [`Error::Denied`](crate::Error::Denied).
    pub async fn statuses(&self, ctx: &OpContext) -> Result<Vec<BackupStatus>> {
        let actor = ctx.require(Permission::BackupManagement)?;
        let wanted = Wanted {
            kind: Some(TaskKind::BackUpServer),
            latest: true,
            limit: i64::MAX,
            ..Wanted::default()
        };
        let found = tasks::list(&self.0.db, &wanted).await?.into_iter();
        Ok(found
            .filter(|task| {
                let guest = task.row.guest.as_ref();
                guest.is_some_and(|guest| {
                    self.0.inventory.guest_of(actor, guest).is_some() && self.is_own(guest, task)
                })
            })
            .map(status)
            .collect())
    }
}

fn status(task: TaskRecord) -> BackupStatus {
    let input = decode::<BackUpInput>("a server to be backed up", &task.input);
    BackupStatus {
        asked: input.ok().map(|input| input.how),
        task: task.row,
    }
}
