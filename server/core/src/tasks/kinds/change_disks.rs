//! Adds, grows, detaches, deletes or moves one disk of a server. The disk is known by its volume, so that another one
//! which was plugged in at its place meanwhile is left alone.

use drover_types::ids::GuestId;
use drover_types::task::StepName;
use drover_types::text::{Problem, Progress};
use drover_types::units::GIB;
use futures::FutureExt;
use futures::future::BoxFuture;
use pve_client::{ConfigChange, Disk, GuestConfig, GuestKind};
use serde::{Deserialize, Serialize};

use super::converge::{Change, Known, Machine, Missing, converge};
use super::guest;
use super::remove_server::Identity;
use crate::clusters::Cluster;
use crate::tasks::context::StepContext;
use crate::tasks::step::{Step, StepError};

/// The one call of this step.
const CALL: &str = "disk";

/// A disk to be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DisksInput {
    /// Whose.
    pub guest: GuestId,
    /// What the guest is known again by.
    pub identity: Identity,
    /// What is done.
    pub work: DiskWork,
}

/// What is done to a disk. A device that is there is named with the volume that it had when this was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(crate) enum DiskWork {
    /// A new one.
    Add {
        device: String,
        storage: String,
        size_gb: u64,
        /// Where a container mounts it.
        #[serde(default)]
        path: Option<String>,
    },
    /// It is made larger.
    Grow {
        device: String,
        volume: String,
        size_gb: u64,
    },
    /// It becomes an unused disk.
    Detach { device: String, volume: String },
    /// It goes with its data.
    Delete { device: String, volume: String },
    /// It is copied to another storage.
    Move {
        device: String,
        volume: String,
        storage: String,
        delete_source: bool,
    },
}

pub(super) struct ChangeDisks {
    pub cluster: Cluster,
    pub input: DisksInput,
}

impl Step for ChangeDisks {
    fn name(&self) -> StepName {
        StepName::Disks
    }

    /// A copy can be called off, and Proxmox takes what it has copied away then.
    fn finishes(&self) -> bool {
        !matches!(self.input.work, DiskWork::Move { .. })
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            let vmid = self.input.guest.vmid;
            let Some((node, kind)) = guest::locate(cx, &self.cluster, vmid).await? else {
                return Err(StepError::failed(Problem::GuestGone));
            };
            let machine = Machine {
                cluster: &self.cluster,
                node: &node,
                vmid,
                kind,
                known: Known::Identity(self.input.identity.clone()),
            };
            converge(cx, &machine, CALL, |config, _| {
                self.input.work.missing(config, kind)
            })
            .await
        }
        .boxed()
    }

    fn undo<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move { cx.halt(&self.cluster).await }.boxed()
    }
}

impl DiskWork {
    /// What is to be done still.
    fn missing(&self, config: &GuestConfig, kind: GuestKind) -> Result<Option<Missing>, StepError> {
        match self {
            Self::Add {
                device,
                storage,
                size_gb,
                path,
            } => add(config, device, storage, *size_gb, path.as_deref()),
            Self::Grow {
                device,
                volume,
                size_gb,
            } => grow(config, device, volume, *size_gb),
            Self::Detach { device, volume } => {
                let plugged = config
                    .disks()
                    .iter()
                    .any(|disk| disk.key == *device && has(disk, volume));
                Ok(plugged.then(|| Missing {
                    field: device.clone(),
                    message: Progress::DetachingDisk {
                        interface: device.clone(),
                    },
                    change: Change::Set(ConfigChange::new().delete(device)),
                }))
            }
            // Wherever it is: Proxmox keeps one as unused that it could not delete at once.
            Self::Delete { volume, .. } => {
                Ok(all(config).find(|disk| has(disk, volume)).map(|disk| Missing {
                    field: disk.key.clone(),
                    message: Progress::DeletingDisk {
                        interface: disk.key.clone(),
                        volume: volume.clone(),
                    },
                    change: match kind {
                        GuestKind::Qemu => Change::SetSlowly(ConfigChange::new().delete(disk.key).force()),
                        // A mount point becomes an unused volume, which goes with its data the next time.
                        GuestKind::Lxc => Change::Set(ConfigChange::new().delete(disk.key)),
                    },
                }))
            }
            Self::Move {
                device,
                volume,
                storage,
                delete_source,
            } => {
                let disk = plugged(config, device)?;
                if has(&disk, volume) {
                    return Ok(Some(Missing {
                        field: device.clone(),
                        message: Progress::MovingDisk {
                            interface: device.clone(),
                            storage: storage.clone(),
                        },
                        change: Change::Move {
                            device: device.clone(),
                            storage: storage.clone(),
                            delete_source: *delete_source,
                        },
                    }));
                }
                if disk.volume.is_none_or(|volume| volume.storage != *storage) {
                    let field = device.clone();
                    return Err(StepError::failed(Problem::ReadBackDiffers { field }));
                }
                Ok(None)
            }
        }
    }
}

