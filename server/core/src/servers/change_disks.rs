//! Adds, grows, detaches, deletes and moves disks of servers, as tasks. Everything that can be known is checked first.

use drover_types::configuration::{DiskBus, DiskEdit};
use drover_types::guest::{GuestKind, GuestRow};
use drover_types::ids::GuestId;
use drover_types::permission::Permission;
use drover_types::storage::{DiskKind, IMAGES};
use drover_types::task::{TaskKind, TaskRow};
use drover_types::text::Problem;
use drover_types::units::GIB;
use pve_client::{Disk, GuestConfig};

use super::configuration::boot_disk;
use super::service::Servers;
use super::survey::{Survey, free_space};
use crate::clusters::Cluster;
use crate::context::OpContext;
use crate::error::{Error, Result};
use crate::storage;
use crate::store::task_slots::Use;
use crate::tasks::{DiskWork, DisksInput, Identity, NewTask, Tasks};

impl Servers {
    /// Queues a change to one disk of a server.
    ///
    /// # Errors
    /// [`Error::Denied`]; [`Error::NotFound`] for the server or the device; [`Error::Invalid`]; [`Error::Conflict`]
    /// where a task is at work on it or Proxmox has locked it; or the cluster's.
    pub async fn change_disks(&self, ctx: &OpContext, id: &GuestId, edit: &DiskEdit) -> Result<TaskRow> {
        let actor = ctx.require_any(&[Permission::ManageServer, Permission::ManageStorage])?;
        let problems = edit.problems();
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        let row = self.free_to_change(actor, id).await?;
        if row.template {
            return Err(Error::Conflict(Problem::GuestIsTemplate));
        }
        let cluster = self.cluster(Some(&id.cluster))?;
        // A place is in use as long as the running guest has something there.
        let (now, next) = tokio::try_join!(self.config(&row), self.next_config(&row))?;
        let configs = [now, next.clone()];
        let (work, uses) = match row.kind {
            GuestKind::Qemu => self.work_on_disk(cluster, &row, &configs, edit).await?,
            GuestKind::Lxc => (
                self.work_on_mount(cluster, &row, &configs, edit).await?,
                Vec::new(),
            ),
        };
        let input = DisksInput {
            guest: id.clone(),
            identity: Identity::of(&next),
            work,
        };
        let mut write = self.0.events.begin().await?;
        let task = NewTask {
            id: Tasks::new_id(),
            kind: TaskKind::ChangeDisks,
            input: &input,
            secret: None,
            guest: Some(id),
            target: &row.name,
            actor,
            uses: &uses,
            parent: None,
            retry_of: None,
        };
        let queued = self.0.tasks.enqueue(&mut write, &task).await?;
        write.commit().await?;
        Ok(queued)
    }

    /// What the task does, and what it uses of what others use too.
    async fn work_on_disk(
        &self,
        cluster: &Cluster,
        row: &GuestRow,
        configs: &[GuestConfig; 2],
        edit: &DiskEdit,
    ) -> Result<(DiskWork, Vec<Use>)> {
        let next = &configs[1];
        let work = match edit {
            DiskEdit::Add {
                bus,
                number,
                storage,
                kind,
                size_gb,
                path: _,
            } => {
                let device = place(configs, *bus, *number)?;
                let storage = self.storage_for(cluster, next, storage.as_deref(), *kind).await?;
                let survey = Survey::read(cluster).await?;
                let size_gb = *size_gb;
                room(&survey, &storage, &row.node, size_gb, "size_gb", IMAGES)?;
                DiskWork::Add {
                    device,
                    storage,
                    size_gb,
                    path: None,
                }
            }
            DiskEdit::Grow { device, size_gb } => {
                grow(cluster, &row.node, next, device, *size_gb, IMAGES).await?
            }
            DiskEdit::Detach { device, force } => {
                let (disk, volume) = plugged(next, device)?;
                if disk.bus() == "unused" {
                    return Err(unfit(device));
                }
                may_go(next, &disk, *force)?;
                let device = device.clone();
                DiskWork::Detach { device, volume }
            }
            DiskEdit::Delete { device, force } => {
                let (disk, volume) = plugged(next, device)?;
                may_go(next, &disk, *force)?;
                let device = device.clone();
                DiskWork::Delete { device, volume }
            }
            DiskEdit::Move {
                device,
                storage,
                delete_source,
            } => {
                let (disk, volume) = plugged(next, device)?;
                if disk.bus() == "unused" {
                    return Err(unfit(device));
                }
                if disk.volume.is_some_and(|volume| volume.storage == *storage) {
                    let storage = storage.clone();
                    return Err(Error::field("storage", Problem::SameStorage { storage }));
                }
                let survey = Survey::read(cluster).await?;
                let size_gb = disk.size.unwrap_or_default().div_ceil(GIB);
                room(&survey, storage, &row.node, size_gb, "storage", IMAGES)?;
                let own = (!survey.is_shared(storage)).then_some(row.node.as_str());
                let uses = vec![Use::storage(&cluster.name, own, storage)];
                let work = DiskWork::Move {
                    device: device.clone(),
                    volume,
                    storage: storage.clone(),
                    delete_source: *delete_source,
                };
                return Ok((work, uses));
            }
        };
        Ok((work, Vec::new()))
    }

