//! A cluster as the rows of one request meet it: read once, together with what creations under way and the rows
//! before have taken of it.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use drover_types::server::PlannedDisk;
use drover_types::task::{TaskKind, TaskState};
use pve_client::{ConfigView, GuestConfig, GuestResource};

use super::promised::Promised;
use super::service::{Servers, upstream};
use super::survey::Survey;
use crate::clusters::Cluster;
use crate::error::Result;
use crate::store::adopted;
use crate::store::tasks::{self, Wanted, decode};
use crate::tasks::CreateInput;

/// Proxmox's largest id (`pve-vmid` of `PVE::JSONSchema`).
const LAST_VMID: u32 = 999_999_999;

/// What one cluster has, and what of it is spoken for.
pub(super) struct Scene<'a> {
    pub cluster: &'a Cluster,
    pub survey: Survey,
    pub promised: Promised,
    /// Each address that is in use, with the name of who has it.
    pub addresses: HashMap<String, String>,
    vmids: BTreeSet<u32>,
    next_vmid: u32,
    /// MiB by node.
    memory: HashMap<String, u64>,
    /// GiB by storage, and by node where each has its own.
    space: HashMap<(String, Option<String>), u64>,
    templates: Mutex<HashMap<u32, Arc<GuestConfig>>>,
    bridges: Mutex<HashMap<String, Arc<BTreeSet<String>>>>,
    firewall_groups: Mutex<Option<Arc<BTreeSet<String>>>>,
}

impl Servers {
    /// Reads a cluster.
    pub(super) async fn scene<'a>(&self, cluster: &'a Cluster) -> Result<Scene<'a>> {
        let survey = Survey::read(cluster).await?;
        let promised = Promised::lasting(&self.0.db, &cluster.name, &survey).await?;
        let next_vmid = cluster.client.next_vmid().await.map_err(upstream(cluster))?;
        let mut vmids: BTreeSet<u32> = survey.vmids().into_iter().collect();
        vmids.extend(promised.vmids());
        let mut addresses: HashMap<String, String> = promised.addresses().into_iter().collect();
        let picture = self.0.inventory.snapshot();
        // The picture may still show what was removed a moment ago; what is being made is among the promised.
        for guest in &picture.guests {
            if guest.id.cluster == *cluster.name && survey.guests.iter().any(|one| one.vmid == guest.id.vmid)
            {
                let own = guest.addresses.iter();
                addresses.extend(own.map(|address| (address.clone(), guest.name.clone())));
            }
        }
        // Its picture is made of what its agent says, and one that is off says nothing.
        for one in adopted::addresses_in(&self.0.db, &cluster.name).await? {
            if survey.guests.iter().any(|guest| guest.vmid == one.vmid) {
                addresses.entry(one.address).or_insert(one.name);
            }
        }
        let mut scene = Scene {
            cluster,
            survey,
            promised,
            addresses,
            vmids,
            next_vmid,
            memory: HashMap::new(),
            space: HashMap::new(),
            templates: Mutex::default(),
            bridges: Mutex::default(),
            firewall_groups: Mutex::default(),
        };
        self.count_under_way(&mut scene).await?;
        Ok(scene)
    }

    /// What is being made takes memory that its node does not show yet, and space until its disks are there.
    async fn count_under_way(&self, scene: &mut Scene<'_>) -> Result<()> {
        for state in [TaskState::Queued, TaskState::Running] {
            let wanted = Wanted {
                state: Some(state),
                kind: Some(TaskKind::CreateServer),
                limit: i64::MAX,
                ..Wanted::default()
            };
            for task in tasks::list(&self.0.db, &wanted).await? {
                let Some((node, is_made)) = scene.promised.place_of(task.row.id) else {
                    continue;
                };
                // What another version has written can't be counted.
                let Ok(input) = decode::<CreateInput>("a server to be made", &task.input) else {
                    continue;
                };
                let disks = if is_made { &[][..] } else { &input.disks };
                scene.count(&node, input.memory_mb, disks);
            }
        }
        Ok(())
    }
}

impl Scene<'_> {
    /// The lowest id that neither a guest nor a task nor a row before has.
    pub(super) fn vmid(&self) -> Option<u32> {
        (self.next_vmid..=LAST_VMID).find(|vmid| !self.vmids.contains(vmid))
    }

    /// Notes what a row takes.
    pub(super) fn take(&mut self, vmid: u32, node: &str, memory_mb: u64, disks: &[PlannedDisk]) {
        self.vmids.insert(vmid);
        self.next_vmid = self.next_vmid.max(vmid);
        self.count(node, memory_mb, disks);
    }

    fn count(&mut self, node: &str, memory_mb: u64, disks: &[PlannedDisk]) {
        *self.memory.entry(node.to_owned()).or_default() += memory_mb;
        for disk in disks {
            let place = self.place(&disk.storage, node);
            *self.space.entry(place).or_default() += disk.size_gb;
        }
    }

    fn place(&self, storage: &str, node: &str) -> (String, Option<String>) {
        let own = (!self.survey.is_shared(storage)).then(|| node.to_owned());
        (storage.to_owned(), own)
    }

    /// MiB of a node that are spoken for.
    pub(super) fn memory_taken(&self, node: &str) -> u64 {
        self.memory.get(node).copied().unwrap_or_default()
    }

    /// GiB of a storage that are spoken for.
    pub(super) fn space_taken(&self, storage: &str, node: &str) -> u64 {
        self.space
            .get(&self.place(storage, node))
            .copied()
            .unwrap_or_default()
    }

    /// How a template is configured.
    pub(super) async fn template(&self, template: &GuestResource) -> Result<Arc<GuestConfig>> {
        let known = lock(&self.templates).get(&template.vmid).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let client = &self.cluster.client;
        let read = client
            .qemu_config(&template.node, template.vmid, ConfigView::Current)
            .await;
        let config = Arc::new(read.map_err(upstream(self.cluster))?);
        lock(&self.templates).insert(template.vmid, Arc::clone(&config));
        Ok(config)
    }

    /// The names of the cluster's firewall groups.
    pub(super) async fn firewall_groups(&self) -> Result<Arc<BTreeSet<String>>> {
        let known = lock(&self.firewall_groups).clone();
        if let Some(known) = known {
            return Ok(known);
        }
        let read = self.cluster.client.firewall_groups().await;
        let read = read.map_err(upstream(self.cluster))?;
        let groups: Arc<BTreeSet<String>> = Arc::new(read.into_iter().map(|one| one.group).collect());
        *lock(&self.firewall_groups) = Some(Arc::clone(&groups));
        Ok(groups)
    }

    /// The bridges of a node.
    pub(super) async fn bridges(&self, node: &str) -> Result<Arc<BTreeSet<String>>> {
        let known = lock(&self.bridges).get(node).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let read = self.cluster.client.node_bridges(node).await;
        let read = read.map_err(upstream(self.cluster))?;
        let bridges: Arc<BTreeSet<String>> = Arc::new(read.into_iter().map(|one| one.iface).collect());
        lock(&self.bridges).insert(node.to_owned(), Arc::clone(&bridges));
        Ok(bridges)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
