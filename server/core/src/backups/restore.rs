//! Queues restores: over the server whose backup it is, or as a new one; and says before what the first would do.

use std::collections::{BTreeMap, BTreeSet};

use drover_types::backup::{BackUp, RestoreAsNew, RestoreOver, RestorePlan, RestoreWarning, Verification};
use drover_types::guest::{GuestKind, GuestRow, GuestStatus};
use drover_types::ids::GuestId;
use drover_types::permission::Permission;
use drover_types::storage::IMAGES;
use drover_types::task::{TaskKind, TaskRow};
use drover_types::text::Problem;
use drover_types::units::GIB;
use pve_client::GuestConfig;

use super::named::{Found, VOLUME};
use super::service::Backups;
use crate::clusters::Cluster;
use crate::context::{Actor, OpContext};
use crate::error::{Error, Result};
use crate::servers::{FromBackup, upstream, without_comments};
use crate::store::task_slots::Use;
use crate::tasks::{Identity, NewGuestInput, NewTask, OverInput, Safety, Tasks};

/// What a backup is noted with that is made before a restore.
const SAFETY_NOTES: &str = "{{guestname}}: before a restore";

/// A backup of a server that is there, and both configurations.
struct Scene<'a> {
    cluster: &'a Cluster,
    row: GuestRow,
    found: Found,
    now: GuestConfig,
    then: GuestConfig,
}

impl Backups {
    /// What a restore over a server would do. Touches nothing.
    ///
    /// # Errors
    /// As [`Backups::restore`].
    pub async fn plan_restore(
        &self,
        ctx: &OpContext,
        guest: &GuestId,
        ask: &RestoreOver,
    ) -> Result<RestorePlan> {
        let actor = ctx.require(Permission::BackupManagement)?;
        let row = self.0.servers.row(actor, guest).await?;
        let scene = self.scene(actor, row, ask).await?;
        let disks = |config: &GuestConfig| -> Vec<String> {
            config.disks().into_iter().map(|disk| disk.key).collect()
        };
        let (disks_now, disks_then) = (disks(&scene.now), disks(&scene.then));
        Ok(RestorePlan {
            name: scene.row.name.clone(),
            name_then: scene.then.name().map(str::to_owned),
            made_at: scene.found.archive.made_at,
            bytes: scene.found.archive.bytes,
            runs: runs(&scene.row),
            warnings: warnings(&scene, ask, &disks_now, &disks_then),
            disks_now,
            disks_then,
        })
    }

    /// Queues a server to be put back to what it was at a backup of its own.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::Invalid`] for what is no backup, or one of another guest; [`Error::NotFound`];
    /// [`Error::Conflict`] where the server is protected or a task is at work on it; or the cluster's.
    pub async fn restore(&self, ctx: &OpContext, guest: &GuestId, ask: &RestoreOver) -> Result<TaskRow> {
        let actor = ctx.require(Permission::BackupManagement)?;
        let row = self.0.servers.free_to_change(actor, guest).await?;
        if row.template {
            return Err(Error::Conflict(Problem::GuestIsTemplate));
        }
        let scene = self.scene(actor, row, ask).await?;
        if scene.now.is_protected() {
            return Err(Error::Conflict(Problem::GuestProtected));
        }
        let safety = match &ask.safety {
            None => None,
            Some(storage) => Some(Safety {
                shared: self.check_target(&scene.row, storage, "safety").await?,
                how: BackUp {
                    storage: storage.clone(),
                    notes: SAFETY_NOTES.to_owned(),
                    ..BackUp::default()
                },
            }),
        };
        let ran = runs(&scene.row);
        let uses = uses(&scene, safety.as_ref());
        let input = OverInput {
            guest: guest.clone(),
            kind: scene.row.kind,
            node: scene.row.node.clone(),
            identity: Identity::of(&scene.now),
            then: Identity::of(&scene.then),
            place: scene.found.place(),
            volume: ask.volume.clone(),
            storage: ask
                .storage
                .clone()
                .or_else(|| own_storage(scene.row.kind, &scene.then)),
            safety,
            ran,
            start: ask.start.unwrap_or(ran),
        };
        let mut write = self.0.events.begin().await?;
        let task = NewTask {
            id: Tasks::new_id(),
            kind: TaskKind::RestoreServer,
            input: &input,
            secret: None,
            guest: Some(guest),
            target: &scene.row.name,
            actor,
            uses: &uses,
            parent: None,
            retry_of: None,
        };
        let queued = self.0.tasks.enqueue(&mut write, &task).await?;
        write.commit().await?;
        Ok(queued)
    }

