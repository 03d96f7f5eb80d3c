//! What can be done to a container's root file system and mount points: they are added, grown, detached and deleted as a
//! virtual machine's disks are, where Proxmox's rules for containers allow it.

use drover_types::configuration::DiskEdit;
use drover_types::guest::{GuestRow, GuestStatus};
use drover_types::text::Problem;
use pve_client::GuestConfig;

use super::change_disks::{grow, plugged, room, unfit};
use super::service::Servers;
use super::survey::Survey;
use crate::clusters::Cluster;
use crate::error::{Error, Result};
use crate::tasks::DiskWork;

/// The content of storages that containers' volumes can be put on.
const ROOTDIR: &str = "rootdir";
/// The last mount point (`PVE::LXC::Config`, `MAX_MOUNT_POINTS`).
const LAST: u32 = 255;

impl Servers {
    /// What the task does.
    pub(super) async fn work_on_mount(
        &self,
        cluster: &Cluster,
        row: &GuestRow,
        configs: &[GuestConfig; 2],
        edit: &DiskEdit,
    ) -> Result<DiskWork> {
        let next = &configs[1];
        match edit {
            DiskEdit::Add {
                bus: _,
                number,
                storage,
                kind,
                size_gb,
                path,
            } => {
                let path = mount_path(next, path.as_deref())?;
                let device = place(configs, *number)?;
                let storage = self.storage_for(cluster, next, storage.as_deref(), *kind).await?;
                let survey = Survey::read(cluster).await?;
                room(&survey, &storage, &row.node, *size_gb, "size_gb", ROOTDIR)?;
                Ok(DiskWork::Add {
                    device,
                    storage,
                    size_gb: *size_gb,
                    path: Some(path),
                })
            }
            DiskEdit::Grow { device, size_gb } => {
                grow(cluster, &row.node, next, device, *size_gb, ROOTDIR).await
            }
            DiskEdit::Detach { device, .. } => {
                let (disk, volume) = plugged(next, device)?;
                if disk.bus() != "mp" {
                    return Err(unfit(device));
                }
                let device = device.clone();
                Ok(DiskWork::Detach { device, volume })
            }
            DiskEdit::Delete { device, .. } => {
                let (disk, volume) = plugged(next, device)?;
                match disk.bus() {
                    // While it runs Proxmox takes a mount point away at the next start only (`PVE::LXC::Config`,
                    // `vmconfig_hotplug_pending`), and its data can't be deleted before.
                    "mp" if row.status != GuestStatus::Stopped => {
                        let states = vec![GuestStatus::Stopped.as_str().to_owned()];
                        return Err(Error::Conflict(Problem::GuestMustBe { states }));
                    }
                    "unused" | "mp" => {}
                    // A container can't be without its root file system.
                    _ => return Err(unfit(device)),
                }
                let device = device.clone();
                Ok(DiskWork::Delete { device, volume })
            }
            DiskEdit::Move { device, .. } => {
                plugged(next, device)?;
                Err(Error::field("device", Problem::ContainersUnsupported))
            }
        }
    }
}

/// Where the new one is mounted, if nothing else is.
fn mount_path(config: &GuestConfig, path: Option<&str>) -> Result<String> {
    let wrong = |problem| Error::field("path", problem);
    let path = path.filter(|path| !path.is_empty());
    let path = path.ok_or_else(|| wrong(Problem::Required))?;
    if !DiskEdit::is_mount_path(path) {
        let expected = "/srv/data".to_owned();
        return Err(wrong(Problem::WrongType { expected }));
    }
    let taken = config.disks().into_iter();
    let mut taken = taken.filter(|disk| disk.properties.get("mp").is_some_and(|other| other == path));
    match taken.next() {
        Some(disk) => Err(wrong(Problem::InterfaceTaken { interface: disk.key })),
        None => Ok(path.to_owned()),
    }
}

/// The place of a new one: the one that is named, else the first that is free.
fn place(configs: &[GuestConfig; 2], number: Option<u32>) -> Result<String> {
    let device = |number: u32| format!("mp{number}");
    let is_used = |number: u32| configs.iter().any(|config| config.get(&device(number)).is_some());
    let Some(number) = number else {
        let bus = "mp".to_owned();
        let free = (0..=LAST).find(|number| !is_used(*number));
        return free
            .map(device)
            .ok_or_else(|| Error::field("number", Problem::NoFreeInterface { bus }));
    };
    if is_used(number) {
        let interface = device(number);
        return Err(Error::field("number", Problem::InterfaceTaken { interface }));
    }
    Ok(device(number))
}