    /// The storage that is named, else the default of that kind, else that of the boot disk.
    pub(super) async fn storage_for(
        &self,
        cluster: &Cluster,
        config: &GuestConfig,
        named: Option<&str>,
        kind: DiskKind,
    ) -> Result<String> {
        if let Some(name) = named.filter(|name| !name.is_empty()) {
            return Ok(name.to_owned());
        }
        let defaults = storage::defaults(&self.0.settings, cluster).await?;
        let default = match kind {
            DiskKind::Hdd => defaults.hdd,
            DiskKind::Ssd => defaults.ssd,
        };
        let default = default.name().map(str::to_owned);
        let boot = || {
            let key = boot_disk(config)?;
            let disk = config.disks().into_iter().find(|disk| disk.key == key);
            Some(disk?.volume?.storage)
        };
        default
            .or_else(boot)
            .ok_or_else(|| Error::field("storage", Problem::Required))
    }
}

/// The place of a new disk: the one that is named, else the first that is free.
fn place(configs: &[GuestConfig; 2], bus: DiskBus, number: Option<u32>) -> Result<String> {
    let is_used = |device: &str| configs.iter().any(|config| config.get(device).is_some());
    let Some(number) = number else {
        let free = bus.first_free(is_used).map(|number| bus.device(number));
        return free.ok_or_else(|| {
            let bus = bus.as_str().to_owned();
            Error::field("type", Problem::NoFreeInterface { bus })
        });
    };
    let interface = bus.device(number);
    if is_used(&interface) {
        return Err(Error::field("number", Problem::InterfaceTaken { interface }));
    }
    Ok(interface)
}

/// Makes a disk larger, on a storage that has to be for `content`.
pub(super) async fn grow(
    cluster: &Cluster,
    node: &str,
    config: &GuestConfig,
    device: &str,
    size_gb: u64,
    content: &str,
) -> Result<DiskWork> {
    let (disk, volume) = plugged(config, device)?;
    if !disk.is_data() {
        return Err(unfit(device));
    }
    let have = disk.size.unwrap_or_default();
    if size_gb.saturating_mul(GIB) < have {
        let problem = Problem::DiskCanNotShrink {
            interface: device.to_owned(),
            size_gb: have.div_ceil(GIB),
        };
        return Err(Error::field("size_gb", problem));
    }
    let survey = Survey::read(cluster).await?;
    let storage = disk.volume.map(|volume| volume.storage).unwrap_or_default();
    let more = size_gb.saturating_sub(have / GIB);
    room(&survey, &storage, node, more, "size_gb", content)?;
    Ok(DiskWork::Grow {
        device: device.to_owned(),
        volume,
        size_gb,
    })
}

/// The disk at a device, with its volume.
pub(super) fn plugged(config: &GuestConfig, device: &str) -> Result<(Disk, String)> {
    let mut all = config.disks().into_iter().chain(config.unused_disks());
    let Some(disk) = all.find(|disk| disk.key == device) else {
        let device = device.to_owned();
        return Err(Error::NotFound(Problem::DeviceNotFound { device }));
    };
    // A CD that somebody put in is not the server's own.
    let is_foreign = disk.is_cdrom() && !disk.is_cloud_init();
    match disk
        .volume
        .as_ref()
        .filter(|_| !is_foreign)
        .map(ToString::to_string)
    {
        Some(volume) => Ok((disk, volume)),
        None => Err(unfit(device)),
    }
}

pub(super) fn unfit(device: &str) -> Error {
    let interface = device.to_owned();
    Error::field("device", Problem::DeviceUnfit { interface })
}

/// Whether a disk may be taken away.
fn may_go(config: &GuestConfig, disk: &Disk, force: bool) -> Result<()> {
    let interface = disk.key.clone();
    let problem = if force {
        return Ok(());
    } else if disk.is_cloud_init() {
        Problem::IsCloudInitDrive { interface }
    } else if boot_disk(config).as_ref() == Some(&disk.key) {
        Problem::IsBootDisk { interface }
    } else {
        return Ok(());
    };
    Err(Error::field("force", problem))
}

/// Whether a node's storage can take so much of `content`.
pub(super) fn room(
    survey: &Survey,
    storage: &str,
    node: &str,
    needed_gb: u64,
    field: &str,
    content: &str,
) -> Result<()> {
    let name = || storage.to_owned();
    let Some(found) = survey.storage(storage, node) else {
        let node = node.to_owned();
        return Err(Error::field(
            "storage",
            Problem::StorageNotOnNode {
                storage: name(),
                node,
            },
        ));
    };
    if found.content.iter().all(|other| other != content) {
        return Err(Error::field(
            "storage",
            Problem::StorageWithoutImages { storage: name() },
        ));
    }
    let free_gb = free_space(found) / GIB;
    if needed_gb > free_gb {
        let problem = Problem::NotEnoughSpace {
            storage: name(),
            needed_gb,
            free_gb,
        };
        return Err(Error::field(field, problem));
    }
    Ok(())
}