    /// Queues a server to be made from a backup.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::Invalid`] with every field that is wrong; [`Error::NotFound`]; or the cluster's.
    pub async fn restore_as_new(&self, ctx: &OpContext, ask: &RestoreAsNew) -> Result<TaskRow> {
        ctx.require(Permission::BackupManagement)?;
        let actor = ctx.require(Permission::CreateServer)?;
        let mut problems = ask.problems();
        let is_named = !ask.name.is_empty();
        if !is_named {
            // Its name is in the backup.
            problems.remove("name");
        }
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        let cluster = self.0.clusters.named(Some(&ask.cluster))?;
        let found = self
            .found(actor, cluster, ask.source_node.as_deref(), &ask.volume)
            .await?;
        let (kind, source) = found.of()?;
        let node = ask.node.as_deref().unwrap_or(&found.node);
        if let Some(own) = found.archive.node.as_deref().filter(|own| *own != node) {
            let storage = found.archive.storage.clone();
            let problem = Problem::StorageNotOnNode {
                storage,
                node: node.to_owned(),
            };
            tracing::debug!(
                own,
                node,
                "a backup on the storage of one node is restored on that node"
            );
            return Err(Error::field("node", problem));
        }
        let config = self.archived(cluster, &found).await?;
        let name = if is_named { Some(&*ask.name) } else { config.name() };
        let name = name.ok_or_else(|| Error::field("name", Problem::Required))?;
        let new = FromBackup {
            input: NewGuestInput {
                cluster: cluster.name.to_string(),
                kind,
                name: name.to_owned(),
                source,
                place: found.place(),
                volume: ask.volume.clone(),
                storage: ask.storage.clone().or_else(|| own_storage(kind, &config)),
                description: without_comments(config.description().unwrap_or_default()),
                start: ask.start,
            },
            node,
            vmid: ask.vmid,
            config: &config,
            kind: match kind {
                GuestKind::Qemu => pve_client::GuestKind::Qemu,
                GuestKind::Lxc => pve_client::GuestKind::Lxc,
            },
        };
        self.0.servers.make_from_backup(actor, &new).await
    }

    /// The backup, if it is one of this guest, and both configurations.
    async fn scene(&self, actor: &Actor, row: GuestRow, ask: &RestoreOver) -> Result<Scene<'_>> {
        let cluster = self.0.clusters.named(Some(&row.id.cluster))?;
        let node = ask.node.as_deref().unwrap_or(&row.node);
        let found = self.found(actor, cluster, Some(node), &ask.volume).await?;
        if found.of()? != (row.kind, row.id.vmid) {
            let volume = ask.volume.clone();
            return Err(Error::field(VOLUME, Problem::BackupOfAnother { volume }));
        }
        if found.archive.node.as_deref().is_some_and(|own| own != row.node) {
            let (storage, node) = (found.archive.storage.clone(), row.node.clone());
            return Err(Error::field(VOLUME, Problem::StorageNotOnNode { storage, node }));
        }
        let now = self.0.servers.config(&row).await?;
        let then = self.archived(cluster, &found).await?;
        let chosen = ask.storage.clone().or_else(|| own_storage(row.kind, &then));
        self.check_room(&row, chosen.as_deref(), &now, &then)?;
        Ok(Scene {
            cluster,
            row,
            found,
            now,
            then,
        })
    }

    /// Refuses where the disks of the backup have no room on the storages that they go to: what the server has there
    /// now goes.
    fn check_room(
        &self,
        row: &GuestRow,
        chosen: Option<&str>,
        now: &GuestConfig,
        then: &GuestConfig,
    ) -> Result<()> {
        let picture = self.0.inventory.snapshot();
        let freed = bytes_by_storage(now, None);
        for (storage, needed) in bytes_by_storage(then, chosen) {
            let mut here = picture.storages.iter();
            let found = here.find(|one| {
                one.cluster == row.id.cluster && one.node == row.node && one.name == storage && one.active
            });
            let problem = match found {
                None => Problem::StorageNotOnNode {
                    storage,
                    node: row.node.clone(),
                },
                Some(one) if !one.content.iter().any(|content| content == disks_of(row.kind)) => {
                    Problem::StorageWithoutImages { storage }
                }
                Some(one) => {
                    let free = one.total_bytes.saturating_sub(one.used_bytes);
                    let free = free + freed.get(&storage).copied().unwrap_or_default();
                    if one.total_bytes == 0 || free >= needed {
                        continue;
                    }
                    Problem::NotEnoughSpace {
                        storage,
                        needed_gb: needed.div_ceil(GIB),
                        free_gb: free / GIB,
                    }
                }
            };
            return Err(Error::field("storage", problem));
        }
        Ok(())
    }

    /// How the guest was configured at the backup.
    async fn archived(&self, cluster: &Cluster, found: &Found) -> Result<GuestConfig> {
        let read = cluster.client.archive_config(&found.node, &found.archive.volume);
        read.await.map_err(upstream(cluster))
    }
}

