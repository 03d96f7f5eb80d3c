//! What happens to each disk: the template's are kept or grown, others are added.

use std::collections::BTreeMap;

use drover_types::error::FieldProblems;
use drover_types::server::{CreateServer, DiskChange, PlannedDisk};
use drover_types::text::Problem;
use drover_types::units::GIB;
use pve_client::GuestConfig;

/// The disks of a server to be made.
#[derive(Debug, Default)]
pub(super) struct DiskPlan {
    /// Each disk, the boot disk first.
    pub disks: Vec<PlannedDisk>,
    /// The storage to which the template is cloned, where that is not each disk's own.
    pub clone_storage: Option<String>,
    /// The storage of the boot disk, where small things go too.
    pub boot_storage: String,
    /// Every storage that the clone itself is written to.
    pub clone_storages: Vec<String>,
}

/// Plans the disks that `request` wants of a template with this configuration.
pub(super) fn plan(request: &CreateServer, template: &GuestConfig, problems: &mut FieldProblems) -> DiskPlan {
    let boot = template.boot_disk().map(|disk| disk.key);
    let mut have: Vec<_> = template
        .disks()
        .into_iter()
        .filter(pve_client::Disk::is_data)
        .collect();
    have.sort_by_key(|disk| Some(&disk.key) != boot.as_ref());
    let asked = |key: &str| request.disks.iter().position(|disk| disk.interface == key);
    let own = |disk: &pve_client::Disk| disk.volume.as_ref().map(|volume| volume.storage.clone());

    let boot_own = have.first().and_then(own).unwrap_or_default();
    let boot_asked = have.first().and_then(|disk| asked(&disk.key));
    let wanted = boot_asked
        .and_then(|n| request.disks[n].storage.clone())
        .filter(|name| !name.is_empty());
    // One storage takes all disks of a full clone; where it is the template's own nothing has to be said.
    let elsewhere = |name: &String| have.iter().any(|disk| own(disk).as_ref() != Some(name));
    let clone_storage = wanted.filter(elsewhere);
    let boot_storage = clone_storage.clone().unwrap_or(boot_own);

    let mut plan = DiskPlan {
        boot_storage: boot_storage.clone(),
        ..DiskPlan::default()
    };
    for disk in &have {
        let storage = clone_storage.clone().or_else(|| own(disk)).unwrap_or_default();
        let bytes = disk.size.unwrap_or_default();
        let mut planned = PlannedDisk {
            interface: disk.key.clone(),
            size_gb: bytes.div_ceil(GIB),
            storage: storage.clone(),
            change: DiskChange::Keep,
        };
        if let Some(n) = asked(&disk.key) {
            let spec = &request.disks[n];
            if spec.size_gb.saturating_mul(GIB) < bytes {
                let problem = Problem::DiskTooSmall {
                    interface: disk.key.clone(),
                    min_gb: bytes.div_ceil(GIB),
                };
                problems.entry(format!("disks[{n}].size")).or_insert(problem);
            } else if spec.size_gb.saturating_mul(GIB) > bytes {
                (planned.size_gb, planned.change) = (spec.size_gb, DiskChange::Grow);
            }
            if let Some(other) = spec
                .storage
                .as_ref()
                .filter(|name| !name.is_empty() && **name != storage)
            {
                // Only the boot disk's storage chooses where the template goes.
                let problem = Problem::UnknownChoice {
                    given: other.clone(),
                    known: vec![storage],
                };
                problems
                    .entry(format!("disks[{n}].datastore_id"))
                    .or_insert(problem);
            }
        }
        plan.disks.push(planned);
    }
    for (n, spec) in request.disks.iter().enumerate() {
        if have.iter().any(|disk| disk.key == spec.interface) {
            continue;
        }
        if template.get(&spec.interface).is_some() {
            // A CD-ROM or the cloud-init drive stands there.
            let problem = Problem::InterfaceRepeated {
                interface: spec.interface.clone(),
            };
            problems.entry(format!("disks[{n}].interface")).or_insert(problem);
        }
        plan.disks.push(PlannedDisk {
            interface: spec.interface.clone(),
            size_gb: spec.size_gb,
            storage: spec
                .storage
                .clone()
                .filter(|name| !name.is_empty())
                .unwrap_or(boot_storage.clone()),
            change: DiskChange::Add,
        });
    }
    plan.clone_storages = match &clone_storage {
        Some(storage) => vec![storage.clone()],
        // The cloud-init drive is a volume too, and Proxmox looks at it before it clones to another node.
        None => template.disks().iter().filter_map(own).collect(),
    };
    plan.clone_storage = clone_storage;
    plan
}

