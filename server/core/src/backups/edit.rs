//! Notes on backups, and their protection.

use drover_types::audit::{Action, ObjectKind};
use drover_types::backup::Archive;
use drover_types::permission::Permission;
use drover_types::text::Problem;

use super::named::Found;
use super::service::Backups;
use crate::audit::{self, Entry, changed};
use crate::clusters::Cluster;
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::servers::upstream;

/// The longest notes that are taken.
const LONGEST_NOTES: usize = 1024;

impl Backups {
    /// A backup with its notes in full: lists have their first line only.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::Invalid`] for what is no backup's name; [`Error::NotFound`]; or the cluster's.
    pub async fn get(
        &self,
        ctx: &OpContext,
        cluster: &str,
        node: Option<&str>,
        volume: &str,
    ) -> Result<Archive> {
        let actor = ctx.require(Permission::BackupManagement)?;
        let cluster = self.0.clusters.named(Some(cluster))?;
        let found = self.found(actor, cluster, node, volume).await?;
        Ok(Archive {
            notes: all_notes(cluster, &found).await?,
            ..found.archive
        })
    }

    /// Changes what is noted on a backup, or whether it is protected; nothing where nothing is said. The backup as it
    /// is then.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::Invalid`]; [`Error::NotFound`]; or the cluster's.
    pub async fn edit(
        &self,
        ctx: &OpContext,
        cluster: &str,
        node: Option<&str>,
        volume: &str,
        notes: Option<&str>,
        protected: Option<bool>,
    ) -> Result<Archive> {
        let actor = ctx.require(Permission::BackupManagement)?;
        if notes.is_some_and(|notes| notes.chars().count() > LONGEST_NOTES) {
            let max = u32::try_from(LONGEST_NOTES).unwrap_or(u32::MAX);
            return Err(Error::field("notes", Problem::TooLong { max }));
        }
        let cluster = self.0.clusters.named(Some(cluster))?;
        let found = self.found(actor, cluster, node, volume).await?;
        let noted = all_notes(cluster, &found).await?;
        let storage = &found.archive.storage;
        let set = cluster
            .client
            .set_volume(&found.node, storage, volume, notes, protected);
        set.await.map_err(upstream(cluster))?;
        let after = self.found(actor, cluster, node, volume).await?.archive;
        self.0.catalog.edited(&cluster.name, &after);
        let after = Archive {
            notes: all_notes(cluster, &found).await?,
            ..after
        };
        let mut entry = Entry::done(Action::ChangeBackup, ObjectKind::Backup, volume);
        let before = &found.archive;
        changed(&mut entry.changes, "notes", noted.as_ref(), after.notes.as_ref());
        changed(
            &mut entry.changes,
            "protected",
            Some(&before.protected),
            Some(&after.protected),
        );
        let mut write = self.0.events.begin().await?;
        let now = self.0.clock.now();
        audit::record(&mut write.tx, actor.into(), &entry, now).await?;
        write.commit().await?;
        Ok(after)
    }
}

/// The notes in full.
async fn all_notes(cluster: &Cluster, found: &Found) -> Result<Option<String>> {
    let (storage, volume) = (&found.archive.storage, &found.archive.volume);
    let notes = cluster.client.volume_notes(&found.node, storage, volume).await;
    let notes = notes.map_err(upstream(cluster))?;
    Ok(notes.filter(|notes| !notes.trim().is_empty()))
}