/// The storage of a container's root file system. Proxmox puts a container on `local` where nothing is said
/// (`PVE::API2::LXC`, `create_vm`), and each disk of a virtual machine where it was.
fn own_storage(kind: GuestKind, then: &GuestConfig) -> Option<String> {
    if kind == GuestKind::Qemu {
        return None;
    }
    let root = then.disks().into_iter().find(|disk| disk.key == "rootfs")?;
    Some(root.volume?.storage)
}

/// The content of storages that disks of a guest can be put on.
const fn disks_of(kind: GuestKind) -> &'static str {
    match kind {
        GuestKind::Qemu => IMAGES,
        GuestKind::Lxc => "rootdir",
    }
}

/// What the disks of a guest take on each storage, or would on the one that is chosen for all.
fn bytes_by_storage(config: &GuestConfig, chosen: Option<&str>) -> BTreeMap<String, u64> {
    let mut bytes = BTreeMap::new();
    for disk in config.disks() {
        let Some(volume) = disk.volume else { continue };
        let storage = chosen.map_or(volume.storage, str::to_owned);
        *bytes.entry(storage).or_default() += disk.size.unwrap_or_default();
    }
    bytes
}

const fn runs(row: &GuestRow) -> bool {
    matches!(row.status, GuestStatus::Running | GuestStatus::Paused)
}

fn warnings(
    scene: &Scene<'_>,
    ask: &RestoreOver,
    disks_now: &[String],
    disks_then: &[String],
) -> Vec<RestoreWarning> {
    let then: BTreeSet<&String> = disks_then.iter().collect();
    let is_another = Identity::of(&scene.now).is_of_another(&scene.then);
    [
        (is_another, RestoreWarning::OtherGuest),
        (
            scene.found.archive.verification == Some(Verification::Failed),
            RestoreWarning::NotVerified,
        ),
        (runs(&scene.row), RestoreWarning::WillStop),
        (ask.safety.is_none(), RestoreWarning::NoSafety),
        (
            disks_now.iter().any(|disk| !then.contains(disk)),
            RestoreWarning::DisksGo,
        ),
        (scene.now.get("parent").is_some(), RestoreWarning::SnapshotsGo),
    ]
    .into_iter()
    .filter_map(|(is_so, warning)| is_so.then_some(warning))
    .collect()
}

fn uses(scene: &Scene<'_>, safety: Option<&Safety>) -> Vec<Use> {
    let (cluster, node) = (&scene.cluster.name, scene.row.node.as_str());
    let mut uses = vec![Use::node(cluster, node)];
    if let Some(safety) = safety {
        let own = (!safety.shared).then_some(node);
        uses.push(Use::dump(cluster, node));
        uses.push(Use::storage(cluster, own, &safety.how.storage));
    }
    uses
}
