//! Grows the template's disks and adds others, one after the other.

use std::sync::Arc;

use drover_types::server::{DiskChange, PlannedDisk};
use drover_types::task::StepName;
use drover_types::text::{Problem, Progress};
use futures::FutureExt;
use futures::future::BoxFuture;
use pve_client::{ConfigChange, GuestConfig};

use super::plan::Plan;
use crate::store::task_slots::UseClass;
use crate::tasks::context::StepContext;
use crate::tasks::kinds::converge::{Change, Missing, converge};
use crate::tasks::kinds::reserve::reserved;
use crate::tasks::step::{Step, StepError};

const GIB: u64 = 1 << 30;

pub(super) struct Disks(pub Arc<Plan>);

impl Step for Disks {
    fn name(&self) -> StepName {
        StepName::Disks
    }

    fn weight(&self) -> u32 {
        2
    }

    fn uses(&self, class: UseClass) -> bool {
        class != UseClass::Template
    }

    fn run<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            let reserved = reserved(cx).await?;
            let machine = self.0.machine(cx, &reserved);
            for disk in self
                .0
                .input
                .disks
                .iter()
                .filter(|disk| disk.change != DiskChange::Keep)
            {
                converge(cx, &machine, &disk.interface, |config, _| missing(disk, config)).await?;
            }
            Ok(())
        }
        .boxed()
    }

    fn undo<'a>(&'a self, cx: &'a mut StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        self.0.halt(cx).boxed()
    }
}

fn missing(disk: &PlannedDisk, config: &GuestConfig) -> Result<Option<Missing>, StepError> {
    let PlannedDisk {
        interface,
        size_gb,
        storage,
        change,
    } = disk;
    let found = config.disks().into_iter().find(|have| have.key == *interface);
    let bytes = size_gb.saturating_mul(GIB);
    match (change, found) {
        (_, Some(have)) if have.size.is_none_or(|size| size >= bytes) => {
            let there = have.volume.map(|volume| volume.storage);
            if *change == DiskChange::Add && there.as_deref() != Some(storage) {
                return Err(StepError::failed(Problem::ReadBackDiffers {
                    field: interface.clone(),
                }));
            }
            Ok(None)
        }
        (_, Some(_)) => Ok(Some(Missing {
            field: interface.clone(),
            message: Progress::GrowingDisk {
                interface: interface.clone(),
                size_gb: *size_gb,
            },
            change: Change::Grow(interface.clone(), bytes),
        })),
        (DiskChange::Add, None) => Ok(Some(Missing {
            field: interface.clone(),
            message: Progress::AddingDisk {
                interface: interface.clone(),
                size_gb: *size_gb,
                storage: storage.clone(),
            },
            // `storage:size in GiB` allocates a new volume (`PVE::QemuServer::Drive`, `NEW_DISK_RE`).
            change: Change::SetSlowly(ConfigChange::new().set(interface, format!("{storage}:{size_gb}"))),
        })),
        (_, None) => Err(StepError::failed(Problem::ReadBackDiffers {
            field: interface.clone(),
        })),
    }
}
