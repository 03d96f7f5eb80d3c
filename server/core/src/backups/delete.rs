//! Deletes backups of a guest, and says before what pruning would take.

use std::collections::BTreeMap;

use drover_types::backup::{PrunePreview, PruneVerdict, Pruned, Retention};
use drover_types::guest::GuestKind;
use drover_types::ids::GuestId;
use drover_types::permission::Permission;
use drover_types::task::{TaskKind, TaskRow, TaskState};
use drover_types::text::Problem;
use pve_client::{PruneFilter, PruneMark};

use super::named::{Found, VOLUME};
use super::places::{Place, places};
use super::service::Backups;
use super::wire;
use crate::clusters::Cluster;
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::servers::upstream;
use crate::store::tasks::{self, Wanted, decode};
use crate::tasks::{DeleteInput, Doomed, NewGuestInput, NewTask, OverInput, Tasks};

/// How many backups one request may name.
const MOST: usize = 1000;

impl Backups {
    /// Queues backups of one guest to be deleted. `node` tells whose they are where several nodes have a storage of
    /// that name.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::Invalid`] for what is no backup, or one of another guest; [`Error::NotFound`];
    /// [`Error::Conflict`] for a protected one, or where a task is at work on the guest; or the cluster's. Nothing is
    /// deleted then.
    pub async fn delete(
        &self,
        ctx: &OpContext,
        cluster: &str,
        node: Option<&str>,
        volumes: &[String],
    ) -> Result<TaskRow> {
        let actor = ctx.require(Permission::BackupManagement)?;
        let cluster = self.0.clusters.named(Some(cluster))?;
        if volumes.is_empty() || volumes.len() > MOST {
            let max = i64::try_from(MOST).unwrap_or(i64::MAX);
            return Err(Error::field(VOLUME, Problem::OutOfRange { min: 1, max }));
        }
        let all = self.all_found(actor, cluster, node, volumes).await?;
        let (kind, vmid) = match all.first() {
            Some(found) => found.of()?,
            None => return Err(Error::field(VOLUME, Problem::Required)),
        };
        if let Some(found) = all.iter().find(|found| found.archive.protected) {
            let volume = found.archive.volume.clone();
            return Err(Error::Conflict(Problem::BackupProtected { volume }));
        }
        self.unless_restored_from(&cluster.name, volumes).await?;
        let doomed = |found: Found| Doomed {
            place: found.place(),
            node: found.node,
            volume: found.archive.volume,
        };
        let guest = GuestId::new(cluster.name.to_string(), vmid);
        let target = self.0.inventory.guest(&guest).filter(|row| row.kind == kind);
        let target = target.map_or_else(|| guest.to_string(), |row| row.name);
        let input = DeleteInput {
            guest: guest.clone(),
            backups: all.into_iter().map(doomed).collect(),
        };
        let mut write = self.0.events.begin().await?;
        let task = NewTask {
            id: Tasks::new_id(),
            kind: TaskKind::DeleteBackups,
            input: &input,
            secret: None,
            guest: Some(&guest),
            target: &target,
            actor,
            uses: &[],
            parent: None,
            retry_of: None,
        };
        let queued = self.0.tasks.enqueue(&mut write, &task).await?;
        write.commit().await?;
        Ok(queued)
    }

    /// Refuses where a restore from one of these is waiting or under way.
    async fn unless_restored_from(&self, cluster: &str, volumes: &[String]) -> Result<()> {
        for kind in [TaskKind::RestoreServer, TaskKind::RestoreNewServer] {
            for state in [TaskState::Queued, TaskState::Running] {
                let wanted = Wanted {
                    kind: Some(kind),
                    state: Some(state),
                    limit: i64::MAX,
                    ..Wanted::default()
                };
                for task in tasks::list(&self.0.db, &wanted).await? {
                    // What another version wrote can't be told.
                    let source = match kind {
                        TaskKind::RestoreServer => decode::<OverInput>("a restore", &task.input)
                            .ok()
                            .map(|input| (input.guest.cluster, input.volume)),
                        _ => decode::<NewGuestInput>("a restore", &task.input)
                            .ok()
                            .map(|input| (input.cluster, input.volume)),
                    };
                    if source.is_some_and(|(of, volume)| of == cluster && volumes.contains(&volume)) {
                        return Err(Error::Conflict(Problem::TaskInTheWay { task: task.row.id }));
                    }
                }
            }
        }
        Ok(())
    }