fn add(
    config: &GuestConfig,
    device: &str,
    storage: &str,
    size_gb: u64,
    path: Option<&str>,
) -> Result<Option<Missing>, StepError> {
    let interface = device.to_owned();
    if let Ok(disk) = plugged(config, device) {
        let fits = disk.size == Some(size_gb.saturating_mul(GIB))
            && disk.volume.is_some_and(|volume| volume.storage == storage);
        return if fits {
            Ok(None)
        } else {
            Err(StepError::failed(Problem::InterfaceTaken { interface }))
        };
    }
    Ok(Some(Missing {
        field: interface.clone(),
        message: Progress::AddingDisk {
            interface,
            size_gb,
            storage: storage.to_owned(),
        },
        // `storage:size in GiB` allocates a new volume (`PVE::QemuServer::Drive`, `PVE::LXC::Config`: `NEW_DISK_RE`).
        change: match path {
            None => Change::SetSlowly(ConfigChange::new().set(device, format!("{storage}:{size_gb}"))),
            Some(path) => {
                Change::Set(ConfigChange::new().set(device, format!("{storage}:{size_gb},mp={path}")))
            }
        },
    }))
}

fn grow(
    config: &GuestConfig,
    device: &str,
    volume: &str,
    size_gb: u64,
) -> Result<Option<Missing>, StepError> {
    let disk = plugged(config, device)?;
    let interface = device.to_owned();
    if !has(&disk, volume) {
        return Err(StepError::failed(Problem::ReadBackDiffers { field: interface }));
    }
    let bytes = size_gb.saturating_mul(GIB);
    Ok(disk.size.is_none_or(|size| size < bytes).then(|| Missing {
        field: interface.clone(),
        message: Progress::GrowingDisk {
            interface: interface.clone(),
            size_gb,
        },
        change: Change::Grow(interface, bytes),
    }))
}

fn plugged(config: &GuestConfig, device: &str) -> Result<Disk, StepError> {
    let found = config.disks().into_iter().find(|disk| disk.key == device);
    found.ok_or_else(|| {
        let device = device.to_owned();
        StepError::failed(Problem::DeviceNotFound { device })
    })
}

fn all(config: &GuestConfig) -> impl Iterator<Item = Disk> {
    config.disks().into_iter().chain(config.unused_disks())
}

fn has(disk: &Disk, volume: &str) -> bool {
    disk.volume
        .as_ref()
        .is_some_and(|have| have.to_string() == volume)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn config() -> GuestConfig {
        serde_json::from_value(json!({
            "scsi0": "local-lvm:vm-100-disk-0,size=10G", "scsi1": "ceph:vm-100-disk-1,size=5G",
            "unused0": "local-lvm:vm-100-disk-7",
        }))
        .unwrap()
    }

    fn left(work: &DiskWork) -> Option<String> {
        work.missing(&config(), GuestKind::Qemu)
            .unwrap()
            .map(|missing| missing.field)
    }

    #[test]
    fn what_is_so_already_needs_nothing() {
        let device = || "scsi1".to_owned();
        let (volume, gone) = (
            "ceph:vm-100-disk-1".to_owned(),
            "local-lvm:vm-100-disk-9".to_owned(),
        );
        let add = |storage: &str, size_gb| DiskWork::Add {
            device: device(),
            storage: storage.into(),
            size_gb,
            path: None,
        };
        assert_eq!(left(&add("ceph", 5)), None);
        assert!(add("ceph", 6).missing(&config(), GuestKind::Qemu).is_err());
        assert!(add("local-lvm", 5).missing(&config(), GuestKind::Qemu).is_err());
        let grow = |size_gb| DiskWork::Grow {
            device: device(),
            volume: volume.clone(),
            size_gb,
        };
        assert_eq!((left(&grow(5)), left(&grow(6))), (None, Some(device())));
        let moved = |volume: &str, storage: &str| DiskWork::Move {
            device: device(),
            volume: volume.into(),
            storage: storage.into(),
            delete_source: true,
        };
        assert_eq!(left(&moved(&volume, "local-lvm")), Some(device()));
        assert_eq!(left(&moved(&gone, "ceph")), None);
        assert!(
            moved(&gone, "local-lvm")
                .missing(&config(), GuestKind::Qemu)
                .is_err()
        );
        let detach = |volume: &str| DiskWork::Detach {
            device: device(),
            volume: volume.into(),
        };
        assert_eq!(
            (left(&detach(&volume)), left(&detach(&gone))),
            (Some(device()), None)
        );
    }

    #[test]
    fn a_disk_is_deleted_wherever_it_is() {
        let delete = |volume: &str| DiskWork::Delete {
            device: "scsi1".into(),
            volume: volume.into(),
        };
        assert_eq!(
            left(&delete("local-lvm:vm-100-disk-7")),
            Some("unused0".to_owned())
        );
        assert_eq!(left(&delete("local-lvm:vm-100-disk-9")), None);
    }
}