impl DiskPlan {
    /// GiB needed on each storage.
    pub(super) fn needed(&self) -> BTreeMap<&str, u64> {
        let mut needed = BTreeMap::new();
        for disk in &self.disks {
            *needed.entry(disk.storage.as_str()).or_default() += disk.size_gb;
        }
        needed
    }

    /// The field of the request that chose a storage.
    pub(super) fn storage_field(&self, request: &CreateServer, storage: &str) -> String {
        let chose = request
            .disks
            .iter()
            .position(|disk| disk.storage.as_deref() == Some(storage));
        match chose.or_else(|| {
            request
                .disks
                .iter()
                .position(|disk| self.is_on(&disk.interface, storage))
        }) {
            Some(n) => format!("disks[{n}].datastore_id"),
            None => "disks".to_owned(),
        }
    }

    /// The field of the request that takes more than a storage has: its last disk there.
    pub(super) fn size_field(&self, request: &CreateServer, storage: &str) -> String {
        match request
            .disks
            .iter()
            .rposition(|disk| self.is_on(&disk.interface, storage))
        {
            Some(n) => format!("disks[{n}].size"),
            None => "disks".to_owned(),
        }
    }

    fn is_on(&self, interface: &str, storage: &str) -> bool {
        self.disks
            .iter()
            .any(|disk| disk.interface == interface && disk.storage == storage)
    }
}

#[cfg(test)]
mod tests {
    use drover_types::server::DiskSpec;
    use serde_json::json;

    use super::*;

    fn template() -> GuestConfig {
        serde_json::from_value(json!({
            "boot": "order=scsi0;ide2", "ide2": "local-lvm:vm-9000-cloudinit,media=cdrom",
            "scsi1": "local-lvm:base-9000-disk-1,size=5G", "scsi0": "local-lvm:base-9000-disk-0,size=10G",
        }))
        .unwrap()
    }

    fn request(disks: &[(&str, u64, Option<&str>)]) -> CreateServer {
        let disk = |(interface, size_gb, storage): &(&str, u64, Option<&str>)| DiskSpec {
            interface: (*interface).to_owned(),
            size_gb: *size_gb,
            storage: storage.map(str::to_owned),
        };
        CreateServer {
            disks: disks.iter().map(disk).collect(),
            ..CreateServer::default()
        }
    }

    fn planned(request: &CreateServer) -> (DiskPlan, FieldProblems) {
        let mut problems = FieldProblems::new();
        let plan = plan(request, &template(), &mut problems);
        (plan, problems)
    }

    #[test]
    fn the_templates_are_kept_or_grown_and_others_added() {
        let (plan, problems) = planned(&request(&[
            ("virtio0", 3, Some("ceph")),
            ("scsi0", 32, None),
            ("sata0", 1, None),
        ]));
        assert!(problems.is_empty(), "{problems:?}");
        let seen: Vec<_> = plan
            .disks
            .iter()
            .map(|disk| {
                (
                    disk.interface.as_str(),
                    disk.size_gb,
                    disk.storage.as_str(),
                    disk.change,
                )
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("scsi0", 32, "local-lvm", DiskChange::Grow),
                ("scsi1", 5, "local-lvm", DiskChange::Keep),
                ("virtio0", 3, "ceph", DiskChange::Add),
                ("sata0", 1, "local-lvm", DiskChange::Add),
            ]
        );
        assert_eq!(plan.clone_storage, None);
        assert_eq!(plan.needed(), [("ceph", 3), ("local-lvm", 38)].into());
    }

    #[test]
    fn the_boot_disks_storage_is_the_clones() {
        let (plan, problems) = planned(&request(&[("scsi0", 10, Some("ceph")), ("scsi2", 1, None)]));
        assert!(problems.is_empty());
        assert_eq!(plan.clone_storage.as_deref(), Some("ceph"));
        assert!(plan.disks.iter().all(|disk| disk.storage == "ceph"));
        assert_eq!(plan.disks[0].change, DiskChange::Keep);
        let (same, _) = planned(&request(&[("scsi0", 10, Some("local-lvm"))]));
        assert_eq!(same.clone_storage, None);
    }

    #[test]
    fn what_can_not_be_is_named_by_its_field() {
        let (_, problems) = planned(&request(&[
            ("scsi0", 9, None),
            ("ide2", 1, None),
            ("scsi1", 5, Some("ceph")),
        ]));
        assert_eq!(
            problems.keys().collect::<Vec<_>>(),
            ["disks[0].size", "disks[1].interface", "disks[2].datastore_id"]
        );
    }
}