    /// What pruning the backups of a guest on a storage would take, by Proxmox's own rules. Touches nothing.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::Invalid`]; [`Error::NotFound`]; or the cluster's.
    pub async fn prune_preview(
        &self,
        ctx: &OpContext,
        guest: &GuestId,
        kind: GuestKind,
        place: (&str, Option<&str>),
        kept: &Retention,
    ) -> Result<PrunePreview> {
        let actor = ctx.require(Permission::BackupManagement)?;
        if !self.reaches(actor, guest, kind) {
            let server = guest.to_string();
            return Err(Error::NotFound(Problem::ServerNotFound { server }));
        }
        let problems = kept.problems();
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        if kept.keeps_all() {
            return Err(Error::field("retention", Problem::Required));
        }
        let cluster = self.0.clusters.named(Some(&guest.cluster))?;
        let (storage, node) = place;
        let place = Place {
            storage: storage.to_owned(),
            node: node.map(str::to_owned),
        };
        let asked = self.asked(cluster, &place)?;
        let filter = PruneFilter {
            vmid: Some(guest.vmid),
            kind: Some(match kind {
                GuestKind::Qemu => pve_client::GuestKind::Qemu,
                GuestKind::Lxc => pve_client::GuestKind::Lxc,
            }),
        };
        let rules = wire::retention(kept);
        let marks = cluster.client.prune_preview(&asked, storage, filter, &rules);
        let marks = marks.await.map_err(upstream(cluster))?;
        let sizes: BTreeMap<String, u64> = self.0.catalog.with(&cluster.name, |known| {
            let listing = known.listing(&place).into_iter();
            let archives = listing.flat_map(|listing| &listing.archives);
            archives.map(|one| (one.volume.clone(), one.bytes)).collect()
        });
        let mut pruned: Vec<Pruned> = marks
            .into_iter()
            // Proxmox names those of others where a storage does not filter.
            .filter(|mark| mark.vmid.is_none_or(|vmid| vmid == guest.vmid))
            .map(|mark| Pruned {
                bytes: sizes.get(&mark.volid).copied(),
                made_at: mark.ctime,
                verdict: match mark.mark {
                    PruneMark::Remove => PruneVerdict::Goes,
                    PruneMark::Protected => PruneVerdict::Protected,
                    PruneMark::Keep | PruneMark::Renamed | PruneMark::Unknown => PruneVerdict::Stays,
                },
                volume: mark.volid,
            })
            .collect();
        pruned.sort_by_key(|one| std::cmp::Reverse(one.made_at));
        Ok(PrunePreview { backups: pruned })
    }

    /// A node that sees a storage now.
    fn asked(&self, cluster: &Cluster, place: &Place) -> Result<String> {
        let picture = self.0.inventory.snapshot();
        let rows = picture
            .storages
            .iter()
            .filter(|row| *row.cluster == *cluster.name);
        let storage = || place.storage.clone();
        match places(rows).get(place) {
            None => Err(Error::field(
                "storage",
                Problem::StorageWithoutBackups { storage: storage() },
            )),
            Some(None) => {
                let node = place.node.clone().unwrap_or_default();
                Err(Error::field(
                    "storage",
                    Problem::StorageNotOnNode {
                        storage: storage(),
                        node,
                    },
                ))
            }
            Some(Some(node)) => Ok((*node).to_owned()),
        }
    }
}
