//! One backup of one guest, from the call to the archive that is read back. The call is sent again only where nothing
//! shows that it arrived.

use drover_types::backup::{Archive, BackUp};
use drover_types::guest::GuestKind as Kind;
use drover_types::text::{Problem, Progress};
use pve_client::{GuestKind, Upid, Volume};

use super::begin::Begin;
use super::reading::Reading;
use crate::backups::{Catalog, Place, archive, vzdump};
use crate::clusters::Cluster;
use crate::tasks::call::{Ended, Patience};
use crate::tasks::context::StepContext;
use crate::tasks::kinds::guest::{self, Whereabouts};
use crate::tasks::kinds::locked::locked;
use crate::tasks::kinds::remove_server::Identity;
use crate::tasks::step::StepError;

/// The one call of a backup, and Proxmox's name for its task.
const VZDUMP: &str = "vzdump";

/// What is backed up, and where to.
pub(super) struct Dump<'a> {
    pub cluster: &'a Cluster,
    pub catalog: &'a Catalog,
    pub vmid: u32,
    pub kind: Kind,
    /// Where the guest was when this was asked for.
    pub node: &'a str,
    /// What the guest is known again by.
    pub identity: &'a Identity,
    pub how: &'a BackUp,
    /// What a job of Proxmox's own says beside.
    pub options: &'a [(String, String)],
    /// Whether all nodes see what is on the storage.
    pub shared: bool,
}

impl Dump<'_> {
    /// Makes the backup.
    pub(super) async fn make(&self, cx: &mut StepContext) -> Result<Archive, StepError> {
        let node = self.find(cx).await?;
        let (client, how) = (&self.cluster.client, vzdump(self.how, self.options));
        let storage = self.how.storage.clone();
        let message = Progress::BackingUp { storage };
        let mut patience = Patience::default();
        loop {
            let call = self.call(&node);
            let begun = call.task(cx, &message, || client.vzdump(&node, self.vmid, &how));
            let upid = begun.await?;
            let mut reading = Reading::default();
            let limit = cx.settings().backup_limit;
            let ended = cx
                .follow_log(self.cluster, (VZDUMP, &upid), limit, &mut reading)
                .await?;
            let reason = match ended {
                Ended::Failed(reason) => reading.failure().map_or(reason, str::to_owned),
                // Whether it came to something shows its archive.
                _ => return self.read_back(cx, &upid, reading.archive()).await,
            };
            let Some(error) = locked(&reason) else {
                return Err(StepError::Failed {
                    problem: reading.problem(&reason, &self.how.storage, VZDUMP),
                    cause: Some(reason),
                });
            };
            cx.forget(VZDUMP).await?;
            cx.bide(self.cluster, &mut patience, &error).await?;
        }
    }

    /// Stops a backup that is under way; Proxmox takes away what there is of its archive.
    pub(super) async fn stop(&self, cx: &mut StepContext) -> Result<(), StepError> {
        // It was sent to where the guest was by then, and stays there as long as that is at work on it.
        let node = guest::locate(cx, self.cluster, self.vmid).await?;
        let node = node.map_or_else(|| self.node.to_owned(), |(node, _)| node);
        self.call(&node).known(cx).await?;
        cx.halt(self.cluster).await
    }

    /// Where the guest is, if it is the one that was meant.
    async fn find(&self, cx: &StepContext) -> Result<String, StepError> {
        let meant = (self.node, wire(self.kind));
        match guest::find(cx, self.cluster, self.vmid, meant).await? {
            Whereabouts::At { node, config } if self.identity.is_of(&config) => Ok(node),
            Whereabouts::At { .. } | Whereabouts::OtherKind => Err(StepError::failed(Problem::GuestReplaced)),
            Whereabouts::Nowhere => Err(StepError::failed(Problem::GuestGone)),
        }
    }

    fn call<'a>(&'a self, node: &'a str) -> Begin<'a> {
        Begin {
            cluster: self.cluster,
            key: VZDUMP,
            task: VZDUMP,
            node,
            vmid: self.vmid,
        }
    }

    /// What the storage holds of it: the archive that the log names, else one that is not older than its task.
    async fn read_back(
        &self,
        cx: &StepContext,
        upid: &Upid,
        named: Option<&str>,
    ) -> Result<Archive, StepError> {
        let (client, storage, node) = (&self.cluster.client, &self.how.storage, upid.node());
        let content = cx.ask_for(self.cluster, || {
            client.storage_content(node, storage, Some("backup"), Some(self.vmid))
        });
        let volumes: Vec<Volume> = content.await?;
        let place = Place {
            storage: storage.clone(),
            node: (!self.shared).then(|| node.to_owned()),
        };
        let of = (self.kind, self.vmid);
        self.catalog
            .heard_of_guest(&self.cluster.name, &place, of, &volumes);
        let mut archives: Vec<Archive> = volumes.iter().filter_map(|one| archive(&place, one)).collect();
        archives.retain(|one| match named {
            Some(name) => one.file_name() == file_of(name),
            None => one.kind == Some(self.kind) && one.made_at >= upid.start_time(),
        });
        let newest = archives.into_iter().max_by_key(|one| one.made_at);
        let made = newest.ok_or_else(|| {
            let storage = storage.clone();
            StepError::failed(Problem::BackupMissing { storage })
        })?;
        let (volume, bytes) = (made.volume.clone(), made.bytes);
        cx.log(Progress::BackedUp { volume, bytes }).await?;
        Ok(made)
    }
}

/// The name of an archive within its storage, from what a log says: a path, or a backup server's snapshot.
fn file_of(named: &str) -> &str {
    if named.starts_with('/') {
        named.rsplit('/').next().unwrap_or(named)
    } else {
        named
    }
}

/// The kind of guest as Proxmox's client has it.
pub(super) const fn wire(kind: Kind) -> GuestKind {
    match kind {
        Kind::Qemu => GuestKind::Qemu,
        Kind::Lxc => GuestKind::Lxc,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_known_by_its_name_within_its_storage() {
        let file = "vzdump-qemu-100-2026_01_31-02_00_00.vma.zst";
        assert_eq!(file_of(&format!("/mnt/pve/nfs/dump/{file}")), file);
        assert_eq!(
            file_of("vm/100/2026-01-31T02:00:00Z"),
            "vm/100/2026-01-31T02:00:00Z"
        );
    }
}
