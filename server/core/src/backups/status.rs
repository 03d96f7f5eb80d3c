//! How the latest backup of a server goes, or went.

use drover_types::ids::GuestId;
use drover_types::permission::Permission;
use drover_types::task::{TaskKind, TaskRow};

use super::service::Backups;
use crate::context::OpContext;
use crate::error::Result;
use crate::store::tasks::{self, Wanted, decode};
use crate::tasks::BackUpInput;

/// How many of the latest backups are looked through for each server's latest.
const LATEST: i64 = 1000;

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
        let found = tasks::list(&self.0.db, &wanted).await?;
        Ok(found.into_iter().next().map(status))
    }

    /// The latest backup of every server that the actor reaches, as far as one was asked for here lately.
    ///
    /// # Errors
    /// [`Error::Denied`](crate::Error::Denied).
    pub async fn statuses(&self, ctx: &OpContext) -> Result<Vec<BackupStatus>> {
        let actor = ctx.require(Permission::BackupManagement)?;
        let wanted = Wanted {
            kind: Some(TaskKind::BackUpServer),
            limit: LATEST,
            ..Wanted::default()
        };
        let mut seen = std::collections::BTreeSet::new();
        let found = tasks::list(&self.0.db, &wanted).await?.into_iter();
        Ok(found
            .filter(|task| {
                let guest = task.row.guest.clone();
                guest.is_some_and(|guest| {
                    self.0.inventory.guest_of(actor, &guest).is_some() && seen.insert(guest)
                })
            })
            .map(status)
            .collect())
    }
}

fn status(task: tasks::TaskRecord) -> BackupStatus {
    let input = decode::<BackUpInput>("a server to be backed up", &task.input);
    BackupStatus {
        asked: input.ok().map(|input| input.how),
        task: task.row,
    }
}
